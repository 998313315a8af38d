// The sections of the page but for the charts: what stands in a status document, as tables and sentences.

import {el, svg, table, chip, time, duration, percent, count, words, empty, code} from './dom.js';

const TONES = {
  ACTIVE: 'good', PAUSED: 'warn', INACTIVE: 'off', SUSPENDED: 'bad', UNKNOWN: 'busy',
  pacing: 'good', watching: 'good', holding: 'warn', pausing: 'busy', waiting: 'off', starting: 'busy', elsewhere: 'off',
  'no figures': 'bad', 'store failed': 'bad', unreadable: 'bad',
  on: 'good', off: 'bad',
  queued: 'busy', scheduled: 'good', completed: 'good', cancelled: 'off', failed: 'bad',
  drifted: 'bad', conflicting: 'bad', missing: 'bad', pending: 'busy', unmanaged: 'off',
};
export const state = (name) => chip(TONES[name] || 'off', name === 'elsewhere' ? 'On another replica' : words(name));

const HOW_TO_DEPLOY = ['add ', code('agent'), ' to the Tenant document and run ', code('cxctl apply'), '.'];
const howToWrite = (kind) => [`No ${kind} is deployed: write one (`, code(`cxctl explain ${kind}`), ' shows how), then run ', code('cxctl apply'), '.'];
const nothingDeployed = (status) => !status.campaigns.length && !status.pacing.length && !status.throttle.length && !status.callbacks.queues.length && !status.sinks.length;

// --- summary ---

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);
export const isHeld = (campaign) => campaign.complianceHold || Boolean(campaign.heldBy);

export function summary(status) {
  const {campaigns, callbacks, sinks, drift} = status;
  const held = campaigns.filter(isHeld).length;
  const dead = sum(sinks, (sink) => sink.dead);
  const failed = callbacks.states.failed || 0;
  const watched = drift.reconcile !== 'off';
  const differing = drift.items.length;
  const tile = (href, name, value, note, tone) => el('li', {}, el('a', {href, class: `tile ${tone || ''}`},
    el('span', {class: 'name'}, name), ' ', el('span', {class: 'value'}, value), ' ', el('span', {class: 'note'}, note)));
  return [
    tile('#campaigns-title', 'Campaigns active', `${campaigns.filter((each) => each.state === 'ACTIVE').length}`, `of ${campaigns.length}`),
    tile('#campaigns-title', 'Campaigns held', `${held}`, held ? 'look at why' : 'none', held && 'warn'),
    tile('#callbacks-title', 'Callbacks to come', ((callbacks.states.queued || 0) + (callbacks.states.scheduled || 0)).toLocaleString('en'),
      failed ? `${failed.toLocaleString('en')} failed` : 'none failed', failed && 'bad-note'),
    tile('#sinks-title', 'Dead letters', dead.toLocaleString('en'), sinks.some((sink) => sink.state === 'off') ? 'a sink is off' : count(sinks.length, 'sink'), dead && 'bad'),
    tile('#drift-title', 'Drift', watched ? differing.toLocaleString('en') : 'off', watched ? (differing ? 'objects differ' : 'in step') : 'nobody looks', differing && 'warn'),
  ];
}

export function notices(status) {
  const {tenant, problems = []} = status;
  const found = problems.map((problem) => el('p', {class: 'notice bad'}, chip('bad', 'Cannot be used'), ' ', problem));
  if (!tenant.reachable) {
    found.unshift(el('p', {class: 'notice bad'}, chip('bad', 'Tenant not reachable'), ' ', tenant.lastError || 'The agent goes on trying.'));
  }
  return found;
}

// --- campaigns ---

function holdOf(campaign) {
  const told = [];
  if (campaign.complianceHold) told.push(chip('bad', 'Compliance hold'));
  if (campaign.heldBy) told.push(el('span', {}, 'by ', code(campaign.heldBy)));
  if (campaign.pauseReason) told.push(el('span', {}, words(campaign.pauseReason)));
  if (campaign.scheduledResumeTime) told.push(el('span', {}, 'until ', time(campaign.scheduledResumeTime)));
  return told.length ? el('span', {class: 'stack'}, told) : '';
}

