#!/usr/bin/env python3
"""Opens HTML reports in headless Chromium, as a reader does.

    report_page_test.py CXCTL

Nothing may be fetched, no script but the report's own may run, and its policy must not be in its own way. Filter, folding and
printing work, with a keyboard alone; nothing is cut off at 360 pixels; text stands out from its ground (WCAG 2.1 AA) in light
and dark. Screenshots go to the folder that $CXCTL_SCREENSHOTS names. Exits 77 (skipped) where there is no Chromium.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import harness
import reports_world
from harness import expect, expect_equal

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if not CHROMIUM:
    print("there is no Chromium: skipped")
    sys.exit(77)
SCREENSHOTS = os.environ.get("CXCTL_SCREENSHOTS")

# The least contrast of the page's texts, as WCAG 2.1 computes it: [ratio, text, size in pixels].
CONTRAST = """(() => {
  const parse = (color) => (color.match(/[0-9.]+/g) || [0, 0, 0, 0]).map(Number);
  const luminance = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = (element) => { for (let e = element; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  let worst = [99, '', 0];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || element.closest('script,style,svg') || !element.getClientRects().length) continue;
    const a = luminance(parse(getComputedStyle(element).color)), b = luminance(ground(element));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, walk.currentNode.data.trim().slice(0, 60), parseFloat(getComputedStyle(element).fontSize)];
  }
  return worst;
})()"""
SHOWN = "[...document.querySelectorAll('details.item')].filter((each) => !each.hidden).length"


class Browser:
    """Chromium, spoken to over a pair of pipes (--remote-debugging-pipe: its descriptors 3 and 4)."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="chromium-")
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()
        command = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
        self.process = subprocess.Popen(
            ["bash", "-c", command, CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-extensions", f"--user-data-dir={self.profile}", "--remote-debugging-pipe", "about:blank"],
            pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def receive(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.back, 1 << 20)
            expect(piece, "Chromium ended")
            self.buffer += piece
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                expect("error" not in answer, f"{method}: {answer.get('error')}")
                return answer["result"]
            self.events.append(answer)

    def open(self, page):
        self.events = []
        self.ask("Page.navigate", url=page.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())

    def evaluate(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        expect("exceptionDetails" not in result, result.get("exceptionDetails"))
        return result["result"].get("value")

    def press(self, key, text=""):
        code = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}.get(key, ord(key[0].upper()))
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, windowsVirtualKeyCode=code)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def look(self, width, height=900, dark=False):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def shoot(self, name):
        if not SCREENSHOTS:
            return
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 4000), "scale": 1}
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        (pathlib.Path(SCREENSHOTS) / f"{name}.png").write_bytes(base64.b64decode(data))

    def print(self, name):
        self.ask("Emulation.setEmulatedMedia", media="print")
        self.shoot(f"{name}-print")
        self.ask("Emulation.setEmulatedMedia", media="")
        data = base64.b64decode(self.ask("Page.printToPDF", printBackground=False)["data"])
        if SCREENSHOTS:
            (pathlib.Path(SCREENSHOTS) / f"{name}.pdf").write_bytes(data)
        return data

    def close(self):
        self.session = None
        try:
            self.ask("Browser.close")
        except (OSError, harness.Failure):
            self.process.kill()
        self.process.wait(harness.PATIENCE)
        shutil.rmtree(self.profile, ignore_errors=True)


def check_quiet(browser, page, name):
    """Nothing but the page was asked for, and nothing complains."""
    requests = [event["params"]["request"]["url"] for event in browser.events if event["method"] == "Network.requestWillBeSent"]
    expect_equal(requests, [page.as_uri()], f"{name}: what is fetched")
    trouble = [event["params"] for event in browser.events
               if event["method"] in ("Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening", "Runtime.consoleAPICalled")]
    expect_equal(trouble, [], f"{name}: complaints")


def check_looks(browser, name):
    for width, dark in ((1280, False), (1280, True), (360, False), (360, True)):
        browser.look(width, dark=dark)
        wide = browser.evaluate("document.scrollingElement.scrollWidth")
        expect(wide <= width, f"{name}: {wide} pixels wide at {width}")
        ratio, text, size = browser.evaluate(CONTRAST)
        expect(ratio >= 4.5, f"{name}: contrast {ratio:.2f} of {text!r} ({size}px) {'dark' if dark else 'light'}")
        browser.shoot(f"{name}-{width}-{'dark' if dark else 'light'}")
    browser.look(1280)


def check_filter(browser, total):
    expect_equal(browser.evaluate(SHOWN), total, "items at first")
    browser.press("/")
    expect_equal(browser.evaluate("document.activeElement.id"), "filter", "where / leads")
    for letter in "schedule":
        browser.press(letter, letter)
    found = browser.evaluate(SHOWN)
    expect(0 < found < total, f"{found} of {total} items have a schedule")
    expect_equal(browser.evaluate("document.getElementById('shown').textContent"), f"{found} of {total} shown", "the count")
    browser.press("Escape")
    expect_equal(browser.evaluate(SHOWN), total, "items after Escape")
    browser.press("Tab")
    expect_equal(browser.evaluate("document.activeElement.value"), "increases", "the next control")
    browser.press(" ", " ")
    without = browser.evaluate(SHOWN)
    expect(without < total, "a class can be left out with the space bar")
    browser.press(" ", " ")


def check_folding(browser):
    browser.evaluate("document.querySelectorAll('details.item')[0].querySelector('summary').focus()")
    before = browser.evaluate("document.querySelectorAll('details.item')[0].open")
    browser.press("Enter", "\r")
    expect_equal(browser.evaluate("document.querySelectorAll('details.item')[0].open"), not before, "Enter folds")
    browser.evaluate("document.getElementById('unfold').click()")
    expect(browser.evaluate("[...document.querySelectorAll('details.item')].every((each) => each.open)"), "all unfold")
    browser.evaluate("document.getElementById('fold').click()")
    expect(browser.evaluate("[...document.querySelectorAll('details.item')].every((each) => !each.open)"), "all fold")


def test(cxctl, folder):
    world = reports_world.World(cxctl, folder)
    world.write(reports_world.rich_tree())
    world.run("apply", "--auto-approve", "--allow-large-change")
    world.write(reports_world.rich_tree(changed=True))
    world.run("plan", "--html", "plan.html")
    world.edit_something()
    world.run("drift", "--html", "drift.html", exit_code=2)
    world.write(reports_world.tree(campaign={"calendar": reports_world.HOSTILE}))
    world.run("validate", "--html", "validate.html", exit_code=3)
    world.sim.stop()
    browser = Browser()
    try:
        for name in ("plan", "drift", "validate"):
            page = folder / f"{name}.html"
            browser.look(1280)
            browser.open(page)
            check_looks(browser, name)
            if name == "plan":
                total = browser.evaluate("document.querySelectorAll('details.item').length")
                check_filter(browser, total)
                check_folding(browser)
                expect(browser.evaluate("document.querySelectorAll('.weeks svg rect.added').length") > 0, "there is a calendar picture")
                browser.evaluate("document.getElementById('unfold').click()")
                check_looks(browser, "plan-unfolded")
                browser.evaluate("document.getElementById('fold').click()")
            pdf = browser.print(name)
            pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
            expect(pdf.startswith(b"%PDF") and pages >= (3 if name == "plan" else 1), f"{pages} pages: what is folded is not printed")
            check_quiet(browser, page, name)
    finally:
        browser.close()
    return 0


if __name__ == "__main__":
    harness.main(test)
