#!/usr/bin/env python3
"""Applies on a tenant where everything goes wrong now and then: nothing is made twice, no edit is lost, it converges.

    bad_day_test.py CXCTL

A share of all requests meets a fault of any kind (`cxctl sim --fault-rate`), the same ones for the same seed. Applies are
repeated until one is complete. CXCTL_PROCESS_TESTS=all takes 200 seeds.
"""

import json

import harness

RATES = [0.1, 0.2, 0.35]
SEEDS = 200 if harness.EXHAUSTIVE else 9
MOST_RUNS = 40


def notes(state_text):
    """What others wrote meanwhile, by object."""
    state = json.loads(state_text)
    return {item["id"]: item["note"] for kind in ("campaigns", "schedules", "callCodes") for item in state[kind] if "note" in item}


def apply_until_complete(one):
    for _ in range(MOST_RUNS):
        before = notes(one.sim.state_text())
        code, out, err = one.cxctl_run(*harness.APPLY)
        harness.expect(code in (0, 1, 4), f"apply exits with {code}\n{err}\n{harness.troubles(out)}")
        now = json.loads(one.sim.state_text())
        there = {item["id"] for kind in ("campaigns", "schedules", "callCodes") for item in now[kind]}
        lost = [edited for edited in before if edited in there and edited not in notes(json.dumps(now))]
        harness.expect(not lost, f"what others wrote is gone: {lost}")
        if code == 0:
            return
    raise harness.Failure(f"not complete after {MOST_RUNS} runs: {err}\n{harness.troubles(out)}")


def test(cxctl, folder):
    start = harness.Start(cxctl, folder / "start")
    cases = [(seed, RATES[seed % len(RATES)]) for seed in range(1, SEEDS + 1)]
    struck = []

    def check(case):
        seed, rate = case
        flags = ("--seed", str(seed), "--fault-rate", str(rate))
        with harness.Case(start, f"seed-{seed}", timeout="20s", flags=flags) as one:
            apply_until_complete(one)
            struck.extend(request["fault"] for request in one.sim.requests() if "fault" in request)
            one.sim.ask("DELETE", "/_sim/faults")
            one.apply()
            one.check_effects()
            one.check_in_step()
            one.check_audit()

    failed = harness.run_cases(cases, check)
    harness.expect(len(struck) > 10 * len(RATES), f"hardly anything went wrong: {struck}")
    return failed


if __name__ == "__main__":
    harness.main(test)