export function campaigns(status) {
  if (nothingDeployed(status)) return [empty('No policy is deployed: ', ...HOW_TO_DEPLOY)];
  if (!status.campaigns.length) return [empty('No deployed policy is about a campaign.')];
  return [table('Campaigns with their state, dial rate and holds', [
    {title: 'Campaign', cell: (each) => [each.name, each.document && each.document !== each.name ? el('span', {class: 'quiet small'}, each.document) : '']},
    {title: 'State', cell: (each) => state(each.state)},
    {title: 'Dial rate', number: true, cell: (each) => each.dialRate === undefined ? 'not known' : [each.dialRate.toLocaleString('en'), el('span', {class: 'unit'}, ' a minute')]},
    {title: 'Held', cell: holdOf},
  ], status.campaigns)];
}

// --- throttling ---

function limitText(value, limit, word) {
  if (value === undefined) return limit === undefined ? '' : el('span', {class: 'quiet'}, `${word} ${percent(limit)}`);
  return [percent(value), limit === undefined ? '' : el('span', {class: 'quiet small'}, `${word} ${percent(limit)}`)];
}

function holdText(each) {
  if (!each.hold) return each.reason || '';
  const {until, trigger, blocked} = each.hold;
  return el('span', {class: 'stack'}, el('span', {}, `Paused by ${words(trigger).toLowerCase()}, resumes `, time(until)),
    blocked ? el('span', {}, `Not yet: ${blocked}`) : null, each.state === 'elsewhere' ? el('span', {class: 'quiet small'}, each.reason) : null);
}

export function throttle(status) {
  if (!status.throttle.length) return [empty(...howToWrite('ThrottlePolicy'))];
  return [table('Throttle policies with their figures and holds', [
    {title: 'Policy', cell: (each) => [each.policy, el('span', {class: 'quiet small'}, each.campaign)]},
    {title: 'State', cell: (each) => state(each.hold ? 'holding' : each.state)},
    {title: 'Answer rate', number: true, cell: (each) => limitText(each.answerRate, each.limits.minAnswerRate, 'at least')},
    {title: 'Abandon rate', number: true, cell: (each) => limitText(each.abandonRate, each.limits.maxAbandonRate, 'at most')},
    {title: 'Why', cell: holdText},
  ], status.throttle)];
}

// --- callbacks ---

export function callbacks(status) {
  const {states, queues} = status.callbacks;
  const total = sum(Object.values(states), (n) => n);
  if (!queues.length && !total) return [empty(...howToWrite('CallbackPolicy'))];
  const most = Math.max(1, ...Object.values(states));
  const bar = (n) => svg('svg', {class: 'amount', 'aria-hidden': 'true', focusable: 'false'}, svg('rect', {width: '100%', height: '100%', class: 'track'}),
    svg('rect', {width: `${n ? Math.max(0.6, n / most * 100) : 0}%`, height: '100%', class: 'value'}));
  return [
    el('dl', {class: 'amounts'}, Object.entries(states).map(([name, n]) => el('div', {}, el('dt', {}, state(name)), el('dd', {}, bar(n), el('span', {}, n.toLocaleString('en')))))),
    queues.length ? table('Queues that take callbacks', [
      {title: 'Queue', cell: (each) => each.queueId},
      {title: 'Policy', cell: (each) => each.policy},
      {title: 'Active', number: true, cell: (each) => each.active === undefined ? 'not told' : each.active.toLocaleString('en')},
      {title: 'Threshold', number: true, cell: (each) => each.threshold === undefined ? 'none' : each.threshold.toLocaleString('en')},
      {title: 'Takes more', cell: (each) => each.active === undefined || each.threshold === undefined ? '' : each.active < each.threshold ? chip('good', 'Yes') : chip('warn', 'Full')},
    ], queues) : empty(...howToWrite('CallbackPolicy')),
  ];
}

// --- calling week ---

