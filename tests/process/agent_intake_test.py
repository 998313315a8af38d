"""Callbacks are asked for while the agent is killed (kill -9) at random moments and started again.

None that was answered with 201 or 202 is lost, none is on the tenant twice, and no confirmation is sent more often than once
more than confirmed. With CXCTL_PROCESS_TESTS=all: 10,000 requests and 200 kills.
"""

import collections
import datetime
import http.client
import json
import queue
import random
import threading
import time

from agent_harness import Agent, callback_policy, start_sim
from harness import EXHAUSTIVE, PATIENCE, expect, expect_equal, main, run_cases

REQUESTS, KILLS, CLIENTS = (10_000, 200, 24) if EXHAUSTIVE else (300, 8, 12)


def wanted(number):
    """A callback to a number of its own, at three in the afternoon two days from now."""
    day = datetime.date.today() + datetime.timedelta(days=2)
    return {"phoneNumber": f"+1212{2_000_000 + number:07d}", "scheduledTime": f"{day}T20:00:00Z",
            "queueId": "d1b2c3d4-e5f6-7890-abcd-ef1234567890", "attributes": {"number": str(number)}}


def ask_until_answered(agent, number, accepted, stop):
    """As a careful client does: the same key until there is an answer."""
    while not stop.is_set():
        try:
            status, _, body = agent.ask("POST", "/api/callbacks/schedule", wanted(number), {"Idempotency-Key": f"key-{number}"})
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            time.sleep(0.02)
            continue
        if status in (429, 503):
            time.sleep(0.05)
            continue
        expect(status in (201, 202), f"request {number}: {status} {body}")
        accepted[number] = body["id"]
        return


def client(agent, numbers, accepted, problems, stop):
    while True:
        try:
            number = numbers.get_nowait()
        except queue.Empty:
            return
        try:
            ask_until_answered(agent, number, accepted, stop)
        except Exception as problem:  # the thread's own; told by the case
            problems.append(problem)
            return


def kill_and_start(agent, accepted, kills, seed):
    """Spread over the run, at moments that no step of the agent's own chooses."""
    chance = random.Random(seed)
    done = 0
    end = time.monotonic() + 30 * PATIENCE
    while done < kills and time.monotonic() < end and len(accepted) < REQUESTS:
        if len(accepted) >= done * REQUESTS // kills:
            time.sleep(chance.uniform(0, 0.15))
            agent.kill()
            agent.start()
            done += 1
        time.sleep(0.005)
    return done


def check(cxctl, folder, seed):
    sim = start_sim(cxctl, folder)
    agent = Agent(cxctl, folder, sim).start()
    agent.put_policy("CallbackPolicy", "support", callback_policy(
        crm={"enabled": False}, sms={"enabled": True, "from": "+18005550199",
                                     "body": "Your callback is confirmed for {{localTime}}. Reply STOP to cancel."}))
    numbers, accepted, problems, stop = queue.Queue(), {}, [], threading.Event()
    for number in range(REQUESTS):
        numbers.put(number)
    clients = [threading.Thread(target=client, args=(agent, numbers, accepted, problems, stop)) for _ in range(CLIENTS)]
    for thread in clients:
        thread.start()
    kills = kill_and_start(agent, accepted, KILLS, seed)
    for thread in clients:
        thread.join(PATIENCE * 10)
    stop.set()
    if problems:
        raise problems[0]
    expect_equal(len(accepted), REQUESTS, "the requests that were answered")
    settle(agent, sim)
    held(agent, sim, accepted)
    agent.stop()
    sim.stop()
    print(f"{REQUESTS} requests, {kills} kills", flush=True)


def settle(agent, sim):
    """Until nothing is left to do: every callback made, every confirmation sent."""
    def is_done():
        state = sim.ask("GET", "/_sim/state")
        return len(state["callbacks"]) >= REQUESTS and len(state["messages"]) >= REQUESTS
    agent.wait_for(is_done, "every callback is on the tenant and confirmed", patience=3 * PATIENCE)


def held(agent, sim, accepted):
    state = sim.ask("GET", "/_sim/state")
    made = collections.Counter(callback["to"] for callback in state["callbacks"])
    expect_equal(sorted(made), sorted(wanted(number)["phoneNumber"] for number in accepted), "who is called")
    expect_equal(max(made.values()), 1, "callbacks of one request")
    expect_equal(len(set(accepted.values())), REQUESTS, "ids that were answered")
    sent = collections.Counter(message["to"] for message in state["messages"])
    expect(max(sent.values()) <= 2, f"a confirmation was sent {max(sent.values())} times")
    for number in random.Random(1).sample(sorted(accepted), 20):
        status, _, body = agent.ask("GET", f"/api/callbacks/{accepted[number]}")
        expect(status == 200 and body["status"] == "scheduled" and body["callbackId"], f"request {number}: {status} {body}")


def test(cxctl, folder):
    return run_cases([1], lambda seed: check(cxctl, folder / f"seed-{seed}", seed))


main(test)
