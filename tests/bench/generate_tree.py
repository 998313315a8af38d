#!/usr/bin/env python3
"""Writes the reference tenant T(n): manifests, and the data of a simulated tenant that matches them.

T(n) has n call codes in hierarchies of three levels, n/10 schedules on n/50 campaigns, and n/100 policies, about 600
bytes of YAML each. OUT gets tenant.yaml, base/ and sim-data.json. The same arguments give the same bytes.

With --live campaigns the simulated tenant holds the campaigns alone: everything else is a create.
"""

import argparse
import json
import textwrap
from pathlib import Path

CODES_PER_CATEGORY = 500
CHILDREN = 4  # of each code of the first two levels: 1 + 4 + 16 codes below one root
SCHEDULES_PER_CAMPAIGN = 5
TYPES = ["SUCCESS", "FAILURE", "NEUTRAL"]
# A schedule a month, so that those of one campaign do not overlap.
MONTHS = ["2029-12-01", "2030-01-01", "2030-02-01", "2030-03-01", "2030-04-01", "2030-05-01"]
# New York is five hours behind UTC in winter, four in summer.
OFFSET = {"2029-12-01": 5, "2030-01-01": 5, "2030-02-01": 5, "2030-03-01": 5, "2030-04-01": 4, "2030-05-01": 4}
REMARK = ("Agreed with the team that works with it and with whoever answers for the figures; ask both before it is "
          "changed, and say in the pull request why. It is used in the reports of every week and in what the client "
          "is sent at the end of the month, so a change of meaning needs a new one beside it. ")


