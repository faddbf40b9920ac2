// The last requests, sets and messages: a table with the latest first, of which a row
// opens to its whole text.
//
// Rows are kept as long as their entries, so that one that is open stays open, and
// the table scrolls in a box of its own, so that nothing around it moves.
import { byId, eachFrame, el, put, say } from './dom.js';
import { clock, took } from './format.js';
import { MOST_TRAFFIC, follow, state } from './stream.js';

const rows = new Map();
/** What is shown while it is paused; null while it goes on. */
let held = null;

/** All there is, oldest first; what the broker is told comes by the dozen, so only who wants it sees it. */
function entries() {
  if (!isOn('told')) return state.traffic;
  const told = state.told.map((one) => ({ ...one, wire: 'mqtt', who: 'broker', kind: 'told', answer: 'published', ok: true }));
  return [...state.traffic, ...told].sort((one, other) => one.at_ms - other.at_ms).slice(-MOST_TRAFFIC);
}

/** A charger that starts anew counts from one again, so the number alone is no name. */
const keyOf = ({ id, at_ms: at, what }) => `${id} ${at} ${what}`;

const form = () => byId('traffic-form');
const isOn = (name) => form().elements[name].checked;

/** Whether an entry is to be seen: by its wire, by what it is, and by its text. */
function wanted() {
  const words = byId('traffic-filter').value.toLowerCase().split(/\s+/).filter(Boolean);
  const [sets, failures] = [isOn('sets'), isOn('failures')];
  const wires = { http: isOn('http'), mqtt: isOn('mqtt') };
  return (entry) => {
    if (wires[entry.wire] === false || (sets && entry.kind !== 'set') || (failures && entry.ok)) return false;
    const text = `${entry.wire} ${entry.who} ${entry.what} ${entry.answer}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

const cell = (label, content, attributes = {}) => el('td', { role: 'cell', 'data-label': label, ...attributes }, content);

function build(entry) {
  const open = el('button', { type: 'button', class: 'opens', 'aria-expanded': 'false', tabindex: -1 }, clock.time(entry.at_ms));
  const row = el('tr', { role: 'row', 'data-id': entry.id, class: [entry.kind, entry.ok ? 'ok' : 'failed'].join(' ') },
    cell('Time', open), cell('Wire', entry.wire.toUpperCase()), cell('Who', entry.who),
    cell('What', el('span', {}, entry.what)),
    cell('Answer', el('span', {}, entry.ok ? null : el('b', {}, 'failed '), entry.answer)),
    cell('Took', entry.took_us == null ? '' : took(entry.took_us)));
  row.addEventListener('click', () => {
    // Who marks some of the text does not want the row to close.
    if (String(getSelection()) !== '') return;
    const isOpen = row.classList.toggle('open');
    put(open, 'aria-expanded', isOpen);
  });
  return row;
}

const draw = eachFrame(() => {
  const all = held ?? entries();
  const isWanted = wanted();
  const place = byId('traffic-rows');
  const keys = new Set(all.map(keyOf));
  for (const [key, row] of rows) {
    if (keys.has(key)) continue;
    row.remove();
    rows.delete(key);
  }
  let [shown, below] = [0, null];
  for (const entry of all) {
    let row = rows.get(keyOf(entry));
    if (!row) {
      row = build(entry);
      rows.set(keyOf(entry), row);
    }
    if (!row.parentNode || row.nextElementSibling !== below) place.insertBefore(row, below);
    below = row;
    row.hidden = !isWanted(entry);
    if (!row.hidden) shown += 1;
  }
  byId('traffic-none').hidden = shown > 0;
  say(byId('traffic-none'), all.length ? 'Nothing of it matches.' : 'Nobody has asked for anything yet.');
  count(shown, all);
  stop();
});

function count(shown, all) {
  const seen = new Set(all.map(keyOf));
  const waiting = held ? entries().filter((one) => !seen.has(keyOf(one))).length : 0;
  say(byId('traffic-count'), `${shown} of ${all.length}${held ? `, ${waiting} more since the pause` : ''}`);
}

const seen = () => [...byId('traffic-rows').children].filter((row) => !row.hidden);

/** One row is the stop of the Tab key; arrows go on from there. */
function stop(wantedRow) {
  const all = seen();
  const current = wantedRow ?? all.find((row) => row.querySelector('.opens').tabIndex === 0) ?? all[0];
  for (const row of rows.values()) {
    const button = row.querySelector('.opens');
    if ((row === current) !== (button.tabIndex === 0)) button.tabIndex = row === current ? 0 : -1;
  }
}

function go(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = event.target.closest('tr[data-id]');
  if (!step || !row) return;
  event.preventDefault();
  const all = seen();
  const next = all[all.indexOf(row) + step];
  if (!next) return;
  stop(next);
  next.querySelector('.opens').focus();
}

function pause() {
  held = held ? null : entries();
  const button = byId('traffic-pause');
  put(button, 'aria-pressed', held != null);
  draw();
}

/** Sets the part up. */
export function start() {
  form().addEventListener('submit', (event) => event.preventDefault());
  form().addEventListener('input', draw);
  byId('traffic-pause').addEventListener('click', pause);
  byId('traffic-rows').addEventListener('keydown', go);
  follow(['traffic', 'told'], draw);
}
