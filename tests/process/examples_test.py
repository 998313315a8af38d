#!/usr/bin/env python3
"""Runs every example of every command's --help, on a copy of manifests/ and a simulated tenant.

Usage: examples_test.py CXCTL

Each example gets a folder of its own. What stands in it for something that only a run gives (a run's id, a hash) is
replaced by the real thing. SKIPPED holds those that cannot run here, with why.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from harness import PATIENCE, Failure, Sim, expect, run_cases

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUN_PLACEHOLDER = "01JD2Y8Q5T6W7X8Y9Z0A1B2C3D"
DEV = "manifests/tenants/dev/tenant.yaml"

# Example -> why it cannot run here.
SKIPPED = {
    "cxctl agent -t manifests/tenants/prod/tenant.yaml": "the production tenant is nowhere",
    "cxctl agent --listen 0.0.0.0:8443 --tls-cert agent.pem --tls-key agent.key": "listens to the world",
    "cxctl unlock 01JD2Y8Q5T6W7X8Y9Z0A1B2C3D": "there is no run that hangs",
    "cxctl export --resume 6f1c0c7e -o schedules.csv": "there is no export that was left",
}
# Shell lines that make what an example of the command, or that one, takes for granted.
APPLIED = "cxctl apply --auto-approve >/dev/null"
REPOSITORY = ("git init -q -b main . && git add -A && git -c user.name=Ann -c user.email=ann@example.com commit -qm First "
              "&& git tag v1.4")
BEFORE = {
    "rollback": f"{APPLIED}; sed -i 's/callRate: 4/callRate: 3/' {DEV}; {APPLIED}",
    "audit": f"{APPLIED}; cxctl audit export -o audit.jsonl",
    "apply plan.json": "cxctl plan -o plan.json >/dev/null",
    "--plan plan.json": "cxctl plan -o plan.json >/dev/null",
    "main:manifests": REPOSITORY,
    "diff v1.4": REPOSITORY,
    "--compare main": REPOSITORY,
    "diff reviewed.json": "cxctl plan -o plan.json >/dev/null; cp plan.json reviewed.json",
    "--public-key": "cxctl audit keygen; export CXCTL_AUDIT_KEY=\"$(cat audit.key)\"; "
                    f"sed -i 's/^  capacity:/  audit: {{key: \"${{env:CXCTL_AUDIT_KEY}}\"}}\\n  capacity:/' {DEV}; "
                    "rm -r manifests/tenants/dev/.cxctl; " + APPLIED,
    "drift": APPLIED,
    "--faults faults.json": "echo '{\"faults\": []}' > faults.json",
}
# What else than 0 and 2 (there are differences) is right.
EXITS = {
    "cxctl apply": [5],                  # nobody is there to say yes
    "cxctl validate": [3],               # one of the example's waivers may have expired
    "cxctl import --out manifests/base": [5],
}
# Those that serve until they are stopped, and what they print then.
SERVES = ("cxctl sim ",)


def examples(cxctl):
    """(command, example) of every command's help."""
    found = []
    overview = subprocess.run([cxctl, "--help"], capture_output=True, text=True, check=True).stdout
    for command in re.findall(r"^  ([a-z]+) ", overview, re.MULTILINE):
        text = subprocess.run([cxctl, command, "--help"], capture_output=True, text=True, check=True).stdout
        lines = text.split("Examples:\n")[1].split("\nUsage:")[0].splitlines()
        own = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
        expect(own, f"{command} --help begins with no example")
        found += [(command, example) for example in own]
    return found