def identifier(kind, number):
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def padded(text, size, indent=0):
    """The text with a comment above it that brings it to about that many bytes."""
    missing = size - len(text)
    if missing < 20:
        return text
    remark = (REMARK * (missing // len(REMARK) + 1))[:missing - 2 * (missing // 100 + 1) - indent * (missing // 100 + 1)]
    lines = textwrap.wrap(remark, 100 - indent)
    return "".join(f"{' ' * indent}# {line}\n" for line in lines) + text


class Tree:
    """Manifests as texts by path, and the matching live objects."""

    def __init__(self, size):
        self.size = size
        self.files = {}
        self.data = {"capacity": {"maxConcurrentCalls": 100_000_000}, "campaigns": [], "schedules": [], "callCodes": []}

    def add_codes(self, count):
        for number, start in enumerate(range(0, count, CODES_PER_CATEGORY)):
            category = f"CATEGORY_{number:04}"
            self._next, self._left = start, min(CODES_PER_CATEGORY, count - start)
            text = (f"apiVersion: cxctl/v1\nkind: CallCodeHierarchy\nmetadata:\n  name: hierarchy-{number:04}\nspec:\n"
                    f"  category: {category}\n  codes:\n")
            while self._left > 0:
                text += self._code(category, None, TYPES[self._next % 3], 1)
            self.files[f"base/callcodes/hierarchy-{number:04}.yaml"] = text

    def _code(self, category, parent, code_type, level):
        number = self._next
        self._next += 1
        self._left -= 1
        live = {"id": f"cc-{number:07}", "code": f"CODE_{number:07}", "name": f"Outcome {number} of the conversation",
                "type": code_type, "parentCallCodeId": parent, "category": category, "isActive": True}
        self.data["callCodes"].append(live)
        indent = " " * (4 * level)
        text = (f"{indent}- code: {live['code']}\n{indent}  name: {live['name']}\n{indent}  type: {code_type}\n"
                f"{indent}  isActive: true\n")
        text = padded(text, self.size, 4 * level)
        if level < 3 and self._left > 0:
            text += f"{indent}  children:\n"
            for _ in range(CHILDREN):
                if self._left > 0:
                    text += self._code(category, live["id"], code_type, level + 1)
        return text

    def add_campaigns(self, campaigns, schedules, policies):
        for number in range(campaigns):
            documents = [self._campaign(number)]
            first = number * SCHEDULES_PER_CAMPAIGN
            documents += [self._schedule(number, s) for s in range(first, min(first + SCHEDULES_PER_CAMPAIGN, schedules))]
            if number < policies:
                documents.append(self._policy(number))
            self.files[f"base/campaigns/campaign-{number:05}.yaml"] = "---\n".join(documents)

    def _campaign(self, number):
        self.data["campaigns"].append({
            "id": identifier(1, number), "name": f"Campaign {number:05}", "state": "ACTIVE", "pauseReason": None,
            "complianceHold": False, "scheduledResumeTime": None, "maxAgents": 25, "dialingMode": "PROGRESSIVE",
            "dialRate": 20})
        return padded(
            f"apiVersion: cxctl/v1\nkind: Campaign\nmetadata:\n  name: campaign-{number:05}\n"
            f"  labels: {{team: team-{number % 7}}}\nspec:\n  name: Campaign {number:05}\n  state: ACTIVE\n"
            f"  dialingMode: PROGRESSIVE\n  maxAgents: 25\n  dialRate: 20\n"
            f"  carrierLimit: {{maxConcurrentCalls: 100, maxAgents: 60}}\n", self.size)

    def _schedule(self, campaign, number):
        month = number % SCHEDULES_PER_CAMPAIGN
        start, end = MONTHS[month], MONTHS[month + 1]
        blackout = start[:8] + "10"
        self.data["schedules"].append({
            "id": identifier(2, number), "campaignId": identifier(1, campaign), "name": f"Schedule {number:06}",
            "description": "Weekdays", "startTime": f"{start}T0{OFFSET[start]}:00:00Z",
            "endTime": f"{end}T0{OFFSET[end]}:00:00Z", "timeZone": "America/New_York",
            "regulatoryWindows": [
                {"startTime": "09:00", "endTime": "20:00", "timeZone": "America/New_York", "enabled": True}],
            "blackoutPeriods": [{"startTime": f"{blackout}T0{OFFSET[start]}:00:00Z", "reason": "closed",
                                 "endTime": f"{start[:8]}11T0{OFFSET_OF_11TH[start]}:00:00Z"}],
            "dialerSettings": {"maxConcurrentCalls": 50, "callRate": 15, "capacityThreshold": 0.85},
            "createdAt": "2026-09-14T15:02:11Z", "updatedAt": "2026-11-02T16:40:00Z",
            "updatedBy": "m.ortiz@example.com"})
        return padded(
            f"apiVersion: cxctl/v1\nkind: CampaignSchedule\nmetadata:\n  name: schedule-{number:06}\n"
            f"  labels: {{team: team-{campaign % 7}}}\nspec:\n  campaign: campaign-{campaign:05}\n"
            f"  name: Schedule {number:06}\n  description: Weekdays\n"
            f"  startTime: {start}T00:00:00-0{OFFSET[start]}:00\n  endTime: {end}T00:00:00-0{OFFSET[end]}:00\n"
            f"  timeZone: America/New_York\n  regulatoryWindows:\n"
            f"    - {{startTime: \"09:00\", endTime: \"20:00\", timeZone: America/New_York, enabled: true}}\n"
            f"  blackoutPeriods:\n    - startTime: {blackout}T00:00:00-0{OFFSET[start]}:00\n"
            f"      endTime: {start[:8]}11T00:00:00-0{OFFSET_OF_11TH[start]}:00\n      reason: closed\n"
            f"  dialerSettings: {{maxConcurrentCalls: 50, callRate: 15, capacityThreshold: 0.85}}\n", self.size)

    def _policy(self, number):
        head = f"metadata:\n  name: policy-{number:05}\nspec:\n  campaign: campaign-{number:05}\n"
        if number % 2 == 0:
            return padded(
                f"apiVersion: cxctl/v1\nkind: PacingPolicy\n{head}  interval: 30s\n  utilization: 0.85\n"
                f"  availabilityWindow: 6\n  dialRate: {{min: 5, max: 40, idle: 0}}\n"
                f"  answerRate: {{target: 0.4, tolerance: 0.05}}\n  algorithm: availability\n", self.size)
        return padded(
            f"apiVersion: cxctl/v1\nkind: ThrottlePolicy\n{head}  window: 60s\n  minAnswerRate: 0.35\n"
            f"  maxAbandonRate: 0.03\n  minAttempts: 50\n  pause: {{reason: CARRIER_THROTTLE, resumeAfter: 15m}}\n",
            self.size)

    def write(self, out, port, live):
        for path, text in self.files.items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_text(text, encoding="utf-8")
        (out / "base").mkdir(parents=True, exist_ok=True)
        (out / "tenant.yaml").write_text(
            f"apiVersion: cxctl/v1\nkind: Tenant\nmetadata:\n  name: bench\nspec:\n  baseUrl: http://127.0.0.1:{port}\n"
            "  auth: {clientId: bench, clientSecret: bench}\n  sources: [base]\n"
            "  rateLimit: {requestsPerSecond: 100000, burst: 100000, maxConcurrency: 8}\n"
            "  capacity: {maxConcurrentCalls: 100000000}\n", encoding="utf-8")
        data = self.data if live == "all" else {name: self.data[name] for name in ("capacity", "campaigns")}
        (out / "sim-data.json").write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


# The clocks change on the second Sunday of March, which is the 10th in 2030: by the 11th they have.
OFFSET_OF_11TH = {**OFFSET, "2030-03-01": 4}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write to")
    parser.add_argument("-n", type=int, default=0, help="size of the reference tenant T(n)")
    parser.add_argument("--codes", type=int, help="instead of n")
    parser.add_argument("--schedules", type=int, help="instead of n/10")
    parser.add_argument("--policies", type=int, help="instead of n/100")
    parser.add_argument("--bytes", type=int, default=600, help="size of each object, reached by comments; 0: none")
    parser.add_argument("--port", type=int, default=8080, help="port of the simulated tenant (tenant.yaml)")
    parser.add_argument("--live", choices=["all", "campaigns"], default="all", help="what sim-data.json holds")
    arguments = parser.parse_args()

    def pick(given, default):
        return default if given is None else given

    codes, schedules = pick(arguments.codes, arguments.n), pick(arguments.schedules, arguments.n // 10)
    policies = pick(arguments.policies, arguments.n // 100)
    campaigns = max(-(-schedules // SCHEDULES_PER_CAMPAIGN), policies)
    tree = Tree(arguments.bytes)
    tree.add_codes(codes)
    tree.add_campaigns(campaigns, schedules, policies)
    tree.write(arguments.out, arguments.port, arguments.live)
    size = sum(len(text) for text in tree.files.values())
    print(f"{codes} call codes, {schedules} schedules, {campaigns} campaigns, {policies} policies: "
          f"{len(tree.files)} files, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
