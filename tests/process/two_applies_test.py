#!/usr/bin/env python3
"""Two applies at once: one does it; the other is refused and sees by whom, or waits and then has nothing to do.

    two_applies_test.py CXCTL
"""

import json
import os
import re
import signal
import time

import harness

SLOW = {"method": "POST", "path": "/api/v2/callcodes", "times": 1, "fault": "delay", "delay": "4s"}


def under_way(requests):
    return any(request.get("fault") == "delay" for request in requests)


def begin(one):
    """An apply that hangs in the middle of its changes."""
    one.sim.set_faults([SLOW])
    first = one.spawn(*harness.APPLY)
    one.sim.wait_for(under_way, "a write is under way")
    return first


def check_result(one, first):
    code, out, err = one.finish(first)
    harness.expect_equal(code, 0, f"the first apply\n{err}\n{harness.troubles(out)}")
    one.report = json.loads(out)
    one.check_effects()
    one.check_in_step()
    one.check_audit()


def is_refused(one):
    """The second is refused, in text and in JSON, and the refusal is in the audit log."""
    first = begin(one)
    code, out, err = one.cxctl_run("apply", "--auto-approve")
    harness.expect_equal((code, out), (5, ""), "the second apply")
    holder = re.fullmatch(r"error: another apply holds the lock on tenant demo: (\S+)@(\S+) \(process (\d+)\), since "
                          r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.0-9]*Z), run ([0-9A-HJKMNP-TV-Z]{26}); wait for it \(--lock-timeout 2m\)\n", err)
    harness.expect(holder, f"the refusal does not show the holder: {err}")
    harness.expect_equal(holder[2], os.uname().nodename, "the holder's host")
    harness.expect_equal(int(holder[3]), first.pid, "the holder's process")
    code, out, err = one.cxctl_run(*harness.APPLY)
    harness.expect_equal((code, json.loads(out)["error"]["exit"]), (5, 5), "the second apply in JSON")
    harness.expect(first.poll() is None, "the first apply ended too early for this test")
    check_result(one, first)
    harness.expect_equal(one.report["run"], holder[5], "the holder's run")
    refused = [record for record in one.records() if record["outcome"] == "refused"]
    harness.expect_equal(len(refused), 2, "the refusals in the audit log")


def waits(one):
    first = begin(one)
    second = one.spawn("apply", "--auto-approve", "--lock-timeout", "2m")
    check_result(one, first)
    code, out, err = one.finish(second)
    harness.expect_equal(code, 0, f"the one that waited\n{out}{err}")
    harness.expect("No changes." in out, f"the one that waited had something to do\n{out}")
    one.check_effects()


def waits_in_vain(one):
    first = begin(one)
    code, _, err = one.cxctl_run("apply", "--auto-approve", "--lock-timeout", "300ms")
    harness.expect_equal(code, 5, "the one that waited too short")
    harness.expect(f"(process {first.pid})" in err, f"it does not show the holder: {err}")
    check_result(one, first)


def plans_meanwhile(one):
    """A plan takes no lock."""
    first = begin(one)
    code, out, err = one.cxctl_run("plan")
    harness.expect_equal(code, 0, f"a plan during an apply\n{out}{err}")
    check_result(one, first)


def takes_over(one):
    """The lock of a process that is gone is no lock."""
    first = begin(one)
    first.send_signal(signal.SIGKILL)
    one.finish(first)
    one.sim.ask("DELETE", "/_sim/faults")
    one.apply()
    one.check_effects()
    one.check_in_step()
    one.check_audit()


def many_at_once(one):
    """Eight start together: exactly one applies, the others are refused or find nothing to do."""
    processes = [one.spawn(*harness.APPLY) for _ in range(8)]
    ends = [one.finish(process) for process in processes]
    for code, out, err in ends:
        harness.expect(code in (0, 5), f"one ends with {code}\n{err}{harness.troubles(out)}")
    writers = [out for code, out, _ in ends if code == 0 and json.loads(out)["changes"]]
    harness.expect_equal(len(writers), 1, "the applies that changed something")
    one.check_effects()
    one.check_in_step()
    one.check_audit()


def is_overtaken(one):
    """A process that stood still until its lease ran out writes nothing more when it goes on."""
    first = begin(one)
    time.sleep(0.5)  # the other writes of its batch are answered
    first.send_signal(signal.SIGSTOP)
    one.sim.ask("DELETE", "/_sim/faults")
    code, out, err = one.cxctl_run(*harness.APPLY, "--lock-timeout", "90s")
    harness.expect_equal(code, 0, f"the one that waited\n{err}{harness.troubles(out)}")
    seen = len(one.effects())
    first.send_signal(signal.SIGCONT)
    code, out, err = one.finish(first)
    harness.expect_equal(code, 5, f"the one that was overtaken\n{err}{harness.troubles(out)}")
    harness.expect_equal(len(one.effects()), seen, "the effects once the old one goes on")
    one.check_effects()
    one.check_in_step()
    one.check_audit()


def test(cxctl, folder):
    start = harness.Start(cxctl, folder / "start")
    stories = [is_refused, waits, waits_in_vain, plans_meanwhile, takes_over, many_at_once]
    if harness.EXHAUSTIVE:
        stories.append(is_overtaken)  # a lease lasts 30 s

    def check(story):
        with harness.Case(start, story.__name__) as one:
            story(one)

    return harness.run_cases(stories, check)


if __name__ == "__main__":
    harness.main(test)
