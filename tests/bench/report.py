#!/usr/bin/env python3
"""Measures cxctl as a whole and prints a table (ci/bench builds what it needs and calls it).

Usage: report.py BUILD-FOLDER [--big]      with --big also T(100,000)

Times are CPU seconds of cxctl alone (the simulated tenant runs beside it and is not counted), the least of several
runs; the reference is libyaml with an empty handler over the same bytes. Wall times say something on a quiet machine
only.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import agent_bench

ROOT = Path(__file__).resolve().parent.parent.parent
SECRETS = ["CXONE_CLIENT_ID", "CXONE_CLIENT_SECRET", "WFO_WEBHOOK_SECRET", "WAREHOUSE_WEBHOOK_SECRET",
           "CXCTL_AGENT_TOKEN", "CXCTL_STATE_URL"]


class Tools:
    def __init__(self, build):
        self.cxctl, self.bench = str(build / "cxctl"), build / "tests" / "bench"
        self.env = {**os.environ, **{name: "bench" for name in SECRETS}}
        for name in ("CXCTL_TENANT", "GITHUB_ACTIONS", "GITLAB_CI"):
            self.env.pop(name, None)

    def once(self, *arguments, exits=(0,), cwd=None):
        """What one run cost: exit, wallSeconds, cpuSeconds, peakKilobytes."""
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run([self.bench / "measure", self.cxctl, *map(str, arguments)], stdout=subprocess.PIPE,
                                  stderr=said, env=self.env, cwd=cwd, text=True, check=True)
            cost = json.loads(done.stdout)
            if cost["exit"] not in exits:
                said.seek(0)
                sys.exit(f"cxctl {' '.join(map(str, arguments))} exited with {cost['exit']}:\n{said.read()[-3000:]}")
        return cost

    def least(self, *arguments, runs=5, **options):
        costs = [self.once(*arguments, **options) for _ in range(runs)]
        return {key: min(cost[key] for cost in costs) for key in costs[0]} | {
            "medianWall": statistics.median(cost["wallSeconds"] for cost in costs)}

    def scan(self, folder, runs=5):
        """CPU seconds of the reference, and the megabytes that it read."""
        results = [json.loads(subprocess.check_output([self.bench / "yaml_scan", folder])) for _ in range(runs)]
        return min(result["cpuSeconds"] for result in results), results[0]["bytes"] / 1e6


class Sim:
    """A simulated tenant without a rate limit."""

    def __init__(self, tools, data, log):
        self.process = subprocess.Popen([tools.cxctl, "sim", "--port", "0", "--rate", "0", "--data", data],
                                        stdout=subprocess.PIPE, stderr=log, env=tools.env, text=True)
        self.url = self.process.stdout.readline().strip().removeprefix("listening on ")
        if not self.url:
            sys.exit("the simulated tenant did not start")

    def forget(self):
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sim/requests", method="DELETE")).close()

    def requests(self):
        with urllib.request.urlopen(f"{self.url}/_sim/requests") as answer:
            return len(json.load(answer)["requests"])

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Table:
    def __init__(self):
        print("| what | goal | measured |\n|---|---|---|")

    def row(self, what, goal, measured):
        print(f"| {what} | {goal} | {measured} |", flush=True)


def generate(folder, *options):
    subprocess.run([sys.executable, ROOT / "tests/bench/generate_tree.py", folder, *map(str, options)], check=True,
                   stdout=subprocess.DEVNULL)


def megabytes(cost):
    return f"{cost['peakKilobytes'] / 1024:.0f} MB"


def measure_start(tools, table):
    for command in ("version", "--help"):
        cost = tools.least(command, runs=21)
        table.row(f"`cxctl {command}`", "10 ms", f"{cost['medianWall'] * 1e3:.1f} ms, {megabytes(cost)}")
    cost = tools.least("validate", "manifests", runs=11, cwd=ROOT)
    table.row("validate of the example tree", "30 ms",
              f"{cost['medianWall'] * 1e3:.1f} ms wall, {cost['cpuSeconds'] * 1e3:.1f} ms CPU, {megabytes(cost)}")


def measure_validate(tools, table, work, size):
    folder = work / f"validate-{size}"
    generate(folder, "-n", size)
    reference, bytes_read = tools.scan(folder)
    cost = tools.least("validate", "-t", folder / "tenant.yaml")
    table.row(f"validate T({size:,}), {bytes_read:.1f} MB", "2 times libyaml's bare scan",
              f"{cost['cpuSeconds'] / reference:.2f} times ({cost['cpuSeconds']:.3f} s to {reference:.3f} s CPU), "
              f"{megabytes(cost)}")
    shutil.rmtree(folder)


def measure_plan(tools, table, work, name, options, objects, goal):
    """Adopts everything (apply), then plans in sync. Returns the folder with its store."""
    folder = work / "plan"
    shutil.rmtree(folder, ignore_errors=True)
    generate(folder, *options)
    reference, _ = tools.scan(folder)
    with open(work / "sim.log", "w") as log:
        sim = Sim(tools, folder / "sim-data.json", log)
        tenant = folder / "tenant.yaml"
        tenant.write_text(tenant.read_text().replace("http://127.0.0.1:8080", sim.url))
        tools.once("apply", "--auto-approve", "-q", "-t", tenant)
        sim.forget()
        cost = tools.once("plan", "--detailed-exitcode", "-q", "-t", tenant)
        requests = sim.requests()
        cost = tools.least("plan", "--detailed-exitcode", "-q", "-t", tenant)
        sim.stop()
    table.row(f"plan in sync, {name}", goal,
              f"{cost['cpuSeconds']:.3f} s CPU ({cost['cpuSeconds'] / reference:.2f} times), {megabytes(cost)}, "
              f"{requests} requests; {cost['cpuSeconds'] / objects * 1e6:.1f} µs and "
              f"{cost['peakKilobytes'] / objects:.1f} KB an object")
    return folder


def measure_apply(tools, table, work, count):
    folder = work / "apply"
    generate(folder, "--codes", count, "--live", "campaigns")
    with open(work / "sim.log", "w") as log:
        sim = Sim(tools, folder / "sim-data.json", log)
        tenant = folder / "tenant.yaml"
        tenant.write_text(tenant.read_text().replace("http://127.0.0.1:8080", sim.url))
        tools.once("plan", "-o", folder / "plan.json", "-q", "-t", tenant)
        sim.forget()
        cost = tools.once("apply", folder / "plan.json", "-q", "-t", tenant)
        requests = sim.requests()
        tools.once("plan", "--detailed-exitcode", "-q", "-t", tenant)
        sim.stop()
    table.row(f"apply of {count:,} creates, journal and audit included", "one request a create",
              f"{cost['wallSeconds']:.2f} s wall, {cost['cpuSeconds']:.2f} s CPU, {megabytes(cost)}, {requests} requests")


def measure_compile(tools, table):
    output = subprocess.check_output([tools.bench / "calendar_bench", "--benchmark_format=json"], text=True)
    result = json.loads(output)["benchmarks"][0]
    table.row("compile a calendar: 1 year, 5 jurisdictions, 60 blackouts", "1 ms",
              f"{result['cpu_time'] / 1000:.2f} ms, {result['windows']:.0f} window, {result['blackouts']:.0f} blackouts")


def measure_audit(tools, table, work, folder):
    """Verifies the chain that adopting T(n) left in the store, and appends to one of its own."""
    tenant = folder / "tenant.yaml"
    export = work / "audit.jsonl"
    tools.once("audit", "export", "-o", export, "-t", tenant)
    records = sum(1 for _ in open(export, "rb"))
    cost = tools.least("audit", "verify", "-t", tenant)
    table.row(f"audit verify, store of {records:,} records", "100,000 records a second",
              f"{records / cost['cpuSeconds']:,.0f} a CPU second")
    cost = tools.least("audit", "verify", export)
    table.row(f"audit verify, exported file of {records:,} records", "100,000 records a second",
              f"{records / cost['cpuSeconds']:,.0f} a CPU second")
    output = subprocess.check_output([tools.bench / "audit_bench", "--benchmark_filter=Append",
                                      "--benchmark_format=json"], cwd=work, stderr=subprocess.DEVNULL)
    result = json.loads(output)["benchmarks"][0]
    table.row("audit append, durable", "p50 1 ms", f"p50 {result['p50_ms']:.2f} ms, p99 {result['p99_ms']:.2f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--big", action="store_true", help="also T(100,000)")
    arguments = parser.parse_args()
    tools, table = Tools(arguments.build.resolve()), Table()
    # Beside the build and not in /tmp, which may be memory: durable writes are measured.
    with tempfile.TemporaryDirectory(dir=arguments.build) as folder:
        work = Path(folder).resolve()
        measure_start(tools, table)
        for size in (1_000, 10_000) + ((100_000,) if arguments.big else ()):
            measure_validate(tools, table, work, size)
        measure_plan(tools, table, work, "1,000 call codes", ["--codes", 1_000], 1_000, "")
        measure_plan(tools, table, work, "10,000 call codes", ["--codes", 10_000], 10_000, "")
        measure_plan(tools, table, work, "1,000 schedules", ["--schedules", 1_000], 1_200, "")
        if arguments.big:
            measure_plan(tools, table, work, "T(100,000)", ["-n", 100_000], 113_000,
                         "CPU an object within 15 % of T(10,000), 2.5 KB an object")
        store = measure_plan(tools, table, work, "T(10,000)", ["-n", 10_000], 11_300,
                             "3 times libyaml's bare scan, 64 MB")
        measure_apply(tools, table, work, 1_000)
        measure_audit(tools, table, work, store)
        measure_compile(tools, table)
        agent_bench.measure_all(arguments.build.resolve(), work, 20)


if __name__ == "__main__":
    main()
