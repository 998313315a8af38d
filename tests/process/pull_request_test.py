#!/usr/bin/env python3
"""Tells the story of pull requests, with the scripts of ci/kit, a real git repository, the simulated tenant and a fake forge.

    pull_request_test.py CXCTL

Once for GitHub and once for GitLab: a plan becomes a comment, which the next push updates; the merge applies the plan that was
reviewed, and no other; drift opens an issue, updates it and closes it. Then without a forge. Exits 77 (skipped) without git, curl, jq or unzip.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import fake_forge
import harness
from harness import expect, expect_equal
from reports_world import EAST

KIT = pathlib.Path(__file__).resolve().parents[2] / "ci" / "kit"
for tool in ("git", "curl", "jq", "unzip"):
    if not shutil.which(tool):
        print(f"{tool} is not installed: skipped")
        sys.exit(77)


def campaign(rate=30, agents=25):
    return harness.document("Campaign", "east", {"id": EAST, "state": "INACTIVE", "dialRate": rate, "maxAgents": agents}) + "\n"


class Repository:
    """A clone, its tenant and its forge."""

    def __init__(self, cxctl, folder, forge):
        self.folder, self.forge, self.number = folder, forge, 0
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "cxctl").symlink_to(cxctl)
        data = {"capacity": {"maxConcurrentCalls": 1000}, "campaigns": [
            {"id": EAST, "name": "East", "state": "INACTIVE", "maxAgents": 25, "dialingMode": "PREDICTIVE", "dialRate": 30}]}
        (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
        self.sim = harness.Sim(cxctl, folder / "data.json", folder)
        self.tree = folder / "clone"
        (self.tree / "manifests").mkdir(parents=True)
        self.write("tenant.yaml", harness.TENANT.format(port=self.sim.port, timeout="10s"))
        self.write("east.yaml", campaign())
        (self.tree / ".gitignore").write_text(".cxctl/\ncxctl-reports/\n", encoding="utf-8")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("Calling, as it is")
        expect_equal(self.run("cxctl", "apply", "--auto-approve"), 0, "the first apply")

    # --- git ---

    def git(self, *words):
        who = ["-c", "user.name=Dana", "-c", "user.email=dana@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *who, *words], cwd=self.tree, capture_output=True, text=True, check=False,
                              env={**harness.ENVIRONMENT, "GIT_CONFIG_GLOBAL": "/dev/null"})
        expect(done.returncode == 0, f"git {words}: {done.stderr}")
        return done.stdout.strip()

    def write(self, name, text):
        (self.tree / "manifests" / name).write_text(text, encoding="utf-8")

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    # --- what CI does ---

    def run(self, program, *words, environment=None):
        """The exit code; what it said is in self.said."""
        path = f"{self.folder}/bin:{harness.ENVIRONMENT['PATH']}"
        done = subprocess.run([program, *words], cwd=self.tree, env={**harness.ENVIRONMENT, "PATH": path, **(environment or {})},
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=harness.PATIENCE, encoding="utf-8")
        self.said = done.stdout + done.stderr
        expect("canary" not in self.said, f"a secret is printed: {self.said}")
        expect("runtime error" not in self.said and "Sanitizer" not in self.said, self.said)
        return done.returncode

    def script(self, name, *words, exit_code=0, forge=False, **environment):
        """A step: those that speak to the forge have its token and none of the tenant's secrets, the others the reverse."""
        if forge:
            environment = {**self.forge.environment(), "CXONE_CLIENT_ID": "", "CXONE_CLIENT_SECRET": "", **environment}
        code = self.run(str(KIT / "scripts" / f"{name}.sh"), *words, environment=environment)
        expect(code == exit_code, f"{name}.sh exits with {code}, expected {exit_code}\n{self.said}")

    def reports(self, name):
        return self.tree / "cxctl-reports" / name

    def open_pull_request(self):
        self.number += 1
        self.git("switch", "--quiet", "--create", f"change-{self.number}", "main")
        return self.number

    def push(self, text, exit_code=0):
        """The pull request's job: plans, stores, comments."""
        self.write("east.yaml", text)
        head = self.commit("A change")
        self.script("plan", exit_code=exit_code)
        if exit_code == 0:
            self.forge.store_plan("cxctl-plan", head, self.number, self.reports(""))
        self.script("comment", "cxctl-reports/plan.md", forge=True, CXCTL_PULL_REQUEST=str(self.number))
        return head

    def merge(self, head, fork=False):
        self.git("switch", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "Merge", f"change-{self.number}")
        shutil.rmtree(self.reports(""), ignore_errors=True)
        self.forge.pulls.append({"number": self.number, "head": head, "merged": self.git("rev-parse", "HEAD"), "fork": fork})

    def apply_merged(self, exit_code=0, **environment):
        self.script("fetch-plan", forge=True)
        reviewed = dict(line.split("=") for line in self.reports("reviewed").read_text(encoding="utf-8").splitlines())
        self.script("apply", exit_code=exit_code, **{**reviewed, **environment})
        return reviewed

    def watch(self):
        """The job of every morning."""
        self.script("drift")
        self.script("issue", forge=True)

    # --- the tenant ---

    def live(self):
        return json.loads(self.sim.state_text())["campaigns"][0]

    def edit(self, **members):
        self.sim.ask("POST", "/_sim/edit", {"kind": "campaign", "id": EAST, "set": members, "by": "mallory@example.com"})


