"""What the process tests share: cxctl against `cxctl sim` as separate processes, over real sockets, with a real store.

A test makes a Start once (a tenant and manifests with twenty changes a group waiting, every kind of write among them), a
Case from it for everything that it tries, and holds the outcome against what an undisturbed apply leaves behind.

CXCTL_PROCESS_TESTS=all tries every point; else points are sampled evenly, so that a test ends within a minute.
"""

import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
import documents  # noqa: E402

EXHAUSTIVE = os.environ.get("CXCTL_PROCESS_TESTS") == "all"
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    "HOME": os.environ.get("HOME", "/"),
    "CXONE_CLIENT_ID": "cxctl-ci",
    "CXONE_CLIENT_SECRET": "canary-client-secret",
    "CXCTL_ACTOR": "ci@example.com",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
ENVIRONMENT.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
APPLY = ["apply", "--auto-approve", "--allow-large-change", "--allow-delete", "100", "--format", "json"]
PATIENCE = 120  # seconds after which a process hangs


class Failure(AssertionError):
    """Something that must hold does not."""


def expect(condition, text):
    if not condition:
        raise Failure(text)


def expect_equal(found, wanted, what):
    expect(found == wanted, f"{what}: {found!r}, expected {wanted!r}")


def read_document(words, text):
    """The document that a command with --format json printed; a failure if its schema does not take it."""
    found = documents.problems(words, text)
    expect(not found, "\n".join(found))
    return json.loads(text)


# --- the manifests ---

TENANT = """apiVersion: cxctl/v1
kind: Tenant
metadata: {{name: demo}}
spec:
  baseUrl: http://127.0.0.1:{port}
  auth:
    clientId: ${{env:CXONE_CLIENT_ID}}
    clientSecret: ${{env:CXONE_CLIENT_SECRET}}
  rateLimit: {{requestsPerSecond: 1000, burst: 1000, maxConcurrency: 4}}
  retry: {{maxAttempts: 4, baseDelay: 10ms, maxDelay: 5s}}
  timeouts: {{connect: 10s, request: {timeout}}}
"""


def campaign_id(group, number):
    return f"a{group:07d}-0000-4000-8000-{number:012d}"


def campaigns(groups):
    """What the tenant has before the first apply."""
    items = []
    for group in range(groups):
        items += [
            {"id": campaign_id(group, 1), "name": f"East {group}", "state": "ACTIVE", "maxAgents": 25,
             "dialingMode": "PREDICTIVE", "dialRate": 40},
            {"id": campaign_id(group, 2), "name": f"West {group}", "state": "PAUSED", "pauseReason": "SCHEDULED",
             "maxAgents": 20, "dialingMode": "PREDICTIVE", "dialRate": 30},
            {"id": campaign_id(group, 3), "name": f"North {group}", "state": "INACTIVE", "maxAgents": 10,
             "dialingMode": "PREVIEW", "dialRate": 8}]
    return {"capacity": {"maxConcurrentCalls": 1000}, "campaigns": items}


