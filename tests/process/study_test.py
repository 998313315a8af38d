#!/usr/bin/env python3
"""optimize, adherence and export against a tenant of our own making, whose history and exports are known to the digit.

    study_test.py CXCTL

The tenant is a plain HTTP server that speaks no more of the API than these commands need, strictly: what it is not
prepared for is 500, and what would change it is a failure of the test.
"""

import http.server
import json
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import harness
from harness import Failure, expect, expect_equal

CAMPAIGN = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
NOW = "2026-11-04T12:30:00Z"  # New York put its clocks back on 1 November.
CSV = "name,timeZone\r\n\"East, \"\"A\"\"\",America/New_York\r\nWest,UTC\r\n"

TENANT = """apiVersion: cxctl/v1
kind: Tenant
metadata: {{name: demo}}
spec:
  baseUrl: http://127.0.0.1:{port}
  auth: {{clientId: "${{env:CXONE_CLIENT_ID}}", clientSecret: "${{env:CXONE_CLIENT_SECRET}}"}}
  rateLimit: {{requestsPerSecond: 1000, burst: 1000, maxConcurrency: 4}}
  retry: {{maxAttempts: 4, baseDelay: 10ms, maxDelay: 5s}}
"""
CAMPAIGN_FILE = f"""apiVersion: cxctl/v1
kind: Campaign
metadata: {{name: east}}
spec: {{id: {CAMPAIGN}, state: ACTIVE, maxAgents: 10}}
"""
SCHEDULE_FILE = """# The evening team.
apiVersion: cxctl/v1
kind: CampaignSchedule
metadata: {name: evenings}
spec:
  campaign: east
  name: Evenings
  startTime: 2026-10-01T00:00:00-04:00
  endTime: 2026-12-31T00:00:00-05:00
  timeZone: America/New_York
  regulatoryWindows:
    - {startTime: "16:00", endTime: "20:00", timeZone: America/New_York, enabled: true}   # four hours
  dialerSettings: {maxConcurrentCalls: 50, callRate: 15, capacityThreshold: 0.8}          # as agreed
  optimizationSettings: {useHistoricalAnswerRates: true, peakHourBoost: 1}
"""


