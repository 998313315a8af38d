#!/usr/bin/env python3
"""cxctl agent as a process: what its API answers, who may ask, tokens, policies, limits, how it stops.

    agent_test.py CXCTL

Every answer is held against schemas/agent-api.v1.yaml.
"""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import harness
from harness import expect, expect_equal, read_document

try:
    import jsonschema
    import yaml
except ImportError:
    print("skipped: python3-jsonschema and python3-yaml are not installed")
    sys.exit(77)

ADMIN = "canary-admin-token"
SECRET = "canary-sink-secret-of-some-length"
ENVIRONMENT = {**harness.ENVIRONMENT, "CXCTL_AGENT_TOKEN": ADMIN}
PACING = {"spec": {"campaign": "east", "dialRate": {"min": 5, "max": 50}}, "campaignId": harness.campaign_id(0, 1)}
SINK = {"spec": {"url": "http://127.0.0.1:9/hook", "events": ["campaign.paused"], "secret": SECRET}}


class Specification:
    """The OpenAPI document; its schemas are JSON Schemas, those of other files put in their place."""

    def __init__(self, file):
        self.document = yaml.safe_load(file.read_text(encoding="utf-8"))
        schemas = self.document["components"]["schemas"]
        for name, schema in schemas.items():
            if schema.get("$ref", "#").endswith(".json"):
                schemas[name] = json.loads((file.parent / schema["$ref"]).read_text(encoding="utf-8"))
        expect_equal(self.document["openapi"], "3.1.0", "the version of OpenAPI")

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def check(self, method, path, status, headers, body):
        """That the document has that answer of that operation, and that the answer is as it says."""
        template = next((each for each in self.document["paths"]
                         if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", each), path.split("?")[0])), None)
        if template is None or method.lower() not in self.document["paths"][template]:
            expect(status in (404, 405), f"{method} {path} is not in the document but answered {status}")
            answer = self.document["components"]["responses"]["Error"]
        else:
            operation = self.document["paths"][template][method.lower()]
            expect(str(status) in operation["responses"], f"{method} {path}: {status} is not in the document")
            answer = self.resolve(operation["responses"][str(status)])
        for name, header in answer.get("headers", {}).items():
            if self.resolve(header).get("required"):
                expect(name.lower() in headers, f"{method} {path} {status}: no header {name}")
        content = answer.get("content", {})
        if not content:
            expect_equal(body, b"", f"{method} {path} {status}: the body")
            return
        kind = headers["content-type"].split(";")[0]
        expect(kind in content, f"{method} {path} {status}: {kind} is not in the document")
        if kind == "application/json":
            schema = {**content[kind]["schema"], "components": self.document["components"]}
            jsonschema.Draft202012Validator(schema).validate(json.loads(body))


class Agent:
    def __init__(self, cxctl, folder, specification, *flags):
        self.specification = specification
        self.process = subprocess.Popen([cxctl, "agent", "-t", "tenant.yaml", "--listen", "127.0.0.1:0", "--log-format", "json",
                                         *flags], cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line)
        if not found:
            self.process.kill()
            raise harness.Failure(f"the agent said {line!r}\n{self.process.stderr.read()}")
        self.port = int(found[1])
        self.log = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr))
        self.reader.start()

    def ask(self, method, path, body=None, token=ADMIN, status=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            headers.setdefault("Authorization", "Bearer " + token)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if status is not None:
            expect_equal(answer.status, status, f"{method} {path}: {content[:500]!r}")
        self.specification.check(method, path, answer.status, found, content)
        return answer.status, found, content

    def error(self, method, path, status, code, **rest):
        _, headers, content = self.ask(method, path, status=status, **rest)
        error = json.loads(content)
        expect_equal(error["error"], code, f"{method} {path}")
        expect_equal(error["requestId"], headers["x-request-id"], "the request id")
        return error, headers

    def raw(self, data):
        """What comes back for these bytes until the agent closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(data)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer

    def wait_ready(self):
        deadline = time.monotonic() + harness.PATIENCE
        while self.ask("GET", "/readyz", token=None)[0] != 200:
            expect(time.monotonic() < deadline, "the agent is not ready")
            time.sleep(0.05)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(harness.PATIENCE)
        self.reader.join()
        expect_equal(code, 0, "the agent's exit code\n" + "".join(self.log))
        text = "".join(self.log)
        expect("canary" not in text, "a secret is in the log")
        expect("Sanitizer" not in text and "runtime error" not in text, text)
        return [json.loads(line) for line in self.log]


def check_open(agent):
    agent.ask("GET", "/healthz", token=None, status=200)
    agent.wait_ready()
    status, headers, body = agent.ask("GET", "/metrics", token=None, status=200)
    expect(headers["content-type"].startswith("text/plain; version=0.0.4"), headers)
    expect(b"# TYPE cxctl_http_requests_total counter" in body, body)
    body = agent.ask("GET", "/metrics", token=None, status=200, Accept="application/openmetrics-text")[2]
    expect(b"# TYPE cxctl_http_requests counter" in body and body.endswith(b"# EOF\n"), body)
    expect_equal(agent.ask("HEAD", "/healthz", token=None, status=200)[2], b"", "the body of a HEAD")


def check_errors(agent):
    agent.error("GET", "/nothing", 404, "NOT_FOUND")
    _, headers = agent.error("PATCH", "/healthz", 405, "METHOD_NOT_ALLOWED", body={})
    expect_equal(headers["allow"], "GET, HEAD", "Allow")
    _, headers = agent.error("GET", "/v1/status", 401, "UNAUTHORIZED", token=None)
    expect_equal(headers["www-authenticate"], 'Bearer realm="cxctl"', "WWW-Authenticate")
    agent.error("GET", "/v1/status", 401, "UNAUTHORIZED", token="wrong")
    agent.error("GET", "/v1/status", 401, "UNAUTHORIZED", token=None, Authorization="Basic " + ADMIN)
    agent.error("PUT", "/v1/policies/Sink/a", 415, "UNSUPPORTED_MEDIA_TYPE", body=SINK, Content_Type="text/plain")
    error, headers = agent.error("GET", "/nothing", 404, "NOT_FOUND", X_Request_Id="my-id.1")
    expect_equal(error["requestId"], "my-id.1", "a request id that was given")
    error, _ = agent.error("GET", "/nothing", 404, "NOT_FOUND", X_Request_Id="no id")
    expect(re.fullmatch("[0-9A-Z]{26}", error["requestId"]), error)


def check_limits(agent):
    head = b"PUT /v1/policies/Sink/a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n" % ADMIN.encode()
    for data, status, code in [
            (head + b"Content-Length: 65537\r\n\r\n" + b"x" * 65537, b"413", "PAYLOAD_TOO_LARGE"),
            (head + b"X: " + b"x" * 9000 + b"\r\n\r\n", b"431", "HEADERS_TOO_LARGE"),
            (head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400", "INVALID_REQUEST")]:
        answer = agent.raw(data)
        expect(answer.startswith(b"HTTP/1.1 " + status), answer[:200])
        error = json.loads(answer.split(b"\r\n\r\n", 1)[1])
        expect_equal(error["error"], code, "the code")
        expect(f"X-Request-Id: {error['requestId']}".encode() in answer, answer)
    began = time.monotonic()
    answer = agent.raw(b"GET /healthz HTTP/1.1\r\nHost: h\r\nX: ")
    expect(answer.startswith(b"HTTP/1.1 408 ") and 9 < time.monotonic() - began < 11, (time.monotonic() - began, answer))


def check_policies(agent):
    path = "/v1/policies/PacingPolicy/east"
    agent.error("GET", path, 404, "NOT_FOUND")
    agent.error("DELETE", path, 404, "NOT_FOUND", If_Match="*")
    agent.error("PUT", path, 428, "PRECONDITION_REQUIRED", body=PACING)
    agent.error("PUT", path, 412, "PRECONDITION_FAILED", body=PACING, If_Match='"x"')
    agent.error("PUT", "/v1/policies/Campaign/east", 404, "NOT_FOUND", body=PACING, If_None_Match="*")
    for body, field in [("{", None), ({"spec": {}}, "campaign"), ({**PACING, "x": 1}, "x"), ([], "spec"),
                        ({"spec": PACING["spec"]}, "campaignId"),
                        ({**PACING, "spec": {**PACING["spec"], "utilization": -1}}, "utilization"),
                        ({**PACING, "spec": {**PACING["spec"], "dialRate": {"min": 9, "max": 1}}}, "max"),
                        ({**PACING, "spec": {**PACING["spec"], "intervall": "1s"}}, "intervall")]:
        error, _ = agent.error("PUT", path, 400, "INVALID_REQUEST", body=body, If_None_Match="*")
        expect_equal(error.get("field"), field, error)
    _, headers, content = agent.ask("PUT", path, PACING, status=201, If_None_Match="*")
    first = headers["etag"]
    created = json.loads(content)
    expect_equal((created["kind"], created["name"], created["etag"]), ("PacingPolicy", "east", first), "what was put")
    expect_equal(created["spec"], PACING["spec"], "the spec")
    agent.error("PUT", path, 412, "PRECONDITION_FAILED", body=PACING, If_None_Match="*")
    second = agent.ask("PUT", path, PACING, status=200, If_Match=first)[1]["etag"]
    expect(second != first, "the ETag did not change")
    agent.error("PUT", path, 412, "PRECONDITION_FAILED", body=PACING, If_Match=first)
    agent.error("DELETE", path, 412, "PRECONDITION_FAILED", If_Match=first)
    agent.error("DELETE", path, 428, "PRECONDITION_REQUIRED")
    expect_equal(agent.ask("GET", path, status=304, If_None_Match=second)[2], b"", "a 304")
    expect_equal([item["name"] for item in json.loads(agent.ask("GET", "/v1/policies", status=200)[2])["items"]], ["east"], "the list")
    agent.ask("DELETE", path, status=204, If_Match=second)
    third = agent.ask("PUT", path, PACING, status=201, If_None_Match="*")[1]["etag"]
    expect(third != first, "an ETag came back")


def check_secrets(agent):
    path = "/v1/policies/Sink/wfo"
    agent.ask("PUT", path, SINK, status=201, If_None_Match="*")
    content = agent.ask("GET", path, status=200)[2]
    expect(b"canary" not in content, content)
    shown = json.loads(content)
    expect_equal(shown["spec"]["secret"], "(secret)", "the secret")
    expect(re.fullmatch("hmac-sha256:[A-Za-z0-9+/]{43}=", shown["secretFingerprint"]), shown)
    agent.error("PUT", path, 400, "INVALID_REQUEST", body={"spec": shown["spec"]}, If_Match="*")
    expect(b"canary" not in agent.ask("GET", "/v1/policies", status=200)[2], "a secret is in the list")


def check_tokens(agent, run):
    code, out, err = run("agent", "token", "create", "--name", "reader", "--role", "read", "-t", "tenant.yaml")
    expect_equal(code, 0, err)
    token = out.strip()
    expect(re.fullmatch("cxctl_[0-9a-f]{64}", token), "the token")
    expect_equal(run("agent", "token", "create", "--name", "reader", "--role", "read", "-t", "tenant.yaml")[0], 1, "a second one")
    time.sleep(2.1)  # what the agent knows of tokens is so old at most
    agent.ask("GET", "/v1/status", token=token, status=200)
    error, headers = agent.error("PUT", "/v1/policies/Sink/b", 403, "FORBIDDEN", token=token, body=SINK, If_None_Match="*")
    expect("policies" in error["message"] and 'scope="policies"' in headers["www-authenticate"], error)
    # How many are refused depends on how fast this machine asks: never more get through than 200 and 100 a second.
    began = time.monotonic()
    limited = [agent.ask("GET", "/v1/status", token=token) for _ in range(600)]
    allowed = 200 + 100 * (time.monotonic() - began) + 10  # 10: the one request before, and a clock that is not the agent's
    refused = [headers for status, headers, _ in limited if status == 429]
    expect(600 - len(refused) <= allowed, f"{600 - len(refused)} of {allowed:.0f} were let through")
    expect(all(headers["retry-after"] == "1" for headers in refused), f"{refused[:1]}")
    code, out, err = run("agent", "token", "list", "-t", "tenant.yaml", "--format", "json")
    expect_equal([(each["name"], each["roles"]) for each in read_document(["agent", "token", "list"], out)["tokens"]], [("reader", ["read"])], "the list")
    expect(token[6:] not in out, "the list shows the token")
    expect_equal(run("agent", "token", "revoke", "reader", "-t", "tenant.yaml")[0], 0, "revoking")
    expect_equal(run("agent", "token", "revoke", "reader", "-t", "tenant.yaml")[0], 1, "revoking what is gone")
    time.sleep(2.1)
    agent.error("GET", "/v1/status", 401, "UNAUTHORIZED", token=token)


def check_events(agent):
    connection = http.client.HTTPConnection("127.0.0.1", agent.port, timeout=30)
    connection.request("GET", "/v1/events", headers={"Authorization": "Bearer " + ADMIN})
    answer = connection.getresponse()
    expect_equal((answer.status, answer.getheader("content-type")), (200, "text/event-stream"), "events")
    expect_equal(answer.readline(), b": events of the agent\n", "the first line")
    agent.error("GET", "/v1/events", 400, "INVALID_REQUEST", Last_Event_ID="nonsense")
    return answer


def main():
    cxctl = os.path.abspath(sys.argv[1])
    root = pathlib.Path(__file__).resolve().parents[2]
    specification = Specification(root / "schemas" / "agent-api.v1.yaml")
    with tempfile.TemporaryDirectory(prefix="cxctl-agent-") as name:
        folder = pathlib.Path(name)
        (folder / "data.json").write_text(json.dumps(harness.campaigns(1)), encoding="utf-8")
        sim = harness.Sim(cxctl, folder / "data.json", folder)
        (folder / "tenant.yaml").write_text(harness.TENANT.format(port=sim.port, timeout="10s"), encoding="utf-8")

        def run(*words):
            done = subprocess.run([cxctl, *words], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
            return done.returncode, done.stdout, done.stderr

        agent = Agent(cxctl, folder, specification)
        try:
            check_open(agent)
            check_errors(agent)
            check_policies(agent)
            check_secrets(agent)
            check_tokens(agent, run)
            check_limits(agent)
            events = check_events(agent)
            expect_equal(json.loads(agent.ask("GET", "/v1/status", status=200)[2])["tenant"]["name"], "demo", "the tenant")
            log = agent.stop()
            expect(events.read().endswith(b"\n"), "the stream did not end")
        except BaseException:
            agent.process.kill()
            raise
        expect(all({"time", "level", "message"} <= set(line) for line in log), "a line of the log lacks something")
        expect(any(line.get("requestId") == "my-id.1" for line in log), "the log lacks the request id")
        expect_equal(log[-1]["message"], "stopped", "the last line")
        again = Agent(cxctl, folder, specification)
        items = json.loads(again.ask("GET", "/v1/policies", status=200)[2])["items"]
        expect_equal([each["kind"] + "/" + each["name"] for each in items], ["PacingPolicy/east", "Sink/wfo"], "after a restart")
        again.stop(signal.SIGINT)
        expect_equal(run("agent", "--once", "-t", "tenant.yaml")[0], 0, "--once")
        expect_equal(run("agent", "--listen", "0.0.0.0:0", "-t", "tenant.yaml")[0], 64, "plain HTTP for others")
        expect_equal(run("audit", "verify", "-t", "tenant.yaml")[0], 0, "the audit chain")
        records = run("audit", "export", "-o", "-", "-t", "tenant.yaml")[1]
        expect("canary" not in records, "a secret is in the audit chain")
        found = [(record["address"], record["action"]) for record in map(json.loads, records.splitlines())
                 if not record["address"].startswith("Campaign/")]  # what the controller writes is no concern of this test
        wanted = [("PacingPolicy/east", action) for action in ("create", "update", "delete", "create")]
        expect_equal(found, [*wanted, ("Sink/wfo", "create"), ("Token/reader", "create"), ("Token/reader", "delete")], "the audit chain")
        sim.stop()
    print("the agent's API is as its document says")


if __name__ == "__main__":
    try:
        main()
    except (harness.Failure, jsonschema.ValidationError) as failure:
        sys.exit(f"FAILED: {failure}")
