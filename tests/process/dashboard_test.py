#!/usr/bin/env python3
"""The dashboard in a headless Chromium: what it shows, live updates, keyboard, contrast, phones, hostile names.

    dashboard_test.py CXCTL

Serves the files of src/agent/dashboard and a fixed status document (tests/agent/status.json). The document is held
against its schema first; then it exits with 77 where there is no Chromium. In the environment:

    CXCTL_DASHBOARD_URL   look at a running agent instead, at http://127.0.0.1:8443/ say: what holds for any status
    CXCTL_SCREENSHOTS     folder to put screenshots into
"""

import copy
import datetime
import json
import math
import os
import pathlib
import random
import sys
import time

import browser
import dashboard_server
import harness
import page_checks

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOSTILE = ['<img src=x onerror="window.hacked=1">', "</script><script>window.hacked=1</script>", "\u202egnp.exe", "&lt;b&gt;&amp;",
           "javascript:alert(1)", "W" * 200]


# --- documents ---

def busy():
    """The document of tests/agent/status.json as of now, with two hours of points."""
    status = json.loads((ROOT / "tests/agent/status.json").read_text(encoding="utf-8"))
    for pacing in status["pacing"]:
        if "points" in pacing:
            pacing["points"] = points(240 if pacing["policy"] == "east-pace" else 60, pacing["policy"] == "east-pace")
    return status


def points(count, tells_abandons):
    """A morning: more agents, then a coffee break, then a stretch without figures. The last is of 15:14:30."""
    end = datetime.datetime(2026, 11, 24, 15, 14, 30)
    noise_of = random.Random(7)
    found = []
    for n in range(count):
        if 0.62 < n / count < 0.67:
            continue
        phase = n / count * 2 * math.pi
        noise = [noise_of.uniform(-1, 1) for _ in range(3)]
        agents = max(1.0, 22 + 9 * math.sin(phase) - (9 if 0.4 < n / count < 0.5 else 0) + 1.3 * noise[0])
        target = round(min(100, max(10, agents * 2.6)))
        point = {"at": (end - datetime.timedelta(seconds=30 * (count - 1 - n))).strftime("%Y-%m-%dT%H:%M:%SZ"), "target": target,
                 "dialRate": found[-1]["target"] if found else target, "available": round(agents, 2),
                 "answerRate": round(0.3 + 0.06 * math.sin(phase * 2 + 1) + 0.02 * noise[1], 4)}
        if tells_abandons:
            point["abandonRate"] = round(max(0, 0.014 + 0.01 * math.sin(phase * 3) + 0.004 * noise[2]), 4)
        found.append(point)
    return found


def nothing():
    status = busy()
    for name in ("campaigns", "pacing", "throttle", "sinks", "calendars", "leases", "problems"):
        status[name] = []
    status["callbacks"] = {"states": {name: 0 for name in ("queued", "scheduled", "completed", "cancelled", "failed")}, "queues": []}
    status["drift"] = {"reconcile": "off", "items": []}
    return status


