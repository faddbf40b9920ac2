// Puts the parts of the page of a fleet together, and asks for the figures that they show.
import { byId, el, put, say } from '../dom.js';
import { NONE, quantity, span } from '../format.js';
import { follow, followLink, start as startFigures } from './figures.js';
import * as map from './map.js';
import * as one from './one.js';
import * as power from './power.js';

const LINKS = { live: 'live', lost: 'connection lost' };
const MIB = 1024 * 1024;

const many = (number) => number.toLocaleString('en-GB');

/** What the process takes and gives: a name, an id, and its words. */
const FACTS = [
  ['Lateness, median', 'median', ({ figures }) => quantity(figures.late_ms.median, 'ms')],
  ['Lateness, 99 of 100', 'p99', ({ figures }) => quantity(figures.late_ms.p99, 'ms')],
  ['Lateness, most', 'most', ({ figures }) => quantity(figures.late_ms.most, 'ms')],
  ['Memory', 'memory', ({ figures: { process, count } }) => (process.resident_bytes == null ? 'not known here'
    : `${quantity(process.resident_bytes / MIB, 'MiB', 1)}, ${quantity(process.resident_bytes / 1024 / count, 'KiB', 1)} a charger`)],
  ['Processor', 'cpu', ({ figures: { process }, rates }) => (process.cpu_s == null ? 'not known here'
    : `${rates.cpu == null ? NONE : quantity(100 * rates.cpu, '%', 0)} of a core, ${quantity(process.cpu_s, 's', 0)} in all`)],
  ['MQTT', 'mqtt', ({ figures: { mqtt, count } }) => (mqtt == null ? 'none' : `${many(mqtt.connected)} of ${many(count)} connected`)],
  ['Published', 'published', ({ figures: { mqtt }, rates }) => (mqtt == null ? NONE
    : `${rates.published == null ? NONE : many(Math.round(rates.published))} a second, ${many(mqtt.published)} in all`)],
];

const facts = new Map();
let first = 0;
let count = 0;
let chosen = null;

const serialOf = (index) => String(first + index).padStart(6, '0');

function choose(index) {
  chosen = index;
  map.mark(index);
  one.show(serialOf(index));
}

/** Chooses what was typed; says what is wrong with it. */
function chooseSerial(text) {
  const index = Number(text) - first;
  if (!/^\d{6}$/.test(text) || index < 0 || index >= count) return `Serial numbers here are ${serialOf(0)} to ${serialOf(count - 1)}.`;
  choose(index);
  return '';
}

function showHead({ count, serial, shard, speed, uptime_s: uptimeS }) {
  say(byId('the-name'), `${many(count)} go-eCharger${count === 1 ? '' : 's'}`);
  const part = shard ? `, shard ${shard}` : '';
  say(byId('the-build'), `${serial} to ${serialOf(count - 1)}${part}, virtual`);
  say(byId('the-clock'), `up ${span(uptimeS * 1000)}`);
  say(byId('the-speed'), `${speed}×`);
}

const rows = [];

function showSlowest(slowest) {
  while (rows.length < slowest.length) {
    const [serial, late] = [el('span'), el('span')];
    const button = el('button', { type: 'button', onclick: () => chooseSerial(serial.textContent) }, serial, late);
    const item = el('li', {}, button);
    byId('slowest').append(item);
    rows.push({ item, serial, late });
  }
  rows.forEach(({ item, serial, late }, index) => {
    const row = slowest[index];
    item.hidden = !row;
    if (!row) return;
    say(serial, row.serial);
    say(late, quantity(row.late_ms, 'ms'));
  });
}

for (const [name, id] of FACTS) {
  const value = el('dd', { id: `machine-${id}` }, NONE);
  facts.set(id, value);
  byId('machine-facts').append(el('div', {}, el('dt', {}, name), value));
}
map.start(choose, serialOf);
power.start();
one.start(chooseSerial, (by) => {
  const index = chosen == null ? 0 : chosen + by;
  if (index >= 0 && index < count) choose(index);
});
follow((news) => {
  const { figures } = news;
  first = Number(figures.serial);
  ({ count } = figures);
  showHead(figures);
  map.show(figures.cars);
  power.show(news);
  showSlowest(figures.slowest);
  for (const [, id, tell] of FACTS) say(facts.get(id), tell(news));
  one.refresh();
  if (performance.getEntriesByName('shown').length === 0) performance.mark('shown');
});
followLink((link) => {
  put(byId('the-link'), 'data-state', link);
  say(byId('the-link'), LINKS[link]);
});
startFigures();