class Tenant(http.server.ThreadingHTTPServer):
    """Answers by `handle(method, path, query, body)`, which gives (status, headers, body)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.rows, self.page, self.exports, self.content = [], [], 500, [], []
        self.capacity, self.schedules = 200, [{"id": "s1", "name": "Evenings"}]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def asked(self, text):
        return [each for each in self.requests if text in each["path"]]

    def history(self, query, body):
        """Pages of rows; each page repeats the last row of the one before, as it is now."""
        at = int(query.get("nextPage", ["0"])[0])
        start = max(0, at - 1)
        rows = self.rows[start:at + self.page]
        following = at + self.page
        answer = {"group": [{"disposition": kind, "interval": when, "count": count} for when, kind, count in rows]}
        if following < len(self.rows):
            answer["nextPage"] = str(following)
        return 200, {}, answer

    def handle(self, method, path, query, body):
        if path == "/oauth/token":
            return 200, {}, {"access_token": "token-1234567890", "token_type": "Bearer", "expires_in": 3600}
        if path == "/api/v2/dialer/capacity":
            return 200, {}, {"maxConcurrentCalls": self.capacity}
        if path == f"/api/v2/outbound/campaigns/{CAMPAIGN}":
            return 200, {"ETag": '"1"'}, {"id": CAMPAIGN, "name": "East", "state": "ACTIVE", "maxAgents": 10,
                                          "dialingMode": "PREDICTIVE", "dialRate": 10}
        if path == f"/api/v2/campaigns/{CAMPAIGN}/schedules":
            return 200, {}, {"items": self.schedules}
        if path == "/api/v2/analytics/campaigns/details/query":
            return self.history(query, body)
        if path == "/api/v2/interaction/exports" and method == "POST":
            return 202, {}, {"id": "x1", "state": "queued"}
        if path == "/api/v2/interaction/exports/x1":
            return self.exports.pop(0) if len(self.exports) > 1 else self.exports[0]
        if path.endswith("/content"):
            return self.content.pop(0) if len(self.content) > 1 else self.content[0]
        return 500, {}, {"code": "UNEXPECTED", "message": path}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        url = urllib.parse.urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        body = json.loads(text) if text.startswith("{") else text
        self.server.requests.append({"method": self.command, "path": url.path, "body": body, "headers": dict(self.headers)})
        status, headers, content = self.server.handle(self.command, url.path, urllib.parse.parse_qs(url.query), body)
        data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        self.send_response(status)
        headers.setdefault("Content-Type", "text/csv" if isinstance(content, str) else "application/json")
        headers.setdefault("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        if int(headers["Content-Length"]) != len(data):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *arguments):
        pass


class World:
    """A folder with manifests, and their tenant."""

    def __init__(self, cxctl):
        self.cxctl, self.tenant = cxctl, Tenant()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cxctl-study-"))
        self.manifests = self.folder / "manifests"
        self.manifests.mkdir()
        self.write("tenant.yaml", TENANT.format(port=self.tenant.port))
        self.write("east.yaml", CAMPAIGN_FILE)
        self.write("evenings.yaml", SCHEDULE_FILE)

    def write(self, name, text):
        (self.manifests / name).write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.manifests / name).read_text(encoding="utf-8")

    def start(self, *arguments):
        return subprocess.Popen([self.cxctl, *arguments], cwd=self.folder, env=harness.ENVIRONMENT, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, code=0):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=harness.PATIENCE)
        expect_equal(process.returncode, code, f"exit code of {' '.join(arguments)}\n{out}{err}")
        expect("token-1234567890" not in out + err, "the token is shown")
        return out, err

    def json(self, *arguments, code=0):
        return harness.read_document(arguments, self.run(*arguments, "--format", "json", code=code)[0])


def hours_of(day, hour_utc, answered, others, abandoned=0):
    when = f"2026-{day}T{hour_utc:02}:00:00Z"
    return [(when, kind, count)
            for kind, count in (("ANSWERED", answered), ("ABANDONED", abandoned), ("NO_ANSWER", others)) if count]


def evening_rows():
    """16:00 to 19:00 by New York's clock, before and after its clocks went back: 18:00 is answered twice as well. 16:00
    has the most answers, because it has the most attempts."""
    rows = []
    for day, first in (("10-28", 20), ("10-29", 20), ("10-30", 20), ("11-02", 21), ("11-03", 21)):
        rows += hours_of(day, first, 200, 800)         # 16:00, 20 %
        rows += hours_of(day, first + 1, 40, 160)      # 17:00, 20 %
        rows += hours_of(day, first + 2, 70, 120, 10)  # 18:00, 40 %, the abandoned among the answered
    rows += hours_of("11-03", 0, 3, 2)                 # 19:00 of 2 November, once, 5 attempts
    return rows


def test_optimize_reads_all_pages_and_judges_rates(world):
    world.tenant.rows, world.tenant.page = evening_rows(), 4
    document = world.json("optimize", "--now", NOW, "--svg", "rates.svg")
    schedule = document["schedules"][0]
    hours = {each["hour"]: each for each in schedule["hours"]}
    expect_equal(sorted(hours), [16, 17, 18, 19], "local hours")
    expect_equal((hours[18]["attempts"], hours[18]["answered"], hours[18]["abandoned"]), (1000, 400, 50), "18:00")
    expect_equal([hours[each]["answerRate"] for each in (16, 17, 18)], [0.2, 0.2, 0.4], "answer rates")
    expect_equal([each for each in hours if hours[each]["peak"]], [18], "peak hours")
    expect(not hours[19]["judged"] and "19:00 (5)" in " ".join(schedule["remarks"]), f"19:00 is judged: {schedule}")
    expect(hours[18]["answerRateLow"] < 0.4 < hours[18]["answerRateHigh"], "the interval does not hold the rate")
    asked = world.tenant.asked("/campaigns/details/query")
    expect(len(asked) > 5, f"{len(asked)} pages were asked for")
    body = asked[0]["body"]
    expect_equal(body["filter"], f'campaign.id eq "{CAMPAIGN}" and schedule.id eq "s1"', "the filter")
    expect_equal((body["from"], body["to"], body["interval"]), ("2026-10-21T12:00:00Z", "2026-11-04T12:00:00Z", "hour"),
                 "the range")
    proposals = {each["path"].rsplit("/", 1)[1]: each for each in schedule["proposals"]}
    # 18:00 is one of four hours, twice as good: 15 * 4 = rate * (3 + 2).
    expect_equal(proposals["callRate"]["after"], 12, "callRate")
    expect_equal(proposals["peakHourBoost"]["after"], 2, "peakHourBoost")
    # 24 calls a minute of 18 s + 40 % of 150 s are 31.2 at a time, over 0.8.
    expect_equal(proposals["maxConcurrentCalls"]["after"], 39, "maxConcurrentCalls")
    expect_equal(proposals["callRate"]["source"]["line"], 13, "where callRate is written")
    expect_equal(world.read("evenings.yaml"), SCHEDULE_FILE, "the manifest without --write")
    svg = (world.folder / "rates.svg").read_text(encoding="utf-8")
    expect("<title" in svg and "40.0 %" in svg, "the picture does not say what it shows")
    expect({each["method"] for each in world.tenant.requests if "query" not in each["path"] and "token" not in each["path"]} == {"GET"},
           "something was written to the tenant")


def test_optimize_writes_scalars_in_place_and_then_proposes_nothing(world):
    world.tenant.rows = evening_rows()
    out, err = world.run("optimize", "--now", NOW, "--write")
    expect("-  dialerSettings: {maxConcurrentCalls: 50, callRate: 15" in out, f"there is no diff:\n{out}")
    expect("written to 1 file" in err, err)
    wanted = SCHEDULE_FILE.replace("maxConcurrentCalls: 50, callRate: 15", "maxConcurrentCalls: 39, callRate: 12")
    expect_equal(world.read("evenings.yaml"), wanted.replace("peakHourBoost: 1}", "peakHourBoost: 2}"), "the manifest")
    again = world.json("optimize", "--now", NOW)
    expect_equal([each["changes"] for each in again["schedules"][0]["proposals"]], [False] * 3, "second proposals")
    expect_equal(again["diff"], "", "second diff")


def test_optimize_stays_within_capacity_and_cx207(world):
    world.tenant.rows, world.tenant.capacity = evening_rows(), 20
    world.write("evenings.yaml", SCHEDULE_FILE.replace("maxConcurrentCalls: 50, callRate: 15",
                                                       "maxConcurrentCalls: 20, callRate: 30"))
    after = {each["path"].rsplit("/", 1)[1]: each["after"] for each in
             world.json("optimize", "--now", NOW)["schedules"][0]["proposals"]}
    expect(after["callRate"] * after["peakHourBoost"] <= 30, f"CX207: {after}")
    expect(after["maxConcurrentCalls"] <= 20, f"CX203: {after}")


def test_optimize_edits_where_a_value_comes_from_or_says_why_not(world):
    world.tenant.rows = evening_rows()
    world.write("tenant.yaml", TENANT.format(port=world.tenant.port) +
                "  patches:\n    - target: {kind: CampaignSchedule, name: '*'}\n"
                "      merge: {spec: {dialerSettings: {callRate: 15}}}   # for all\n")
    world.run("optimize", "--now", NOW, "--write")
    expect("{callRate: 12}}}   # for all" in world.read("tenant.yaml"), world.read("tenant.yaml"))
    expect("callRate: 15," in world.read("evenings.yaml"), "the document was edited beneath the patch")
    # Two schedules under one patch: what one of them needs is not for the other.
    world.write("tenant.yaml", world.read("tenant.yaml").replace("callRate: 12", "callRate: 15"))
    world.write("evenings.yaml", SCHEDULE_FILE)
    world.write("other.yaml", SCHEDULE_FILE.replace("evenings", "mornings").replace("Evenings", "Mornings")
                .replace('"16:00", endTime: "20:00"', '"09:00", endTime: "12:00"').replace("callRate: 15", "callRate: 9"))
    document = world.json("optimize", "--now", NOW, "--target", "CampaignSchedule/evenings", "--write")
    refusals = {each["path"].rsplit("/", 1)[1]: each["refusal"] for each in document["schedules"][0]["proposals"]}
    expect("CampaignSchedule/mornings" in (refusals["callRate"] or ""), f"no refusal: {refusals}")
    expect(refusals["peakHourBoost"], "half of a proposal is worse than none")
    expect_equal(document["files"], [], "files")
    expect("callRate: 15" in world.read("tenant.yaml"), "the patch was edited")


def test_optimize_makes_settings_that_are_not_there(world):
    world.tenant.rows = evening_rows()
    world.write("evenings.yaml", SCHEDULE_FILE[:SCHEDULE_FILE.index("  optimizationSettings")])
    world.run("optimize", "--now", NOW, "--write")
    expect("useHistoricalAnswerRates: true" in world.read("evenings.yaml"), world.read("evenings.yaml"))
    expect("peakHourBoost: 2" in world.read("evenings.yaml"), world.read("evenings.yaml"))
    expect_equal(world.json("optimize", "--now", NOW)["diff"], "", "second diff")


def test_without_history_nothing_is_proposed(world):
    out, err = world.run("optimize", "--now", NOW, "--write")
    expect("no history" in out and "no history" in err, out + err)
    expect_equal(world.read("evenings.yaml"), SCHEDULE_FILE, "the manifest")
    world.tenant.rows = hours_of("11-03", 22, 3, 4)
    out, _ = world.run("optimize", "--now", NOW)
    expect("too few attempts: 16:00 (0), 17:00 (7)" in out, out)


def test_adherence_counts_local_days(world):
    world.write("evenings.yaml", SCHEDULE_FILE.replace("callRate: 15", "callRate: 5"))
    # 19:30 of 31 October and 19:00 of 1 November, by UTC both after midnight or nearly so.
    world.tenant.rows = hours_of("10-31", 23, 100, 500) + hours_of("11-02", 0, 50, 250) + hours_of("11-03", 0, 10, 90)
    document = world.json("adherence", "--from", "2026-10-31", "--to", "2026-11-02", "--now", NOW, "--svg", "days.svg")
    days = document["schedules"][0]["days"]
    expect_equal([(each["date"], each["planned"], each["actual"], each["rate"]) for each in days],
                 [("2026-10-31", 1200, 600, 0.5), ("2026-11-01", 1200, 300, 0.25), ("2026-11-02", 1200, 100, 100 / 1200)],
                 "days")
    expect_equal(document["schedules"][0]["total"]["actual"], 1000, "all days")
    body = world.tenant.asked("/campaigns/details/query")[0]["body"]
    expect_equal((body["from"], body["to"]), ("2026-10-31T04:00:00Z", "2026-11-03T05:00:00Z"), "the range")
    out, _ = world.run("adherence", "--from", "2026-10-31", "--to", "2026-11-02", "--now", NOW)
    expect("Sat 2026-10-31" in out and "50.0 %" in out, out)
    world.write("evenings.yaml", world.read("evenings.yaml") + "  plannedVolume: {perDay: 400}\n")
    document = world.json("adherence", "--days", "2", "--now", NOW)
    expect_equal([(each["date"], each["planned"]) for each in document["schedules"][0]["days"]],
                 [("2026-11-02", 400), ("2026-11-03", 400)], "whole days by plannedVolume")
    world.run("adherence", "--from", "2026-11-02", "--to", "2026-11-01", code=64)


def test_adherence_plans_what_optimize_proposed(world):
    """The same attempts a week, whichever of the two tells; and it is said whose settings they are."""
    world.tenant.rows = evening_rows()
    world.tenant.schedules = [{"id": "s1", "name": "Evenings", "startTime": "2026-10-01T04:00:00Z",
                               "endTime": "2026-12-31T05:00:00Z", "timeZone": "America/New_York",
                               "dialerSettings": {"maxConcurrentCalls": 50, "callRate": 15, "capacityThreshold": 0.8},
                               "updatedAt": "2026-10-31T12:00:00Z"}]
    before = world.json("adherence", "--now", NOW)["schedules"][0]
    expect_equal(before["total"]["planned"], 7 * 4 * 60 * 15, "planned at 15 calls a minute")
    world.run("optimize", "--now", NOW, "--write")
    after = world.json("adherence", "--now", NOW)["schedules"][0]
    expect_equal(after["total"]["planned"], 7 * (3 * 60 * 12 + 60 * 12 * 2), "planned with the boost at 18:00")
    expect_equal(after["total"]["planned"], before["total"]["planned"], "the same attempts a week")
    notes = " ".join(after["notes"])
    expect("Not applied yet: " in notes and "callRate (live 15, manifest 12)" in notes
           and "peakHourBoost (live nothing, manifest 2)" in notes, notes)
    expect("Changed on the tenant at 2026-10-31T12:00:00Z" in notes, notes)
    out, _ = world.run("adherence", "--now", NOW)
    expect("2 times in the peak hours 18:00-19:00" in out and "Not applied yet" in out, out)
    # A boost that is not in force is none.
    world.write("evenings.yaml", world.read("evenings.yaml").replace("useHistoricalAnswerRates: true", "useHistoricalAnswerRates: false"))
    off = world.json("adherence", "--now", NOW)["schedules"][0]
    expect_equal(off["total"]["planned"], 7 * 4 * 60 * 12, "planned without the boost")
    expect("counts for nothing" in " ".join(off["notes"]), off["notes"])


def test_optimize_switches_on_what_a_boost_needs_and_boosts_no_other_hours(world):
    world.tenant.rows = evening_rows()
    world.write("evenings.yaml", SCHEDULE_FILE.replace("{useHistoricalAnswerRates: true, peakHourBoost: 1}",
                                                       "{useHistoricalAnswerRates: false}"))
    out, _ = world.run("optimize", "--now", NOW, "--write")
    expect("useHistoricalAnswerRates  false -> true" in out, out)
    expect("{useHistoricalAnswerRates: true, peakHourBoost: 2}" in world.read("evenings.yaml"), world.read("evenings.yaml"))
    again = world.json("optimize", "--now", NOW)
    expect_equal(again["diff"], "", "second diff")
    # 16:00 and 17:00 alone: 18:00 is a peak of the history, and of no use to it.
    world.write("evenings.yaml", SCHEDULE_FILE.replace('endTime: "20:00"', 'endTime: "18:00"'))
    proposals = world.json("optimize", "--now", NOW)["schedules"][0]["proposals"]
    values = {each["path"].rsplit("/", 1)[1]: (each["after"], each["changes"]) for each in proposals}
    expect_equal((values["peakHourBoost"], values["callRate"]), ((1, False), (15, False)), "no boost")
    expect("no calls in the peak hours (18:00-19:00)" in " ".join(each["reason"] for each in proposals), proposals)


def completed(rows=2):
    return 200, {}, {"id": "x1", "state": "completed", "rows": rows}


def waiting(state, **headers):
    return 200, headers, {"id": "x1", "state": state}


def test_export_waits_as_long_as_it_is_asked_to(world):
    world.tenant.exports = [waiting("queued", **{"Retry-After": "1"}), waiting("running"), completed()]
    world.tenant.content = [(200, {}, CSV)]
    began = time.monotonic()
    document = world.json("export", "-o", "out.csv")
    expect(time.monotonic() - began >= 1.4, "Retry-After was not waited for")
    out = world.folder / "out.csv"
    expect_equal(out.read_bytes(), CSV.encode(), "the CSV")
    expect_equal(stat.S_IMODE(out.stat().st_mode), 0o600, "who may read it")
    expect_equal((document["rows"], document["bytes"]), (2, len(CSV)), "rows and bytes")
    started = world.tenant.asked("/interaction/exports")[0]
    expect_equal((started["method"], started["body"]["type"], started["body"]["filter"]),
                 ("POST", "custom", f'campaign.id eq "{CAMPAIGN}"'), "what was asked for")
    expect(started["headers"].get("Idempotency-Key"), "no idempotency key")


def test_export_that_fails_expires_or_is_cut_leaves_no_file(world):
    world.tenant.content = [(200, {}, CSV)]
    for exports, content, words in (
            ([waiting("failed")], None, "failed"),
            ([(404, {}, {"code": "NOT_FOUND", "message": "no such export"})], None, "expired"),
            ([completed(3)], None, "2 of 3 rows"),
            ([completed(2)], (200, {}, CSV[:-16]), "rows"),
            ([completed(1)], (200, {}, CSV[:20]), "cut off"),
            ([completed(2)], (200, {"Content-Length": "500"}, CSV), "export"),
            ([completed(2)], (200, {"Content-Type": "text/html"}, "<html>"), "not CSV")):
        world.tenant.exports = exports
        world.tenant.content = [content or (200, {}, CSV)]
        _, err = world.run("export", "-o", "out.csv", code=1)
        expect(words in err, f"{words} is not in: {err}")
        expect(not (world.folder / "out.csv").exists(), f"there is a file after: {err}")


def test_export_goes_on_after_it_was_interrupted(world):
    world.tenant.exports, world.tenant.content = [waiting("running")], [(200, {}, CSV)]
    process = world.start("export", "-o", "out.csv")
    while not world.tenant.asked("/exports/x1"):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=harness.PATIENCE)
    expect_equal(process.returncode, 130, f"exit code: {err}")
    again = re.search(r"cxctl export --resume (\S+)", err)
    expect(again, f"it does not say how to go on: {err}")
    world.tenant.exports = [completed()]
    world.tenant.requests.clear()
    world.run("export", "--resume", again[1], "-o", "out.csv")
    expect(not [each for each in world.tenant.asked("/interaction/exports") if each["method"] == "POST"], "a second export")
    world.tenant.exports = [waiting("running")]
    _, err = world.run("export", "-o", "other.csv", "--wait", "1s", code=1)
    expect("--wait 1s" in err and "--resume x1" in err, err)
    world.run("export", "--format", "json", code=64)


def test_export_gives_no_other_host_the_token(world):
    other = Tenant()
    other.content = [(200, {}, CSV)]
    world.tenant.exports = [completed()]
    # The same origin keeps the token, another one does not get it; and no http but the tenant's own.
    world.tenant.content = [(302, {"Location": f"http://127.0.0.1:{other.port}/content"}, "")]
    _, err = world.run("export", "-o", "out.csv", code=1)
    expect("unencrypted" in err and not other.requests, err)
    world.tenant.content = [(302, {"Location": "/files/content"}, ""), (200, {}, CSV)]
    world.run("export", "-o", "out.csv")
    expect(world.tenant.asked("/files/content")[0]["headers"].get("Authorization"), "the own origin got no token")


def main():
    tests = [value for name, value in globals().items() if name.startswith("test_")]
    for test in tests:
        test(World(os.path.abspath(sys.argv[1])))
        print(f"ok: {test.__name__}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"FAILED: {failure}")
        sys.exit(1)