def hostile():
    """Every text that comes from a tenant or a manifest is an attack."""
    status = busy()

    def spoil(value, key=""):
        if isinstance(value, dict):
            return {name: spoil(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [spoil(each, key) for each in value]
        if isinstance(value, str) and key in ("name", "document", "pauseReason", "heldBy", "policy", "campaign", "reason", "queueId", "host", "lastError",
                                              "address", "policies", "owner", "baseUrl", "problems", "state", "status", "version", "instance"):
            spoil.count += 1
            return f"{value} {HOSTILE[spoil.count % len(HOSTILE)]}"
        return value
    spoil.count = 0
    status = spoil(status)
    status["calendars"][0]["timeZone"] = "No/Such<b>Zone"
    return status


# --- tests against our own server ---

def check_document():
    """What is served here is what the agent serves."""
    try:
        import jsonschema
    except ImportError:
        print("python3-jsonschema is not installed: the document is not held against its schema")
        return
    schema = json.loads((ROOT / "schemas/agent-status.v1.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for status in (busy(), nothing()):
        errors = [f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(schema).iter_errors(status)]
        harness.expect_equal(errors, [], "the document's mistakes")


def check_content(page, server):
    server.status = busy()
    page_checks.check_any(page, server.url)
    page.open(server.url)
    page.wait_for("document.querySelector('#pacing svg.chart path')", "charts are drawn")
    text = page.run("document.querySelector('main').innerText")
    for words in ("Collections East", "Active", "Paused", "Suspended", "Compliance hold", "ThrottlePolicy/west-guard", "Carrier throttle",
                  "Cannot be used", "Sink/crm", "agent-b runs it", "wfo.example.com:8443", "+1415***1234", "Thanksgiving", "Drill of the carrier",
                  "Campaign/east", "cxctl agent replay", "Drifted", "Missing", "09:00–20:00", "1,840", "Calls permitted now"):
        harness.expect(words in text, f"the page does not say {words!r}:\n{text}")
    tiles = page.run("[...document.querySelectorAll('.tile')].map((e) => e.innerText.replaceAll(/\\s+/g, ' '))")
    harness.expect_equal(tiles, ["Campaigns active 1 of 3", "Campaigns held 2 look at why", "Callbacks to come 130 3 failed", "Dead letters 3 a sink is off",
                                 "Drift 2 objects differ"], "the summary")
    # A stretch without figures is a gap, not a line.
    harness.expect_equal(page.run("document.querySelector('.card.pacing').querySelectorAll('svg path.answers').length"), 2, "lines of the answer rate")


def check_labels(page, server):
    """However high a rate is, the labels of its axis are there to be read."""
    server.status = busy()
    for pacing in server.status["pacing"]:
        for point in pacing.get("points", []):
            point["abandonRate"] = 0.82
    page.open(server.url)
    page.wait_for("document.querySelector('#pacing svg.chart path')", "charts are drawn")
    cut = page.run("""[...document.querySelectorAll('#pacing svg.chart')].flatMap((chart) => {
        const left = chart.getBoundingClientRect().left;
        return [...chart.querySelectorAll('text')].filter((text) => text.getBoundingClientRect().left < left - 0.5).map((text) => text.textContent);
    })""")
    harness.expect_equal(cut, [], "labels that are cut off")


def check_cursor(page, server):
    """The figures of a moment by keyboard and mouse; a refresh takes neither the focus nor what was opened."""
    server.status = busy()
    page.open(server.url)
    page.wait_for("document.querySelector('#pacing svg.chart path')", "charts are drawn")
    card = "document.querySelector('article[aria-label=\"PacingPolicy east-pace\"]')"
    moment = f"{card}.querySelector('.moment dd').textContent"
    harness.expect_equal(page.run(moment), "15:14:30", "the moment at first")
    page.run(f"{card}.querySelector('input').focus()")
    page.press("ArrowLeft")
    harness.expect_equal(page.run(moment), "15:14:00", "one step back")
    harness.expect("Time 15:14:00, Dial rate" in page.run(f"{card}.querySelector('input').getAttribute('aria-valuetext')"), "the slider does not tell the figures")
    page.run(f"{card}.querySelector('summary').click()")
    page.wait_for(f"{card}.querySelectorAll('tbody tr').length > 200", "the table has the figures")
    status = copy.deepcopy(server.status)
    east = next(each for each in status["pacing"] if each["policy"] == "east-pace")
    east["points"].append({**east["points"][-1], "at": "2026-11-24T15:15:00Z", "answerRate": 0.999})
    server.status = status
    server.send("pacing.adjusted", {"policy": "east-pace", "previousRate": 40, "newRate": 44, "reason": "6.2 agents available"})
    page.wait_for(f"{card}.querySelector('tbody').textContent.includes('99.9 %')", "the new point is in the table")
    harness.expect_equal(page.run(moment), "15:14:00", "the moment after a refresh")
    harness.expect_equal(page.run("document.activeElement.type"), "range", "the focus after a refresh")
    harness.expect_equal(page.run(f"{card}.querySelectorAll('tbody tr').length"), len(east["points"]), "the points, old and new")
    page.press("End")
    harness.expect_equal(page.run(moment), "15:15:00", "the last moment")
    box = page.run(f"(() => {{ const b = {card}.querySelector('svg.chart').getBoundingClientRect(); return [b.left, b.top, b.width] }})()")
    page.move_mouse(box[0] + 60, box[1] + 60)
    page.wait_for(f"{moment} < '13:30:00'", "the mouse chooses a moment")
    page.move_mouse(2, 2)
    page.wait_for(f"{moment} === '15:15:00'", "it goes back when the mouse leaves")
    page_checks.check_clean(page)


def check_live(page, server):
    server.status = busy()
    page.open(server.url)
    page.wait_for("document.querySelectorAll('#campaigns tbody tr').length === 3", "the campaigns are there")
    status = copy.deepcopy(server.status)
    status["campaigns"][0]["state"] = "PAUSED"
    status["sinks"][1]["dead"] = 4
    page.run("document.querySelectorAll('.tile')[3].focus()")
    server.status = status
    started, asked = time.monotonic(), server.asked
    for n in range(40):  # as they come on a busy day, twenty a second
        server.send("campaign.paused", {"policy": "east-guard", "trigger": "answerRate", "answerRate": 0.08, "number": n}, named=n % 2 == 0)
        time.sleep(0.05)
    page.wait_for("document.querySelector('#campaigns tbody tr').innerText.includes('Paused')", "the new state is shown")
    page.wait_for("document.querySelector('#announcements').textContent.includes('Campaign Collections East: paused')", "it is announced")
    page.wait_for("document.querySelector('#announcements').textContent.includes('Sink billing: 4 dead letters')", "it is announced")
    page.wait_for("document.querySelector('#events tbody').innerText.includes('answer rate 8.0 %')", "the event is listed")
    time.sleep(1.5)  # for refreshes that must not come
    took = time.monotonic() - started
    harness.expect(server.asked - asked <= took + 2, f"{server.asked - asked} refreshes in {took:.1f} s")
    harness.expect_equal(page.run("document.querySelectorAll('#events tbody tr').length"), 20, "the events that are kept")
    harness.expect_equal(page.run("document.activeElement.innerText.replaceAll(/\\s+/g, ' ')"), "Dead letters 4 a sink is off", "the focus after refreshes")
    page_checks.check_clean(page)


def check_taken_over(page, server):
    """A controller that comes with a past, from another replica say, is asked for all of it."""
    server.status = busy()
    page.open(server.url)
    north = "document.querySelector('article[aria-label=\"PacingPolicy north-pace\"]')"
    page.wait_for(f"{north}?.innerText.includes('No figures yet')", "there are no figures of it")
    status = copy.deepcopy(server.status)
    next(each for each in status["pacing"] if each["policy"] == "north-pace")["points"] = points(100, False)
    server.status = status
    server.send("pacing.adjusted", {})
    page.run(f"{north}.querySelector('details').open = true")
    page.wait_for(f"{north}.querySelectorAll('tbody tr').length > 90", "all of its figures are there", 5)
    page_checks.check_clean(page)


def check_lost(page, server):
    """The agent goes away and comes back; what is on the page stays."""
    server.status = busy()
    page.open(server.url)
    page.wait_for("document.querySelector('#connection').textContent === 'Live'", "the page is live")
    for down, words in ((503, "Connection lost, trying again"), ("drop", "Connection lost, trying again"), (401, "Not allowed")):
        refused = server.refused
        server.go_down(down)
        page.wait_for(f"document.querySelector('#connection').textContent === {json.dumps(words)}", f"the page tells of {down}", 40)
        harness.expect("What you see is of" in page.run("document.querySelector('.lost').innerText"), "how old the page is")
        harness.expect_equal(page.run("document.querySelectorAll('#campaigns tbody tr').length"), 3, "campaigns while the agent is away")
        server.wait_for(lambda: server.refused >= refused + 3, "the page tries again")
        harness.expect(page.run("document.querySelector('.lost').innerText.includes(document.querySelector('#updated').textContent.slice('Updated '.length))"),
                       "a refresh that failed counts as an update")
        server.come_back()
        page.wait_for("document.querySelector('#connection').textContent === 'Live' && !document.querySelector('.lost')", "the page recovers", 40)
    server.wait_for_listener()
    page.problems.clear()  # refused requests


def check_empty(page, server):
    server.status = nothing()
    page.open(server.url)
    page.wait_for("document.querySelector('#drift .nothing')", "there is nothing to show")
    text = page.run("document.querySelector('main').innerText")
    for words in ("No policy is deployed: add agent to the Tenant document and run cxctl apply.", "cxctl explain PacingPolicy", "cxctl explain ThrottlePolicy",
                  "cxctl explain CallbackPolicy", "cxctl explain Sink", "--reconcile report", "give a Campaign or a CallbackPolicy a calendar"):
        harness.expect(words in text, f"the page does not say what to do: {words!r}\n{text}")
    page_checks.check_any(page, server.url)


def check_hostile(page, server):
    server.status = hostile()
    page.open(server.url)
    page.wait_for("document.querySelector('#campaigns tbody')", "the page shows them")
    server.send("<img src=x onerror=hacked=1>", {"policy": HOSTILE[0]}, named=False)
    page.wait_for("document.querySelector('#events tbody')", "the event is listed")
    harness.expect_equal(page.run("[window.hacked, document.images.length, document.scripts.length]"), [None, 0, 1], "what hostile names did")
    text = page.run("document.querySelector('main').innerText")
    harness.expect(HOSTILE[0] in text, "the name is not shown as it is")
    harness.expect("\u202e" not in text and "\\u202egnp.exe" in text, "a name turns the direction")
    page_checks.check_fits(page)
    page_checks.check_structure(page)
    page_checks.check_clean(page)


def check_unknown(page, server):
    """A part that the page does not understand spoils no other."""
    status = busy()
    status["drift"] = {"reconcile": "report", "items": None}
    status["callbacks"]["queues"] = None
    server.status = status
    page.open(server.url)
    page.wait_for("document.querySelector('#drift .notice')", "the part is excused")
    harness.expect_equal(page.run("document.querySelectorAll('#campaigns tbody tr').length"), 3, "campaigns")
    page.problems.clear()  # it says what went wrong


def take_screenshots(page, url, folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    for width in (1280, 360):
        for dark in (False, True):
            page.open(url, width, dark)
            page.wait_for("document.querySelector('#connection').textContent === 'Live'", "the page is live")
            page.call("Emulation.setDeviceMetricsOverride", width=width, height=6000, deviceScaleFactor=1, mobile=width < 600)
            time.sleep(0.4)  # charts in sight are drawn
            page.look(width, dark)
            page.screenshot(folder / f"{name}-{width}-{'dark' if dark else 'light'}.png")


def run(check, page, server):
    page.open("about:blank")  # what the last page still says is not this one's
    page.problems.clear()
    server.come_back()
    check(page, server)


def main():
    check_document()
    program = browser.find()
    if not program:
        print("no Chromium is installed (Debian package chromium): the dashboard is not tested")
        sys.exit(77)
    screenshots, url = os.environ.get("CXCTL_SCREENSHOTS"), os.environ.get("CXCTL_DASHBOARD_URL")
    failed = 0
    with browser.Page(program) as page, dashboard_server.Server(ROOT / "src/agent") as server:
        checks = [check_content, check_labels, check_cursor, check_live, check_taken_over, check_lost, check_empty, check_hostile, check_unknown]
        for check in [lambda page, _: page_checks.check_any(page, url)] if url else checks:
            started = time.monotonic()
            try:
                run(check, page, server)
                print(f"{check.__name__}: {time.monotonic() - started:.1f} s", flush=True)
            except (harness.Failure, browser.BrowserError) as failure:
                failed += 1
                print(f"FAILED: {check.__name__}: {failure}\n{page.problems}", flush=True)
        if screenshots:
            for name, status in ((("agent", None),) if url else (("busy", busy()), ("nothing", nothing()), ("hostile", hostile()))):
                server.status = status
                take_screenshots(page, url or server.url, pathlib.Path(screenshots), name)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
