"""A tenant and manifests for the tests of reports. What somebody else may have written in them tries everything."""

import json
import subprocess

import harness
from harness import Sim, expect, expect_equal

HOSTILE = "\"><script>alert(1)</script><!-- --> ]]> ::error::x @team #1 &amp; <b> `c` ``` | [a](javascript:b) {0} %0A www.a.b '"
HOSTILE_FILE = "manifests/a,b%3A <i>&'`c`.yaml"
EAST = "a0000000-0000-4000-8000-000000000001"


def tree(schedule_rate=15, campaign=None, extra=()):
    window = [{"startTime": "09:00", "endTime": "17:00", "timeZone": "UTC", "enabled": True}]
    return "\n---\n".join([
        harness.document("Campaign", "east", {"id": EAST, "state": "ACTIVE", "dialRate": 40, **(campaign or {})}),
        harness.document("CampaignSchedule", "days", {
            "campaign": "east", "name": HOSTILE[:128], "description": HOSTILE + " +14155551234", "startTime": "2026-01-01T00:00:00Z",
            "endTime": "2090-01-01T00:00:00Z", "timeZone": "UTC", "regulatoryWindows": window,
            "dialerSettings": {"maxConcurrentCalls": 5, "callRate": schedule_rate, "capacityThreshold": 0.85}}),
        harness.document("CallCodeHierarchy", "sales", {"category": "SALES", "removal": "delete", "codes": [
            {"code": "AA", "name": HOSTILE, "type": "SUCCESS"}]}),
        *extra])


class World:
    def __init__(self, cxctl, folder):
        self.cxctl, self.folder = cxctl, folder
        (folder / "manifests").mkdir()
        data = {"capacity": {"maxConcurrentCalls": 1000}, "campaigns": [
            {"id": EAST, "name": "East", "state": "ACTIVE", "maxAgents": 25, "dialingMode": "PREDICTIVE", "dialRate": 30}]}
        (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
        self.sim = Sim(cxctl, folder / "data.json", folder)
        (folder / "manifests" / "tenant.yaml").write_text(harness.TENANT.format(port=self.sim.port, timeout="10s"), encoding="utf-8")
        self.write(tree())

    def write(self, text):
        (self.folder / HOSTILE_FILE).write_text(text + "\n", encoding="utf-8")

    def edit_something(self):
        """As somebody else would."""
        self.sim.ask("POST", "/_sim/edit", {"kind": "campaign", "id": EAST, "set": {"dialRate": 60}, "by": "mallory@example.com"})

    def run(self, *words, exit_code=0, environment=None, folder=None):
        done = subprocess.run([self.cxctl, *words], cwd=folder or self.folder, env={**harness.ENVIRONMENT, **(environment or {})},
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=harness.PATIENCE, encoding="utf-8")
        expect("Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr)
        expect("canary" not in done.stdout + done.stderr, "a secret is printed")
        expect_equal(done.returncode, exit_code, f"exit of {words}: {done.stderr}")
        return done.stdout, done.stderr


def rich_tree(changed=False):
    """Some of each: a campaign that is activated, schedules that come, change and go, codes."""
    zone = "America/New_York"
    window = lambda start, end: {"startTime": start, "endTime": end, "timeZone": zone, "enabled": True}
    blackout = {"startTime": "2040-01-05T17:00:00Z", "endTime": "2040-01-05T19:00:00Z", "reason": "Company meeting",
                "allowMidWindow": True}

    def schedule(name, rate, *windows, **spec):
        return harness.document("CampaignSchedule", name, {
            "campaign": "east", "startTime": "2040-01-02T05:00:00Z", "endTime": "2040-12-31T00:00:00Z", "timeZone": zone,
            "regulatoryWindows": list(windows), "dialerSettings": {"maxConcurrentCalls": 20, "callRate": rate, "capacityThreshold": 0.85},
            **spec})
    schedules = [schedule("collections-mornings", 10, window("09:00", "12:00")),
                 schedule("collections-evenings", 8, window("17:00", "20:00")),
                 schedule("weekend-wave", 5, window("10:00", "11:00"))]
    if changed:
        schedules = [schedule("collections-mornings", 12, window("08:30", "12:30"), blackoutPeriods=[blackout]),
                     schedule("collections-evenings", 6, window("17:00", "19:00")),
                     schedule("lunch", 4, window("12:30", "13:30"), description=HOSTILE)]
    codes = [{"code": "SALE", "name": "Sale", "type": "SUCCESS"}]
    if changed:
        codes.append({"code": "REFUSED", "name": HOSTILE, "type": "FAILURE"})
    return "\n---\n".join([
        harness.document("Campaign", "east", {"id": EAST, "state": "ACTIVE", "dialRate": 25 if changed else 30}), *schedules,
        harness.document("CallCodeHierarchy", "sales", {"category": "SALES", "removal": "delete", "codes": codes})])
