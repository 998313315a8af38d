// Keeps the page as GET dashboard/status (the same as v1/status) says: asked for after each event of dashboard/events, at
// most once a second, and every 15 seconds in any case.

import {el, chip, clock, empty, code, plain, ZONE} from './dom.js';
import {PacingChart} from './charts.js';
import * as sections from './sections.js';

const POLL = 15000, LEAST = 1000, PATIENCE = 10000;
const OVERLAP = 5 * 60000;  // figures may arrive so much later than the moment that they are of
const MOST_POINTS = 240, MOST_EVENTS = 20;
const TYPES = ['pacing.adjusted', 'pacing.deviation', 'campaign.paused', 'campaign.resumed', 'campaign.resume_blocked',
  'callback.queued', 'callback.scheduled', 'callback.completed', 'callback.cancelled', 'callback.failed',
  'callcodes.mapped', 'plan.applied', 'drift.detected', 'sink.disabled'];

const byId = (id) => document.getElementById(id);
const bodyOf = (section) => document.querySelector(`#${section} > .body`);

let status = null;     // the last document
const history = new Map();  // points of each pacing policy, by policy
const eventList = [];

// --- drawing ---

const drawn = new Map();
const linksIn = (target) => [...target.querySelectorAll('a')];
/** Calls make() and shows what it gives, unless nothing changed since: then texts stay selected, readers where they are. */
function show(target, facts, make) {
  const key = JSON.stringify(facts);
  if (drawn.get(target) === key) return;
  drawn.set(target, key);
  let nodes;
  try {
    nodes = make();
  } catch (error) {
    console.error(error);
    nodes = [el('p', {class: 'notice bad'}, chip('bad', 'Cannot be shown'), ' The page does not understand this part of the status: reload it.')];
  }
  const focused = target.contains(document.activeElement) ? linksIn(target).indexOf(document.activeElement) : -1;
  target.replaceChildren(...nodes.map((node) => (node instanceof Node ? node : plain(node))));
  linksIn(target)[focused]?.focus({preventScroll: true});
}

function showSection(name, facts, make) {
  show(bodyOf(name), facts, make);
}

function showStatus() {
  const {agent, tenant, ...rest} = status;
  document.title = `${plain(tenant.name)} – cxctl agent`;
  byId('tenant-name').textContent = plain(tenant.name);
  byId('tenant-url').textContent = plain(tenant.baseUrl);
  show(byId('notices'), [tenant, status.problems], () => sections.notices(status));
  show(byId('summary'), [rest.campaigns, rest.callbacks, rest.sinks, rest.drift], () => sections.summary(status));
  const facts = {campaigns: [rest.campaigns, rest.pacing.length, rest.sinks.length], throttle: rest.throttle, callbacks: rest.callbacks,
    calendars: [rest.calendars, agent.time.slice(0, 16)], sinks: rest.sinks, drift: rest.drift, leases: rest.leases};
  for (const [name, fact] of Object.entries(facts)) showSection(name, fact, () => sections[name](status));
  showPacing();
  show(byId('about'), [agent], () => [...sections.about(status), `Times without a zone are of your clock (${ZONE}).`]);
}

function showEvents() {
  showSection('events', eventList, () => sections.events(eventList));
}

// --- pacing: cards that stay, so that what was opened or chosen in one is not lost ---

const cards = new Map();

function makeCard(policy) {
  const card = {title: el('h3'), state: el('p', {class: 'line'}), chart: new PacingChart(), waiting: empty('No figures yet: they come while the campaign is active.')};
  card.node = el('article', {class: 'card pacing', 'aria-label': `PacingPolicy ${policy}`}, card.title, card.state, card.waiting, card.chart.node);
  return card;
}

function updateCard(card, pacing) {
  const points = history.get(pacing.policy) || [];
  show(card.title, [pacing.policy, pacing.campaign], () => [pacing.policy, el('span', {class: 'quiet small'}, pacing.campaign)]);
  show(card.state, [pacing.state, pacing.reason], () => [sections.state(pacing.state), el('span', {}, pacing.reason || '')]);
  card.waiting.hidden = points.length > 0;
  card.node.classList.toggle('waiting', points.length === 0);
  card.chart.node.hidden = points.length === 0;
  const key = JSON.stringify([points.length, points.at(-1), pacing.limits]);
  if (points.length && card.key !== key) card.chart.update(pacing.policy, points, pacing.limits);
  card.key = key;
}

function showPacing() {
  const body = bodyOf('pacing');
  const wanted = new Set(status.pacing.map((each) => each.policy));
  for (const [policy, card] of cards) {
    if (wanted.has(policy)) continue;
    card.node.remove();
    cards.delete(policy);
  }
  if (!wanted.size) {
    show(body, ['nothing'], () => [empty('No PacingPolicy is deployed: write one (', code('cxctl explain PacingPolicy'), ' shows how), then run ', code('cxctl apply'), '.')]);
    return;
  }
  if (!body.querySelector('.grid')) {
    drawn.delete(body);
    body.replaceChildren(el('div', {class: 'grid'}));
  }
  const grid = body.firstChild;
  status.pacing.forEach((pacing, index) => {
    const card = cards.get(pacing.policy) || makeCard(pacing.policy);
    cards.set(pacing.policy, card);
    if (grid.children[index] !== card.node) grid.insertBefore(card.node, grid.children[index] || null);
    updateCard(card, pacing);
  });
}

