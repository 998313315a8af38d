#!/usr/bin/env python3
"""Three agents with one PostgreSQL store: any of them takes requests, each controller runs in one, and one that is killed
(kill -9) is taken over within 15 seconds.

    replicas_test.py CXCTL URL-FILE
"""

import datetime
import pathlib
import time

from agent_harness import CAMPAIGN, Agent, callback_policy, start_sim
from harness import expect, expect_equal, main, run_cases
from postgres_test import Databases

TAKEOVER = 15  # seconds
PACING = {"campaignId": CAMPAIGN, "spec": {"campaign": "east", "interval": "15s", "dialRate": {"min": 2, "max": 90}}}
CONTROLLERS = ["callbacks", "deliveries", "pacing/east"]


def here(agent):
    """Names of the controllers that run in this agent."""
    _, _, status = agent.ask("GET", "/v1/status")
    return {lease["name"] for lease in status["leases"] if lease["here"]}


def where(agents):
    """Which agents run each controller."""
    running = {agent: here(agent) for agent in agents}
    return {name: [agent for agent in agents if name in running[agent]] for name in CONTROLLERS}


def each_in_one(agents):
    return all(len(places) == 1 for places in where(agents).values())


def takes_over(cxctl, folder, databases):
    sim = start_sim(cxctl, folder)
    state = databases.make("replicas", None)
    agents = [Agent(cxctl, folder, sim, state=state).start() for _ in range(3)]
    first, second, third = agents
    first.put_policy("PacingPolicy", "east", PACING)
    second.put_policy("CallbackPolicy", "support", callback_policy())
    first.wait_for(lambda: each_in_one(agents), "each controller runs in one agent")
    # A policy that one took is known to all, and so is a request and its key.
    day = datetime.date.today() + datetime.timedelta(days=2)
    wish = {"phoneNumber": "+12125550143", "scheduledTime": f"{day}T20:00:00Z", "queueId": "d1b2c3d4-e5f6-7890-abcd-ef1234567890"}
    third.wait_for(lambda: third.ask("GET", "/v1/policies/CallbackPolicy/support")[0] == 200, "the third knows the policy")
    time_of_cache = 3  # seconds: policies are looked at every two
    time.sleep(time_of_cache)
    answers = [agent.ask("POST", "/api/callbacks/schedule", wish, {"Idempotency-Key": "one"}) for agent in agents]
    expect_equal([status for status, _, _ in answers], [201] * 3, "the answers of three agents")
    expect_equal(len({body["id"] for _, _, body in answers}), 1, "callbacks of one request")
    expect_equal(len(sim.ask("GET", "/_sim/state")["callbacks"]), 1, "callbacks on the tenant")
    # Kill -9 whoever paces.
    victim = where(agents)["pacing/east"][0]
    rest = [agent for agent in agents if agent is not victim]
    victim.kill()
    killed = time.monotonic()
    rest[0].wait_for(lambda: each_in_one(rest), "the others take over", patience=3 * TAKEOVER)
    took = time.monotonic() - killed
    expect(took <= TAKEOVER, f"taken over after {took:.1f} s")
    print(f"taken over after {took:.1f} s", flush=True)
    for agent in rest:
        agent.stop()
    sim.stop()


def test(cxctl, folder, url_file):
    databases = Databases(pathlib.Path(url_file).read_text(encoding="utf-8").strip())
    return run_cases([takes_over], lambda case: case(cxctl, folder / case.__name__, databases))


if __name__ == "__main__":
    main(test, "URL-FILE")