class World:
    """A folder with the example manifests, and a tenant that they speak of."""

    def __init__(self, cxctl, folder):
        self.cxctl, self.folder = cxctl, folder

    def __enter__(self):
        shutil.copytree(ROOT / "manifests", self.folder / "manifests", ignore=shutil.ignore_patterns(".cxctl"))
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "cxctl").symlink_to(self.cxctl)
        self.sim = Sim(self.cxctl, self.folder / "manifests" / "sim-data.json", self.folder)
        tenant = self.folder / DEV
        tenant.write_text(tenant.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{self.sim.port}"))
        self.environment = {
            **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS") if name in os.environ},
            "PATH": f"{self.folder}/bin:/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "CXCTL_TENANT": DEV,
            "CXONE_CLIENT_ID": "dev", "CXONE_CLIENT_SECRET": "canary-secret", "WFO_WEBHOOK_SECRET": "canary-wfo",
            "WAREHOUSE_WEBHOOK_SECRET": "canary-warehouse", "CXCTL_AGENT_TOKEN": "canary-token",
            "CXCTL_STATE_URL": "sqlite:state.db",
        }
        return self

    def __exit__(self, *_):
        self.sim.stop()

    def change_by_hand(self):
        """Somebody changes what the examples of drift accept take into git."""
        state = self.sim.ask("GET", "/_sim/state")
        for kind, name, member, value in (("campaigns", "Collections East", "dialingMode", "PREVIEW"),
                                          ("schedules", "Year-end collections", "description", "By hand")):
            found = [item for item in state[kind] if item["name"] == name]
            expect(found, f"{kind} have no {name}: {[item['name'] for item in state[kind]]}")
            self.sim.ask("POST", "/_sim/edit", {"kind": kind[:-1], "id": found[0]["id"], "set": {member: value}})

    def shell(self, line):
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)
        return done.returncode, done.stdout, done.stderr


def check_example(world, command, example):
    before = "; ".join(line for key, line in BEFORE.items() if key in f"{example} " or key == command)
    line = example
    if RUN_PLACEHOLDER in example or " HASH" in example or "audit show" in example:
        code, out, err = world.shell(f"{before}; cxctl audit export -o - | tail -n 1")
        expect(code == 0 and out, f"before it: {err}")
        before = ""
        run, head = re.search(r'"run":"(\w+)"', out).group(1), re.search(r'"hash":"(\w+)"', out).group(1)
        line = line.replace(RUN_PLACEHOLDER, run).replace("HASH", head).replace("show 41", "show 1")
        if command == "rollback" and line.endswith(run):
            line += " --auto-approve"
    if "drift accept" in example:
        code, _, err = world.shell(before)
        expect(code == 0, err)
        before = ""
        world.change_by_hand()
    for filter_name in ("jq", "dot", "column"):
        if not shutil.which(filter_name):
            line = line.split(f" | {filter_name} ")[0]
    if f"{example} ".startswith(SERVES):
        return check_serving(world, before, example)
    code, out, err = world.shell(f"set -o pipefail; {before or 'true'}; {line}")
    allowed = [0, 2] + EXITS.get(example, [])
    expect(code in allowed, f"{line}\nexits with {code}\n{out[-2000:]}\n{err[-2000:]}")
    expect("Sanitizer" not in err and "canary" not in out + err, f"{line}\n{out}\n{err}")


def check_serving(world, before, example):
    """It says where it listens, and ends well when it is asked to."""
    line = re.sub(r"--port \d+", "--port 0", example) + ("" if "--port" in example else " --port 0")
    world.shell(before or "true")
    process = subprocess.Popen(["bash", "-c", f"exec {line}"], cwd=world.folder, env=world.environment,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    expect(said.startswith("listening on "), f"{line}\n{said}{out}{err}")
    expect(process.returncode == 0, f"{line}\nexits with {process.returncode}\n{err}")


def main():
    if len(sys.argv) != 2:
        print(f"usage: {sys.argv[0]} CXCTL", file=sys.stderr)
        sys.exit(64)
    cxctl = str(pathlib.Path(sys.argv[1]).resolve())
    all_examples = examples(cxctl)
    known = {example for _, example in all_examples}
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cxctl-examples-"))

    def check(case):
        number, (command, example) = case
        own = folder / str(number)
        own.mkdir()
        with World(cxctl, own) as world:
            check_example(world, command, example)

    stale = [example for example in SKIPPED if example not in known]
    if stale:
        raise Failure(f"SKIPPED names examples that are none: {stale}")
    cases = [case for case in enumerate(all_examples) if case[1][1] not in SKIPPED]
    failed = run_cases(cases, check)
    print(f"{len(SKIPPED)} examples skipped")
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
