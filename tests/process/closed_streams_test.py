#!/usr/bin/env python3
"""cxctl with standard streams that whoever started it has closed.

    closed_streams_test.py CXCTL

The next descriptor that is opened would take their place: a connection to the tenant would be sent what is printed."""

import subprocess

import harness
from harness import expect, expect_equal
from reports_world import World

COMMANDS = [["plan", "--stateless"], ["drift", "--stateless"], ["doctor"], ["adherence"], ["import", "--out", "manifests", "--dry-run"],
            ["plan", "-v", "--stateless"]]


def run(world, closed, words):
    redirections = " ".join(f"{number}>&-" for number in closed)
    return subprocess.run(["bash", "-c", f'"$0" "$@" {redirections}', world.cxctl, *words], cwd=world.folder, env=harness.ENVIRONMENT,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=harness.PATIENCE, encoding="utf-8")


def test(cxctl, folder):
    world = World(cxctl, folder)
    for words in COMMANDS:
        open_code = run(world, [], words).returncode
        expect(open_code in (0, 2), f"{words} ends with {open_code}")
        for closed in ([0], [2], [0, 2]):
            expect_equal(run(world, closed, words).returncode, open_code, f"exit of {words} without {closed}")
        for closed in ([1], [0, 1], [0, 1, 2]):
            done = run(world, closed, words)
            expect_equal(done.returncode, 1, f"exit of {words} without {closed}: {done.stderr}")
            expect(2 in closed or "cannot write to standard output" in done.stderr, f"{words}: {done.stderr}")
    refused = [request for request in world.sim.requests() if request["status"] == 400]
    expect_equal(refused, [], "requests that the tenant did not understand")
    world.sim.stop()
    return 0


if __name__ == "__main__":
    harness.main(test)
