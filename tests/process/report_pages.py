"""HTML pages as cxctl makes them, for those who look at them: of nothing, of little, of much, and of what goes wrong.

    report_pages.py CXCTL FOLDER

writes them into FOLDER to be looked at by hand.
"""

import json
import os
import pathlib
import subprocess
import sys

import harness
from harness import Sim, campaign_id, document, expect_equal

SCRIPT = "</code></script><script>window.hacked = 1</script><img src=x onerror=\"window.hacked=1\">"
LONG = "W" * 200
HEBREW = "\u05de\u05d1\u05e6\u05e2 \u05d7\u05d5\u05e8\u05e3 (2040) \u2014 \u0627\u0644\u062d\u0645\u0644\u0629 \u202egnp.exe"
EMOJI = "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f4de \U0001f1fa\U0001f1f8 e\u0301\u0302\u0303"
TEXTS = (LONG, HEBREW, EMOJI, SCRIPT)
LONG_FILE = "f" * 200 + ".yaml"
ZONE = "America/New_York"


def window(start, end):
    return {"startTime": start, "endTime": end, "timeZone": ZONE, "enabled": True}


def schedule(name, rate, /, *windows, campaign="east", metadata=None, **spec):
    return document("CampaignSchedule", name, {
        "campaign": campaign, "startTime": "2040-01-02T05:00:00Z", "endTime": "2040-12-31T00:00:00Z", "timeZone": ZONE,
        **({} if "calendar" in spec else {"regulatoryWindows": list(windows)}),
        "dialerSettings": {"maxConcurrentCalls": 20, "callRate": rate, "capacityThreshold": 0.85}, **spec}, **(metadata or {}))


def code(name, title=None, kind="SUCCESS", **more):
    return {"code": name, "name": title or name.capitalize(), "type": kind, **more}


def codes(name, *roots, **spec):
    return document("CallCodeHierarchy", name, {"category": name.upper(), "codes": list(roots), **spec})


# --- manifests ---

def dozen(changed=False):
    """Every action and risk, what apply refuses, what is held, what rules warn of."""
    east = {"id": campaign_id(0, 1), "state": "ACTIVE", "dialRate": 25 if changed else 30}
    calendar = document("CallingCalendar", "weekdays", {"timeZone": ZONE, "jurisdictions": ["us-fcc"], "clip": True, "windows": [
        {"days": ["mon", "tue", "wed", "thu", "fri"], "startTime": "07:00" if changed else "09:00", "endTime": "19:00" if changed else "17:00"},
        {"days": ["sat"], "startTime": "10:00", "endTime": "14:00"}],
        "blackouts": [{"date": "2040-01-05", "reason": "Company meeting"}] if changed else []})
    tree = [document("Campaign", "east", east), calendar, document("Campaign", "north", {"id": campaign_id(0, 3), "maxAgents": 12 if changed else 10})]
    if not changed:
        return [*tree,
                document("Campaign", "west", {"id": campaign_id(0, 2), "dialRate": 30}, lifecycle={"preventDestroy": True}),
                schedule("all-week", 9, calendar="weekdays"),
                schedule("mornings", 10, window("09:00", "12:00")),
                schedule("evenings", 8, window("17:00", "20:00")),
                schedule("wave", 5, window("10:00", "11:00"), metadata={"lifecycle": {"preventDestroy": True}}),
                schedule("old-name", 4, window("12:00", "13:00"), name="Noon"),
                codes("sales", code("SALE"), code("LOST", kind="FAILURE"), removal="delete"),
                codes("care", code("HELPED"), code("CLOSED", kind="NEUTRAL"))]
    return [*tree,
            schedule("all-week", 9, calendar="weekdays"),
            schedule("mornings", 12, window("08:30", "12:30")),
            schedule("evenings", 6, window("17:00", "19:00")),
            schedule("lunch", 4, window("12:30", "13:30"), description=SCRIPT),
            schedule("noon", 4, window("12:00", "13:00"), name="Noon hour", metadata={"previousNames": ["old-name"]}),
            schedule("early", 30, window("05:00", "12:00"), campaign="north"),
            codes("sales", code("SALE"), code("REFUSED", HEBREW, "FAILURE"), removal="delete"),
            codes("care", code("HELPED", EMOJI)),
            document("PacingPolicy", "east-pace", {"campaign": "east", "dialRate": {"min": 5, "max": 60}}),
            document("Sink", "crm", {"url": "https://crm.example.com/hook", "events": ["campaign.paused"]})]


def hundreds():
    """500 changes of long names; with the data of `hundreds_data` nothing has to be applied before."""
    tree = [document("Campaign", f"campaign-{n}-" + "x" * 48, {"id": campaign_id(0, n), "dialRate": 20 + n % 40, "maxAgents": 5}) for n in range(1, 51)]
    for n in range(350):
        start = 9 + n % 8
        tree.append(schedule(f"schedule-{n}-" + "y" * 48, 2 + n % 3, window(f"{start:02}:00", f"{start + 1:02}:30"), campaign=f"campaign-{1 + n % 50}-" + "x" * 48,
                             name=f"{n} {TEXTS[n % 4]}"[:128], description=TEXTS[(n + 1) % 4]))
    tree.append(codes("c" * 60, *(code("C" * 13 + str(n), f"{n} {TEXTS[n % 4]}"[:100], "NEUTRAL") for n in range(100))))
    return tree


