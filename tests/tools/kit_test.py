#!/usr/bin/env python3
"""Holds the CI kit against what it promises, and against the forges' own schemas.

    kit_test.py KIT

Scripts are checked with shellcheck where it is installed. With $CXCTL_PUBLISHED_SCHEMAS, a folder, the YAML is checked against
github-workflows.json, github-actions.json (SchemaStore) and gitlab-ci.json (GitLab) in it.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian's packages are, whichever Python this is
try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"{missing.name} is not installed: skipped")
    sys.exit(77)

PUBLISHED = os.environ.get("CXCTL_PUBLISHED_SCHEMAS")
TENANT_SECRETS = {"CXONE_CLIENT_ID", "CXONE_CLIENT_SECRET", "CXCTL_AGENT_TOKEN", "CXCTL_STATE_URL"}
PERMISSIONS = {
    "cxctl-plan": {"contents": "read", "pull-requests": "write"},
    "cxctl-apply": {"contents": "read", "actions": "read", "pull-requests": "write"},
    "cxctl-drift": {"contents": "read", "issues": "write"},
}
problems = []


def check(condition, text):
    if not condition:
        problems.append(text)


def read(file):
    # YAML 1.1 reads `on` as true.
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in document.items()}


def check_schema(file, name):
    if not PUBLISHED:
        return
    schema = json.loads((pathlib.Path(PUBLISHED) / name).read_text(encoding="utf-8"))
    for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(read(file)):
        check(False, f"{file.name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")


def check_scripts(kit):
    scripts = sorted([*kit.glob("scripts/*.sh"), *kit.glob("plain/*")])
    for script in scripts:
        runs = script.name not in ("common.sh", "forge.sh")
        check(os.access(script, os.X_OK) == runs, f"{script.name}: wrong mode")
    if shutil.which("shellcheck"):
        done = subprocess.run(["shellcheck", "--external-sources", "--source-path=SCRIPTDIR", *scripts], capture_output=True, text=True, check=False)
        check(done.returncode == 0, done.stdout + done.stderr)
    for file in kit.rglob("*"):
        if file.is_file():
            for path in re.findall(r"\bci/kit/[\w./-]*\w", file.read_text(encoding="utf-8")):
                check((kit.parents[1] / path).exists(), f"{file.name} names {path}, which is not there")


def check_uses(file):
    for line in re.findall(r"uses: (.*)", file.read_text(encoding="utf-8")):
        check(line == "./ci/kit/github" or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), f"{file.name}: not pinned: {line}")


def check_workflow(file):
    workflow = read(file)
    check_uses(file)
    check(workflow["permissions"] == {}, f"{file.name}: rights that no job asked for")
    check("pull_request_target" not in workflow["on"], f"{file.name}: runs what others wrote, with rights")
    cancels = workflow["concurrency"]["cancel-in-progress"]
    check(cancels == (file.stem != "cxctl-apply"), f"{file.name}: cancel-in-progress is {cancels}")
    if file.stem == "cxctl-apply":
        check(workflow["concurrency"]["queue"] == "max", f"{file.name}: a waiting apply is cancelled by the next")
    for name, job in workflow["jobs"].items():
        wanted = {"contents": "read"} if name == "validate" else PERMISSIONS[file.stem]
        check(job["permissions"] == wanted, f"{file.name}: {name} may {job['permissions']}")
        check("timeout-minutes" in job, f"{file.name}: {name} may run for ever")
        check("secrets." not in json.dumps({key: value for key, value in job.items() if key != "steps"}), f"{file.name}: secrets for all of {name}")
        for step in job["steps"]:
            check_step(f"{file.name}: {name}: {step.get('name', step.get('uses'))}", name, step)
    if file.stem == "cxctl-plan":
        own = "github.event.pull_request.head.repo.full_name == github.repository"
        check(own in workflow["jobs"]["plan"]["if"], f"{file.name}: forks are planned")


def check_step(where, job, step):
    check("${{" not in step.get("run", ""), f"{where}: an expression within a script")
    secrets = set(re.findall(r"secrets\.(\w+)", json.dumps(step)))
    has_token = "github.token" in json.dumps(step)
    check(not (secrets and has_token), f"{where}: has the forge's token and the tenant's secrets")
    check(secrets <= TENANT_SECRETS and not (secrets and job == "validate"), f"{where}: has {secrets}")
    check(not secrets or re.fullmatch(r"ci/kit/scripts/(plan|apply|drift)\.sh", step["run"]), f"{where}: needs no secrets")
    if step.get("uses", "").startswith("actions/checkout"):
        check(step["with"]["persist-credentials"] is False, f"{where}: leaves the token behind")


def check_gitlab(file):
    jobs = read(file)
    for name in ("cxctl-apply", "cxctl-apply-planned"):
        check(jobs[name]["resource_group"] == "cxctl-apply" and jobs[name]["interruptible"] is False, f"{name} may be cancelled, or run twice")
        check("CI_DEFAULT_BRANCH" in jobs[name]["rules"][0]["if"], f"{name} runs on branches")
    rule = jobs["cxctl-plan"]["rules"][0]["if"]
    check("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID" in rule, "forks are planned")
    for name, job in jobs.items():
        for line in job.get("script", []):
            if re.search(r"/(plan|apply|drift)\.sh", line):
                check("-u CXCTL_FORGE_TOKEN" in line, f"{name}: {line}: has the forge's token")
            if re.search(r"/(comment|issue|fetch-plan)\.sh", line):
                check(all(f"-u {secret} " in line for secret in TENANT_SECRETS), f"{name}: {line}: has the tenant's secrets")


def main():
    kit = pathlib.Path(sys.argv[1])
    check_scripts(kit)
    for file in sorted(kit.glob("github/cxctl-*.yml")):
        check_workflow(file)
        check_schema(file, "github-workflows.json")
    check_uses(kit / "github/action.yml")
    check_schema(kit / "github/action.yml", "github-actions.json")
    check_gitlab(kit / "gitlab/cxctl.gitlab-ci.yml")
    check_schema(kit / "gitlab/cxctl.gitlab-ci.yml", "gitlab-ci.json")
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
