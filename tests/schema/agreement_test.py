#!/usr/bin/env python3
"""Shows that the validator and the JSON Schemas of the kinds say the same.

    agreement_test.py SCHEMA_TOOL SCHEMAS_FOLDER [CXCTL]

From a whole document of each kind, thousands are made by removing, adding and replacing one thing. The program judges
them by its own validator (CX102, CX401), python3-jsonschema by the kind's JSON Schema; each verdict has to be the same.
With CXCTL, `cxctl schema` and `cxctl validate` are asked as well. Exits 77 (skipped) where python3-jsonschema is not
installed.
"""

import copy
import json
import os
import subprocess
import sys
import tempfile

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)


def document(kind, spec, **metadata):
    return {"apiVersion": "cxctl/v1", "kind": kind, "metadata": {"name": "a", **metadata}, "spec": spec}


WINDOW = {"days": ["mon", "sun"], "startTime": "09:00", "endTime": "24:00"}
DAILY_WINDOW = {"startTime": "09:00", "endTime": "20:00", "timeZone": "UTC", "enabled": True}
BLACKOUT = {"startTime": "2026-11-28T12:00:00Z", "endTime": "2026-11-28T14:00:00Z", "reason": "drill", "allowMidWindow": True}
SCHEDULE = {
    "campaign": "a", "name": "Q4", "description": "x", "startTime": "2026-10-01T00:00:00-04:00",
    "endTime": "2026-12-31T23:59:59-05:00", "timeZone": "America/New_York",
    "dialerSettings": {"maxConcurrentCalls": 50, "callRate": 15, "capacityThreshold": 0.85},
    "optimizationSettings": {"useHistoricalAnswerRates": True, "peakHourBoost": 1.25}, "plannedVolume": {"perDay": 5000}}

# Whole documents: every member of every kind stands in one of them.
WHOLE = [
    document("Tenant", {
        "baseUrl": "https://acme.example.com", "dialect": "v2",
        "auth": {"tokenPath": "/oauth/token", "style": "body", "clientId": "${env:I}", "clientSecret": "${env:S}", "scopes": ["a:b"]},
        "sources": ["../base"], "values": {"a": 1, "b": [None]}, "allowInsecure": False,
        "patches": [{"target": {"kind": "Campaign", "name": "a-*", "labels": {"a": "b"}}, "merge": {"spec": {"x": None}}}],
        "rateLimit": {"requestsPerSecond": 10, "burst": 10, "maxConcurrency": 8, "share": 1},
        "timeouts": {"connect": "5s", "request": "30s"},
        "retry": {"maxAttempts": 6, "backoff": "exponential", "baseDelay": "500ms", "maxDelay": "60s"},
        "tls": {"caFile": "ca.pem"}, "applyWindows": [{**WINDOW, "timeZone": "UTC"}],
        "agent": {"url": "https://a.example.com:8443", "token": "${env:T}", "webhookSecret": "${env:W}"},
        "state": {"url": "sqlite:a.db"}, "capacity": {"maxConcurrentCalls": 200}, "rules": {"CX204": "warning"},
        "audit": {"key": "${file:k}"}}),
    document("CallingCalendar", {
        "timeZone": "UTC", "jurisdictions": ["us-fcc"], "clip": True, "calledZones": ["UTC"], "windows": [WINDOW],
        "blackouts": [{"date": "2026-11-26", "reason": "x"}, {"annual": "12-25", "reason": "y"}, BLACKOUT]}),
    document("CampaignSchedule", {**SCHEDULE, "regulatoryWindows": [DAILY_WINDOW], "blackoutPeriods": [BLACKOUT]}),
    document("CampaignSchedule", {**SCHEDULE, "calendar": "a"}),
    document("CallCodeHierarchy", {
        "category": "A", "exclusive": True, "removal": "delete",
        "codes": [{"code": "INT", "name": "x", "type": "SUCCESS", "isActive": True,
                   "children": [{"code": "INT_HOT", "name": "y", "type": "FAILURE"}]}]}),
    document("Campaign", {
        "id": "1", "name": "x", "state": "PAUSED", "pauseReason": "SCHEDULED", "complianceHold": True,
        "scheduledResumeTime": "2026-12-01T14:00:00Z", "maxAgents": 25, "dialingMode": "PREVIEW", "dialRate": 42,
        "carrierLimit": {"maxConcurrentCalls": 1, "maxAgents": 3}, "calendar": "a", "exclusiveSchedules": False, "allowPause": True},
        labels={"a": "b"}, previousNames=["b"], lifecycle={"preventDestroy": True, "ignoreChanges": ["/maxAgents"]},
        waivers=[{"rule": "CX206", "reason": "x", "owner": "y", "expires": "2026-12-31"}]),
    document("PacingPolicy", {
        "campaign": "a", "interval": "30s", "utilization": 0.85, "availabilityWindow": 6,
        "dialRate": {"min": 10, "max": 100, "idle": 0}, "answerRate": {"target": 0.75, "tolerance": 0.05},
        "abandonRate": {"max": 0.03}, "algorithm": "adaptive", "sinks": ["a"]}),
    document("ThrottlePolicy", {
        "campaign": "a", "interval": "15s", "window": "60s", "minAnswerRate": 0.35, "maxAbandonRate": 0.03, "minAttempts": 50,
        "pause": {"reason": "CARRIER_THROTTLE", "resumeAfter": "15m"}, "sinks": ["a"]}),
    document("CallbackPolicy", {
        "queueId": "q", "from": "+18005559876", "defaultRegion": "US", "allowedRegions": ["US"], "calendar": "a",
        "leadTime": {"min": "5m", "max": "14d"},
        "capacity": {"threshold": 15, "min": 5, "max": 30, "window": "5m", "lowerAbove": 20, "lowerBy": 2, "raiseBelow": 5, "raiseBy": 1},
        "retry": {"maxRetries": 3, "baseDelay": "1s", "maxDelay": "30s"},
        "crm": {"enabled": True, "fields": {"A": "b"}}, "sms": {"enabled": True, "from": "+18005559876", "body": "x"},
        "onViolation": "report"}),
    document("Sink", {"url": "https://x.example.com/a", "events": ["campaign.paused"], "secret": "${env:S}", "allowPrivate": True}),
]