const secondsOf = (text) => text.split(':').reduce((total, part, index) => total + Number(part) * [3600, 60, 1][index], 0);
const dayName = (day) => new Intl.DateTimeFormat('en-GB', {weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC'}).format(new Date(`${day}T12:00:00Z`));

function wallClock(now, timeZone) {
  try {
    return secondsOf(new Intl.DateTimeFormat('en-GB', {timeZone, hour: '2-digit', minute: '2-digit'}).format(new Date(now)));
  } catch {
    return null;  // a zone that this browser does not know
  }
}

// Told apart by where they stand, too.
const BARS = {open: {height: '100%'}, blackout: {y: '32%', height: '36%'}, law: {y: '64%', height: '36%'}, track: {height: '100%'}};

function dayBar(day, now) {
  const box = (from, to, css) => {
    const [start, end] = [secondsOf(from) / 864, secondsOf(to) / 864];
    return svg('rect', {x: `${start}%`, width: `${Math.max(0.4, end - start)}%`, ...BARS[css], class: css});
  };
  return svg('svg', {class: 'day', 'aria-hidden': 'true', focusable: 'false'},
    svg('rect', {width: '100%', height: '100%', class: 'track'}),
    day.open.map(([from, to]) => box(from, to, 'open')),
    day.closed.map((each) => box(each.from, each.to, each.kind)),
    [6, 12, 18].map((hour) => svg('line', {x1: `${hour / 0.24}%`, x2: `${hour / 0.24}%`, y1: 0, y2: '100%', class: 'hour'})),
    now === null ? null : svg('line', {x1: `${now / 864}%`, x2: `${now / 864}%`, y1: 0, y2: '100%', class: 'now'}));
}

function takenAway(day) {
  const told = day.closed.map((each) => `not ${each.from}–${each.to}: ${each.kind === 'law' ? '' : `${each.kind}, `}${each.reason}`);
  if (day.clockChange) told.push(day.clockChange);
  return told.map((text) => el('span', {class: 'why'}, text));
}

function calendar(each, now, number) {
  const title = `calendar-${number}`;
  const clock = wallClock(now, each.timeZone);
  const rows = each.week.map((day, index) => el('tr', {}, el('th', {scope: 'row'}, dayName(day.day), index ? '' : el('span', {class: 'quiet small'}, 'today')),
    el('td', {class: 'bar'}, dayBar(day, index ? null : clock)),
    el('td', {class: 'times'}, el('span', {class: 'stack'}, el('span', {}, day.open.length ? day.open.flatMap(([from, to], n) => [n ? ', ' : '', el('span', {class: 'span'}, `${from}–${to}`)]) : 'no calls'), takenAway(day)))));
  const scale = el('span', {class: 'hours', 'aria-hidden': 'true'}, ['00', '06', '12', '18', '24'].map((hour) => el('span', {}, hour)));
  const until = each.changesAt ? ['until ', time(each.changesAt), ' by your clock'] : 'for these seven days';
  return el('div', {class: 'calendar card'},
    el('h3', {id: title}, each.timeZone),
    el('p', {class: 'line'}, chip(each.permittedNow ? 'good' : 'off', each.permittedNow ? 'Calls permitted now' : 'No calls now'), el('span', {}, until)),
    el('table', {'aria-labelledby': title, class: 'week'}, el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'Day'),
      el('th', {scope: 'col', class: 'bar'}, el('span', {class: 'spoken'}, 'As a bar'), scale), el('th', {scope: 'col'}, 'Permitted'))),
    el('tbody', {}, rows)),
    el('p', {class: 'quiet small'}, 'Used by ', ...each.policies.flatMap((policy, index) => [index ? ', ' : '', code(policy)]), '. Times are of the calendar’s zone.'));
}

const legend = () => el('ul', {class: 'legend', 'aria-hidden': 'true'}, [['open', 'permitted'], ['blackout', 'blackout'], ['law', 'forbidden by law'], ['track', 'outside the windows']].map(
  ([css, text]) => el('li', {}, svg('svg', {class: 'swatch', 'aria-hidden': 'true'}, svg('rect', {width: '100%', height: '100%', class: 'track'}),
    svg('rect', {width: '100%', ...BARS[css], class: css})), text)));

export function calendars(status) {
  if (!status.calendars.length) {
    return [empty('No deployed policy has a calendar: give a Campaign or a CallbackPolicy a ', code('calendar'), ', then run ', code('cxctl apply'), '.')];
  }
  return [legend(), el('div', {class: 'grid'}, status.calendars.map((each, number) => calendar(each, status.agent.time, number)))];
}

// --- sinks, drift, replicas ---

export function sinks(status) {
  if (!status.sinks.length) return [empty(...howToWrite('Sink'))];
  const told = status.sinks.some((each) => each.dead) ? [el('p', {class: 'quiet'}, code('cxctl agent dead-letters'), ' lists dead letters, ', code('cxctl agent replay'), ' sends them again.')] : [];
  return [table('Sinks of webhooks', [
    {title: 'Sink', cell: (each) => [each.name, el('span', {class: 'quiet small'}, each.host)]},
    {title: 'State', cell: (each) => state(each.state)},
    {title: 'Pending', number: true, cell: (each) => each.pending.toLocaleString('en')},
    {title: 'Dead letters', number: true, cell: (each) => each.dead ? chip('bad', each.dead.toLocaleString('en')) : '0'},
    {title: 'Last success', cell: (each) => each.lastSuccess ? time(each.lastSuccess) : 'none yet'},
    {title: 'Last error', cell: (each) => each.lastError || ''},
  ], status.sinks), ...told];
}

