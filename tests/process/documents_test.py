#!/usr/bin/env python3
"""With --format json every command prints exactly one JSON document, whatever is wrong, and a schema says what is in it.

    documents_test.py CXCTL

(CXCTL_PROCESS_TESTS=all tries every pair of command and situation, else a part of them.)

Runs each command in situations in which most of them cannot do their work; stories and the other tests show the
documents of work that is done. Then: every command and every schema is known to tests/cli/documents.py, and the schemas
are valid, strict and say what each member means.
"""

import concurrent.futures
import json
import re
import signal
import subprocess
import sys

import harness
from harness import documents, expect, expect_equal

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)

RUN = "01J9Z3V5Q0R8X4T2N6M1K7H3B5"
LINES = ["validate", "plan", "apply --auto-approve", "apply --dry-run", "apply plan.json", "drift", "drift accept Campaign/*",
         "why Campaign/east", "import Campaign", "fmt", "render", "diff manifests manifests", "diff HEAD manifests", "graph",
         f"rollback {RUN}", f"unlock {RUN}", "audit log", "audit show 1", "audit verify", "audit verify audit.jsonl",
         "audit export -o audit.jsonl", "audit export", "audit keygen -o keys", "agent --once", "agent token create --name a --role read",
         "agent token list", "agent token revoke a", "agent dead-letters", "agent replay --all", "sim", "schedule show Campaign/east",
         "schedule show Campaign/east -o week.json", "window status", "optimize", "adherence", "export -o out.csv", "export", "simulate", "simulate --compare manifests", "rules",
         "rules --jurisdictions", "rules --jurisdiction us-fl", "explain", "explain Campaign", "explain Campaign.state", "explain CX203",
         "schema Campaign", "doctor", "selftest", "completion bash", "completion zsh -o _cxctl", "man", "man -o man1", "version"]
TENANT = """apiVersion: cxctl/v1
kind: Tenant
metadata: {name: demo}
spec:
  baseUrl: http://127.0.0.1:1
  auth: {clientId: "${env:CXONE_CLIENT_ID}", clientSecret: "${env:CXONE_CLIENT_SECRET}"}
  retry: {maxAttempts: 1}
"""
GOOD = {"manifests/tenant.yaml": TENANT,
        "manifests/east.yaml": json.dumps({"apiVersion": "cxctl/v1", "kind": "Campaign", "metadata": {"name": "east"},
                                           "spec": {"name": "East", "state": "ACTIVE", "calendar": "weekdays"}}),
        "manifests/weekdays.yaml": json.dumps({"apiVersion": "cxctl/v1", "kind": "CallingCalendar", "metadata": {"name": "weekdays"},
                                               "spec": {"timeZone": "America/New_York", "weekly": {"mon": ["09:00-17:00"]}}})}
# Files beside the good ones, words behind the command, variables.
SITUATIONS = {
    "nobody there": ({}, "", {}),
    "no manifests": (None, "", {}),
    "no secret": ({}, "", {"CXONE_CLIENT_SECRET": ""}),
    "broken YAML": ({"manifests/tenant.yaml": "kind: ["}, "", {}),
    "invalid manifests": ({"manifests/east.yaml": GOOD["manifests/east.yaml"].replace("ACTIVE", "SOMETIMES")}, "", {}),
    "no such tenant": ({}, "-t nowhere.yaml", {}),
    "no store": ({}, "--state sqlite:/dev/null/x.db", {}),
    "a store that is none": ({"state.db": "not a database" * 1000}, "--state sqlite:state.db", {}),
    "an unknown flag": ({}, "--nonsense", {}),
    "wrong values": ({}, "--now yesterday --days many --target Campaign/*", {}),
    "too many words": ({}, "a b c d e", {}),
    "no time": ({}, "--timeout 1ms", {}),
    "CI": ({}, "", {"GITHUB_ACTIONS": "true", "GITLAB_CI": "true", "CLICOLOR_FORCE": "1"}),
    "help": ({}, "--help", {}),
}


