#!/usr/bin/env python3
"""kill -9 at every step of an apply of sixty changes: the next apply converges, nothing is made twice, nothing is lost.

    kill_test.py CXCTL

Each write has seven points (proxy.POINTS) at which the process can die. By default some are taken from all over, and a few
recoveries are killed as well; CXCTL_PROCESS_TESTS=all takes all of them.
"""

import harness
import proxy

GROUPS = 3
SAMPLES = 28
AGAIN = 6


def cases(writes):
    points = list(proxy.POINTS)
    every = [[(write, point)] for write in range(1, writes + 1) for point in points]
    # Neighbours differ in their point, so that samples taken evenly see them all.
    sampled = every if harness.EXHAUSTIVE else [[(1 + index * (writes - 1) // (SAMPLES - 1), points[index % len(points)])]
                                               for index in range(SAMPLES)]
    # A run is killed, and so is the one that recovers it.
    twice = [[(1 + index * (writes // 2) // AGAIN, points[index % len(points)]), (1 + index % 3, points[(index + 2) % len(points)])]
             for index in range(AGAIN)]
    return sampled + twice


def test(cxctl, folder):
    start = harness.Start(cxctl, folder / "start", GROUPS)
    writes = len([request for request in start.requests if request["method"] != "GET" and request["path"] != "/oauth/token"])
    harness.expect(writes >= 60, f"the apply makes {writes} writes, fewer than 60")
    return harness.run_cases(cases(writes), lambda case: check(start, case))


def check(start, case):
    """Dies at each of the case's points, and holds what the next apply leaves against what must hold."""
    name = "-".join(f"{write}-{point}" for write, point in case)
    with harness.Case(start, name) as one:
        between = proxy.Proxy(one.sim.port)
        try:
            one.point_to(between.port)
            seen = kill_runs(one, between, case)
            between.pass_on()
            one.apply()
            between.quiet()
            between.deliver_held()
            one.check_effects()
            one.check_in_step()
            one.check_audit()
            check_told(one, seen)
        finally:
            between.stop()


def kill_runs(one, between, case):
    """Starts an apply for each point, which dies there. Returns what the tenant carried out for them."""
    for write, point in case:
        between.kill_at(write, point)
        process = one.spawn(*harness.APPLY)
        between.aim(process.pid)
        code, out, err = one.finish(process)
        harness.expect(between.killed and code == -9, f"was not killed at write {write}, but ended with {code}\n{err}{out[:2000]}")
        between.quiet()
    return one.effects()


def check_told(one, seen):
    """The audit log tells under the killed runs, not under the one that found out, what they did."""
    records = [record for record in one.records() if record["run"] != one.report["run"]]
    told = [one.key_of(record) for record in records]
    for effect in seen:
        harness.expect(effect.key in told, f"no record of the killed run tells of {effect.method} {effect.place} {effect.body}")
    for record in records:
        cut_off = "cut off" in (record.get("reason") or "")
        harness.expect(cut_off or record["outcome"] in ("applied", "adopted", "recovered"),
                       f"{record['address']} is recorded as {record['outcome']} without a word about the end of its run")


if __name__ == "__main__":
    harness.main(test)