export function drift(status) {
  const {reconcile, checkedAt, items, lastError} = status.drift;
  if (reconcile === 'off') {
    return [empty('Nobody looks for drift: start the agent with ', code('--manifests-dir DIR --reconcile report'), '.')];
  }
  const checked = checkedAt ? el('p', {class: 'checked'}, 'Looked at ', time(checkedAt), reconcile === 'apply' ? '; drift is put right by itself.' : '.') : empty('The first look is still to come.');
  const found = [checked];
  if (lastError) found.push(el('p', {class: 'notice bad'}, chip('bad', 'Not looked for'), ' ', lastError));
  if (items.length) {
    found.push(table('Objects that are not as they were applied', [
      {title: 'Object', cell: (each) => code(each.address)},
      {title: 'State', cell: (each) => state(each.status)},
    ], items));
    if (reconcile === 'report') found.push(el('p', {class: 'quiet'}, code('cxctl drift'), ' shows what differs.'));
  } else if (checkedAt) {
    found.push(el('p', {}, chip('good', 'The tenant is as it was applied')));
  }
  return found;
}

export function leases(status) {
  if (!status.leases.length) return [empty('No controller runs: there is nothing for one to do.')];
  return [table('Which replica runs which controller', [
    {title: 'Controller', cell: (each) => code(each.name)},
    {title: 'Runs on', cell: (each) => each.owner},
    {title: 'Where', cell: (each) => each.here ? 'here' : 'another replica'},
  ], status.leases)];
}

export const about = (status) => [`cxctl ${status.agent.version}, instance ${status.agent.instance}, up for ${duration(Date.parse(status.agent.time) - Date.parse(status.agent.startedAt))}. `];

// --- events ---

const EVENT_TEXTS = {
  'pacing.adjusted': (data) => `${data.previousRate} → ${data.newRate} calls a minute${data.reason ? `: ${data.reason}` : ''}`,
  'pacing.deviation': (data) => `answer rate ${percent(data.answerRate)}, target ${percent(data.answerRateTarget)}`,
  'campaign.paused': (data) => `by ${words(data.trigger).toLowerCase()}, answer rate ${percent(data.answerRate)}`,
  'campaign.resumed': (data) => `after ${duration(data.pausedSeconds * 1000)}`,
  'campaign.resume_blocked': (data) => data.reason,
};

function eventText(event) {
  const data = event.data || {};
  try {
    return [data.policy, EVENT_TEXTS[event.type]?.(data)].filter(Boolean).map(String).join(': ');
  } catch {
    return '';
  }
}

export function events(list) {
  if (!list.length) return [empty('None since this page was opened.')];
  return [table('Events since this page was opened, latest first', [
    {title: 'Time', cell: (each) => time(each.timestamp, {seconds: true})},
    {title: 'Event', cell: (each) => words(each.type)},
    {title: 'What', cell: eventText},
  ], list)];
}

// --- what changed, for those who listen ---

export function changes(before, after) {
  const told = [];
  const old = new Map(before.campaigns.map((each) => [each.id, each]));
  for (const each of after.campaigns) {
    const was = old.get(each.id);
    if (was && was.state !== each.state) told.push(`Campaign ${each.name}: ${words(each.state).toLowerCase()}`);
    if (was && !was.complianceHold && each.complianceHold) told.push(`Campaign ${each.name}: compliance hold`);
  }
  const oldSinks = new Map(before.sinks.map((each) => [each.name, each]));
  for (const each of after.sinks) {
    const was = oldSinks.get(each.name);
    if (was && was.state !== each.state) told.push(`Sink ${each.name}: ${each.state}`);
    if (was && each.dead > was.dead) told.push(`Sink ${each.name}: ${count(each.dead, 'dead letter')}`);
  }
  if (before.tenant.reachable !== after.tenant.reachable) told.push(after.tenant.reachable ? 'The tenant can be reached again' : 'The tenant cannot be reached');
  if (after.drift.items.length > before.drift.items.length) told.push(`Drift: ${count(after.drift.items.length, 'object')}`);
  return told;
}
