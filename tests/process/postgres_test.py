#!/usr/bin/env python3
"""The command line with PostgreSQL as the state store: what holds with SQLite holds there.

    postgres_test.py CXCTL URL-FILE

Each case has a database of its own on the server whose URL stands in URL-FILE (ci/postgres start).
"""

import pathlib
import subprocess
import threading
import urllib.parse

import harness
import kill_test
import proxy
import two_applies_test


class Databases:
    def __init__(self, url):
        self.url = url
        self.lock = threading.Lock()  # a database is copied while nobody uses it

    def make(self, name, copy_of):
        """The URL of a new database."""
        source = f' TEMPLATE "{copy_of}"' if copy_of else ""
        with self.lock:
            done = subprocess.run(["psql", "-q", self.url, "-c", f'CREATE DATABASE "{name}"{source}'], capture_output=True, text=True)
        harness.expect(done.returncode == 0, done.stderr)
        return urllib.parse.urlsplit(self.url)._replace(path="/" + name).geturl()


def tells_whats_wrong(one):
    """A server that is not there, or does not let us in: exit 1, and the password is nowhere."""
    url = urllib.parse.urlsplit(one.environment["CXCTL_STATE"])
    wrong = [url._replace(netloc=url.netloc.rpartition("@")[0] + "@127.0.0.1:1"),
             url._replace(netloc=f"{url.username}:canary-wrong@{url.hostname}:{url.port}"),
             url._replace(path="/nowhere")]
    for each in wrong:
        one.environment = {**one.environment, "CXCTL_STATE": each.geturl()}
        for words in (["plan"], ["apply", "--auto-approve"], ["audit", "verify"], ["drift"]):
            code, out, err = one.cxctl_run(*words)
            harness.expect_equal((code, out), (1, ""), f"{words} with a server that it cannot use")
            harness.expect(err.startswith("error: state store postgresql://cxctl@127.0.0.1:"), err)
    harness.expect_equal(one.effects(), [], "what was written without a state store")


def reads_before_the_first_write(one):
    """Reading makes no tables."""
    one.environment = {**one.environment, "CXCTL_STATE": one.start.databases.make("empty", None)}
    for words, wanted in ((["audit", "verify"], 0), (["audit", "log"], 0), (["plan"], 0)):
        code, out, err = one.cxctl_run(*words)
        harness.expect_equal(code, wanted, f"{words} on an empty database\n{out}{err}")
    code, _, err = one.cxctl_run("audit", "show", "1")
    harness.expect_equal((code, err), (1, "error: there is no record 1\n"), "a record of an empty database")


def signs(one):
    """Signed heads, on the command line as in the Tenant document."""
    harness.expect_equal(one.cxctl_run("audit", "keygen")[0], 0, "audit keygen")
    tenant = one.folder / "manifests" / "tenant.yaml"
    tenant.write_text(tenant.read_text() + '  audit: {key: "${file:../audit.key}"}\n')
    one.apply()
    state = one.environment.pop("CXCTL_STATE")
    code, out, err = one.cxctl_run("audit", "verify", "--public-key", "audit.pub", "--state", state)
    harness.expect_equal(code, 0, f"the signed chain\n{out}{err}")
    subprocess.run(["psql", "-q", state, "-c", "DELETE FROM signed_head"], check=True)
    code, out, err = one.cxctl_run("audit", "verify", "--public-key", "audit.pub", "--state", state)
    harness.expect_equal(code, 6, f"the chain without its heads\n{out}{err}")
    one.environment["CXCTL_STATE"] = state


def test(cxctl, folder, url_file):
    databases = Databases(pathlib.Path(url_file).read_text(encoding="utf-8").strip())
    start = harness.Start(cxctl, folder / "start", databases=databases)
    stories = [tells_whats_wrong, reads_before_the_first_write, signs, two_applies_test.is_refused, two_applies_test.waits,
               two_applies_test.takes_over, two_applies_test.many_at_once]
    kills = [[(write, point)] for write, point in zip((1, 4, 7, 10, 13, 16, 19), proxy.POINTS)]

    def check(case):
        if callable(case):
            with harness.Case(start, case.__name__) as one:
                case(one)
        else:
            kill_test.check(start, case)

    return harness.run_cases(stories + kills, check)


if __name__ == "__main__":
    harness.main(test, "URL-FILE")
