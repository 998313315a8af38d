#!/usr/bin/env python3
"""Opens the HTML pages and SVG drawings of cxctl in headless Chromium, as a reader does.

    report_page_test.py CXCTL

Of no change, of one, of a dozen with every action and risk, of 500 with names that try everything; of an apply that failed in
part, drift, invalid manifests, two versions, weeks and months of calling time (report_pages.py makes them). Of each page: nothing is
fetched and no script but its own runs; headings, landmarks, tables and labels are in order; each text stands out from its ground as
WCAG 2.1 AA asks for, light and dark; nothing is cut off down to 320 pixels, nor on paper; Tab leads to everything that can be used,
and one sees where one is. Filter, folding and printing work, with a keyboard alone; without scripts nothing is missing.

Prints what was measured. Screenshots go to the folder that $CXCTL_SCREENSHOTS names. Exits 77 (skipped) where there is no Chromium.
"""

import gzip
import os
import pathlib
import re
import subprocess
import sys
import time

import browser
import harness
import page_checks
import report_pages
from harness import expect, expect_equal

PROGRAM = browser.find()
if not PROGRAM:
    print("there is no Chromium: skipped")
    sys.exit(77)
SCREENSHOTS = os.environ.get("CXCTL_SCREENSHOTS")
REPORTS = ("valid", "empty", "one", "dozen", "hundreds", "apply", "drift", "diff", "validate")
PICTURES = ("week", "month")
PAPER = 680  # pixels of a narrow sheet between its margins
MOST = 3_500_000  # bytes of 500 changes, 115 pictures of weeks among them
ITEMS = "[...document.querySelectorAll('details.item')]"
SHOWN = f"{ITEMS}.filter((each) => each.checkVisibility()).length"


def has_contents(page):
    return page.run("document.querySelectorAll('nav').length") == 1


def landmarks_of(page, name):
    if name in PICTURES:
        return ["main"]
    return ["header", "main", "footer"] + (["nav"] if has_contents(page) else [])


def check_quiet(page, file):
    """Nothing but the page was asked for, and nothing complains."""
    expect_equal(page.requests, [file.as_uri()], f"{file.stem}: what is fetched")
    page_checks.check_clean(page)
    expect_equal(page.run("[window.hacked, document.images.length]"), [None, 0], f"{file.stem}: what hostile names did")


