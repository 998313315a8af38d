"""What must hold of a page whatever it shows: structure, contrast, keyboard, narrow screens, no complaint of the browser."""

import json

import harness

WIDTHS = (1280, 768, 360, 320)

TEXT_CONTRAST = r"""(() => {
  const parse = (text) => { const n = text.match(/[\d.]+/g).map(Number); return {r: n[0], g: n[1], b: n[2], a: n[3] ?? 1}; };
  const over = (top, below) => ({r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1});
  const light = (c) => [c.r, c.g, c.b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const ground = (node) => {
    const found = [];
    for (; node; node = node.parentElement) { const c = parse(getComputedStyle(node).backgroundColor); found.push(c); if (c.a === 1) break; }
    return found.reverse().reduce((below, top) => over(top, below), {r: 255, g: 255, b: 255, a: 1});
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0, worst = 21;
  for (const node of document.querySelectorAll('input[placeholder]')) {
    const found = ratio(parse(getComputedStyle(node, '::placeholder').color), ground(node));
    if (found < 4.5) low.push(`${found.toFixed(2)} "${node.placeholder}"`);
  }
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement, style = getComputedStyle(node), box = node.getBoundingClientRect();
    if (!walker.currentNode.data.trim() || !box.width || node.closest('.spoken, .skip, script, noscript, head')) continue;
    const ink = node.closest('svg') ? style.fill : style.color;
    const found = ratio(over(parse(ink), ground(node.closest('svg')?.parentElement || node)), ground(node.closest('svg')?.parentElement || node));
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    seen += 1;
    worst = Math.min(worst, found);
    if (found < (large ? 3 : 4.5)) low.push(`${found.toFixed(2)} "${walker.currentNode.data.trim().slice(0, 30)}" ${node.className.baseVal ?? node.className}`);
  }
  // What tells something without words: 3 to 1 (WCAG 1.4.11).
  for (const node of document.querySelectorAll('.chart path:not(.area), .chip .icon, .day rect:not(.track), .day .now, .amount .value')) {
    const style = getComputedStyle(node);
    const drawing = node.closest('svg');
    const ink = node.matches('.icon') ? style.color : !drawing ? style.backgroundColor : node.matches('path, line') ? style.stroke : style.fill;
    const below = ground(drawing && !node.matches('.icon') ? drawing.parentElement : node.parentElement);
    const found = ratio(parse(ink), below);
    if (found < 3) low.push(`${found.toFixed(2)} ${node.tagName} ${node.className.baseVal}`);
  }
  return {seen, low, worst};
})()"""

# Of a drawing alone: each text against what lies below it.
DRAWING_CONTRAST = r"""(() => {
  const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const low = [], outside = [];
  let seen = 0, worst = 21;
  for (const text of document.querySelectorAll('text')) {
    if (!text.textContent.trim()) continue;
    const box = text.getBoundingClientRect();
    if (box.left < 0 || box.right > document.documentElement.clientWidth) outside.push(text.textContent);
    const below = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2).find((e) => e.tagName === 'rect' && getComputedStyle(e).fill.startsWith('rgb'));
    const found = below ? ratio(parse(getComputedStyle(text).fill), parse(getComputedStyle(below).fill)) : 0;
    seen += 1;
    worst = Math.min(worst, found);
    if (found < 4.5) low.push(`${found.toFixed(2)} "${text.textContent.slice(0, 30)}"`);
  }
  return {seen, low, outside, worst};
})()"""