def comments(repository):
    return [each["body"] for each in repository.forge.comments.get(repository.number, [])]


# --- chapters ---

def reviewed_and_merged(repository):
    repository.open_pull_request()
    fake = "<!-- cxctl plan demo -->\nNothing will happen."
    repository.forge.comments[repository.number] = [repository.forge.written(f"chat {n}", fake_forge.MALLORY) for n in range(120)]
    repository.forge.comments[repository.number].append(repository.forge.written(fake, fake_forge.MALLORY))
    repository.push(campaign(rate=20))
    expect_equal(len(comments(repository)), 122, "comments")
    expect(comments(repository)[-1].startswith("<!-- cxctl plan demo -->\n"), comments(repository)[-1])
    expect("1 to update" in comments(repository)[-1], comments(repository)[-1])

    repository.push("kind: Campaign\n", exit_code=3)
    expect_equal(len(comments(repository)), 122, "comments after a mistake")
    expect("1 to update" not in comments(repository)[-1], "the comment tells of the mistake")

    head = repository.push(campaign(rate=10))
    expect_equal(len(comments(repository)), 122, "comments after another push")
    expect("1 to update" in comments(repository)[-1], comments(repository)[-1])
    expect_equal(comments(repository)[-2], fake, "what somebody else wrote")
    expect_equal(repository.live()["dialRate"], 30, "a plan writes nothing")

    repository.merge(head)
    reviewed = repository.apply_merged()
    expect_equal(reviewed, {"CXCTL_REVIEWED_COMMIT": head, "CXCTL_PULL_REQUEST": str(repository.number)}, "what was reviewed")
    expect_equal(repository.live()["dialRate"], 10, "the merge is applied")
    repository.script("comment", "cxctl-reports/apply.md", forge=True, CXCTL_PULL_REQUEST=reviewed["CXCTL_PULL_REQUEST"])
    expect(comments(repository)[-1].startswith("<!-- cxctl apply demo -->\n"), "what became of it is a comment of its own")
    expect_equal(repository.run("cxctl", "audit", "export", "-o", "-"), 0, "the audit log")
    record = json.loads(repository.said.splitlines()[-1])
    expect_equal(record["git"], {"commit": repository.git("rev-parse", "HEAD"), "pr": str(repository.number)}, "what the audit log tells")


def drift_comes_and_goes(repository):
    issues = repository.forge.issues
    repository.watch()
    expect_equal(issues, [], "issues without drift")
    repository.edit(dialRate=12)
    repository.watch()
    repository.edit(maxAgents=7)
    repository.watch()
    expect_equal(len(issues), 1, "issues")
    key = "body" if repository.forge.kind == "github" else "description"
    expect("/maxAgents" in issues[0][key], issues[0][key])
    expect("demo" in issues[0]["title"], issues[0]["title"])
    # Who cannot ask does not know: the issue stays.
    shutil.rmtree(repository.reports(""))
    repository.script("drift", exit_code=1, CXONE_CLIENT_ID="")
    repository.script("issue", forge=True, exit_code=1)
    expect(issues[0]["state"].startswith("open"), "the issue stays")
    repository.edit(dialRate=10, maxAgents=25)
    repository.watch()
    expect_equal(issues[0]["state"], "closed", "the issue when the drift is gone")
    repository.edit(dialRate=12)
    repository.watch()
    expect_equal([each["state"].startswith("open") for each in issues], [False, True], "new drift is a new issue")
    repository.edit(dialRate=10)
    repository.watch()


