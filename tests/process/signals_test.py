#!/usr/bin/env python3
"""SIGINT and SIGTERM in the middle of an apply: what is under way finishes, the rest is not started, the exit code is 130.

    signals_test.py CXCTL
"""

import json
import re
import signal
import time

import harness

# Where in the apply the signal comes: at the first, a middle and a late write of a method.
PLACES = [("POST", 0), ("POST", 5), ("PATCH", 0), ("PATCH", 4), ("PUT", 0), ("DELETE", 1)]


def begin(one, method, skip, delay):
    """An apply with one write under way, whose answer is late."""
    one.sim.set_faults([{"method": method, "path": "/api/**", "skip": skip, "times": 1, "fault": "delay", "delay": delay}])
    process = one.spawn(*harness.APPLY, "--parallelism", "2")
    one.sim.wait_for(lambda requests: any(request.get("fault") == "delay" for request in requests), f"a {method} is under way")
    return process


def converge(one):
    one.sim.ask("DELETE", "/_sim/faults")
    one.apply()
    one.check_effects()
    one.check_in_step()
    one.check_audit()


def once(one, number, method, skip):
    process = begin(one, method, skip, "1500ms")
    process.send_signal(number)
    code, out, err = one.finish(process)
    harness.expect_equal(code, 130, f"an apply that was asked to stop\n{err}{out[:2000]}")
    harness.expect("a second signal ends at once" in err, f"nothing was said about it: {err}")
    changes = json.loads(out)["changes"]
    outcomes = {change["outcome"] for change in changes}
    harness.expect(outcomes <= {"applied", "notStarted"}, f"the outcomes are {outcomes}\n{harness.troubles(out)}")
    harness.expect("notStarted" in outcomes, "nothing was left to stop")
    for change in changes:
        if change["outcome"] == "notStarted":
            harness.expect_equal(change["error"], "the run was stopped before it", change["address"])
    # What is said to be applied, is; and nothing else.
    applied = sum(change["outcome"] == "applied" for change in changes)
    harness.expect_equal(len(one.effects()), applied, "the effects")
    late = [request for request in one.sim.requests() if request.get("fault") == "delay"]
    harness.expect(200 <= late[0]["status"] < 300, "the write under way did not finish")
    converge(one)


def twice(one, number, method, skip):
    """The second signal does not wait for the answer; the next run finds out."""
    process = begin(one, method, skip, "60s")
    process.send_signal(number)
    first = time.monotonic()
    while not re.search(rb"a second signal", one_line(process)):
        harness.expect(time.monotonic() - first < harness.PATIENCE, "the first signal was not taken")
    process.send_signal(number)
    code, out, err = one.finish(process)
    harness.expect_equal(code, 130, "an apply that was told twice")
    harness.expect(time.monotonic() - first < 30, "it waited for the answer")
    harness.expect_equal(json.loads(out)["error"], {"message": "interrupted", "exit": 130}, "the document")
    converge(one)


def one_line(process):
    return process.stderr.buffer.readline()


def before_any_change(one, number):
    """While the tenant is read for the plan."""
    one.sim.set_faults([{"method": "GET", "path": "/api/v2/callcodes", "times": 1, "fault": "delay", "delay": "1500ms"}])
    process = one.spawn(*harness.APPLY)
    one.sim.wait_for(lambda requests: any(request.get("fault") == "delay" for request in requests), "a read is under way")
    process.send_signal(number)
    code, out, err = one.finish(process)
    harness.expect_equal(code, 130, f"an apply that was asked to stop before its first change\n{err}{out[:2000]}")
    harness.expect_equal(one.effects(), [], "the effects")
    converge(one)


def test(cxctl, folder):
    start = harness.Start(cxctl, folder / "start")
    signals = [signal.SIGINT, signal.SIGTERM]
    cases = [(once, number, *place) for index, place in enumerate(PLACES) for number in signals
             if harness.EXHAUSTIVE or number == signals[index % 2]]
    cases += [(twice, signal.SIGINT, "POST", 1), (twice, signal.SIGTERM, "PATCH", 2)]
    cases += [(before_any_change, number) for number in signals]

    def check(case):
        story, *rest = case
        with harness.Case(start, "-".join([story.__name__, *map(str, rest)]), timeout="120s") as one:
            story(one, *rest)

    return harness.run_cases(cases, check)


if __name__ == "__main__":
    harness.main(test)
