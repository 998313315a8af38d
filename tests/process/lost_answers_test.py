#!/usr/bin/env python3
"""An answer that is lost, at every request of an apply, over real sockets: each change is made exactly once.

    lost_answers_test.py CXCTL

The connection is reset or closed, the request times out, the head or the body of the answer is cut; after the tenant
carried the request out, or before. By default each way meets each method once, and each request one way;
CXCTL_PROCESS_TESTS=all tries every way at every request.
"""

import harness

WAYS = {
    "reset": {"fault": "drop", "end": "reset"},
    "close": {"fault": "drop", "end": "close"},
    "timeout": {"fault": "drop", "end": "close", "delay": "10s"},
    "cut head": {"fault": "cutHead", "bytes": 33},
    "cut body": {"fault": "cutBody", "bytes": 7},
}
FORMS = [(way, when) for way in WAYS for when in ("after", "before")]


def cases(requests):
    found = []
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for form, (way, when) in enumerate(FORMS):
            count = sum(request["method"] == method and request["path"].startswith("/api/") for request in requests)
            for skip in range(count) if harness.EXHAUSTIVE else [form % count]:
                found.append({"way": way, "when": when, "method": method, "path": "/api/**", "skip": skip})
    for index in range(1, len(requests) + 1):
        for form, (way, when) in enumerate(FORMS):
            # Neighbours are of one kind: the forms take turns in another rhythm.
            if harness.EXHAUSTIVE or form == (index * 3) % len(FORMS):
                found.append({"way": way, "when": when, "request": index})
    return found


def test(cxctl, folder):
    start = harness.Start(cxctl, folder / "start")
    tries = cases(start.requests)

    def check(case):
        condition = {name: case[name] for name in ("method", "path", "skip", "request") if name in case}
        fault = {**condition, **WAYS[case["way"]], "when": case["when"], "times": 1}
        name = "-".join(str(value).replace("/", "").replace(" ", "") for value in case.values())
        with harness.Case(start, name, timeout="1s" if case["way"] == "timeout" else "20s") as one:
            one.sim.set_faults([fault])
            one.apply()
            harness.expect_equal(one.sim.struck(), [1], "how often the fault struck")
            one.check_effects()
            one.check_in_step()
            one.check_audit()

    return harness.run_cases(tries, check)


if __name__ == "__main__":
    harness.main(test)
