"""What the process tests of the agent share: `cxctl agent` and `cxctl sim` as separate processes, over real sockets."""

import http.client
import http.server
import json
import signal
import socket
import subprocess
import threading
import time

from harness import ENVIRONMENT, PATIENCE, Failure, Sim, expect

TOKEN = "canary-admin-token"
QUEUE = "d1b2c3d4-e5f6-7890-abcd-ef1234567890"
CAMPAIGN = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"

TENANT = """apiVersion: cxctl/v1
kind: Tenant
metadata: {{name: demo}}
spec:
  baseUrl: http://127.0.0.1:{sim}
  auth:
    clientId: ${{env:CXONE_CLIENT_ID}}
    clientSecret: ${{env:CXONE_CLIENT_SECRET}}
  rateLimit: {{requestsPerSecond: 5000, burst: 5000, maxConcurrency: 32}}
  retry: {{maxAttempts: 2, baseDelay: 50ms, maxDelay: 1s}}
  timeouts: {{connect: 2s, request: 5s}}
  agent:
    url: http://127.0.0.1:{agent}
    token: ${{env:CXCTL_AGENT_TOKEN}}
    webhookSecret: ${{env:WEBHOOK_SECRET}}
{state}"""

SIM_DATA = {
    "capacity": {"maxConcurrentCalls": 200},
    "campaigns": [{"id": CAMPAIGN, "name": "Collections East", "state": "ACTIVE", "maxAgents": 25, "dialingMode": "PREDICTIVE",
                   "dialRate": 42}],
    "queues": [{"id": QUEUE, "name": "Support", "active": 1, "waiting": 0}],
    "agents": [{"id": f"agent-{number}", "name": f"Agent {number}", "state": "available"} for number in range(5)],
    "contacts": [{"id": "contact-1", "fields": []}],
}


def free_port():
    """One that nobody listens on. The agent's place has to be known before it runs: the Tenant document names it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Agent:
    """A folder with a Tenant document and a store, and the agent that runs on it, killed and started as often as one likes."""

    def __init__(self, cxctl, folder, sim, port=None, state=None, flags=(), environment=None):
        self.cxctl, self.folder, self.sim, self.flags = cxctl, folder, sim, flags
        self.port = port or free_port()
        folder.mkdir(exist_ok=True)
        self.environment = {**ENVIRONMENT, "CXCTL_AGENT_TOKEN": TOKEN, "WEBHOOK_SECRET": "canary-webhook-secret", **(environment or {})}
        line = f"  state: {{url: {json.dumps(state)}}}\n" if state else ""
        self.tenant = folder / f"tenant-{self.port}.yaml"
        self.tenant.write_text(TENANT.format(sim=sim.port, agent=self.port, state=line), encoding="utf-8")
        self.log = open(folder / f"agent-{self.port}.log", "a+", encoding="utf-8")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [self.cxctl, "agent", "-t", str(self.tenant), "--listen", f"127.0.0.1:{self.port}", *self.flags], cwd=self.folder,
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        expect(line.startswith("listening on "), f"the agent does not start: {self.said()}")
        return self

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as log:
            return log.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure("the agent does not stop") from None
        self.process.stdout.close()
        said = self.said()
        expect(code == 0, f"the agent ended with {code}\n{said[-3000:]}")
        expect("Sanitizer" not in said and "runtime error" not in said, said[-3000:])
        expect("canary" not in said, "a secret is logged")

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, method, path, body=None, headers=None, connection=None):
        """Status, headers and JSON body of the answer. OSError or HTTPException where there is none."""
        own = connection or self.connect()
        try:
            text = None if body is None else json.dumps(body).encode() if not isinstance(body, bytes) else body
            all_headers = {"Authorization": f"Bearer {TOKEN}"}
            if text is not None:
                all_headers["Content-Type"] = "application/json"
            all_headers.update(headers or {})
            own.request(method, path, text, {name: value for name, value in all_headers.items() if value is not None})
            answer = own.getresponse()
            content = answer.read().decode()
            is_json = (answer.getheader("Content-Type") or "").startswith("application/json")
            return answer.status, answer.headers, json.loads(content) if is_json and content else content
        finally:
            if connection is None:
                own.close()

    def put_policy(self, kind, name, body):
        status, _, answer = self.ask("PUT", f"/v1/policies/{kind}/{name}", body, {"If-None-Match": "*"})
        expect(status == 201, f"{kind}/{name} is not taken: {status} {answer}")

    def wait_for(self, condition, what, patience=PATIENCE):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.02)
        raise Failure(f"it never came to this: {what}\n{self.said()[-3000:]}")


def callback_policy(**more):
    return {"spec": {"queueId": QUEUE, "from": "+18005550199", "defaultRegion": "US", "allowedRegions": ["US"],
                     "leadTime": {"min": "5m", "max": "14d"}, **more}}


class Receiver:
    """A sink: keeps every delivery, answers what `answer(number, headers, body)` says (a status; None: it hangs up)."""

    def __init__(self, answer=lambda number, headers, body: 204):
        self.deliveries, self.lock = [], threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    receiver.deliveries.append((dict(self.headers.items()), body))
                    number = len(receiver.deliveries)
                status = answer(number, self.headers, body)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self):
        with self.lock:
            return [json.loads(body) for _, body in self.deliveries]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def start_sim(cxctl, folder, data=None, flags=()):
    folder.mkdir(exist_ok=True)
    path = folder / "sim-data.json"
    path.write_text(json.dumps(data or SIM_DATA), encoding="utf-8")
    return Sim(cxctl, path, folder, flags)
