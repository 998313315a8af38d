#!/usr/bin/env python3
"""Makes the screenshots of README.md again, in a headless Chromium. Look at them before you commit them.

    screenshots.py CXCTL [FOLDER]        default: manifests/docs/images

plan.png is the report of a plan on the example manifests, dashboard.png the dashboard with the status of a busy morning.
"""

import base64
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "process"))
import browser  # noqa: E402
import dashboard_server  # noqa: E402
import dashboard_test  # noqa: E402
import harness  # noqa: E402

MOST = 120_000  # bytes
CHANGES = [
    ("base/calendars/us-weekdays.yaml", "  blackouts:\n", "  blackouts:\n    - {date: 2026-12-11, reason: Company holiday}\n"),
    ("base/schedules/collections-west-arizona.yaml", 'endTime: "11:30"', 'endTime: "12:00"'),
    ("tenants/dev/tenant.yaml", "merge: {spec: {maxAgents: 3, dialRate: 6}}",
     "merge: {spec: {maxAgents: 3, dialRate: 6}}\n    - {target: {kind: Campaign, name: outbound-sales}, merge: {spec: {dialRate: 8}}}"),
]


def plan_report(cxctl, folder):
    """A plan of three changes, as an HTML file."""
    manifests = folder / "manifests"
    shutil.copytree(ROOT / "manifests", manifests, ignore=shutil.ignore_patterns(".cxctl", "docs", "sinks", "policies"))
    sim = harness.Sim(cxctl, manifests / "sim-data.json", folder)
    replace(manifests / "tenants/dev/tenant.yaml", "127.0.0.1:8080", f"127.0.0.1:{sim.port}")

    def run(*words):
        subprocess.run([cxctl, *words, "-q", "-t", "manifests/tenants/dev/tenant.yaml"], cwd=folder, env=harness.ENVIRONMENT,
                       stdout=subprocess.DEVNULL, check=True)
    try:
        run("apply", "--auto-approve")
        for file, old, new in CHANGES:
            replace(manifests / file, old, new)
        run("plan", "--html", "plan.html")
    finally:
        sim.stop()
    replace(folder / "plan.html", f"http://127.0.0.1:{sim.port}", "https://acme.api.example.com")
    return folder / "plan.html"


def replace(file, old, new):
    text = file.read_text(encoding="utf-8")
    harness.expect(old in text, f"{file} has no {old}")
    file.write_text(text.replace(old, new), encoding="utf-8")


def shoot(page, file, height):
    """The top of the page."""
    width = page.run("document.documentElement.clientWidth")
    height = min(height, page.run("document.documentElement.scrollHeight"))
    data = page.call("Page.captureScreenshot", captureBeyondViewport=True, optimizeForSpeed=False,
                     clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})["data"]
    file.write_bytes(base64.b64decode(data))
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--skip-if-larger", "--strip", "--output", file, "64", file], check=False)
    harness.expect(file.stat().st_size <= MOST, f"{file} has {file.stat().st_size} bytes: install pngquant, or show less")
    print(f"{file}: {file.stat().st_size} bytes")


def main():
    cxctl = str(pathlib.Path(sys.argv[1]).resolve())
    images = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "manifests/docs/images"
    with tempfile.TemporaryDirectory() as folder, browser.Page(browser.find()) as page:
        page.open(plan_report(cxctl, pathlib.Path(folder)).as_uri(), 1000)
        page.run("document.querySelectorAll('details.item').forEach((each) => { each.open = false; })")
        page.run("document.querySelectorAll('details.item:has(.weeks)')[1].open = true")
        shoot(page, images / "plan.png", 1362)
        with dashboard_server.Server(ROOT / "src/agent") as server:
            server.status = dashboard_test.busy()
            page.open(server.url, 1200)
            page.wait_for("document.querySelector('#connection').textContent === 'Live'", "the page is live")
            page.call("Emulation.setDeviceMetricsOverride", width=1200, height=6000, deviceScaleFactor=1, mobile=False)
            page.wait_for("document.querySelectorAll('svg path').length > 0", "charts in sight are drawn")
            shoot(page, images / "dashboard.png", 1300)


main()
