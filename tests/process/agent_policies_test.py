"""Policies go from git to a real agent: planned, applied, drifted, renamed, removed; a sink's secret is seen by nobody."""

import json
import os
import subprocess

from agent_harness import CAMPAIGN, QUEUE, Agent, Receiver, start_sim
from harness import PATIENCE, expect, expect_equal, main, run_cases

CAMPAIGN_TEXT = f"""apiVersion: cxctl/v1
kind: Campaign
metadata: {{name: east}}
spec: {{id: {CAMPAIGN}}}
"""
PACING_TEXT = """apiVersion: cxctl/v1
kind: PacingPolicy
metadata: {name: east}
spec: {campaign: east, interval: 1h, dialRate: {min: 10, max: %d}, sinks: [%s]}
"""
SINK_TEXT = """apiVersion: cxctl/v1
kind: Sink
metadata: {name: %s%s}
spec:
  url: %s
  events: [plan.applied, drift.detected, callcodes.mapped]
  secret: ${env:SINK_SECRET}
"""
CALLBACK_TEXT = f"""apiVersion: cxctl/v1
kind: CallbackPolicy
metadata: {{name: support}}
spec: {{queueId: {QUEUE}, from: "+18005550199"}}
"""
CODES_TEXT = """apiVersion: cxctl/v1
kind: CallCodeHierarchy
metadata: {name: outbound}
spec:
  category: OUTBOUND
  codes: [{code: INT, name: Interested, type: SUCCESS}]
"""
SECRET = "whsec_Y2FuYXJ5LXNlY3JldC1vZi1hLXNpbms="


class Folder:
    """Manifests beside the agent's tenant document, and cxctl run on them."""

    def __init__(self, cxctl, agent):
        self.cxctl, self.agent = cxctl, agent
        (agent.folder / "m").mkdir(exist_ok=True)
        text = agent.tenant.read_text(encoding="utf-8")
        agent.tenant.write_text(text + "  sources: [m]\n", encoding="utf-8")

    def write(self, name, text):
        (self.agent.folder / "m" / name).write_text(text, encoding="utf-8")

    def run(self, *words, exit_code=0, secret=SECRET):
        environment = dict(self.agent.environment)
        environment["SINK_SECRET"] = secret
        if secret is None:
            del environment["SINK_SECRET"]
        done = subprocess.run([self.cxctl, *words, "-t", str(self.agent.tenant)], cwd=self.agent.folder, env=environment,
                              capture_output=True, text=True, timeout=PATIENCE * 4, stdin=subprocess.DEVNULL, check=False)
        expect("canary" not in done.stdout + done.stderr and "Y2FuYXJ5" not in done.stdout + done.stderr,
               f"a secret is shown by {words}")
        expect_equal(done.returncode, exit_code, f"{words}: {done.stdout}{done.stderr}")
        return done

    def plan(self, **more):
        return json.loads(self.run("plan", "--format", "json", **more).stdout)

    def lines(self, **more):
        return [f'{change["action"]} {change["address"]}' for change in self.plan(**more)["changes"]]


