#!/usr/bin/env python3
"""A day in the life of the agent: it paces and throttles a campaign that the simulated tenant dials, survives a kill in
between, and tells a sink of all of it, signed; the tenant's webhooks come in.

    agent_day_test.py CXCTL
"""

import json
import subprocess

from agent_harness import CAMPAIGN, SIM_DATA, Agent, start_sim
from harness import expect, expect_equal, main, run_cases
from webhook_sink import WebhookSink, headers_for

SECRET = "whsec_Y2FuYXJ5LXNlY3JldC1vZi1hLXNpbms="
PACING = {"campaignId": CAMPAIGN, "spec": {"campaign": "east", "interval": "15s", "utilization": 0.8, "dialRate": {"min": 2, "max": 90}}}
THROTTLE = {"campaignId": CAMPAIGN, "spec": {"campaign": "east", "interval": "1s", "window": "30s", "minAnswerRate": 0.3,
                                             "minAttempts": 10, "pause": {"resumeAfter": "4s"}}}


def sink_policy(url):
    return {"spec": {"url": url, "secret": SECRET,
                     "events": ["pacing.adjusted", "campaign.paused", "campaign.resumed", "callcodes.mapped"]}}


def types(sink):
    return [body["type"] for _, body in sink.delivered]


def data_of(sink, kind):
    return next(body["data"] for _, body in sink.delivered if body["type"] == kind)


def is_live(sim, **members):
    live = next(each for each in sim.ask("GET", "/_sim/state")["campaigns"] if each["id"] == CAMPAIGN)
    return all(live.get(name) == value for name, value in members.items())


def paces_and_throttles(cxctl, folder):
    # Answers by word of the test: first well, then badly, then well again.
    well = {"id": CAMPAIGN, "callsPerMinute": 60, "answerRate": 0.6, "abandonRate": 0}
    sim = start_sim(cxctl, folder, {**SIM_DATA, "metrics": [well]})
    metrics = lambda rate: sim.ask("POST", "/_sim/edit", {"kind": "metrics", "id": CAMPAIGN, "set": {"answerRate": rate}})
    agent = Agent(cxctl, folder, sim).start()
    with WebhookSink(SECRET) as sink:
        agent.put_policy("Sink", "wfo", sink_policy(sink.url))
        agent.put_policy("PacingPolicy", "east", PACING)
        agent.wait_for(lambda: "pacing.adjusted" in types(sink), "the dial rate is set")
        agent.put_policy("ThrottlePolicy", "east", THROTTLE)
        metrics(0.1)
        agent.wait_for(lambda: "campaign.paused" in types(sink), "the campaign is paused")
        paused = data_of(sink, "campaign.paused")
        expect_equal((paused["trigger"], paused["answerRate"], paused["hold"]["reason"]), ("answerRate", 0.1, "CARRIER_THROTTLE"),
                     "why it was paused")
        expect(isinstance(paused["latencyMs"], int) and paused["callVolumeBefore"] > 0, f"what is told of a pause: {paused}")
        expect(is_live(sim, state="PAUSED", pauseReason="CARRIER_THROTTLE"), "the tenant says so")
        metrics(0.6)
        agent.kill()  # the pause is remembered
        agent.start()
        agent.wait_for(lambda: "campaign.resumed" in types(sink), "the campaign is resumed")
        expect(is_live(sim, state="ACTIVE"), "the tenant says so")
        comes_in(agent, sink)
        expect_equal(sink.problems, [], "problems with what was delivered")
    audit(agent)
    agent.stop()
    sim.stop()


def comes_in(agent, sink):
    """An inbound mapping event, forged, good, repeated."""
    body = json.dumps({"event": "mapping.updated", "mappingId": "m-1", "metrics": {"total": 3}, "timestamp": "2026-11-21T10:00:00Z"}).encode()
    headers = headers_for("canary-webhook-secret", "msg_1", body)
    forged = {**headers, "webhook-signature": "v1," + "A" * 43 + "="}
    expect_equal(agent.ask("POST", "/webhooks/mapping-sync", body, {**forged, "Authorization": None})[0], 401, "a forged webhook")
    status, _, answer = agent.ask("POST", "/webhooks/mapping-sync", body, {**headers, "Authorization": None})
    expect(status == 200 and answer["received"] is True and "processedAt" in answer, f"a webhook: {status} {answer}")
    status, _, answer = agent.ask("POST", "/webhooks/mapping-sync", body, {**headers, "Authorization": None})
    expect(status == 200 and answer["duplicate"] is True, f"the same again: {status} {answer}")
    lacks = json.dumps({"event": "mapping.updated"}).encode()
    status, _, answer = agent.ask("POST", "/webhooks/mapping-sync", lacks,
                                  {**headers_for("canary-webhook-secret", "msg_2", lacks), "Authorization": None})
    expect_equal((status, answer["field"]), (400, "mappingId"), "a webhook without its mapping")
    agent.wait_for(lambda: "callcodes.mapped" in types(sink), "the mapping is passed on")


def audit(agent):
    """Every write to the campaign is a record of one chain."""
    run = lambda *words: subprocess.run([agent.cxctl, *words, "-t", str(agent.tenant)], cwd=agent.folder, env=agent.environment,
                                        capture_output=True, text=True, check=False)
    verified = run("audit", "verify")
    expect_equal(verified.returncode, 0, verified.stdout + verified.stderr)
    records = [json.loads(line) for line in run("audit", "export", "-o", "-").stdout.splitlines()]
    actors = {record["actor"] for record in records if record["address"] == "Campaign/east"}
    expect_equal(actors, {"agent PacingPolicy/east", "agent ThrottlePolicy/east"}, "who wrote to the campaign")


def test(cxctl, folder):
    return run_cases([paces_and_throttles], lambda case: case(cxctl, folder / case.__name__))


main(test)
