#!/usr/bin/env python3
"""doctor against tenants that grant too little, whose clock is off, or that tell a limit. None of them sees a write.

Usage: doctor_test.py CXCTL
"""

import email.utils
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from harness import ENVIRONMENT, PATIENCE, Failure, expect, expect_equal, read_document

TENANT = """apiVersion: cxctl/v1
kind: Tenant
metadata: {name: small}
spec:
  baseUrl: http://127.0.0.1:%d
  auth: {clientId: "${env:CXONE_CLIENT_ID}", clientSecret: "${env:CXONE_CLIENT_SECRET}"}
  sources: [campaigns]
"""
CAMPAIGN = """apiVersion: cxctl/v1
kind: Campaign
metadata: {name: east}
spec: {id: 3f1c2f0e-5b0a-4c59-8a57-6a2f0b8d1e01, maxAgents: 3}
"""
READ, WRITE = "outbound:campaign:read", "outbound:campaign:write"


class Tenant:
    """Gives tokens with what it grants of the scopes that are asked for, and finds nothing."""

    def __init__(self, granted, strict=False, tells=True, skew=0, forbids=(), headers=(), hangs=False):
        self.requests, self.over, tenant = [], threading.Event(), self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def date_time_string(self, timestamp=None):
                return email.utils.formatdate(time.time() + skew, usegmt=True)

            def answer(self, status, body, more=()):
                text = json.dumps(body).encode()
                self.send_response(status)
                for name, value in [("Content-Type", "application/json"), ("Content-Length", str(len(text))), *headers, *more]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def do_GET(self):
                tenant.requests.append(("GET", self.path))
                if "Authorization" not in self.headers:
                    return self.answer(401, {"code": "UNAUTHORIZED"})
                if READ in forbids and "/outbound/campaigns" in self.path:
                    return self.answer(403, {"code": "FORBIDDEN"},
                                       [("WWW-Authenticate", f'Bearer error="insufficient_scope", scope="{READ}"')])
                return self.answer(404, {"code": "NOT_FOUND", "message": "no such object"})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                tenant.requests.append(("POST", self.path))
                if hangs:
                    tenant.over.wait(PATIENCE)
                    return None
                asked = urllib.parse.parse_qs(body).get("scope", [""])[0].split()
                if strict and not set(asked) <= set(granted):
                    return self.answer(400, {"error": "invalid_scope"})
                token = {"access_token": "canary-token", "token_type": "Bearer", "expires_in": 3600}
                if tells:
                    token["scope"] = " ".join(scope for scope in asked if scope in granted)
                return self.answer(200, token)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


def diagnose(cxctl, tenant, *flags):
    """Exit code and the checks by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "manifests" / "campaigns").mkdir(parents=True)
        (folder / "manifests" / "tenant.yaml").write_text(TENANT % tenant.server.server_port, encoding="utf-8")
        (folder / "manifests" / "campaigns" / "east.yaml").write_text(CAMPAIGN, encoding="utf-8")
        done = subprocess.run([cxctl, "doctor", "--format", "json", *flags], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
    expect("canary" not in done.stdout + done.stderr, f"a secret is printed: {done.stdout}{done.stderr}")
    writes = [request for request in tenant.requests if request[0] != "GET" and request[1] != "/oauth/token"]
    expect_equal(writes, [], "writes")
    return done.returncode, {check["name"]: check for check in read_document(["doctor"], done.stdout)["checks"]}


def test_all_is_well(cxctl):
    with Tenant([READ, WRITE]) as tenant:
        code, checks = diagnose(cxctl, tenant)
    expect_equal((code, checks["scopes"]["status"], checks["clock"]["status"]), (0, "ok", "ok"), str(checks))


def test_each_missing_scope_is_named(cxctl):
    missing = f"missing scope: {WRITE} (apply of Campaign)"
    for tenant in (Tenant([READ]), Tenant([READ], strict=True), Tenant([READ], strict=True, tells=False)):
        with tenant:
            code, checks = diagnose(cxctl, tenant)
        expect_equal((code, checks["token"]["status"], checks["scopes"]["status"], checks["scopes"]["message"]),
                     (1, "ok", "failed", missing), str(checks))
    with Tenant([READ, WRITE], tells=False, forbids=[READ]) as tenant:
        code, checks = diagnose(cxctl, tenant)
    expect_equal((code, checks["scopes"]["message"]), (1, f"missing scope: {READ} (plan of Campaign)"), str(checks))


def test_the_clock(cxctl):
    for skew, status, exit_code in ((10, "ok", 0), (-60, "warning", 0), (3600, "failed", 1)):
        with Tenant([READ, WRITE], skew=skew) as tenant:
            code, checks = diagnose(cxctl, tenant)
        expect_equal((code, checks["clock"]["status"]), (exit_code, status), str(checks))


def test_the_limit(cxctl):
    with Tenant([READ, WRITE], headers=[("RateLimit-Limit", "5")]) as tenant:
        code, checks = diagnose(cxctl, tenant)
    expect_equal((code, checks["rate-limit"]["status"]), (0, "warning"), str(checks))
    expect("the tenant allows 5 (RateLimit-Limit)" in checks["rate-limit"]["message"], str(checks))


def test_a_slow_tenant(cxctl):
    with Tenant([READ, WRITE], hangs=True) as tenant:
        code, checks = diagnose(cxctl, tenant, "--timeout", "5s")
    expect_equal((code, checks["manifests"]["status"], checks["tcp"]["status"]), (1, "ok", "ok"), str(checks))
    expect_equal((checks["token"]["status"], checks["scopes"]["status"], checks["agent"]["status"]), ("failed", "skipped", "skipped"),
                 str(checks))
    expect(checks["token"]["message"].startswith("not done within --timeout 5s"), str(checks))


def main():
    if len(sys.argv) != 2:
        print(f"usage: {sys.argv[0]} CXCTL", file=sys.stderr)
        sys.exit(64)
    cxctl = str(pathlib.Path(sys.argv[1]).resolve())
    failed = 0
    for test in (test_all_is_well, test_each_missing_scope_is_named, test_the_clock, test_the_limit, test_a_slow_tenant):
        try:
            test(cxctl)
        except Failure as failure:
            failed += 1
            print(f"FAILED: {test.__name__}: {failure}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