def document(kind, name, spec, /, **metadata):
    return json.dumps({"apiVersion": "cxctl/v1", "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec})


def campaign(group, name, number, /, **spec):
    return document("Campaign", f"{name}-{group}", {"id": campaign_id(group, number), **spec})


def schedule(group, name, on, window, rate=15, /, metadata=None, **spec):
    """A month of weekdays far ahead; `window` None: always, so that the campaign may be activated now."""
    span = ("2040-01-02T00:00:00Z", "2040-01-31T00:00:00Z") if window else ("2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z")
    start, end = window or ("00:00", "00:00")
    return document("CampaignSchedule", f"{name}-{group}", {
        "campaign": f"{on}-{group}", "startTime": span[0], "endTime": span[1], "timeZone": "UTC",
        "regulatoryWindows": [{"startTime": start, "endTime": end, "timeZone": "UTC", "enabled": True}],
        "dialerSettings": {"maxConcurrentCalls": 5, "callRate": rate, "capacityThreshold": 0.85}, **spec}, **(metadata or {}))


def codes(group, name, category, removal, roots):
    return document("CallCodeHierarchy", f"{name}-{group}", {"category": f"{category}_{group}", "removal": removal, "codes": roots})


def code(name, title, kind="SUCCESS", *children):
    node = {"code": name, "name": title, "type": kind}
    return {**node, "children": list(children)} if children else node


def first_tree(group):
    return [
        campaign(group, "east", 1, state="ACTIVE", maxAgents=25, dialRate=40),
        campaign(group, "west", 2, state="PAUSED", dialRate=30),
        campaign(group, "north", 3, maxAgents=10),
        schedule(group, "east-a", "east", ("09:00", "17:00")),
        schedule(group, "east-b", "east", ("10:00", "12:00")),
        schedule(group, "east-c", "east", ("13:00", "14:00")),
        schedule(group, "west-a", "west", None, description="Afternoons"),
        schedule(group, "west-b", "west", ("09:00", "17:00"), name=f"West B {group}"),
        schedule(group, "north-a", "north", ("09:00", "17:00")),
        codes(group, "sales", "SALES", "delete", [
            code("AA", "A", "SUCCESS", code("A1", "A one"), code("A2", "A two", "SUCCESS", code("A2X", "A two x", "FAILURE"))),
            code("BB", "B", "NEUTRAL")]),
        codes(group, "care", "CARE", "deactivate", [code("CC", "C", "SUCCESS", code("C1", "C one"), code("C2", "C two"))]),
    ]


def second_tree(group):
    """Twenty changes on top of it, POST, PUT, PATCH and DELETE."""
    blackout = {"startTime": "2040-01-10T00:00:00Z", "endTime": "2040-01-11T00:00:00Z", "reason": "Drill"}
    return [
        campaign(group, "east", 1, state="PAUSED", pauseReason="SCHEDULED", maxAgents=25, dialRate=40),
        campaign(group, "west", 2, state="ACTIVE", dialRate=30),
        campaign(group, "north", 3, maxAgents=12),
        schedule(group, "east-a", "east", ("09:00", "17:00"), 10),
        schedule(group, "east-b", "east", ("09:00", "13:00")),
        schedule(group, "east-d", "east", ("15:00", "16:00")),
        schedule(group, "west-a", "west", None, description="Every afternoon"),
        schedule(group, "west-mornings", "west", ("09:00", "17:00"), name=f"West mornings {group}",
                 metadata={"previousNames": [f"west-b-{group}"]}),
        schedule(group, "west-c", "west", ("07:00", "08:00")),
        schedule(group, "north-a", "north", ("09:00", "17:00"), blackoutPeriods=[blackout]),
        codes(group, "sales", "SALES", "delete", [
            code("AA", "All of A", "SUCCESS", code("A1", "A one", "SUCCESS", code("A1N", "New")), code("A2", "A two", "NEUTRAL")),
            code("DD", "D", "NEUTRAL", code("D1", "D one", "SUCCESS", code("D1X", "D one x")))]),
        codes(group, "care", "CARE", "deactivate", [code("CC", "C", "SUCCESS", code("C1", "C one", "FAILURE"))]),
    ]


# --- processes ---

class Sim:
    """A simulated tenant in a process of its own."""

    def __init__(self, cxctl, data, folder, flags=()):
        self.errors = open(folder / "sim-errors", "w+", encoding="utf-8")
        self.process = subprocess.Popen([cxctl, "sim", "--port", "0", "--rate", "0", "--data", str(data), *flags], stdout=subprocess.PIPE,
                                        stderr=self.errors, env=ENVIRONMENT, text=True)
        line = self.process.stdout.readline()
        expect(line.startswith("listening on http://127.0.0.1:"), f"the simulated tenant does not start: {self.said()}")
        self.port = int(line.rsplit(":", 1)[1])

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read().decode()
        return json.loads(text) if text else None

    def state_text(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_sim/state", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def requests(self):
        return self.ask("GET", "/_sim/requests")["requests"]

    def set_faults(self, faults):
        self.ask("POST", "/_sim/faults", {"faults": faults})

    def struck(self):
        return [fault["struck"] for fault in self.ask("GET", "/_sim/faults")["faults"]]

    def wait_for(self, condition, what):
        """Until the log shows what the condition looks for."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if condition(self.requests()):
                return
            time.sleep(0.005)
        raise Failure(f"it never came to this: {what}")

    def stop(self):
        self.process.terminate()
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        said = self.said()
        self.errors.close()
        expect(code == 0 and not said, f"the simulated tenant ended with {code}: {said}")


class Start:
    """A folder to start from: the first tree is applied, the second one is in the manifests."""

    def __init__(self, cxctl, folder, groups=1, databases=None):
        self.cxctl, self.folder, self.groups, self.databases = cxctl, folder, groups, databases
        folder.mkdir()
        (folder / "data.json").write_text(json.dumps(campaigns(groups)), encoding="utf-8")
        case = Case(self, "first", trees=first_tree)
        with case:
            case.apply()
            self.run = case.report["run"]
            self.data = folder / "applied.json"
            self.data.write_text(case.sim.state_text(), encoding="utf-8")
            case.check_in_step()
        self.template = folder / "template"
        shutil.copytree(case.folder / "manifests", self.template)
        write_tree(self.template, second_tree, groups)
        with Case(self, "undisturbed") as calm:
            calm.apply()
            self.requests = calm.sim.requests()
            calm.check_in_step()
            self.effects = calm.effects()
            self.state = calm.state()
            calm.check_audit()
        self.changes = len(self.effects)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            expect(any(effect.method == method for effect in self.effects), f"no {method} is among the changes")


def write_tree(folder, tree, groups):
    (folder / "all.yaml").write_text("\n---\n".join(text for group in range(groups) for text in tree(group)) + "\n",
                                     encoding="utf-8")


# A write that the tenant carried out. `key`: what its audit record can be known by.
Effect = collections.namedtuple("Effect", "method place key body")
# `note` is what the fault concurrentEdit writes.
CHOSEN_BY_TENANT = ("id", "etag", "createdAt", "updatedAt", "updatedBy", "note")


class Case:
    """One try: a tenant, manifests and a store of its own."""

    def __init__(self, start, name, trees=None, timeout="10s", flags=()):
        self.start, self.name, self.trees, self.timeout, self.flags = start, name, trees, timeout, flags
        self.cxctl = start.cxctl
        self.folder = start.folder / name
        self.report = None
        self.environment = ENVIRONMENT

    def __enter__(self):
        self.folder.mkdir()
        if self.start.databases:
            # As a copied folder takes its SQLite file along, each case begins with a copy of the first one's database.
            url = self.start.databases.make(self.name, None if self.trees else "first")
            self.environment = {**ENVIRONMENT, "CXCTL_STATE": url}
        manifests = self.folder / "manifests"
        if self.trees:
            manifests.mkdir()
            write_tree(manifests, self.trees, self.start.groups)
            self.sim = Sim(self.cxctl, self.start.folder / "data.json", self.folder)
        else:
            shutil.copytree(self.start.template, manifests)
            self.sim = Sim(self.cxctl, self.start.data, self.folder, self.flags)
        self.point_to(self.sim.port)
        return self

    def __exit__(self, kind, error, trace):
        self.sim.stop()
        if kind is None and not self.trees:
            shutil.rmtree(self.folder)

    def point_to(self, port):
        state = '  state: {url: "${env:CXCTL_STATE}"}\n' if self.start.databases else ""
        (self.folder / "manifests" / "tenant.yaml").write_text(TENANT.format(port=port, timeout=self.timeout) + state, encoding="utf-8")

    def spawn(self, *words):
        return subprocess.Popen([self.cxctl, *words], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, process):
        """What the process came to: its exit code, standard output and standard error."""
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failure(f"cxctl {' '.join(process.args[1:])} hangs") from None
        expect("Sanitizer" not in err and "runtime error" not in err, err)
        expect("canary" not in out + err, "a secret is printed")
        return process.returncode, out, err

    def cxctl_run(self, *words):
        return self.finish(self.spawn(*words))

    def apply(self, exit_code=0):
        code, out, err = self.cxctl_run(*APPLY)
        expect(code == exit_code, f"apply exits with {code}, expected {exit_code}\n{err}\n{troubles(out)}")
        self.report = json.loads(out)
        return self.report

    # --- what must hold ---

    def effects(self, after=0):
        """The writes that were carried out. A create whose key was seen before is only answered again."""
        found, keys = [], set()
        for request in self.sim.ask("GET", f"/_sim/requests?after={after}")["requests"]:
            if request["method"] == "GET" or request["path"] == "/oauth/token" or not 200 <= request["status"] < 300:
                continue
            place, _, last = request["path"].rpartition("/")
            digest = hashlib.sha256(request["body"].encode()).hexdigest()
            if request["method"] == "POST":
                key = request["headers"]["Idempotency-Key"]
                if key in keys:
                    continue
                keys.add(key)
                found.append(Effect("POST", request["path"], ("create", digest), request["body"]))
            else:
                found.append(Effect(request["method"], place, (last, digest), request["body"]))
        return found

    def state(self):
        """What the tenant holds, without what is not ours to choose: ids, ETags, times, notes of others."""
        state = json.loads(self.sim.state_text())
        names = {item["id"]: item["code"] for item in state["callCodes"]}

        def plain(item):
            item = {key: value for key, value in item.items() if key not in CHOSEN_BY_TENANT}
            if item.get("parentCallCodeId"):
                item["parentCallCodeId"] = names[item["parentCallCodeId"]]
            return json.dumps(item, sort_keys=True)
        return {kind: sorted(plain(item) for item in state[kind]) for kind in ("campaigns", "schedules", "callCodes")}

    def check_effects(self):
        """Each change was carried out exactly once, and no request was sent twice by whatever is below us."""
        ids = collections.Counter(request["headers"]["X-Request-Id"] for request in self.sim.requests())
        expect(max(ids.values()) == 1, f"sent twice under one id: {ids.most_common(1)}")
        count = lambda effects: collections.Counter((effect.method, effect.place) for effect in effects)
        expect_equal(count(self.effects()), count(self.start.effects), "the effects")
        creates = collections.Counter((effect.place, effect.body) for effect in self.effects() if effect.method == "POST")
        expect(max(creates.values()) == 1, f"made twice: {creates.most_common(1)}")
        expect_equal(self.state(), self.start.state, "the tenant")

    def check_in_step(self):
        code, out, err = self.cxctl_run("plan", "--detailed-exitcode")
        expect(code == 0, f"a plan has something to do ({code})\n{out}{err}")

    def records(self):
        code, out, err = self.cxctl_run("audit", "export", "-o", "-")
        expect(code == 0, err)
        return [json.loads(line) for line in out.splitlines()]

    def check_audit(self):
        """The chain verifies, and tells every effect exactly once, and none that was not."""
        code, out, err = self.cxctl_run("audit", "verify")
        expect(code == 0, f"the audit chain does not verify\n{out}{err}")
        told = [self.key_of(record) for record in self.records() if record["run"] != self.start.run]
        told = collections.Counter(key for key in told if key)
        done = collections.Counter(effect.key for effect in self.effects())
        expect_equal(told, done, "the writes that the audit log tells")

    @staticmethod
    def key_of(record):
        """The effect that the record tells of; None if it tells of none."""
        if record["outcome"] not in ("applied", "recovered") or record["payloadSha256"] is None:
            return None
        return ("create" if record["action"] == "create" else record["liveId"], record["payloadSha256"])


def troubles(out):
    """What a report says about the changes that were not made."""
    try:
        changes = json.loads(out).get("changes", [])
    except ValueError:
        return out
    return "\n".join(f"{change['address']}: {change['outcome']}: {change['error']}" for change in changes if change.get("error")) or out[:2000]


# --- tests ---

def run_cases(cases, check):
    """Calls check(case) for each, some side by side. Returns how many failed; each failure is printed."""
    failed = 0
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(max(2, min(8, os.cpu_count() or 2))) as pool:
        running = {pool.submit(check, case): case for case in cases}
        for done in concurrent.futures.as_completed(running):
            error = done.exception()
            if error is None:
                continue
            failed += 1
            print(f"FAILED: {running[done]}\n{error if isinstance(error, Failure) else trace_of(error)}\n", flush=True)
    print(f"{len(cases)} cases, {failed} failed, {time.monotonic() - started:.0f} s", flush=True)
    return failed


def trace_of(error):
    return "".join(traceback.format_exception(error))


def evenly(items, count):
    """So many of them, from all over."""
    if EXHAUSTIVE or len(items) <= count:
        return items
    return [items[index * len(items) // count] for index in range(count)]


def main(test, *more):
    """Calls test(cxctl, folder, ...) with the arguments that `more` names, which returns how many cases failed."""
    if len(sys.argv) != 2 + len(more):
        print(f"usage: {sys.argv[0]} {' '.join(['CXCTL', *more])}", file=sys.stderr)
        sys.exit(64)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cxctl-process-"))
    failed = 1
    try:
        failed = test(str(pathlib.Path(sys.argv[1]).resolve()), folder, *sys.argv[2:])
    except Failure as failure:
        print(f"FAILED: {failure}")
    finally:
        if failed:
            print(f"what was left behind: {folder}")
        else:
            shutil.rmtree(folder)
    sys.exit(1 if failed else 0)
