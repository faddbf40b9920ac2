// What the charger does now: the car and why, the phases, the limits, and one line for
// each of the things beside. All of it follows from keys of the API.
import { byId, el, put, say } from './dom.js';
import { NONE, energy, fixed, power, quantity, span } from './format.js';
import { limitInWords, limitsOf } from './limits.js';
import { follow } from './stream.js';
import { ACCESS, CAR, FAULT, FORCE, LOCK, MODE, REASON, WIFI, inWords, nameOf } from './words.js';

/** The scale of the limits, A: the most that any unit carries. */
const SCALE_A = 32;

/** Rows of the phases, by their places in `nrg`. */
const PHASES = [
  { name: 'L1', places: [0, 4, 7] },
  { name: 'L2', places: [1, 5, 8] },
  { name: 'L3', places: [2, 6, 9] },
  { name: 'All', places: [null, null, 11] },
];

/** What stands below: a name, its keys, and its words; `bad` where it needs a look. */
const FACTS = [
  ['Faults', 'err', (k) => ({ text: inWords(FAULT, k.err), bad: k.err !== 0 })],
  ['Lock', 'cus', (k) => ({ text: inWords(LOCK, k.cus), bad: k.ffb !== 0 })],
  ['Forced', 'frc', (k) => ({ text: inWords(FORCE, k.frc) })],
  ['Mode', 'lmo', (k) => ({ text: inWords(MODE, k.lmo) })],
  ['Access', 'acs trx', (k) => ({ text: access(k) })],
  ['Energy limit', 'dwo', (k) => ({ text: k.dwo == null ? 'none' : energy(k.dwo) })],
  ['Grid', 'pgrid fhz', (k) => ({ text: [grid(k), quantity(k.fhz, 'Hz', 2)].join(', ') })],
  ['Sun', 'ppv', (k) => ({ text: k.ppv == null ? 'nobody tells' : power(k.ppv) })],
  ['Price', 'awcp', (k) => ({ text: k.awcp == null ? 'none known' : quantity(k.awcp.marketprice, 'ct/kWh', 1) })],
  ['Temperatures', 'tma', (k) => ({ text: (k.tma ?? []).map((c) => quantity(c, '°C', 1)).join(', ') || NONE })],
  ['WiFi', 'wst wsc', wifi],
  ['MQTT', 'mcc', mqtt],
];

function access({ acs, trx }) {
  const who = trx == null ? '' : trx === 0 ? ', begun without a card' : `, begun by card ${trx}`;
  return inWords(ACCESS, acs) + who;
}

function grid({ pgrid }) {
  if (pgrid == null) return 'nobody tells';
  return pgrid < 0 ? `${power(-pgrid)} into it` : `${power(pgrid)} from it`;
}

function wifi(k) {
  const where = k.wst === 3 && k.ccw ? ` to ${k.ccw.ssid}, ${quantity(k.rssi, 'dBm')}` : '';
  const lost = k.wsc ? `, ${k.wsc} not joined or lost` : '';
  return { text: inWords(WIFI, k.wst) + where + lost, bad: k.wst !== 3 };
}

function mqtt(k) {
  if (k.mcc) return { text: `connected to ${k.mcu}` };
  if (!k.mce) return { text: 'switched off' };
  return { text: k.mcs ? 'not connected' : 'not running: no usable URL', bad: true };
}

/** A car that is there without charging was held off, or has enough. */
function carInWords(keys) {
  if (keys.car === 4 && keys.alw) return 'Finished';
  return inWords(CAR, keys.car);
}

function buildFacts() {
  return FACTS.map(([name, keys, tell]) => {
    const value = el('dd');
    byId('now-facts').append(el('div', {}, el('dt', {}, `${name} `, el('code', {}, keys)), value));
    return { value, tell };
  });
}

function buildPhases() {
  return PHASES.map(({ name, places }) => {
    const cells = places.map((place) => el('td', place == null ? { class: 'empty' } : {}));
    byId('now-phases').append(el('tr', {}, el('th', { scope: 'row' }, name), ...cells));
    return { places, cells };
  });
}

function buildLimits(rows) {
  return new Map(rows.map(({ id, name, key }) => {
    const bar = el('span', { class: 'bar' });
    const amperes = el('span', { class: 'amperes' });
    const active = el('span', { class: 'active' });
    const item = el('li', { 'data-limit': id },
      el('span', { class: 'name' }, `${name} `, el('code', {}, key)),
      el('span', { class: 'scale', 'aria-hidden': 'true' }, bar), amperes, active);
    byId('now-limits').append(item);
    return [id, { item, bar, amperes, active }];
  }));
}

function showLimits(limits, keys) {
  const rows = limitsOf(keys);
  for (const row of rows) {
    const { item, bar, amperes, active } = limits.get(row.id);
    put(item, 'data-active', row.active || null);
    put(item, 'data-none', row.amperes == null || null);
    say(amperes, row.amperes == null ? 'none' : quantity(row.amperes, 'A', row.id === 'car' ? 1 : 0));
    say(active, row.active ? 'active' : '');
    bar.style.width = `${Math.min(100, ((row.amperes ?? 0) / SCALE_A) * 100)}%`;
  }
  say(byId('now-limit'), limitInWords(keys, rows));
}

function showHead(keys) {
  say(byId('now-car'), carInWords(keys));
  put(byId('now-car'), 'data-car', nameOf(CAR, keys.car));
  const why = inWords(REASON, keys.modelStatus);
  const since = span(keys.rbt - keys.lmsc);
  say(byId('now-why'), `${why[0].toUpperCase()}${why.slice(1)}.`);
  say(byId('now-names'), `modelStatus ${keys.modelStatus}: ${nameOf(REASON, keys.modelStatus)}, for ${since}`);
  const fault = byId('now-fault');
  fault.hidden = keys.err === 0;
  say(fault, `Fault: ${inWords(FAULT, keys.err)}`);
  say(byId('now-power'), fixed((keys.nrg?.[11] ?? NaN) / 1000, 2));
  say(byId('now-wh'), energy(keys.wh));
  say(byId('now-eto'), energy(keys.eto));
}

/** Sets the part up. */
export function start() {
  const phases = buildPhases();
  const limits = buildLimits(limitsOf({}));
  const facts = buildFacts();
  const units = [(v) => quantity(v, 'V', 1), (v) => quantity(v, 'A', 1), power];
  follow(['keys'], ({ keys }) => {
    showHead(keys);
    for (const { places, cells } of phases) {
      cells.forEach((cell, index) => {
        if (places[index] != null) say(cell, units[index](keys.nrg?.[places[index]]));
      });
    }
    showLimits(limits, keys);
    for (const { value, tell } of facts) {
      const { text, bad = false } = tell(keys);
      say(value, text);
      put(value, 'data-bad', bad || null);
    }
  });
}