STRUCTURE = r"""((landmarks) => {
  const wrong = [];
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1]));
  if (levels.filter((l) => l === 1).length !== 1) wrong.push('there must be one h1');
  levels.forEach((l, i) => { if (i && l > levels[i - 1] + 1) wrong.push(`h${l} follows h${levels[i - 1]}`); });
  for (const name of landmarks) if (document.querySelectorAll(`body ${name}`).length !== 1) wrong.push(`there must be one ${name}`);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((e) => e === id).length > 1) wrong.push(`id ${id} twice`);
  for (const e of document.querySelectorAll('[aria-labelledby]')) if (!document.getElementById(e.getAttribute('aria-labelledby'))) wrong.push(`nothing labels ${e.tagName}`);
  for (const th of document.querySelectorAll('th')) if (!th.scope) wrong.push(`th without scope: ${th.textContent}`);
  for (const t of document.querySelectorAll('table')) if (!t.caption && !t.hasAttribute('aria-labelledby') && !t.closest('[role=group][aria-label]')) wrong.push('a table without a caption');
  for (const s of document.querySelectorAll('svg:not([aria-hidden])')) if (s.checkVisibility() && !s.closest('[aria-hidden=true]') && (s.getAttribute('role') !== 'img' || !s.getAttribute('aria-label'))) wrong.push(`svg ${s.getAttribute('class')} tells nothing`);
  for (const i of document.querySelectorAll('input[type=range]')) if (i.checkVisibility() && (!i.getAttribute('aria-label') || !i.getAttribute('aria-valuetext'))) wrong.push('a slider tells nothing');
  for (const i of document.querySelectorAll('input')) if (i.checkVisibility() && !i.labels?.length && !i.getAttribute('aria-label')) wrong.push(`nothing labels an input of type ${i.type}`);
  for (const e of document.querySelectorAll('[tabindex]')) if (e.tabIndex > 0) wrong.push(`tabindex ${e.tabIndex} breaks the order`);
  for (const e of document.querySelectorAll('summary, button, th[scope=row]')) if (!e.textContent.trim()) wrong.push(`an empty ${e.tagName}`);
  const regions = [...document.querySelectorAll('[role=region], section[aria-label], nav')].map((e) => e.getAttribute('aria-label'));
  if (new Set(regions).size !== regions.length) wrong.push(`regions of one name: ${regions}`);
  if (!document.querySelector('main').innerText.trim()) wrong.push('nothing in main');
  if (!document.title) wrong.push('no title');
  if (!document.querySelector('meta[name=viewport]')?.content.includes('width=device-width')) wrong.push('no viewport');  for (const a of document.querySelectorAll('a[href^="#"]')) if (!document.querySelector(a.getAttribute('href'))) wrong.push(`${a.href} leads nowhere`);
  if (document.documentElement.lang !== 'en') wrong.push('no language');
  return wrong;
})"""

REACHABLE = """[...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')].filter((e) =>
  e.checkVisibility({visibilityProperty: true}) && !e.disabled).length"""

FOCUSED = r"""(() => {
  const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
  return {name: e.tagName === 'BODY' ? null : (e.getAttribute('aria-label') || e.textContent).trim(), tag: e.tagName.toLowerCase(),
    seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && box.width > 1 && box.height > 1, top: box.top + scrollY, left: box.left};
})()"""


def check_structure(page, landmarks=("header", "nav", "main", "footer")):
    harness.expect_equal(page.run(f"{STRUCTURE}({json.dumps(landmarks)})"), [], "the structure")


def check_clean(page):
    harness.expect_equal(page.run("window.violations"), [], "violations of the page's policy")
    harness.expect_equal(page.problems, [], "what the console said")


def check_fits(page, widths=WIDTHS):
    """At no width something sticks out at the side."""
    for width in widths:
        page.look(width)
        page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        page.wait_for(f"document.documentElement.scrollWidth <= {width}", f"{width} px are enough", 3)


def check_contrast(page, least=20):
    """The least contrast of a text. There must be `least` texts, or more."""
    worst = 21
    for dark in (False, True):
        page.look(1280, dark)
        page.run("document.querySelectorAll('details').forEach((e) => { e.open = true })")
        found = page.run(TEXT_CONTRAST)
        harness.expect(found["seen"] >= least, "there is hardly a text")
        harness.expect_equal(found["low"], [], f"low contrast, {'dark' if dark else 'light'}")
        worst = min(worst, found["worst"])
    return worst


def check_keyboard(page, links=6, unfolded=False):
    """Tab goes through the page from top to bottom, to everything that can be used, and one sees where one is."""
    page.look(1280)
    page.run(f"document.querySelectorAll('details').forEach((e) => {{ e.open = {json.dumps(unfolded)} }}); scrollTo(0, 0)")
    page.run("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")  # Tab starts from the top
    page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    reachable = page.run(REACHABLE)
    stops = []
    for _ in range(reachable):
        page.press("Tab")
        stop = page.run(FOCUSED)
        harness.expect(stop["name"] is not None and (not stops or stop != stops[0]), f"Tab leads to {len(stops)} of {reachable}: {stops}")
        harness.expect(stop["seen"], f"one does not see where the focus is: {stop}")
        stops.append(stop)
    harness.expect_equal(stops[0]["name"], "Skip to the content", "the first stop")
    harness.expect_equal(sum(stop["tag"] == "a" for stop in stops), links, f"links that Tab leads to: {stops}")
    harness.expect(all(a["top"] <= b["top"] + 40 for a, b in zip(stops[1:], stops[2:]) if a["left"] == b["left"]), f"the order jumps: {stops}")
    return stops


def check_stillness(page):
    """Nothing moves where the reader asked for that."""
    page.look(1280, reduced_motion=True)
    moving = page.run("[...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e);"
                      " return s.scrollBehavior === 'smooth' || s.transitionDuration !== '0s' || s.animationName !== 'none' }).length")
    harness.expect_equal(moving, 0, "elements that move")


def check_any(page, url):
    """What holds whatever the status is."""
    page.open(url)
    page.wait_for("document.querySelector('#connection').textContent === 'Live'", "the page is live")
    check_structure(page)
    check_fits(page)
    check_contrast(page)
    check_keyboard(page)
    check_stillness(page)
    check_clean(page)
