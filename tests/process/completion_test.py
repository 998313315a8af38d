#!/usr/bin/env python3
"""Completion in real shells, and man pages read by a real formatter.

Usage: completion_test.py CXCTL

bash completes for real; zsh and fish read their scripts where they are installed, and fish completes, too. Man pages are
formatted by groff, man or mandoc, whichever is there; none of them may warn.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from harness import Failure, expect, expect_equal

ROOT = pathlib.Path(__file__).resolve().parents[2]
SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}


class Shell:
    """A folder with manifests, and the program in PATH."""

    def __init__(self, cxctl, folder):
        self.folder = folder
        shutil.copytree(ROOT / "manifests", folder / "manifests", ignore=shutil.ignore_patterns(".cxctl"))
        (folder / "bin").mkdir()
        (folder / "bin" / "cxctl").symlink_to(cxctl)
        self.environment = {**SANITIZERS, "PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8",
                            "TERM": "dumb"}

    def run(self, *words, text=None, **more):
        return subprocess.run(words, cwd=self.folder, env=self.environment, input=text, capture_output=True, text=True,
                              timeout=60, **more)

    def bash(self, *words):
        """What bash offers for the last of the words."""
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
        script = (f"source <(cxctl completion bash)\nCOMP_WORDS=(cxctl {quoted})\nCOMP_CWORD={len(words)}\n_cxctl\n"
                  "printf '%s\\n' \"${COMPREPLY[@]}\"\n")
        done = self.run("bash", "--norc", "-c", script)
        expect_equal(done.stderr, "", f"bash says of {words}")
        return [line for line in done.stdout.splitlines() if line]


def test_bash(shell):
    commands = shell.bash("")
    for command in ("validate", "plan", "apply", "drift", "doctor", "selftest", "completion", "man"):
        expect(command in commands, f"{command} is not offered: {commands}")
    expect("__complete" not in commands, "the hidden command is offered")
    expect_equal(shell.bash("pl"), ["plan"], "pl")
    expect_equal(shell.bash("plan", "--detailed"), ["--detailed-exitcode"], "a flag")
    expect_equal(shell.bash("-q", "plan", "--detailed"), ["--detailed-exitcode"], "a flag behind another")
    expect_equal(shell.bash("plan", "--format", "mar"), ["markdown"], "a choice")
    expect_equal(shell.bash("plan", "--format", "=", "mar"), ["markdown"], "a choice behind =")
    expect_equal(shell.bash("audit", "ver"), ["verify"], "a subcommand")
    expect_equal(shell.bash("completion", ""), ["bash", "zsh", "fish"], "shells")
    expect_equal(shell.bash("plan", "--target", "Campaign/coll"), ["Campaign/collections-east", "Campaign/collections-west"],
                 "addresses")
    expect("team=collections" in shell.bash("plan", "-l", ""), "labels")
    expect_equal(shell.bash("-t", "manifests/tenants/dev/tenant.yaml", "drift", "accept", "Sink/w"),
                 ["Sink/warehouse", "Sink/wfo"], "addresses of a tenant")
    expect_equal(shell.bash("drift", ""), ["accept"], "drift takes a subcommand, or nothing")
    expect_equal(shell.bash("drift", "accept", "CallCode"), [each for each in shell.bash("drift", "accept", "") if
                 each.startswith("CallCode/outbound/")], "codes, and not their hierarchy")
    expect("CallCode/outbound/SALE/SALE_NEW" in shell.bash("drift", "accept", "Campaign/x", "CallCode/outbound/SA"), "a second address")
    expect("CallCode/outbound/SALE" in shell.bash("why", "CallCode/outbound/SA"), "codes")
    expect_equal(shell.bash("agent", "token", ""), ["create", "list", "revoke"], "agent token")
    expect_equal(shell.bash("agent", "token", "revoke", ""), [], "behind agent token revoke")
    for command, words in (("audit", ["log", "show", "verify", "export", "keygen"]), ("agent", ["token", "dead-letters", "replay"]),
                           ("window", ["status"]), ("schedule", ["show"])):
        expect_equal(shell.bash(command, ""), words, f"{command} and no files")
    expect_equal(shell.bash("audit", "verify", "manif"), ["manifests"], "a file to verify")
    expect("CallingCalendar/us-weekdays" in shell.bash("schedule", "show", "Calling"), "calendars")
    expect_equal(shell.bash("explain", "CX20"), [f"CX20{n}" for n in range(1, 10) if f"CX20{n}" in shell.bash("explain", "CX")],
                 "rules")
    expect("CampaignSchedule.dialerSettings.callRate" in shell.bash("explain", "CampaignSchedule.dialer"), "fields")
    expect_equal(shell.bash("rules", "--jurisdiction", "us-fl"), ["us-fl"], "rule packs")
    expect_equal(shell.bash("plan", "-t", "manif"), ["manifests"], "files")
    expect_equal(shell.bash("unlock", ""), [], "nothing to offer")


def test_silent_and_fast(shell):
    (shell.folder / "manifests" / "broken.yaml").write_text("a: [\n", encoding="utf-8")
    began = time.monotonic()
    done = shell.run("cxctl", "__complete", "addresses")
    took = time.monotonic() - began
    (shell.folder / "manifests" / "broken.yaml").unlink()
    expect_equal((done.returncode, done.stderr), (0, ""), "a broken file")
    expect(took < 10, f"it takes {took:.1f} s")
    empty = shell.folder / "empty"
    empty.mkdir()
    done = subprocess.run(["cxctl", "__complete", "addresses"], cwd=empty, env=shell.environment, capture_output=True,
                          text=True, check=False)
    expect_equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "no manifests")
    done = shell.run("cxctl", "__complete", "nonsense", "-t")
    expect_equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "nonsense")
    expect("__complete" not in shell.run("cxctl", "--help").stdout, "the hidden command is in the help")


def test_other_shells(shell):
    for name in ("zsh", "fish"):
        script = shell.folder / f"completion.{name}"
        done = shell.run("cxctl", "completion", name, "-o", str(script))
        expect_equal((done.returncode, done.stdout, done.stderr), (0, "", ""), name)
        program = os.environ.get(f"CXCTL_{name.upper()}") or shutil.which(name)
        if not program:
            print(f"{name} is not installed: its script is not read")
            continue
        done = shell.run(program, "-n", str(script))
        expect_equal((done.returncode, done.stderr), (0, ""), f"{name} reads its script")
        if name == "fish":
            test_fish(shell, program, script)


def test_fish(shell, program, script):
    def offered(line):
        done = shell.run(program, "--no-config", "-c", f"source {script}; complete -C '{line}'")
        return [each.split("\t")[0] for each in done.stdout.splitlines()]
    expect_equal(offered("cxctl pl"), ["plan"], "fish: a command")
    expect_equal(offered("cxctl plan --detailed"), ["--detailed-exitcode"], "fish: a flag")
    expect_equal(offered("cxctl plan --format mar"), ["markdown"], "fish: a choice")
    expect_equal(offered("cxctl plan --target Sink/w"), ["Sink/warehouse", "Sink/wfo"], "fish: addresses")
    expect_equal(offered("cxctl audit ver"), ["verify"], "fish: a subcommand")
    expect_equal(offered("cxctl drift "), ["accept"], "fish: drift")
    expect_equal(sorted(offered("cxctl agent token ")), ["create", "list", "revoke"], "fish: agent token")
    expect("CallCode/outbound/SALE" in offered("cxctl drift accept CallCode/outbound/SA"), "fish: codes")


def test_man(shell):
    folder = shell.folder / "man1"
    done = shell.run("cxctl", "man", "-q", "-o", str(folder))
    expect_equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "man -o")
    pages = sorted(folder.iterdir())
    names = {page.name for page in pages}
    expect({"cxctl.1", "cxctl-agent.1", "cxctl-plan.1"} <= names, f"{names}")
    expect_equal(shell.run("cxctl", "man", "plan").stdout, (folder / "cxctl-plan.1").read_text(encoding="utf-8"), "one page")
    formatters = [["groff", "-man", "-ww", "-Tutf8", "-z"], ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"],
                  ["mandoc", "-Tlint", "-Wwarning"]]
    there = [command for command in formatters if shutil.which(command[0])]
    for command in there:
        for page in pages:
            done = shell.run(*command, str(page))
            said = done.stderr + (done.stdout if command[0] == "mandoc" else "")
            expect_equal((done.returncode, said), (0, ""), f"{command[0]} says of {page.name}")
    if shutil.which("groff"):
        text = shell.run("groff", "-man", "-Tascii", "-P-c", str(folder / "cxctl-plan.1")).stdout
        for part in ("--detailed-exitcode", "cxctl plan -o plan.json", "PLAN"):
            expect(part in text.replace("\b", ""), f"the page of plan lacks {part}:\n{text}")
    if not there:
        print("no formatter is installed: the pages are not read")


def main():
    if len(sys.argv) != 2:
        print(f"usage: {sys.argv[0]} CXCTL", file=sys.stderr)
        sys.exit(64)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cxctl-completion-"))
    failed = 0
    try:
        shell = Shell(str(pathlib.Path(sys.argv[1]).resolve()), folder)
        for test in (test_bash, test_silent_and_fast, test_other_shells, test_man):
            try:
                test(shell)
            except Failure as failure:
                failed += 1
                print(f"FAILED: {test.__name__}: {failure}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
