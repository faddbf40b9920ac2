// The course of the last minutes and hours: charts over one time axis, a cursor that
// reads them, and what happened.
//
// The stream says how many samples there are; when there are more, they are fetched
// anew, one fetch at a time and no more often than a reader sees. Only news is drawn.
import { Chart, LEFT } from './chart.js';
import { byId, eachFrame, el, put, say } from './dom.js';
import { clock, power, quantity } from './format.js';
import { follow, state } from './stream.js';
import { CAR, FAULT, inWords } from './words.js';

/** Spans with their words, and the distances of the lines of time, each wide and narrow, s. */
const SPANS = [
  { s: 300, words: '5 min', ticks: [60, 60] },
  { s: 3600, words: '1 h', ticks: [600, 900] },
  { s: 86400, words: '24 h', ticks: [7200, 21600] },
];

/** Between two fetches, ms; and so many times as long as the last one took. */
const REST_MS = 200;
const REST_TIMES = 3;

/** What is known of the groups; one that is not known is drawn as plain lines. */
const GROUPS = {
  power: { title: 'Power', unit: 'kW', stacked: true, scale: 1000, least: 1000, tell: power },
  current: { title: 'Current', least: 8, step: ['offered'], tell: (v) => quantity(v, 'A', 1) },
  surplus: { title: 'Surplus', unit: 'kW', scale: 1000, least: 1000, tell: power },
  price: { title: 'Price', least: 1, step: ['price'], tell: (v) => quantity(v, 'ct', 1) },
  temperature: { title: 'Temperature', least: 5, zero: false, tell: (v) => quantity(v, '°C', 1) },
};

/** So near the cursor a mark is read with it, px. */
const NEAR_PX = 7;
const HEIGHT_PX = { power: 150, current: 110 };

let span = SPANS[0];
let course = null;
let seen = -1;
let fetching = false;
let charts = new Map();
/** Where the cursor is: a time that stays, a place under the pointer, or now. */
let cursor = null;

const shown = () => state.course[span.s] ?? 0;

async function load() {
  if (fetching || seen === shown()) return;
  fetching = true;
  const began = performance.now();
  const [asked, count] = [span, shown()];
  try {
    const answer = await fetch(`/page/course?span=${asked.s}`);
    if (answer.ok && asked === span) {
      course = await answer.json();
      seen = count;
      draw();
    }
  } catch { /* the stream says that the connection is lost */ }
  const rest = Math.max(REST_MS, (performance.now() - began) * REST_TIMES);
  setTimeout(() => {
    fetching = false;
    load();
  }, asked === span ? rest : 0);
}

/** A chart for each group that has a value. */
function arrange() {
  const groups = new Map();
  course.columns.forEach((column, index) => {
    if (!groups.has(column.group)) groups.set(column.group, []);
    groups.get(column.group).push({ ...column, index });
  });
  const before = charts;
  charts = new Map();
  for (const [name, columns] of groups) {
    const has = columns.some(({ index }) => course.values[index].some((value) => value != null));
    const part = before.get(name) ?? (has ? build(name, columns) : null);
    if (!part) continue;
    part.element.hidden = !has;
    charts.set(name, part);
  }
  // What is told later than the rest has its place among them all the same.
  if (charts.size > before.size) byId('course-axis').before(...[...charts.values()].map(({ element }) => element));
}

function build(name, columns) {
  const group = GROUPS[name] ?? { title: name, tell: (v) => quantity(v, columns[0].unit, 1) };
  const styles = columns.length > 1 && name === 'current' ? ['ink', 'p1', 'p2', 'p3'] : ['p1', 'p2', 'p3'];
  const chart = new Chart(columns.map((column, i) => ({ ...column, style: styles[i % styles.length] })), group);
  const values = columns.map(() => el('span', { class: 'value' }));
  // A single line needs no other name than that of its chart.
  const legend = columns.length === 1 ? values : columns.map((column, i) => el('span', { class: 'entry' },
    el('span', { class: `swatch ${styles[i % styles.length]}`, 'aria-hidden': 'true' }),
    `${capital(column.label)} `, values[i]));
  const sum = group.stacked ? el('span', { class: 'value' }) : null;
  const element = el('div', { class: 'strip', 'data-group': name },
    el('div', { class: 'legend' }, el('h3', {}, group.title, el('small', {}, ` ${group.unit ?? columns[0].unit}`)),
      el('div', { class: 'entries' }, ...legend, sum && el('span', { class: 'entry' }, 'All ', sum))),
    chart.element);
  // Out of its chart a line is told by both names.
  const names = columns.map(({ label }) => (label === group.title ? label : `${group.title} ${label}`));
  return { element, chart, columns, names, values, sum, tell: group.tell, height: HEIGHT_PX[name] ?? 80 };
}

