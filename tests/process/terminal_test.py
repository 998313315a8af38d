#!/usr/bin/env python3
"""Terminals of a size: tables that fit, the pager, and none of either in a pipe.

Usage: terminal_test.py CXCTL
"""

import fcntl
import os
import pathlib
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time

from harness import PATIENCE, Failure, expect, expect_equal

SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}


def on_terminal(cxctl, words, columns=80, rows=24, **environment):
    """Exit code and output of a command on a terminal of that size."""
    pid, terminal = pty.fork()
    if pid == 0:
        # The parent has set the size once this is read.
        os.read(0, 1)
        os.execve(cxctl, ["cxctl", *words], {**SANITIZERS, "PATH": "/usr/bin:/bin", "TERM": "xterm", "LC_ALL": "C.UTF-8",
                                             **environment})
    attributes = termios.tcgetattr(terminal)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.write(terminal, b"\n")
    out, end = b"", time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        out += data
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode().replace("\r\n", "\n")


def test_tables_fit(cxctl):
    for columns in (80, 40):
        code, out = on_terminal(cxctl, ["rules", "--no-pager"], columns)
        expect_equal(code, 0, "rules")
        table = out.split("\n\n")[0].splitlines()
        expect(all(len(line) < columns for line in table), f"a line is too long for {columns} columns:\n{out}")
        expect(any(line.endswith("…") for line in table), f"nothing is shortened at {columns} columns:\n{out}")
    for words in (["rules", "--jurisdictions", "--no-pager"], ["selftest", "--sim"]):
        code, out = on_terminal(cxctl, words, 40, NO_COLOR="1")
        expect(code == 0 and all(len(line) < 40 for line in out.splitlines()), f"{words}: a line is too long:\n{out}")
        expect("CampaignSchedule " in out or words[0] == "rules", f"a kind is cut:\n{out}")
    piped = subprocess.run([cxctl, "rules"], capture_output=True, text=True, check=True, env={**SANITIZERS, "COLUMNS": "40"})
    expect("…" not in piped.stdout, "a pipe gets a shortened line")


def test_pager(cxctl):
    marked = "sed s/^/P:/"
    code, out = on_terminal(cxctl, ["rules"], CXCTL_PAGER=marked)
    expect(code == 0 and out.startswith("P:CX1"), f"the pager is not used: {out[:200]}")
    code, out = on_terminal(cxctl, ["rules"], PAGER=marked)
    expect(out.startswith("P:"), "$PAGER is not used")
    for words, environment in ((["rules", "--no-pager"], {"CXCTL_PAGER": marked}), (["rules"], {"CXCTL_PAGER": "", "PAGER": marked}),
                               (["rules"], {"CXCTL_PAGER": "cat", "PAGER": marked}), (["rules", "--format", "json"], {"PAGER": marked}),
                               (["version"], {"PAGER": marked}), (["rules"], {"PAGER": marked, "TERM": "dumb"})):
        code, out = on_terminal(cxctl, words, **environment)
        expect(code == 0 and "P:" not in out and out, f"{words} {environment}: {code} {out[:200]}")
    piped = subprocess.run([cxctl, "rules"], capture_output=True, text=True, check=True, env={**SANITIZERS, "PAGER": marked})
    expect("P:" not in piped.stdout, "a pipe gets a pager")


def test_pager_that_ends_early_or_is_not_there(cxctl):
    code, out = on_terminal(cxctl, ["explain", "Campaign"], CXCTL_PAGER="head -n 1")
    expect_equal((code, len(out.splitlines())), (0, 1), "a pager that has seen enough")
    code, out = on_terminal(cxctl, ["explain", "Campaign"], CXCTL_PAGER="false")
    expect_equal(code, 0, "a pager that fails")
    code, out = on_terminal(cxctl, ["explain", "Campaign"], CXCTL_PAGER="no-such-pager-here 2>/dev/null")
    expect(code == 0 and "Members:" in out, f"without the pager it is printed: {out[:200]}")


def main():
    if len(sys.argv) != 2:
        print(f"usage: {sys.argv[0]} CXCTL", file=sys.stderr)
        sys.exit(64)
    cxctl = str(pathlib.Path(sys.argv[1]).resolve())
    os.chdir(tempfile.gettempdir())
    failed = 0
    for test in (test_tables_fit, test_pager, test_pager_that_ends_early_or_is_not_there):
        try:
            test(cxctl)
        except Failure as failure:
            failed += 1
            print(f"FAILED: {test.__name__}: {failure}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
