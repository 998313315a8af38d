#!/usr/bin/env python3
"""Callback requests to an agent that is killed again and again: none that was accepted is lost, none is there twice.

    intake_test.py CXCTL

300 requests and 10 kills; with CXCTL_PROCESS_TESTS=all 10,000 requests and 200 kills.
"""

import collections
import http.client
import json
import queue
import random
import re
import socket
import subprocess
import threading
import time

import harness
from harness import expect, expect_equal

REQUESTS, KILLS = (10_000, 200) if harness.EXHAUSTIVE else (300, 10)
CLIENTS = 8
ADMIN = "canary-admin-token"
ENVIRONMENT = {**harness.ENVIRONMENT, "CXCTL_AGENT_TOKEN": ADMIN}
POLICY = {
    "spec": {
        "queueId": "q1",
        "from": "+18005559876",
        "retry": {"maxRetries": 2, "baseDelay": "50ms", "maxDelay": "1s"},
        "crm": {"enabled": True, "fields": {"CallbackTime": "{{scheduledTime}}"}},
        "sms": {"enabled": True, "from": "+18005559876", "body": "See you on {{localTime}}. Reply STOP to cancel."},
    }
}
FAULTS = [
    {"method": "POST", "path": "/api/v2/conversations/*", "rate": 0.03, "fault": "drop", "when": "after", "end": "reset"},
    {"method": "POST", "path": "/api/v2/conversations/*", "rate": 0.03, "fault": "error", "when": "before", "status": 503},
    {"method": "POST", "path": "/api/v2/conversations/*", "rate": 0.03, "fault": "error", "when": "after", "status": 502},
]


class Agent:
    """An agent on one port, whichever process it is at the moment."""

    def __init__(self, cxctl, folder):
        self.command = [cxctl, "agent", "-t", "tenant.yaml", "--log-format", "json"]
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = open(folder / "agent-log", "w", encoding="utf-8")
        self.start()

    def start(self):
        # While its own store still knows the one that was killed, a start may be refused for a moment.
        for _ in range(50):
            self.process = subprocess.Popen([*self.command, "--listen", f"127.0.0.1:{self.port}"], cwd=self.folder, env=ENVIRONMENT,
                                            stdout=subprocess.PIPE, stderr=self.log, text=True)
            line = self.process.stdout.readline()
            if re.fullmatch(r"listening on http://127\.0\.0\.1:\d+\n", line):
                return
            self.process.wait(harness.PATIENCE)
            time.sleep(0.1)
        raise harness.Failure(f"the agent does not start: {(self.folder / 'agent-log').read_text(encoding='utf-8')[-2000:]}")

    def kill(self):
        self.process.kill()
        self.process.wait(harness.PATIENCE)
        self.process.stdout.close()

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers |= {"Authorization": "Bearer " + ADMIN, "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def number_of(index):
    return f"+1415{2_000_000 + 7 * index}"


def insist(agent, index):
    """Sends the request until it is accepted, as a client does that wants its callback."""
    body = {"phoneNumber": number_of(index), "scheduledTime": "2099-11-24T15:00:00-05:00", "queueId": "q1", "contactId": "c1"}
    end = time.monotonic() + 300
    while time.monotonic() < end:
        try:
            status, content = agent.ask("POST", "/api/callbacks/schedule", body, Idempotency_Key=f"key-{index}")
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            continue
        if status in (201, 202):
            return status, json.loads(content)
        expect(status in (429, 503), f"request {index} was answered {status}: {content[:300]!r}")
        time.sleep(0.2)
    raise harness.Failure(f"request {index} was never accepted")


def send_all(agent, accepted, failures):
    work = queue.Queue()
    for index in range(REQUESTS):
        work.put(index)

    def client():
        try:
            while True:
                index = work.get_nowait()
                accepted[index] = insist(agent, index)
        except queue.Empty:
            pass
        except BaseException as failure:  # told by the main thread
            failures.append(failure)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    return threads


def kill_often(agent, threads, dice):
    kills = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(dice.uniform(0.05, 0.6))
        if kills < KILLS:
            agent.kill()
            agent.start()
            kills += 1
    while kills < KILLS:  # what the worker has left to do is killed as well
        time.sleep(dice.uniform(0.05, 0.3))
        agent.kill()
        agent.start()
        kills += 1
    return kills


def wait_until_quiet(sim):
    end = time.monotonic() + 300
    while time.monotonic() < end:
        state = json.loads(sim.state_text())
        if len(state.get("callbacks", [])) >= REQUESTS and len(state.get("messages", [])) >= REQUESTS:
            return state
        time.sleep(0.5)
    state = json.loads(sim.state_text())
    raise harness.Failure(f"{len(state.get('callbacks', []))} callbacks and {len(state.get('messages', []))} messages of {REQUESTS}")


def check(cxctl, folder):
    data = {"queues": [{"id": "q1", "active": 1, "waiting": 4}], "contacts": [{"id": "c1", "fields": []}]}
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    sim = harness.Sim(cxctl, folder / "data.json", folder)
    (folder / "tenant.yaml").write_text(harness.TENANT.format(port=sim.port, timeout="10s"), encoding="utf-8")
    agent = Agent(cxctl, folder)
    try:
        status, content = agent.ask("PUT", "/v1/policies/CallbackPolicy/support", POLICY, If_None_Match="*")
        expect_equal(status, 201, f"deploying the policy: {content!r}")
        sim.set_faults(FAULTS)
        accepted, failures = {}, []
        threads = send_all(agent, accepted, failures)
        kills = kill_often(agent, threads, random.Random(4711))
        if failures:
            raise failures[0]
        sim.ask("DELETE", "/_sim/faults")
        state = wait_until_quiet(sim)
        wanted = {number_of(index): 1 for index in range(REQUESTS)}
        expect_equal(collections.Counter(each["to"] for each in state["callbacks"]), wanted, "the callbacks, by number")
        expect_equal(collections.Counter(each["to"] for each in state["messages"]), wanted, "the messages, by number")
        ids = {each["to"]: each["id"] for each in state["callbacks"]}
        for index, (status, answer) in accepted.items():
            if status == 201:
                expect_equal(answer["callbackId"], ids[number_of(index)], f"the callback of request {index}")
        for index in range(0, REQUESTS, max(1, REQUESTS // 20)):
            expect_equal(insist(agent, index), accepted[index], f"request {index} again")
            status, content = agent.ask("GET", "/api/callbacks/" + accepted[index][1]["id"])
            expect_equal((status, json.loads(content)["status"]), (200, "scheduled"), f"the state of request {index}")
        agent.process.terminate()
        expect_equal(agent.process.wait(harness.PATIENCE), 0, "the agent's exit code")
    finally:
        agent.process.kill()
    log = (folder / "agent-log").read_text(encoding="utf-8")
    expect(not re.search(r"\+?1?415[2-9]\d{6}", log), "a number is in the log")
    expect("Sanitizer" not in log and "runtime error" not in log, log[-3000:])
    done = subprocess.run([cxctl, "audit", "verify", "-t", "tenant.yaml"], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    expect_equal(done.returncode, 0, "the audit chain: " + done.stderr)
    sim.stop()
    print(f"{REQUESTS} requests, {kills} kills: all there, once")
    return 0


if __name__ == "__main__":
    harness.main(check)
