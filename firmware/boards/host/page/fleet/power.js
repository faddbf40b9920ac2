// What all cars draw together: now, and in the last minutes as this page saw them.
import { Chart } from '../chart.js';
import { byId, el, put, say } from '../dom.js';
import { NONE, energy, fixed, power } from '../format.js';

const MINUTE_MS = 60_000;

/** What is shown, minutes: the first span that has all, and at last the newest of it. */
const SPANS_MIN = [1, 2, 5, 10];
const MOST_MS = SPANS_MIN.at(-1) * MINUTE_MS;
const HEIGHT_PX = 120;

const chart = new Chart([{ name: 'power', style: 'p1' }], { scale: 1000, least: 1000 });
const FACTS = [
  ['Most', 'most', ({ powers }) => power(Math.max(...powers))],
  ['Mean', 'mean', ({ powers }) => power(powers.reduce((sum, one) => sum + one, 0) / powers.length)],
  ['Least', 'least', ({ powers }) => power(Math.min(...powers))],
  ['Each that charges', 'each', ({ figures, charging }) => (charging ? power(figures.power_w / charging) : NONE)],
  ['Energy since the start', 'energy', ({ figures }) => energy(figures.energy_wh)],
];
const values = new Map();
let samples = [];

function draw() {
  const width = byId('power-chart').clientWidth;
  if (!width || !samples.length) return;
  chart.resize(width, HEIGHT_PX);
  const until = samples.at(-1).atMs;
  const had = (until - samples[0].atMs) / MINUTE_MS;
  const minutes = SPANS_MIN.find((span) => span >= had) ?? SPANS_MIN.at(-1);
  const from = until - minutes * MINUTE_MS;
  const ticks = Array.from({ length: minutes + 1 }, (_, minute) => until - minute * MINUTE_MS);
  chart.draw({ at: samples.map((one) => one.atMs), rows: [samples.map((one) => one.w)], from, until, ticks });
  say(byId('power-from'), `${minutes} min ago`);
}

/** Takes the newest figures. */
export function show({ figures, atMs }) {
  samples = [...samples.filter((one) => atMs - one.atMs <= MOST_MS), { atMs, w: figures.power_w }];
  const isMuch = figures.power_w >= 10_000_000;
  say(byId('power-now'), fixed(figures.power_w / (isMuch ? 1e6 : 1e3), figures.power_w < 100_000 || isMuch ? 2 : 0));
  say(byId('power-unit'), isMuch ? 'MW' : 'kW');
  const powers = samples.map((one) => one.w);
  const charging = [...figures.cars].filter((car) => car === '2').length;
  for (const [, id, tell] of FACTS) say(values.get(id), tell({ figures, powers, charging }));
  draw();
}

/** Sets the part up. */
export function start() {
  for (const [name, id] of FACTS) {
    const value = el('dd', { id: `power-${id}` }, NONE);
    values.set(id, value);
    byId('power-facts').append(el('div', {}, el('dt', {}, name), value));
  }
  put(chart.element, 'aria-hidden', 'true');
  byId('power-chart').append(chart.element,
    el('div', { class: 'ages', 'aria-hidden': 'true' }, el('span', { id: 'power-from' }), el('span', {}, 'now')));
  new ResizeObserver(draw).observe(byId('power-chart'));
}