def write(folder, files):
    if files is None:
        return
    for name, text in {**GOOD, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def mistakes_of(cxctl, folder, line, situation):
    files, more, variables = SITUATIONS[situation]
    place = folder / situation / re.sub(r"[^a-z0-9]+", "-", line.lower())
    place.mkdir(parents=True)
    write(place, files)
    words = [*line.split(), *more.split(), "--format", "json"]
    done = subprocess.run([cxctl, *words], cwd=place, env={**harness.ENVIRONMENT, **variables}, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=harness.PATIENCE, check=False)
    found = documents.problems(words, done.stdout)
    if not found:
        error = json.loads(done.stdout).get("error")
        if error and error["exit"] != done.returncode:
            found.append(f"the document says exit {error['exit']}, it is {done.returncode}")
    if "canary" in done.stdout + done.stderr:
        found.append("a secret is printed")
    return [f"{situation}: cxctl {' '.join(words)}: {each}" for each in found]


def test_one_document_whatever_happens(cxctl, folder):
    always = [(line, situation) for situation in ("nobody there", "no time") for line in LINES]
    others = [(line, situation) for situation in SITUATIONS for line in LINES if (line, situation) not in always]
    cases = always + harness.evenly(others, 80)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = sum(pool.map(lambda case: mistakes_of(cxctl, folder, *case), cases), [])
    print(f"{len(cases)} runs")
    expect(not found, "\n".join(found))


def test_a_running_agent_prints_one_document(cxctl, folder):
    place = folder / "agent"
    place.mkdir()
    write(place, {})
    words = ["agent", "--listen", "127.0.0.1:0", "--format", "json"]
    agent = subprocess.Popen([cxctl, *words], cwd=place, env=harness.ENVIRONMENT, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
    said = ""
    while not said.endswith("}\n"):
        line = agent.stdout.readline()
        expect(line, f"the agent ended: {said}")
        said += line
    agent.send_signal(signal.SIGTERM)
    rest, _ = agent.communicate(timeout=harness.PATIENCE)
    expect_equal((agent.returncode, rest), (0, ""), "how it ends")
    expect(harness.read_document(words, said)["url"].startswith("http://127.0.0.1:"), said)


def test_every_command_is_known(cxctl, _):
    def say(*words):
        return subprocess.run([cxctl, *words], capture_output=True, text=True, check=True, timeout=harness.PATIENCE).stdout

    commands = re.findall(r"^  ([a-z-]+) +\S", say("--help").split("Commands:")[1], re.M)
    known = {name.split()[0] for name in documents.DOCUMENTS}
    expect_equal(sorted(commands), sorted(known | set(documents.WITHOUT)), "the commands of cxctl --help")
    for command in commands:
        has = re.search(r"--format \S*\bjson\b", say(command, "--help")) is not None
        expect_equal(has, command in known, f"whether {command} has --format json")
    expect(known <= {line.split()[0] for line in LINES}, "a command is not tried")


def test_every_schema_is_known(*_):
    kinds = {file.name.split(".")[0] for file in documents.SCHEMAS.glob("[A-Z]*.schema.json")}
    files = {file.name.removesuffix(".schema.json") for file in documents.SCHEMAS.glob("*.schema.json")} - kinds
    used = set(sum(documents.DOCUMENTS.values(), [])) | {documents.ERROR, "help"} | set(documents.OTHERS)
    expect_equal(sorted(files), sorted(used), "schemas/")
    for name in sorted(files | kinds):
        schema = documents.read(name)
        Draft202012Validator.check_schema(schema)
        expect_equal(schema["$id"], f"urn:cxctl:schema:{name}", f"$id of {name}")
        expect(schema["title"] and schema["description"], f"{name} does not say what it is")


def parts(schema, path=""):
    """Every schema within a schema, with its path."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword in ("properties", "$defs"):
        for name, each in schema.get(keyword, {}).items():
            yield from parts(each, f"{path}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from parts(schema[keyword], f"{path}/{keyword}")
    for index, each in enumerate(schema.get("oneOf", [])):
        yield from parts(each, f"{path}/oneOf/{index}")


def test_documents_are_strict_and_described(*_):
    shared = {}
    for name in sorted(set(sum(documents.DOCUMENTS.values(), []))) + [documents.ERROR]:
        schema = documents.read(name)
        for path, part in parts(schema):
            where = f"{name}: {path}"
            if "properties" in part:
                expect_equal(part.get("additionalProperties"), False, f"{where}: additionalProperties")
                expect(set(part["required"]) <= set(part["properties"]), f"{where}: it requires what it does not know")
            for member, each in part.get("properties", {}).items():
                expect(set(each) & {"description", "$ref", "const"}, f"{where}: {member} is not described")
        for known in ("diagnostic", "source"):
            if known in schema.get("$defs", {}):
                said = shared.setdefault(known, (name, schema["$defs"][known]))
                expect_equal(schema["$defs"][known], said[1], f"{known} of {name} and {said[0]}")
    record = {key: value for key, value in documents.read("audit-record").items() if key[0] != "$" and key != "title"}
    expect_equal(documents.read("audit-log")["$defs"]["record"], record, "the record of audit-log and audit-record")


def test(cxctl, folder):
    failed = 0
    for name, check in sorted(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            check(cxctl, folder)
            print(f"ok: {name}", flush=True)
        except harness.Failure as failure:
            failed += 1
            print(f"FAILED: {name}: {failure}", flush=True)
    return failed


if __name__ == "__main__":
    harness.main(test)