/** Adds new points to those known. Whether all of them have to be asked for: a controller came that has a past. */
function remember(pacing, since) {
  let incomplete = false;
  for (const each of pacing) {
    const known = history.get(each.policy) || [];
    const fresh = each.points || [];
    if (since && fresh.length && !known.length) incomplete = true;
    const merged = new Map([...known, ...fresh].map((point) => [point.at, point]));
    history.set(each.policy, [...merged.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-MOST_POINTS));
    delete each.points;
  }
  return incomplete;
}

// --- the connection, in words ---

let told = '';
function tell(tone, text, more) {
  byId('updated').textContent = status ? `Updated ${clock(lastSuccess, true)}` : '';
  if (told === text) return;
  told = text;
  byId('connection').replaceChildren(chip(tone, text));
  document.querySelector('.lost')?.remove();
  if (tone === 'bad') byId('main').prepend(el('p', {class: 'notice bad lost'}, more));
}

function tellLive() {
  tell('good', 'Live');
}

function tellLost(problem) {
  const seen = status ? ` What you see is of ${clock(lastSuccess, true)}.` : '';
  if (problem.status === 401 || problem.status === 403) {
    tell('bad', 'Not allowed', `The agent does not let this browser read its state (${problem.status}): reload the page and give a token with the role read.${seen}`);
  } else {
    tell('bad', 'Connection lost, trying again', `The agent does not answer${problem.status ? ` as it should (${problem.status})` : ''}; this page goes on trying.${seen}`);
  }
}

// --- asking ---

let lastSuccess = 0, lastStart = 0, since = null;
let underWay = false, wanted = false, timer = 0, failures = 0;

async function ask() {
  const query = since ? `?since=${encodeURIComponent(new Date(since).toISOString())}` : '';
  const answer = await fetch(`dashboard/status${query}`, {cache: 'no-store', credentials: 'same-origin', headers: {Accept: 'application/json'}, signal: AbortSignal.timeout(PATIENCE)});
  if (!answer.ok) throw Object.assign(new Error(`status ${answer.status}`), {status: answer.status});
  return answer.json();
}

async function refresh() {
  clearTimeout(timer);
  underWay = true;
  wanted = false;
  lastStart = Date.now();
  try {
    const before = status;
    const next = await ask();
    const incomplete = remember(next.pacing, since);
    since = incomplete ? null : Date.parse(next.agent.time) - OVERLAP;
    wanted ||= incomplete;
    status = next;
    lastSuccess = Date.now();
    failures = 0;
    showStatus();
    tellLive();
    for (const change of before ? sections.changes(before, next) : []) announce(change);
  } catch (problem) {
    failures += 1;
    tellLost(problem);
  }
  underWay = false;
  if (wanted) refreshSoon();
  else schedule(failures ? Math.min(POLL, LEAST * 2 ** failures) : POLL);
}

function schedule(delay) {
  clearTimeout(timer);
  timer = setTimeout(() => { if (!document.hidden) refresh(); }, delay);
}

/** Now, or as soon as a second has passed since the last time. */
function refreshSoon() {
  wanted = true;
  if (!underWay) schedule(Math.max(0, lastStart + LEAST - Date.now()));
}

function announce(text) {
  const log = byId('announcements');
  log.append(el('p', {}, text));
  while (log.children.length > 10) log.firstChild.remove();
}

// --- events ---

let source = null, reopening = 0;

function onEvent(message) {
  refreshSoon();
  let event;
  try {
    event = JSON.parse(message.data);
  } catch {
    return;
  }
  if (!event?.type || !event.timestamp) return;
  const id = message.lastEventId;
  if (id && eventList.some((each) => each.id === id)) return;
  eventList.unshift({...event, id});
  eventList.length = Math.min(eventList.length, MOST_EVENTS);
  showEvents();
}

function listen() {
  clearTimeout(reopening);
  source?.close();
  source = new EventSource('dashboard/events');
  source.onopen = refreshSoon;  // what happened meanwhile
  source.onmessage = onEvent;
  for (const type of TYPES) source.addEventListener(type, onEvent);
  source.onerror = () => {
    refreshSoon();  // says whether the agent is gone, or only this connection
    // After an answer that is no stream the browser gives up.
    if (source.readyState === EventSource.CLOSED) reopening = setTimeout(listen, 5000 + Math.random() * 5000);
  };
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    clearTimeout(reopening);
    source?.close();  // a browser has few connections to one host, and the agent few in all
    source = null;
  } else if (!source) {
    listen();
    refreshSoon();
  }
});

tell('busy', 'Connecting');
showEvents();
refresh();
listen();