const capital = (words) => words[0].toUpperCase() + words.slice(1);

const range = () => {
  const until = Math.max(course.at_ms.at(-1), 0);
  return [until - span.s * 1000, until];
};

/** Lines of time where the clock on the wall is round. */
function ticksOf(from, until, isNarrow) {
  const step = span.ticks[isNarrow ? 1 : 0] * 1000;
  const ticks = [];
  for (let at = from - (clock.wall(from) % step) + step; at <= until; at += step) ticks.push(at);
  return ticks.filter((at) => at >= from);
}

const marksOf = (from, until) => state.marks.filter(({ at_ms: at }) => at >= from && at <= until);

const draw = eachFrame(() => {
  const empty = !course || course.at_ms.length === 0;
  byId('course-none').hidden = !empty;
  byId('course-charts').hidden = empty;
  if (empty) return;
  arrange();
  const width = byId('course-charts').clientWidth;
  const [from, until] = range();
  const ticks = ticksOf(from, until, width < 520);
  const marks = marksOf(from, until);
  for (const { element, chart, columns, height } of charts.values()) {
    if (element.hidden) continue;
    chart.resize(width, height);
    chart.draw({ at: course.at_ms, rows: columns.map(({ index }) => course.values[index]), from, until, ticks, marks });
  }
  drawAxis(ticks, from, until, width);
  list(marks);
  read();
});

function drawAxis(ticks, from, until, width) {
  const axis = byId('course-times');
  while (axis.childElementCount < ticks.length) axis.append(el('span'));
  while (axis.childElementCount > ticks.length) axis.lastChild.remove();
  ticks.forEach((at, i) => {
    const x = LEFT + ((at - from) / (until - from)) * (width - LEFT);
    const label = axis.children[i];
    say(label, clock.time(at, span.s === 300));
    label.style.left = `${x}px`;
    // One that would be cut off at an end is not shown.
    label.style.visibility = x < LEFT + 16 || x > width - 28 ? 'hidden' : '';
  });
  const slider = byId('course-cursor');
  put(slider, 'max', course.at_ms.length - 1);
}

/** The sample at the cursor; the last one without. */
function place() {
  const at = course.at_ms;
  const [from, until] = range();
  if (cursor?.at != null && cursor.at < from) cursor = null;
  if (cursor == null) return at.length - 1;
  const ms = cursor.at ?? from + cursor.share * (until - from);
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] < ms) low = middle + 1;
    else high = middle;
  }
  return low > 0 && ms - at[low - 1] < at[low] - ms ? low - 1 : low;
}

/** Writes what is at the cursor beside each chart. */
function read() {
  if (!course?.at_ms.length) return;
  const index = place();
  const at = course.at_ms[index];
  const said = [];
  for (const { element, chart, columns, names, values, sum, tell } of charts.values()) {
    if (element.hidden) continue;
    chart.point(cursor ? at : null);
    const row = columns.map((column) => course.values[column.index][index]);
    row.forEach((value, i) => {
      say(values[i], tell(value));
      said.push(`${names[i]} ${tell(value)}`);
    });
    if (sum) say(sum, tell(row.reduce((all, value) => all + (value ?? 0), 0)));
  }
  const near = cursor ? marksNear(at) : [];
  const when = `${clock.time(at)}${cursor ? '' : ', the latest'}`;
  say(byId('course-when'), [when, ...near.map(toldOf)].join(' · '));
  const slider = byId('course-cursor');
  if (slider.value !== String(index)) slider.value = index;
  put(slider, 'aria-valuetext', [when, ...said, ...near.map(toldOf)].join(', '));
}