def refused(repository):
    # Somebody changed the tenant after the review.
    repository.open_pull_request()
    repository.merge(repository.push(campaign(rate=10, agents=20)))
    repository.edit(maxAgents=22)
    repository.apply_merged(exit_code=5)
    expect("stale" in repository.said, repository.said)
    repository.edit(maxAgents=25)

    # The plan is another commit's, or was changed, or nobody says what was reviewed.
    first = repository.git("rev-list", "--max-parents=0", "HEAD")
    repository.apply_merged(exit_code=5, CXCTL_REVIEWED_COMMIT=first)
    repository.apply_merged(exit_code=5, CXCTL_REVIEWED_COMMIT="")
    plan = repository.reports("plan.json")
    plan.write_text(plan.read_text(encoding="utf-8").replace("20", "40"), encoding="utf-8")
    repository.script("apply", exit_code=6, CXCTL_REVIEWED_COMMIT=repository.forge.pulls[-1]["head"])
    expect_equal(repository.live()["maxAgents"], 25, "nothing of it was written")
    repository.apply_merged()
    expect_equal(repository.live()["maxAgents"], 20, "what was reviewed is applied")

    # Another pull request was merged in between: the manifests are not those of the plan.
    repository.open_pull_request()
    head = repository.push(campaign(rate=8, agents=20))
    repository.git("switch", "--quiet", "main")
    repository.write("codes.yaml", harness.document("CallCodeHierarchy", "sales", {"category": "SALES", "codes": [
        {"code": "AA", "name": "A", "type": "SUCCESS"}]}) + "\n")
    repository.commit("Codes")
    repository.merge(head)
    repository.apply_merged(exit_code=5)
    expect("other manifests" in repository.said, repository.said)

    # The way out: the merged commit is planned, reviewed, and applied as itself.
    merged = repository.git("rev-parse", "HEAD")
    repository.script("plan")
    repository.script("apply", CXCTL_REVIEWED_COMMIT=merged)
    expect_equal(repository.live()["dialRate"], 8, "the merged commit's plan is applied")


def nobody_reviewed(repository):
    repository.open_pull_request()
    head = repository.push(campaign(rate=6, agents=20))
    stored = repository.forge.artifacts.pop()
    repository.merge(head)
    repository.script("fetch-plan", forge=True, exit_code=5)
    expect("there is no plan" in repository.said, repository.said)
    if repository.forge.kind == "github":
        repository.forge.artifacts.append({**stored, "fork": True})
        repository.script("fetch-plan", forge=True, exit_code=5)
    repository.forge.artifacts.append(stored)
    repository.forge.pulls[-1]["fork"] = True
    repository.script("fetch-plan", forge=True, exit_code=5)
    expect("nobody reviewed a plan" in repository.said, repository.said)
    repository.forge.pulls[-1]["fork"] = False
    repository.forge.is_down = True
    repository.script("fetch-plan", forge=True, exit_code=1)
    repository.script("comment", ".gitignore", forge=True, exit_code=64, CXCTL_PULL_REQUEST="1; rm")
    repository.forge.is_down = False
    repository.script("fetch-plan", forge=True)


def without_forge(repository):
    """ci/kit/plain: plans are kept in a folder."""
    plain = {"CXCTL_PLANS": str(repository.folder / "plans"), "CXCTL_BASE": "main"}
    run = lambda name, exit_code: expect_equal(repository.run(str(KIT / "plain" / name), environment=plain), exit_code, f"{name}: {repository.said}")
    repository.open_pull_request()
    repository.write("east.yaml", campaign(rate=5, agents=20))
    repository.commit("Slower")
    run("pull-request", 0)
    repository.git("switch", "--quiet", "--create", "late", "HEAD~1")
    repository.write("east.yaml", campaign(rate=4, agents=20))
    repository.commit("Slower still")
    repository.git("switch", "--quiet", "main")
    run("merge", 5)  # of the last chapter: its plan is not in the folder
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge", f"change-{repository.number}")
    run("merge", 0)
    expect_equal(repository.live()["dialRate"], 5, "the merge is applied")
    repository.git("switch", "--quiet", "late")
    run("pull-request", 5)
    expect("behind" in repository.said, repository.said)
    run("merge", 5)
    expect("no merge" in repository.said, repository.said)


def pinned(repository):
    """Only the package that is pinned is installed."""
    install = lambda exit_code, **settings: repository.script("install", exit_code=exit_code, **settings)
    install(64, CXCTL_PACKAGE="", CXCTL_PACKAGE_SHA256="")
    install(64, CXCTL_PACKAGE=".gitignore", CXCTL_PACKAGE_SHA256="latest")
    install(6, CXCTL_PACKAGE=".gitignore", CXCTL_PACKAGE_SHA256="0" * 64)


def test(cxctl, folder):
    failed = 0
    for kind in ("github", "gitlab"):
        with fake_forge.Forge(kind) as forge:
            repository = Repository(cxctl, folder / kind, forge)
            try:
                for chapter in (reviewed_and_merged, drift_comes_and_goes, refused, nobody_reviewed, without_forge, pinned):
                    chapter(repository)
            except harness.Failure as failure:
                print(f"FAILED: {kind}, {chapter.__name__}: {failure}")
                failed += 1
            finally:
                repository.sim.stop()
    return failed


harness.main(test)
