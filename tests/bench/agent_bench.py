#!/usr/bin/env python3
"""Measures `cxctl agent`, its callback intake and its idling, and prints rows of a table (ci/bench calls it, too).

Usage: agent_bench.py BUILD-FOLDER [--seconds N]

An agent with a SQLite store on disk, a simulated tenant and the client share this machine. Latencies count from when a
request was due. What is answered 201 or 202 is durable, and a 201 is on the tenant.
"""

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOKEN, QUEUE = "bench-token", "q1"
TENANT = """apiVersion: cxctl/v1
kind: Tenant
metadata: {{name: demo}}
spec:
  baseUrl: http://127.0.0.1:{sim}
  auth: {{clientId: "${{env:CXONE_CLIENT_ID}}", clientSecret: "${{env:CXONE_CLIENT_SECRET}}"}}
  rateLimit: {{requestsPerSecond: {rate}, burst: {rate}, maxConcurrency: 16}}
"""
CALLBACKS = {"spec": {"queueId": QUEUE, "from": "+18005559876", "capacity": {"threshold": 50}}}
CAMPAIGNS = [{"id": f"a1000000-0000-4000-8000-{number:012d}", "name": f"Campaign {number}", "state": "ACTIVE", "maxAgents": 25,
              "dialingMode": "PREDICTIVE", "dialRate": 20} for number in range(100)]


class Processes:
    """The simulated tenant and the agent, in a folder of their own."""

    def __init__(self, cxctl, folder, rate):
        env = {**os.environ, "CXONE_CLIENT_ID": "bench", "CXONE_CLIENT_SECRET": "bench", "CXCTL_AGENT_TOKEN": TOKEN}
        data = folder / "data.json"
        data.write_text(json.dumps({"capacity": {"maxConcurrentCalls": 5000}, "campaigns": CAMPAIGNS,
                                    "queues": [{"id": QUEUE, "active": 1, "waiting": 4}],
                                    "agents": [{"id": f"agent-{number}", "state": "available"} for number in range(200)]}))
        self.log = open(folder / "log", "w")
        self.sim = subprocess.Popen([cxctl, "sim", "--port", "0", "--rate", "0", "--data", data], stdout=subprocess.PIPE,
                                    stderr=self.log, env=env, text=True)
        port = re.search(r":(\d+)$", self.sim.stdout.readline().strip()).group(1)
        (folder / "tenant.yaml").write_text(TENANT.format(sim=port, rate=rate))
        self.agent = subprocess.Popen([cxctl, "agent", "-t", "tenant.yaml", "--listen", "127.0.0.1:0"], cwd=folder, env=env,
                                      stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.agent.stdout.readline().strip()
        if not line:
            sys.exit("the agent did not start: " + (folder / "log").read_text())
        self.port = int(line.rsplit(":", 1)[1])

    def deploy(self, kind, name, policy):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("PUT", f"/v1/policies/{kind}/{name}", json.dumps(policy),
                           {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "If-None-Match": "*"})
        answer = connection.getresponse()
        if answer.status != 201:
            sys.exit(f"the policy was not taken: {answer.read().decode()}")

    def peak_megabytes(self):
        return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.agent.pid}/status").read_text()).group(1)) / 1024

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.agent.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        for process in (self.agent, self.sim):
            process.terminate()
            process.wait()


def load(build, port, **options):
    flags = [str(part) for name, value in options.items() for part in ("--" + name, value)]
    output = subprocess.check_output([build / "tests/bench/intake_load", "--port", str(port), "--token", TOKEN, "--queue", QUEUE,
                                      *flags], text=True)
    return json.loads(output)


def told(result, processes, cpu):
    accepted = sum(result["statuses"].get(status, 0) for status in ("201", "202"))
    others = {status: count for status, count in result["statuses"].items() if status not in ("201", "202")}
    return (f"{accepted / result['seconds']:,.0f} a second ({result['statuses'].get('201', 0):,} answered 201, "
            f"{result['statuses'].get('202', 0):,} 202{', ' + str(others) if others else ''}), p50 {result['p50Milliseconds']:.1f} ms, "
            f"p99 {result['p99Milliseconds']:.1f} ms, peak {processes.peak_megabytes():.0f} MB, "
            f"{cpu / result['seconds']:.2f} of a core")


def measure(build, work, name, goal, takes, **options):
    with tempfile.TemporaryDirectory(dir=work) as folder:
        processes = Processes(str(build / "cxctl"), Path(folder), takes)
        try:
            processes.deploy("CallbackPolicy", "bench", CALLBACKS)
            before = processes.cpu_seconds()
            result = load(build, processes.port, **options)
            drips = f", beside {result['drips']:,} dripping connections" if "drip" in options else ""
            print(f"| intake, {name}{drips} | {goal} | {told(result, processes, processes.cpu_seconds() - before)} |", flush=True)
        finally:
            processes.stop()


def measure_idle(build, work, seconds):
    with tempfile.TemporaryDirectory(dir=work) as folder:
        processes = Processes(str(build / "cxctl"), Path(folder), 50)
        try:
            for number, campaign in enumerate(CAMPAIGNS):
                processes.deploy("PacingPolicy", f"pace-{number}", {
                    "spec": {"campaign": f"c-{number}", "dialRate": {"min": 5, "max": 50}}, "campaignId": campaign["id"]})
            time.sleep(10)  # until each controller made its first steps
            before = processes.cpu_seconds()
            time.sleep(seconds)
            cost = (processes.cpu_seconds() - before) / seconds
            print(f"| agent, 100 campaigns paced every 30 s | 0.5 % of a core | {cost:.2%} over {seconds:.0f} s, "
                  f"peak {processes.peak_megabytes():.0f} MB |", flush=True)
        finally:
            processes.stop()


def measure_all(build, work, seconds):
    goal = "1,500 a second, p99 50 ms, 64 MB"
    measure(build, work, "1,500 a second", goal, 5000, rate=1500, seconds=seconds)
    measure(build, work, "1,500 a second", "p99 100 ms", 5000, rate=1500, seconds=seconds, drip=3000)
    measure(build, work, "as fast as it goes", "", 5000, rate=0, seconds=seconds)
    # Some wait for the tenant, as many as may; the rest is answered 202 at once.
    measure(build, work, "1,500 a second, of which the tenant takes 20", "", 20, rate=1500, seconds=seconds, connections=600)
    measure_idle(build, work, 4 * seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    measure_all(arguments.build.resolve(), arguments.build.resolve(), arguments.seconds)


if __name__ == "__main__":
    main()