OTHER_VALUES = [
    None, True, False, 0, 1, -1, 5, 0.5, 1.5, 5.0, -0.5, 256, 257, 1e16, 1e300, [], {}, [None], ["a"], [1], [{}], [[]],
    {"a": "b"}, {"a": 1}, "", "a", "A", "5", "true", " ", "a b", "é", "CX204", "09:00", "24:00", "24:01", "9:00", "30s", "30",
    "30 s", "1.5s", "-1s", "100000000d", "2026-11-26", "2026-02-30", "2026-11-26T00:00:00", "2026-11-26T00:00:00Z",
    "2026-11-26T00:00:00+24:00", "2026-11-26 00:00:00Z", "12-25", "02-29", "02-30", "mon", "Mon", "UTC", "America/New York",
    "/a", "/a~2", "/", "INT", "int", "I", "0123456789ABCDEFG", "ACTIVE", "active", "SUSPENDED", "SUCCESS", "PREDICTIVE",
    "exponential", "basic", "deactivate", "error", "v1", "v2", "cxctl/v1", "cxctl/v2", "https://x", "http://x", "ftp://x",
    "https://", "sqlite:", "sqlite:x", "postgresql://h/d", "campaign.paused", "campaign", "x" * 63, "x" * 64, "x" * 128, "x" * 129]

# Documents with expressions: their schemas cannot know what comes out, but must take them where the program does.
EXPRESSIONS = [
    document("Campaign", {"name": "${values.text}", "maxAgents": "${values.number}", "state": "${values.state}",
                          "complianceHold": "${values.yes}", "carrierLimit": "${values.limit}"}),
    document("Campaign", {"name": "x ${values.text} $${literal}", "scheduledResumeTime": "${values.day}T14:00:00Z"}),
    document("CallingCalendar", {"timeZone": "UTC", "windows": "${values.windows}", "calledZones": ["${values.zone}"]}),
    document("Sink", {"url": "https://${values.text}.example.com", "events": "${values.events}", "secret": "a${env:A}b"}),
    document("CampaignSchedule", {**SCHEDULE, "dialerSettings": "${values.dialer}", "regulatoryWindows": ["${values.window}"]}),
    document("PacingPolicy", {"campaign": "a", "interval": "${values.number}s", "dialRate": {"min": 0, "max": "${values.number}"}}),
]
VALUES = {"text": "x", "number": 30, "state": "ACTIVE", "yes": True, "limit": {"maxAgents": 3}, "day": "2026-12-01",
          "windows": [WINDOW], "window": DAILY_WINDOW, "zone": "UTC", "events": ["plan.applied"],
          "dialer": SCHEDULE["dialerSettings"]}
# And must not take these.
NO_EXPRESSIONS = [
    ("Campaign", {"name": "x", "maxAgents": "5${values.a}"}), ("Campaign", {"name": "x", "maxAgents": "${env:A}"}),
    ("Campaign", {"name": "x", "maxAgents": "$${values.a}"}), ("Campaign", {"name": "x", "state": "$${values.a}"}),
    ("Campaign", {"name": "x", "state": "ACTIVE $"}), ("Campaign", {"name": "x", "state": "${values.a"}),
    ("Sink", {"url": "$${values.a}", "events": ["plan.applied"]}),
]


def containers(value, path=()):
    """Every mapping and list below, with its path."""
    if isinstance(value, (dict, list)):
        yield path, value
        for key, inner in (value.items() if isinstance(value, dict) else enumerate(value)):
            yield from containers(inner, path + (key,))


def changed(whole, path, change):
    copied = copy.deepcopy(whole)
    target = copied
    for key in path:
        target = target[key]
    change(target)
    return copied


