#!/usr/bin/env python3
"""Shows that POST /_sim/faults and schemas/sim-faults.schema.json take the same documents.

    faults_schema_test.py CXCTL

From one whole fault of each kind, hundreds are made by removing, adding and replacing one member. Exits 77 (skipped)
where python3-jsonschema is not installed.
"""

import json
import pathlib
import sys
import urllib.error

import harness

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)

CONDITIONS = {"request": 3, "method": "POST", "path": "/api/**", "rate": 0.5, "skip": 1, "times": 2}
WHOLE = [
    {"fault": "rateLimit", "delay": "1s", "form": "date", "retryAfter": "2s"},
    {"fault": "error", "delay": "1s", "when": "before", "status": 502},
    {"fault": "drop", "delay": "1s", "when": "after", "end": "close"},
    {"fault": "delay", "delay": "500ms"},
    {"fault": "cutHead", "delay": "1s", "when": "before", "bytes": 3},
    {"fault": "cutBody", "delay": "1s", "when": "before", "bytes": 0},
    {"fault": "html", "delay": "1s", "when": "before", "status": 200},
    {"fault": "expiredToken", "delay": "1s"},
    {"fault": "concurrentEdit", "delay": "1s", "set": {"dialRate": 3}},
    {"fault": "vanishingItem", "delay": "1s", "item": "hidden"},
    {"fault": "any"},
]
VALUES = [None, True, 0, 1, -1, 3.5, 1.0, 204, 304, 404, 500, 599, 600, 1e16, "", "x", "1s", "1", "-1s", "1w", "/", "**", "api", "GET",
          "get", "before", "reset", "seconds", "deleted", "any", [], {}, {"a": {"b": [1]}}, [1]]
NAMES = sorted(set().union(*WHOLE, CONDITIONS)) + ["faults", "Fault", ""]


def documents():
    yield from ({}, [], 1, {"faults": {}}, {"faults": [1]}, {"faults": [[]]}, {"faults": [], "more": 1}, {"faults": [{}]})
    yield {"$schema": "sim-faults.schema.json", "faults": []}
    yield {"faults": [{**CONDITIONS, **fault} for fault in WHOLE]}
    for fault in WHOLE:
        whole = {**CONDITIONS, **fault}
        for name in whole:
            yield {"faults": [{key: value for key, value in whole.items() if key != name}]}
        for name in NAMES:
            # What a kind has no use for is refused whatever its value; conditions are the same for all kinds.
            thorough = name in fault or (name in CONDITIONS and fault["fault"] == "any")
            for value in VALUES if thorough else ["1s", 500, whole.get(name)]:
                yield {"faults": [{**fault, name: value}]}


def taken(sim, document):
    try:
        sim.ask("POST", "/_sim/faults", document)
        return True
    except urllib.error.HTTPError as error:
        harness.expect_equal(error.code, 400, f"the answer to {json.dumps(document)}")
        return False


def test(cxctl, folder):
    schema = json.loads((pathlib.Path(__file__).parents[2] / "schemas" / "sim-faults.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    (folder / "data.json").write_text("{}", encoding="utf-8")
    sim = harness.Sim(cxctl, folder / "data.json", folder)
    tried, good, failed = 0, 0, 0
    for document in documents():
        by_schema, by_sim = validator.is_valid(document), taken(sim, document)
        tried, good = tried + 1, good + by_sim
        if by_schema != by_sim:
            failed += 1
            print(f"the schema says {by_schema}, the simulated tenant {by_sim}: {json.dumps(document)}")
    sim.stop()
    print(f"{tried} documents, {good} of them good, {failed} judged differently")
    harness.expect(good > 100 and tried - good > 100, "too few of one sort")
    return failed


if __name__ == "__main__":
    harness.main(test)