def from_git_to_the_agent(cxctl, folder):
    receiver = Receiver()
    sim = start_sim(cxctl, folder)
    try:
        agent = Agent(cxctl, folder, sim)
        work = Folder(cxctl, agent)
        work.write("campaign.yaml", CAMPAIGN_TEXT)
        work.write("pacing.yaml", PACING_TEXT % (100, "wfo"))
        work.write("sink.yaml", SINK_TEXT % ("wfo", "", receiver.url))
        work.write("support.yaml", CALLBACK_TEXT)

        # Without the agent nothing is half planned, but for what a target leaves it out of.
        away = work.run("plan", exit_code=1)
        expect(f"the agent at http://127.0.0.1:{agent.port}" in away.stderr, away.stderr)
        expect("--target" in away.stderr, away.stderr)
        work.run("plan", "--target", "Campaign/*")

        agent.start()
        expect_equal(work.lines(), ["create CallbackPolicy/support", "adopt Campaign/east", "create Sink/wfo",
                                    "create PacingPolicy/east"], "the first plan")
        # A review needs no secret, an apply does.
        unset = work.run("plan", "-o", "reviewed.json", secret=None)
        expect("the secret of Sink/wfo" in unset.stderr, unset.stderr)
        missing = work.run("apply", "--auto-approve", exit_code=1, secret=None)
        expect("SINK_SECRET" in missing.stderr, missing.stderr)
        work.run("apply", "reviewed.json")
        expect_equal(work.lines(), [], "after the apply")
        expect_equal(work.lines(secret=None), [], "after the apply, the secret not known")
        expect_equal(work.lines(secret="whsec_" + "b3RoZXI" * 6 + "b3Q="), ["update Sink/wfo"], "with another secret")
        agent.wait_for(lambda: any(event["type"] == "plan.applied" for event in receiver.events()), "plan.applied arrives")
        work.run("audit", "verify")

        # Somebody changes the agent by hand.
        path = "/v1/policies/PacingPolicy/east"
        _, headers, body = agent.ask("GET", path)
        body["spec"]["dialRate"]["max"] = 90
        changed = {name: body[name] for name in ("spec", "campaignId", "sinks")}
        expect_equal(agent.ask("PUT", path, changed, {"If-Match": headers["ETag"]})[0], 200, "a change by hand")
        drift = json.loads(work.run("drift", "--format", "json", exit_code=2).stdout)
        expect_equal([(item["address"], item["status"]) for item in drift["items"]], [("PacingPolicy/east", "drifted")], "drift")
        agent.wait_for(lambda: any(event["type"] == "drift.detected" for event in receiver.events()), "drift.detected arrives")
        work.run("apply", "--auto-approve")
        expect_equal(agent.ask("GET", path)[2]["spec"]["dialRate"]["max"], 100, "git wins")

        # Call codes are told of, a sink gets another name.
        work.write("codes.yaml", CODES_TEXT)
        work.write("sink.yaml", SINK_TEXT % ("warehouse", ", previousNames: [wfo]", receiver.url))
        work.write("pacing.yaml", PACING_TEXT % (100, "warehouse"))
        expect_equal(work.lines(), ["create CallCode/outbound/INT", "rename Sink/warehouse", "update PacingPolicy/east",
                                    "delete Sink/wfo"], "a rename")
        work.run("apply", "--auto-approve")
        expect_equal(work.lines(), [], "after the rename")
        agent.wait_for(lambda: any(event["type"] == "callcodes.mapped" for event in receiver.events()), "callcodes.mapped")
        mapped = next(event for event in receiver.events() if event["type"] == "callcodes.mapped")["data"]
        expect_equal((mapped["total"], mapped["succeeded"], mapped["successRate"]), (1, 1, 1), "call codes")

        # What leaves git leaves the agent, policies before their sinks.
        os.remove(folder / "m" / "sink.yaml")
        os.remove(folder / "m" / "pacing.yaml")
        expect_equal(work.lines(), ["delete PacingPolicy/east", "delete Sink/warehouse"], "a removal")
        work.run("apply", "--auto-approve")
        names = [f'{item["kind"]}/{item["name"]}' for item in agent.ask("GET", "/v1/policies")[2]["items"]]
        expect_equal(names, ["CallbackPolicy/support"], "what is left")
        work.run("audit", "verify")
        agent.stop()
    finally:
        sim.stop()
        receiver.stop()


def without_an_agent_the_outbox_tells(cxctl, folder):
    receiver = Receiver()
    sim = start_sim(cxctl, folder)
    try:
        agent = Agent(cxctl, folder, sim)
        text = agent.tenant.read_text(encoding="utf-8")
        agent.tenant.write_text(text[:text.index("  agent:")], encoding="utf-8")
        work = Folder(cxctl, agent)
        work.write("sink.yaml", SINK_TEXT % ("wfo", "", receiver.url))
        work.write("codes.yaml", CODES_TEXT)
        done = work.run("apply", "--auto-approve")
        expect("held: no agent configured" in done.stdout, done.stdout)
        expect_equal([event["type"] for event in receiver.events()], ["callcodes.mapped", "plan.applied"], "what was told")
        headers = receiver.deliveries[0][0]
        expect("webhook-signature" in {name.lower() for name in headers}, f"not signed: {headers}")
        work.run("apply", "--auto-approve")
        expect_equal(len(receiver.events()), 2, "a run that wrote nothing tells nothing")
    finally:
        sim.stop()
        receiver.stop()


CASES = {"from git to the agent": from_git_to_the_agent, "without an agent": without_an_agent_the_outbox_tells}


def test(cxctl, folder):
    return run_cases(list(CASES), lambda name: CASES[name](cxctl, folder / name.replace(" ", "-")))


main(test)