def variants(whole):
    """The document, and all that differ from it in one thing."""
    yield whole
    for path, container in containers(whole):
        for key in list(container.keys() if isinstance(container, dict) else range(len(container))):
            if path == () and key == "kind":
                continue
            yield changed(whole, path, lambda target: target.pop(key))
            for other in OTHER_VALUES:
                yield changed(whole, path, lambda target: target.__setitem__(key, other))
        if isinstance(container, dict):
            for unknown in ("unknown", "", "Name", "x-y", "${values.a}"):
                yield changed(whole, path, lambda target: target.__setitem__(unknown, "a"))
            for first in container:  # pairs of members missing together
                for second in container:
                    if first < second and path != ():
                        yield changed(whole, path, lambda target: (target.pop(first), target.pop(second)))
        else:
            yield changed(whole, path, lambda target: target.clear())
            yield changed(whole, path, lambda target: target.extend(copy.deepcopy(target)))


def write_documents(path, documents):
    """One document every two lines: the n-th (from 0) stands on line 2n + 2."""
    with open(path, "w", encoding="utf-8") as file:
        for each in documents:
            file.write("---\n" + json.dumps(each, ensure_ascii=False) + "\n")


def run(*command, codes=(0,)):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[:2000]}")
    return done.stdout


def verdicts_of_tool(tool, path):
    return [line == "good" for line in run(tool, "shape", path).splitlines()]


def verdicts_of_cxctl(cxctl, path, count):
    report = json.loads(run(cxctl, "validate", path, "--format", "json", codes=(0, 3)))
    bad = {each["line"] // 2 - 1 for each in report["diagnostics"] if each["rule"] in ("CX102", "CX401")}
    return [i not in bad for i in range(count)]


class Failures:
    def __init__(self):
        self.count = 0

    def add(self, message):
        self.count += 1
        if self.count <= 20:
            print(message)


def check_agreement(tool, cxctl, schemas, folder, failures):
    compared = 0
    for number, whole in enumerate(WHOLE):
        kind = whole["kind"]
        validator = Draft202012Validator(schemas[kind])
        documents = list(variants(whole))
        expected = [validator.is_valid(each) for each in documents]
        if not expected[0]:
            failures.add(f"{kind}: the schema refuses the whole document: {next(validator.iter_errors(whole)).message}")
        path = os.path.join(folder, f"{number}-{kind}.yaml")
        write_documents(path, documents)
        judged = [("schema_tool", verdicts_of_tool(tool, path))]
        if cxctl and kind != "Tenant":  # validate reads a Tenant document as a tenant
            judged.append(("cxctl validate", verdicts_of_cxctl(cxctl, path, len(documents))))
        for name, verdicts in judged:
            if len(verdicts) != len(documents):
                failures.add(f"{kind}: {name} judged {len(verdicts)} of {len(documents)} documents")
            for each, schema_says, program_says in zip(documents, expected, verdicts):
                if schema_says != program_says:
                    failures.add(f"{kind}: schema {schema_says}, {name} {program_says}: {json.dumps(each)}")
        compared += len(documents)
        print(f"{kind}: {len(documents)} documents, {sum(expected)} of them good")
    return compared


def check_expressions(tool, schemas, folder, failures):
    tenant = document("Tenant", {"baseUrl": "http://127.0.0.1:1", "auth": {"clientId": "${env:I}", "clientSecret": "${env:S}"},
                                 "sources": ["manifests.yaml"], "values": VALUES})
    write_documents(os.path.join(folder, "tenant.yaml"), [tenant])
    for each in EXPRESSIONS:
        for error in Draft202012Validator(schemas[each["kind"]]).iter_errors(each):
            failures.add(f"{each['kind']}: the schema refuses an expression: {error.message}")
        write_documents(os.path.join(folder, "manifests.yaml"), [each])
        findings = [line for line in run(tool, "tenant", os.path.join(folder, "tenant.yaml")).splitlines() if " CX104 " not in line]
        if findings:
            failures.add(f"{each['kind']}: the program refuses an expression: {findings}")
    for kind, spec in NO_EXPRESSIONS:
        if Draft202012Validator(schemas[kind]).is_valid(document(kind, spec)):
            failures.add(f"{kind}: the schema takes {spec}")


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    tool, schema_folder = sys.argv[1:3]
    cxctl = sys.argv[3] if len(sys.argv) == 4 else None
    failures = Failures()
    schemas = {}
    for kind in run(tool, "kinds").split():
        with open(os.path.join(schema_folder, f"{kind}.schema.json"), encoding="utf-8") as file:
            text = file.read()
        for name, program in (("schema_tool", tool), ("cxctl", cxctl)):
            if program and run(program, "schema", kind) != text:
                failures.add(f"{kind}: `{name} schema {kind}` is not schemas/{kind}.schema.json")
        schemas[kind] = json.loads(text)
        Draft202012Validator.check_schema(schemas[kind])
    if {whole["kind"] for whole in WHOLE} != set(schemas):
        failures.add("a kind has no whole document here")
    with tempfile.TemporaryDirectory() as folder:
        compared = check_agreement(tool, cxctl, schemas, folder, failures)
        check_expressions(tool, schemas, folder, failures)
    print(f"{compared} documents compared, {failures.count} failures")
    sys.exit(1 if failures.count else 0)


if __name__ == "__main__":
    main()