def hundreds_data():
    """A third of the schedules is there already, with other windows."""
    return [{"campaignId": campaign_id(0, 1 + n % 50), "name": f"{n} {TEXTS[n % 4]}"[:128], "startTime": "2040-01-02T05:00:00Z",
             "endTime": "2040-12-31T00:00:00Z", "timeZone": ZONE, "regulatoryWindows": [window("10:00", "14:00")],
             "dialerSettings": {"maxConcurrentCalls": 20, "callRate": 3, "capacityThreshold": 0.85}} for n in range(0, 350, 3)]


# --- a tenant and its pages ---

class World:
    def __init__(self, cxctl, folder, name, campaigns=3, schedules=()):
        self.cxctl, self.folder, self.pages = cxctl, folder / f"{name}.world", folder
        (self.folder / "manifests").mkdir(parents=True)
        data = {"capacity": {"maxConcurrentCalls": 1000}, "schedules": list(schedules), "campaigns": [
            {"id": campaign_id(0, n), "name": f"Campaign {n}", "state": "ACTIVE" if n < 3 else "INACTIVE", "maxAgents": 5,
             "dialingMode": "PREDICTIVE", "dialRate": 30} for n in range(1, campaigns + 1)]}
        (self.folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
        self.sim = Sim(cxctl, self.folder / "data.json", self.folder)
        self.write([], harness.TENANT.format(port=self.sim.port, timeout="10s"), "tenant.yaml")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sim.stop()

    def write(self, documents, text="", file=LONG_FILE):
        (self.folder / "manifests" / file).write_text(text or "\n---\n".join(map(readable, documents)) + "\n", encoding="utf-8")

    def tenant(self, spec):
        self.write([], harness.TENANT.format(port=self.sim.port, timeout="10s") + spec, "tenant.yaml")

    def run(self, *words, exit_code=0):
        done = subprocess.run([self.cxctl, *words], cwd=self.folder, env=harness.ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=harness.PATIENCE, encoding="utf-8")
        expect_equal(done.returncode, exit_code, f"exit of {words}: {done.stderr[-3000:]}")
        return done.stdout

    def page(self, name, *words, exit_code=0):
        self.run(*words, "--html", str(self.pages / f"{name}.html"), exit_code=exit_code)


def readable(text):
    """JSON is YAML; over lines, so that an excerpt shows a line as somebody would have written it."""
    return json.dumps(json.loads(text), indent=2, ensure_ascii=False).replace("\u202e", "\\u202e")


def make_dozen(cxctl, folder):
    with World(cxctl, folder, "dozen") as world:
        world.write(dozen())
        world.run("apply", "--auto-approve", "--allow-large-change")
        world.page("empty", "plan")
        world.write([each.replace('"dialRate": 30', '"dialRate": 35') for each in dozen()])
        world.page("one", "plan")
        world.write(dozen(changed=True))
        world.tenant('  applyWindows: [{days: [sun], startTime: "03:00", endTime: "03:01", timeZone: Asia/Tokyo}]\n  rules: {CX203: warning, CX206: warning}\n')
        world.page("dozen", "plan", "-o", "plan.json")
        world.run("schedule", "show", "all-week", "--week", "2040-01-05", "--plan", "plan.json", "--now", "2040-01-05T17:30:00Z", "--format", "html",
                  "-o", str(folder / "week.html"))
        world.run("schedule", "show", "all-week", "--month", "2040-03", "--now", "2040-03-05T17:30:00Z", "--format", "html", "-o", str(folder / "month.html"))
        for span, name in ((("--week", "2040-01-05", "--plan", "plan.json"), "week"), (("--month", "2040-03"), "month")):
            world.run("schedule", "show", "all-week", *span, "--now", "2040-01-05T17:30:00Z", "--format", "svg", "-o", str(folder / f"{name}.svg"))
        (world.folder / "old").mkdir()
        (world.folder / "old" / "tree.yaml").write_text("\n---\n".join(map(readable, dozen())), encoding="utf-8")
        (world.folder / "old" / "tenant.yaml").write_text((world.folder / "manifests/tenant.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        world.page("diff", "diff", "old", "manifests", exit_code=2)
        world.tenant("")
        world.sim.ask("POST", "/_sim/edit", {"kind": "campaign", "id": campaign_id(0, 3), "set": {"maxAgents": 99}, "by": "mallory@example.com"})
        world.page("drift", "drift", exit_code=2)
        world.write([each for each in dozen(changed=True) if "early" not in each] + [schedule("wave", 6, window("10:00", "11:00"), name=TEXTS[2])])
        world.sim.set_faults([{"method": "PATCH", "path": "/api/v2/callcodes/*", "fault": "error", "when": "before", "status": 503}])
        world.page("apply", "apply", "--auto-approve", "--allow-large-change", exit_code=4)
        world.write(dozen() + [schedule("bad", -1, window("25:00", "12:00"), window("01:00", "02:00"), blackoutPeriods=[]),
                               schedule("worse", 3, calendar="no-such", name=LONG[:129], description=SCRIPT),
                               document("Campaign", "n", {"state": SCRIPT, "calendar": HEBREW, LONG: EMOJI})])
        world.page("validate", "validate", exit_code=3)
        world.write(dozen()[:1])
        world.page("valid", "validate")


def make_hundreds(cxctl, folder):
    with World(cxctl, folder, "hundreds", 50, hundreds_data()) as world:
        world.write(hundreds())
        world.page("hundreds", "plan")


def make(cxctl, folder):
    """The pages by name."""
    make_dozen(cxctl, folder)
    make_hundreds(cxctl, folder)
    return {file.stem: file for file in sorted(folder.glob("*.html"))}


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[2]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    for name, file in make(os.path.abspath(sys.argv[1]), target).items():
        print(f"{file}: {file.stat().st_size} bytes")