def check_paper(page, name):
    """As it is printed: nothing sticks out, and dark colours stay on the screen."""
    page.look(PAPER, dark=True, media="print")
    page.run("dispatchEvent(new Event('beforeprint'))")
    wide = page.run("document.scrollingElement.scrollWidth")
    expect(wide <= PAPER, f"{name}: {wide} pixels wide on {PAPER} of paper")
    cut = page.run("[...document.querySelectorAll('pre, .scroll')].filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent.slice(0, 40))")
    expect_equal(cut, [], f"{name}: what is cut off on paper")
    shades = page.run("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
    expect(shades[0] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)") and shades[1] in ("rgb(0, 0, 0)", "rgb(29, 39, 51)"), f"{name}: printed in {shades}")
    page.run("dispatchEvent(new Event('afterprint'))")
    if SCREENSHOTS and name != "hundreds":
        page.screenshot(pathlib.Path(SCREENSHOTS) / f"{name}-paper.png")
    page.look(1280)


def check_any(page, file):
    """What holds of every page. The least contrast of a text."""
    page.requests.clear()
    page.open(file.as_uri())
    page_checks.check_structure(page, landmarks_of(page, file.stem))
    page_checks.check_fits(page)
    worst = page_checks.check_contrast(page, 4)
    page_checks.check_fits(page, (360,))  # unfolded now
    page_checks.check_stillness(page)
    check_paper(page, file.stem)
    check_quiet(page, file)
    return worst


def check_keyboard(page, file):
    """Folded, then unfolded."""
    page.open(file.as_uri())
    links = page.run("document.querySelectorAll('a').length")
    stops = page_checks.check_keyboard(page, links)
    page_checks.check_keyboard(page, links, unfolded=True)
    return len(stops)


def check_contents(page, file):
    """A link of the contents leads to its section, and reading goes on there."""
    page.open(file.as_uri())
    page.run("document.querySelector('nav a[href=\"#changes\"]').focus()")
    page.press("Enter")
    expect_equal(page.run("document.activeElement.id"), "changes", "where the link leads")
    page.press("Tab")
    expect_equal(page.run("document.activeElement.id"), "filter", "what comes next")


def check_filter(page, file):
    """By words of the heading, a member or a file, and by risk; the count is announced."""
    page.open(file.as_uri())
    total = page.run(SHOWN)
    page.press("/")
    expect_equal(page.run("document.activeElement.id"), "filter", "where / leads")
    for words in ("schedule", "/callRate"):
        page.run("document.activeElement.select()")
        page.type(words)
        found = page.run(SHOWN)
        expect(0 < found < total, f"{found} of {total} items have {words}")
        expect_equal(page.run("document.querySelector('[role=status]').textContent"), f"{found} of {total} shown", "the count")
    page.press("Escape")
    expect_equal(page.run(SHOWN), total, "items after Escape")
    page.press("Tab")
    expect_equal(page.run("document.activeElement.value"), "increases", "the next control")
    page.press(" ")
    expect(page.run(SHOWN) < total, "a class can be left out with the space bar")
    page.press(" ")
    expect_equal(page.run(SHOWN), total, "items with all classes again")


def check_filter_time(page, file):
    """Typing is not held up by 500 changes."""
    page.open(file.as_uri())
    page.run("document.getElementById('filter').focus()")
    started = time.monotonic()
    page.type("schedule-17")
    took = (time.monotonic() - started) / 11
    expect(0 < page.run(SHOWN) < 20, "it filters")
    expect(took < 1, f"{took:.1f} s a letter")
    return took


def check_folding(page, file):
    page.open(file.as_uri())
    page.run(f"{ITEMS}[0].querySelector('summary').focus()")
    before = page.run(f"{ITEMS}[0].open")
    page.press("Enter")
    expect_equal(page.run(f"{ITEMS}[0].open"), not before, "Enter folds")
    page.run("document.getElementById('unfold').click()")
    expect(page.run(f"{ITEMS}.every((each) => each.open)"), "all unfold")
    page.run("document.getElementById('fold').click()")
    expect(page.run(f"{ITEMS}.every((each) => !each.open)"), "all fold")


def check_pictures(page, file):
    """The week before and after, told apart by more than colours and told in words."""
    page.open(file.as_uri())
    expect(page.run("document.querySelectorAll('.weeks svg rect.added').length") > 0, "there is a picture of calling time")
    looks = page.run("""(() => { const look = (css) => { const e = document.querySelector(`.weeks:not(.wlegend) svg rect.${css}`), s = getComputedStyle(e);
        return `${e.getAttribute('height')} ${s.strokeDasharray} ${s.fill === 'none' ? 'hollow' : 'full'}`; };
        return ['permitted', 'blackout', 'law', 'added', 'removed'].map(look); })()""")
    expect_equal(len(set(looks)) >= 4 and looks[0] not in looks[1:], True, f"shapes: {looks}")
    untold = page.run("[...document.querySelectorAll('.wday svg[role=img]')].filter((e) => !/: before .+; after /.test(e.getAttribute('aria-label'))).length")
    expect_equal(untold, 0, "days that are not told in words")


def check_words(page, file):
    """Nothing is told by a colour alone: words and signs beside."""
    page.open(file.as_uri())
    wrong = page.run("""[...document.querySelectorAll('.tag')].filter((e) => !/^(guard|error|warning) /.test(e.textContent)).length +
        [...document.querySelectorAll('summary .risk')].filter((e) => !/^[▲◆▼○] (increases|mixed|reduces|neutral)$/.test(e.textContent)).length +
        [...document.querySelectorAll('.diff .plus')].filter((e) => e.textContent[0] !== '+').length +
        [...document.querySelectorAll('.diff .minus')].filter((e) => e.textContent[0] !== '-').length""")
    expect_equal(wrong, 0, "what only a colour tells")
    actions = page.run("[...new Set([...document.querySelectorAll('details.item > summary')].map((e) => e.innerText.split(/[ ,]+/)[2]))].sort()")
    expect_equal(actions, ["create", "deactivate", "delete", "release", "rename", "update"], "actions")


def check_without_scripts(page, file):
    page.scripts(False)
    try:
        page.open(file.as_uri())
        expect(not page.run("document.querySelector('.controls').checkVisibility()"), "controls that do nothing are shown")
        expect(page.run(f"{SHOWN} === {ITEMS}.length"), "items are missing")
        closed = f"{ITEMS}.find((each) => !each.open)"
        page.run(f"window.folded = {closed}; folded.querySelector('summary').focus()")
        page.press("Enter")
        expect(page.run("folded.open"), "an item does not unfold")
        page.look(360)
        expect(page.run("document.scrollingElement.scrollWidth") <= 360, "without scripts it is too wide")
        return check_pdf(page, file)
    finally:
        page.scripts(True)


def check_pdf(page, file):
    """What is folded is printed, too."""
    pdf = page.pdf()
    if SCREENSHOTS:
        (pathlib.Path(SCREENSHOTS) / f"{file.stem}.pdf").write_bytes(pdf)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    expect(pdf.startswith(b"%PDF") and pages >= 20, f"{pages} pages: what is folded is not printed")
    return pages


def check_size(file):
    data = file.read_bytes()
    expect(data.count(b'<details class="item') == 500, "there are 500 changes")
    expect(len(data) <= MOST, f"{len(data)} bytes")
    return len(data), len(gzip.compress(data))


def check_drawing(page, file):
    """An SVG file alone."""
    page.requests.clear()
    worst = 21
    for dark in (False, True):
        page.open(file.as_uri(), 960, dark)
        page.call("Emulation.setDeviceMetricsOverride", width=960, height=1400, deviceScaleFactor=1, mobile=False)
        found = page.run(page_checks.DRAWING_CONTRAST)
        expect(found["seen"] > 10, "there is hardly a text")
        expect_equal([found["low"], found["outside"]], [[], []], f"{file.name}: low contrast, texts that are cut off, {'dark' if dark else 'light'}")
        worst = min(worst, found["worst"])
        shoot(page, f"{file.stem}-svg", 960, dark)
    expect(page.run("document.querySelector('svg > title').textContent && document.querySelector('svg > desc').textContent.length > 40"), "it is told in words")
    expect_equal(set(page.requests), {file.as_uri()}, "what is fetched")
    return worst


def shoot(page, name, width, dark):
    if SCREENSHOTS:
        page.screenshot(pathlib.Path(SCREENSHOTS) / f"{name}-{width}-{'dark' if dark else 'light'}.png")


def take_screenshots(page, file):
    for width in (1280, 768, 360) if SCREENSHOTS and file.stem != "hundreds" else ():
        for dark in (False, True):
            page.open(file.as_uri(), width, dark)
            shoot(page, file.stem, width, dark)


def draw_charts(cxctl, folder):
    """A chart of simulate, with the longest names that there are."""
    world = folder / "charts"
    world.mkdir()
    name = "c" * 63
    tenant = harness.TENANT.format(port=9, timeout="10s")
    tree = [harness.document("Campaign", name, {"name": "East", "state": "ACTIVE", "maxAgents": 30, "dialingMode": "PREDICTIVE", "dialRate": 20}),
            report_pages.schedule("all", 15, report_pages.window("13:00", "16:00"), campaign=name)]
    (world / "all.yaml").write_text("\n---\n".join([tenant, *tree]), encoding="utf-8")
    subprocess.run([cxctl, "simulate", "-t", "all.yaml", "-q", "--svg", str(folder / "chart.svg")], cwd=world, env=harness.ENVIRONMENT, check=True,
                   stdout=subprocess.DEVNULL, timeout=harness.PATIENCE)


def test(cxctl, folder):
    pages = report_pages.make(cxctl, folder)
    draw_charts(cxctl, folder)
    expect_equal(sorted(pages), sorted(REPORTS + PICTURES), "the pages")
    with browser.Page(PROGRAM) as page:
        for file in pages.values():
            worst = check_any(page, file)
            stops = f", {check_keyboard(page, file)} stops of Tab" if file.stem in REPORTS and file.stem != "hundreds" else ""
            print(f"{file.stem}: {file.stat().st_size:,} bytes, contrast {worst:.2f} at least{stops}", flush=True)
            take_screenshots(page, file)
        for check in (check_contents, check_filter, check_folding, check_pictures, check_words):
            check(page, pages["dozen"])
        print(f"printed without scripts: {check_without_scripts(page, pages['dozen'])} pages", flush=True)
        print(f"500 changes: {1000 * check_filter_time(page, pages['hundreds']):.0f} ms a letter in the filter")
        print("500 changes: {:,} bytes, {:,} compressed".format(*check_size(pages["hundreds"])))
        for file in sorted(folder.glob("*.svg")):
            print(f"{file.name}: contrast {check_drawing(page, file):.2f} at least", flush=True)
    return 0


if __name__ == "__main__":
    harness.main(test)
