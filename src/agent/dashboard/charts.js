// The charts of one pacing policy: four small ones above each other on one time axis, with one cursor for all.

import {el, svg, clock, percent, time, count, ZONE} from './dom.js';

const LEFT = 50, RIGHT = 12, PANEL = 74, GAP = 34, TOP = 22, AXIS = 24;

const whole = (value) => (Math.round(value * 10) / 10).toLocaleString('en');
const PANELS = [
  {
    title: 'Calls a minute', format: whole, floor: 10,
    lines: [{of: (p) => p.target, class: 'target', name: 'target', step: true}, {of: (p) => p.dialRate, class: 'rate', name: 'live', step: true}],
    marks: (limits) => [limits.min, limits.max], told: (limits) => limits.max !== undefined && `${limits.min} to ${limits.max}`,
  },
  {title: 'Available agents, average', format: whole, floor: 4, lines: [{of: (p) => p.available, class: 'agents', name: 'agents', area: true}], marks: () => [], told: () => ''},
  {
    title: 'Answer rate', format: (v) => percent(v, 0), floor: 0.1, lines: [{of: (p) => p.answerRate, class: 'answers', name: 'answer rate'}],
    marks: (limits) => [limits.answerRate],
    told: (limits) => limits.answerRate !== undefined && `target ${percent(limits.answerRate, 0)} ± ${(limits.answerTolerance * 100).toFixed(0)}`,
    band: (limits) => limits.answerRate !== undefined && [limits.answerRate - limits.answerTolerance, limits.answerRate + limits.answerTolerance],
  },
  {
    title: 'Abandon rate', format: (v) => percent(v, v > 0 && v < 0.1 ? 1 : 0), floor: 0.02, lines: [{of: (p) => p.abandonRate, class: 'abandons', name: 'abandon rate'}],
    marks: (limits) => [limits.abandonRate], told: (limits) => limits.abandonRate !== undefined && `at most ${percent(limits.abandonRate, 0)}`,
  },
];

