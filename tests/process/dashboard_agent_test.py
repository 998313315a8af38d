#!/usr/bin/env python3
"""The dashboard of a running agent, beside a simulated tenant whose dialer calls, in a headless Chromium.

    dashboard_agent_test.py CXCTL

It shows what the agent paces, and what comes while it is looked at. Exits with 77 where there is no Chromium. With the
environment variable CXCTL_SCREENSHOTS it puts screenshots into that folder. dashboard_test.py has the page's details.
"""

import datetime
import json
import os
import pathlib
import sys

import agent_harness
import browser
import dashboard_test
import harness
import page_checks
from agent_harness import CAMPAIGN, QUEUE

CALENDAR = {"timeZone": "America/New_York",
            "windows": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "startTime": "09:00", "endTime": "20:00"}]}
POLICIES = [
    ("PacingPolicy", "east", {"spec": {"campaign": "collections-east", "interval": "15s", "dialRate": {"min": 5, "max": 50}},
                              "campaignId": CAMPAIGN}),
    ("ThrottlePolicy", "east-guard", {"spec": {"campaign": "collections-east", "window": "5m", "minAttempts": 100000, "minAnswerRate": 0.1,
                                               "pause": {"resumeAfter": "15m"}}, "campaignId": CAMPAIGN}),
    ("CallbackPolicy", "support", {**agent_harness.callback_policy(calendar="weekdays"), "calendar": CALENDAR}),
]
TILE = "[...document.querySelectorAll('.tile')].map((e) => e.innerText.replaceAll(/\\s+/g, ' ')).join('; ')"


def tells(page, words):
    return f"document.querySelector('main').innerText.includes({json.dumps(words)})"


def look(page, agent):
    url = f"http://127.0.0.1:{agent.port}/"
    page_checks.check_any(page, url)
    page.open(url)
    for words in ("Collections East", "east-guard", "09:00–20:00"):
        page.wait_for(tells(page, words), f"the page says {words!r}", harness.PATIENCE)
    chart = "document.querySelector('article[aria-label=\"PacingPolicy east\"] svg.chart path')"
    page.wait_for(chart, "the chart has figures", harness.PATIENCE)
    before = page.run(TILE)
    harness.expect("Callbacks to come 0" in before, before)
    status, _, answer = agent.ask("POST", "/api/callbacks/schedule", {
        "phoneNumber": "+12125550143", "queueId": QUEUE, "scheduledTime": soon()})
    harness.expect(status == 201, f"{status} {answer}")
    page.wait_for(f"({TILE}).includes('Callbacks to come 1')", "the callback is counted while the page is open", harness.PATIENCE)
    page_checks.check_fits(page)
    page_checks.check_clean(page)


def soon():
    """Noon in New York, some days ahead."""
    day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)
    return day.strftime("%Y-%m-%dT17:00:00Z")


def check(cxctl, folder):
    sim = agent_harness.start_sim(cxctl, folder, flags=["--time-scale", "60"])
    agent = agent_harness.Agent(cxctl, folder, sim).start()
    try:
        for kind, name, body in POLICIES:
            agent.put_policy(kind, name, body)
        with browser.Page(browser.find()) as page:
            look(page, agent)
            if screenshots := os.environ.get("CXCTL_SCREENSHOTS"):
                dashboard_test.take_screenshots(page, f"http://127.0.0.1:{agent.port}/", pathlib.Path(screenshots), "agent")
    finally:
        agent.stop()
        sim.stop()
    print("the dashboard shows what its agent does")
    return 0


if __name__ == "__main__":
    if not browser.find():
        print("no Chromium is installed (Debian package chromium): the dashboard is not tested")
        sys.exit(77)
    harness.main(check)