function marksNear(at) {
  const [from, until] = range();
  const reachMs = (NEAR_PX / (byId('course-charts').clientWidth - LEFT)) * (until - from);
  return marksOf(from, until).filter((mark) => Math.abs(mark.at_ms - at) <= Math.max(reachMs, course.step_s * 500));
}

/** The events as a list, the latest first; one that stays keeps its element. */
function list(marks) {
  const place = byId('course-events');
  const old = new Map([...place.children].map((item) => [item.dataset.key, item]));
  const wanted = [...marks].reverse();
  const keys = new Set(wanted.map(keyOf));
  for (const [key, item] of old) if (!keys.has(key)) item.remove();
  wanted.forEach((mark, i) => {
    const item = old.get(keyOf(mark)) ?? event(mark);
    if (place.children[i] !== item) place.insertBefore(item, place.children[i] ?? null);
  });
  byId('events-none').hidden = marks.length > 0;
}

/** What each kind of mark is called, and its value in words. */
const KINDS = {
  car: ['Car', (value) => inWords(CAR, value)],
  fault: ['Fault', (value) => (value ? inWords(FAULT, value) : 'is over')],
  phases: ['Phases', (value) => (value === 1 ? 'one phase' : 'three phases')],
  set: ['Set', (value) => value],
};
const textOf = ({ kind, value }) => KINDS[kind][1](value);
const toldOf = (mark) => (mark.kind === 'set' ? textOf(mark) : `${KINDS[mark.kind][0]}: ${textOf(mark)}`);

/** A charger that starts anew counts its marks from one again. */
const keyOf = ({ id, at_ms: at }) => `${id} ${at}`;

/** An event can be gone to: the cursor reads what was then. */
function event(mark) {
  const { at_ms: at, kind } = mark;
  const go = () => move({ at });
  return el('li', { 'data-key': keyOf(mark) },
    el('button', { type: 'button', class: kind, onclick: go, onfocus: go, onpointerenter: go, onblur: () => move(null), onpointerleave: () => move(null) },
      el('time', {}, clock.time(at)), el('b', {}, KINDS[kind][0]), el('span', {}, textOf(mark))));
}

function move(to) {
  cursor = to;
  read();
}

function choose(wanted) {
  span = wanted;
  seen = -1;
  cursor = null;
  for (const button of byId('course-spans').children) put(button, 'aria-pressed', button.value === String(span.s));
  put(byId('course-csv'), 'href', `/page/course.csv?span=${span.s}`);
  load();
}

/** The slider lies under the charts and is the cursor of the keyboard. */
function buildCursor() {
  const slider = el('input', { type: 'range', id: 'course-cursor', min: 0, max: 0, value: 0, step: 1, 'aria-label': 'Time that is read' });
  slider.addEventListener('input', () => {
    const index = Number(slider.value);
    // At the end it follows what is new.
    move(index >= course.at_ms.length - 1 ? null : { at: course.at_ms[index] });
  });
  slider.addEventListener('keydown', ({ key }) => { if (key === 'Escape') move(null); });
  const host = byId('course-charts');
  host.append(el('div', { id: 'course-axis', class: 'axis' }, el('div', { id: 'course-times', class: 'times', 'aria-hidden': 'true' }), slider));
  const follow = (event) => {
    if (!event.target.closest('svg')) return;
    const box = host.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (box.width - LEFT);
    // A finger points once and is taken away; what it pointed at stays.
    if (share < 0) move(null);
    else if (event.pointerType === 'mouse') move({ share });
    else move({ at: range()[0] + share * span.s * 1000 });
  };
  host.addEventListener('pointermove', follow);
  host.addEventListener('pointerdown', follow);
  host.addEventListener('pointerleave', ({ pointerType }) => { if (pointerType === 'mouse') move(null); });
}

/** Sets the part up. */
export function start() {
  buildCursor();
  for (const one of SPANS) {
    byId('course-spans').append(el('button', { type: 'button', value: one.s, 'aria-pressed': String(one === span), onclick: () => choose(one) }, one.words));
  }
  follow(['course'], load);
  follow(['marks'], () => draw());
  new ResizeObserver(() => draw()).observe(byId('course-charts').parentElement);
}