/** The next of 1, 2, 2.5, 5, 10, … times a power of ten. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value * (1 - 1e-9));
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * 60000);
function ticks(from, to, most) {
  const step = STEPS.find((each) => (to - from) / each <= most) || STEPS.at(-1);
  const shift = new Date(from).getTimezoneOffset() * 60000;  // so that hours are whole by the reader's clock
  const found = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at <= to; at += step) found.push(at);
  return found;
}

export class PacingChart {
  constructor() {
    this.points = [];
    this.chosen = null;   // by keyboard, an instant; null: the last
    this.hovered = null;  // by mouse
    this.image = svg('svg', {class: 'chart', role: 'img'});
    this.slider = el('input', {type: 'range', min: 0, step: 1, class: 'scrub'});
    this.readout = el('dl', {class: 'readout'});
    this.body = el('tbody');
    this.details = el('details', {}, el('summary', {}, 'The same figures as a table'),
      el('div', {class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Figures over time'}, el('table', {class: 'plain'},
        el('caption', {}, `Latest first, by your clock (${ZONE})`),
        el('thead', {}, el('tr', {}, ['Time', 'Dial rate', 'Target', 'Agents', 'Answers', 'Abandons'].map((title) => el('th', {scope: 'col'}, title)))),
        this.body)));
    this.frame = el('div', {class: 'frame'}, this.image, this.slider);
    this.node = el('div', {class: 'charts'}, this.readout, this.frame, this.details);
    this.slider.addEventListener('input', () => this.choose(Number(this.slider.value)));
    this.details.addEventListener('toggle', () => this.fillTable());
    this.image.addEventListener('pointermove', (event) => this.point(event));
    this.image.addEventListener('pointerdown', (event) => this.point(event));
    this.image.addEventListener('pointerleave', () => { this.hovered = null; this.moveCursor(); });
    new ResizeObserver(() => this.draw()).observe(this.frame);
    // What is not in sight is drawn when it comes near.
    new IntersectionObserver(([entry]) => { this.near = entry.isIntersecting; if (this.near && this.late) this.draw(); }, {rootMargin: '400px'}).observe(this.frame);
  }

  update(policy, points, limits) {
    this.policy = policy;
    this.points = points.map((point) => ({...point, millis: Date.parse(point.at)})).filter((point) => !Number.isNaN(point.millis));
    this.limits = limits || {};
    this.slider.setAttribute('aria-label', `Moment in the charts of ${policy}`);
    this.slider.max = Math.max(0, this.points.length - 1);
    this.image.setAttribute('aria-label', this.summary());
    this.moveCursor();
    this.draw();
    this.fillTable();
  }

  // --- choosing a moment ---

  get index() {
    const last = this.points.length - 1, at = this.hovered ?? this.chosen;
    if (at === null) return last;
    const found = this.points.findIndex((point) => point.millis >= at);
    return found < 0 ? last : found;
  }

  choose(index) {
    this.chosen = index >= this.points.length - 1 ? null : this.points[index].millis;
    this.hovered = null;
    this.moveCursor();
  }

  point(event) {
    if (!this.points.length || !this.width) return;
    const at = this.from + (event.offsetX - LEFT) / (this.width - LEFT - RIGHT) * (this.to - this.from);
    const distances = this.points.map((point) => Math.abs(point.millis - at));
    this.hovered = this.points[distances.indexOf(Math.min(...distances))].millis;
    this.moveCursor();
  }

  moveCursor() {
    const point = this.points[this.index];
    if (!point) return;
    const figures = this.figures(point);
    this.slider.value = this.index;
    this.slider.setAttribute('aria-valuetext', figures.map(([name, value]) => `${name} ${value}`).join(', '));
    this.readout.replaceChildren(...figures.map(([name, value, css]) => el('div', {class: css}, el('dt', {}, name), el('dd', {}, value))));
    if (this.cursor) this.drawCursor(point);
  }

  drawCursor(point) {
    const x = this.x(point.millis);
    this.cursor.replaceChildren(svg('line', {x1: x, x2: x, y1: TOP - 4, y2: this.height - AXIS, class: 'cursor'}));
    PANELS.forEach((panel, row) => panel.lines.forEach((line) => {
      const value = line.of(point);
      if (value !== undefined) this.cursor.append(svg('circle', {cx: x, cy: this.y(row, value), r: 3.5, class: `dot ${line.class}`}));
    }));
  }

  figures(point) {
    return [
      ['Time', clock(point.millis, true), 'moment'],
      ['Dial rate', `${whole(point.dialRate)}${point.target === point.dialRate ? '' : ` → ${whole(point.target)}`}`, 'rate'],
      ['Agents', whole(point.available), 'agents'],
      ['Answers', percent(point.answerRate), 'answers'],
      ['Abandons', point.abandonRate === undefined ? 'not told' : percent(point.abandonRate), 'abandons'],
    ];
  }

  // --- drawing ---

  x(millis) {
    return LEFT + (this.to === this.from ? 1 : (millis - this.from) / (this.to - this.from)) * (this.width - LEFT - RIGHT);
  }

  y(row, value) {
    const {low, high} = this.scales[row];
    return TOP + row * (PANEL + GAP) + PANEL * (1 - (value - low) / (high - low));
  }

  draw() {
    const width = Math.floor(this.frame.clientWidth);
    this.late = !this.near;
    if (!width || !this.points.length || this.late) return;
    this.width = width;
    this.height = TOP + PANELS.length * (PANEL + GAP) - GAP + AXIS + 6;
    this.from = this.points[0].millis;
    this.to = this.points.at(-1).millis;
    this.scales = PANELS.map((panel) => this.scale(panel));
    this.image.setAttribute('width', width);
    this.image.setAttribute('height', this.height);
    this.image.setAttribute('viewBox', `0 0 ${width} ${this.height}`);
    this.cursor = svg('g');
    this.image.replaceChildren(this.axis(), ...PANELS.map((panel, row) => this.panel(panel, row)), this.cursor);
    this.moveCursor();
  }

  scale(panel) {
    const values = panel.lines.flatMap((line) => this.points.map(line.of)).filter((value) => value !== undefined);
    const marks = panel.marks(this.limits).filter((value) => value !== undefined);
    return {low: 0, high: roundUp(Math.max(panel.floor, ...marks, ...values.map((value) => value * 1.05)))};
  }

  axis() {
    const bottom = this.height - AXIS;
    const group = svg('g', {class: 'axis'});
    for (const at of ticks(this.from, this.to, (this.width - LEFT - RIGHT) / 76)) {
      const x = this.x(at);
      group.append(svg('line', {x1: x, x2: x, y1: TOP, y2: bottom}),
        svg('text', {x, y: bottom + 16, 'text-anchor': x > this.width - 24 ? 'end' : 'middle'}, clock(at)));
    }
    return group;
  }

  panel(panel, row) {
    const top = TOP + row * (PANEL + GAP), right = this.width - RIGHT;
    const {high} = this.scales[row];
    const group = svg('g', {}, svg('text', {x: LEFT, y: top - 8, class: 'title'}, panel.title));
    for (const value of [0, high / 2, high]) {
      const y = this.y(row, value);
      group.append(svg('line', {x1: LEFT, x2: right, y1: y, y2: y, class: value ? 'grid' : 'base'}),
        svg('text', {x: LEFT - 8, y: y + 4, 'text-anchor': 'end', class: 'tick'}, panel.format(value)));
    }
    const band = panel.band?.(this.limits);
    if (band) {
      const [low, high_] = [Math.max(0, band[0]), Math.min(high, band[1])].map((value) => this.y(row, value));
      group.append(svg('rect', {x: LEFT, width: right - LEFT, y: high_, height: low - high_, class: 'band'}));
    }
    for (const value of panel.marks(this.limits)) {
      if (value !== undefined) group.append(svg('line', {x1: LEFT, x2: right, y1: this.y(row, value), y2: this.y(row, value), class: 'mark'}));
    }
    panel.lines.forEach((line) => group.append(...this.line(line, row)));
    if (!panel.lines.some((line) => this.points.some((point) => line.of(point) !== undefined))) {
      group.append(svg('text', {x: (LEFT + right) / 2, y: top + PANEL / 2 + 4, 'text-anchor': 'middle', class: 'missing'}, 'The tenant does not tell'));
    }
    group.append(...this.legend(panel, right, top - 8));
    return group;
  }

  /** At the right of the title: what the lines are, as far as there is room. */
  legend(panel, right, y) {
    const keys = panel.lines.length > 1 ? panel.lines.map((line) => [line.class, line.name]) : [];
    const told = panel.told(this.limits);
    if (told) keys.push(['mark', told]);
    const widthOf = ([, text]) => text.length * 6.2 + 34;
    const room = right - LEFT - panel.title.length * 7;
    while (keys.reduce((sum, key) => sum + widthOf(key), 0) > room) keys.pop();
    let x = right;
    return keys.toReversed().flatMap(([css, text]) => {
      x -= widthOf([css, text]);
      return [svg('line', {x1: x, x2: x + 18, y1: y - 4, y2: y - 4, class: css}), svg('text', {x: x + 23, y, class: 'key'}, text)];
    });
  }

  /** One path for each stretch without a missed sample. */
  line(line, row) {
    const most = (this.limits.intervalSeconds || 60) * 2500;
    const runs = [];
    let last = null;
    for (const point of this.points) {
      const value = line.of(point);
      if (value === undefined) { last = null; continue; }
      if (last === null || point.millis - last > most) runs.push([]);
      runs.at(-1).push([this.x(point.millis), this.y(row, value)]);
      last = point.millis;
    }
    return runs.flatMap((run) => this.path(line, row, run));
  }

  path(line, row, run) {
    const at = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
    if (run.length === 1) return [svg('circle', {cx: run[0][0], cy: run[0][1], r: 2, class: `dot ${line.class}`})];
    const d = run.map((each, index) => index === 0 ? `M${at(each)}` : line.step ? `H${each[0].toFixed(1)}V${each[1].toFixed(1)}` : `L${at(each)}`).join('');
    const drawn = [svg('path', {d, class: line.class})];
    if (line.area) {
      const base = this.y(row, 0).toFixed(1);
      drawn.unshift(svg('path', {d: `${d}V${base}H${run[0][0].toFixed(1)}Z`, class: `${line.class} area`}));
    }
    return drawn;
  }

  // --- in words ---

  summary() {
    const last = this.points.at(-1);
    const figures = this.figures(last).slice(1).map(([name, value]) => `${name.toLowerCase()} ${value}`).join(', ');
    return `Charts of ${count(this.points.length, 'sample')} from ${clock(this.from)} to ${clock(this.to)}. Last: ${figures}. The slider below tells each moment; a table follows.`;
  }

  fillTable() {
    if (!this.details.open) return;
    const rows = this.points.toReversed().map((point) => {
      const abandons = point.abandonRate === undefined ? 'not told' : percent(point.abandonRate);
      return el('tr', {}, el('th', {scope: 'row'}, time(point.at, {seconds: true})),
        [whole(point.dialRate), whole(point.target), whole(point.available), percent(point.answerRate), abandons].map((text) => el('td', {}, text)));
    });
    this.body.replaceChildren(...rows);
  }
}
