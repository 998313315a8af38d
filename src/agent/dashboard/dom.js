// Elements, words and times. Text from outside reaches the page as text only: nothing here makes markup.

const SVG = 'http://www.w3.org/2000/svg';

/** Controls and marks that turn the direction of what follows are shown, not obeyed: no name may pose as another. */
export function plain(text) {
  return String(text).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, value === true ? '' : String(value));
  }
  const shown = children.flat().filter((child) => child !== null && child !== undefined && child !== '');
  node.append(...shown.map((child) => (child instanceof Node ? child : plain(child))));
  return node;
}

export const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
export const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

// --- times: by the reader's clock ---

const sameDay = (a, b) => a.toDateString() === b.toDateString();
const CLOCK = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit'});
const CLOCK_SECONDS = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const DAY = new Intl.DateTimeFormat('en-GB', {weekday: 'short', day: 'numeric', month: 'short'});
export const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export const clock = (millis, seconds) => (seconds ? CLOCK_SECONDS : CLOCK).format(millis);

/** `14:05`, on another day `Tue 24 Nov, 14:05`; the instant stands in `datetime`, and in UTC in the title. */
export function time(text, {seconds = false} = {}) {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return String(text);
  const shown = clock(at, seconds);
  const utc = `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return el('time', {datetime: text, title: utc}, sameDay(at, new Date()) ? shown : `${DAY.format(at)}, ${shown}`);
}

/** `3 min`, `2 h 5 min`, `4 days` */
export function duration(millis) {
  const minutes = Math.round(millis / 60000);
  if (millis < 60000) return `${Math.max(0, Math.round(millis / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  return `${Math.round(minutes / 1440)} days`;
}

// --- words and figures ---

export const percent = (ratio, digits = 1) => `${(ratio * 100).toFixed(digits)} %`;
export const count = (n, one, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
/** `CARRIER_THROTTLE` -> `Carrier throttle` */
export function words(text) {
  const plain = String(text).replaceAll(/[_.]/g, ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

// --- states: a shape and a word, never a colour alone ---

const SHAPES = {
  good: [['circle', {cx: 6, cy: 6, r: 5}]],
  warn: [['rect', {x: 1.5, y: 1, width: 3.4, height: 10, rx: 1}], ['rect', {x: 7.1, y: 1, width: 3.4, height: 10, rx: 1}]],
  bad: [['path', {d: 'M6 .8 11.6 11H.4Z'}]],
  off: [['circle', {cx: 6, cy: 6, r: 4.2, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6}]],
  busy: [['path', {d: 'M6 1.2a4.8 4.8 0 1 1-4.8 4.8', fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linecap': 'round'}]],
};

export function chip(tone, text) {
  const icon = svg('svg', {viewBox: '0 0 12 12', class: 'icon', 'aria-hidden': 'true', focusable: 'false'},
    SHAPES[tone].map(([name, attributes]) => svg(name, {fill: 'currentColor', ...attributes})));
  return el('span', {class: `chip ${tone}`}, icon, el('span', {}, text));
}

// --- tables ---

/**
 * A table whose first column heads its rows. On a narrow screen each row becomes a card; the roles are written out
 * because such a layout would take them away.
 * columns: [{title, cell(row) -> node or text, number?}]
 */
export function table(caption, columns, rows) {
  const head = el('tr', {role: 'row'}, columns.map((column) => el('th', {scope: 'col', role: 'columnheader', class: column.number && 'number'}, column.title)));
  const body = rows.map((row) => el('tr', {role: 'row'}, columns.map((column, index) => {
    const content = [column.cell(row)].flat();
    const empty = content.every((each) => each === '' || each === null || each === undefined);
    const attributes = {'data-label': column.title, class: [column.number && 'number', empty && 'empty'].filter(Boolean).join(' ') || null};
    const cell = el('div', {}, content);
    return index === 0 ? el('th', {...attributes, scope: 'row', role: 'rowheader'}, cell) : el('td', {...attributes, role: 'cell'}, cell);
  })));
  return el('table', {class: 'cards', role: 'table'}, el('caption', {class: 'spoken'}, caption),
    el('thead', {role: 'rowgroup'}, head), el('tbody', {role: 'rowgroup'}, body));
}

export const empty = (...text) => el('p', {class: 'nothing'}, ...text);
export const code = (text) => el('code', {}, text);
