// One of the chargers: what it does, and its car. It is asked as any client asks it, by
// its path.
import { byId, el, put, say } from '../dom.js';
import { NONE, energy, power, quantity } from '../format.js';
import { CAR, FAULT, REASON, inWords } from '../words.js';

const KEYS = ['car', 'modelStatus', 'nrg', 'wh', 'eto', 'amp', 'err', 'fna', 'mcc'];
const FACTS = [
  ['Power', 'nrg', (k) => power(k.nrg?.[11])],
  ['Session', 'wh', (k) => energy(k.wh)],
  ['In total', 'eto', (k) => energy(k.eto)],
  ['Wish', 'amp', (k) => quantity(k.amp, 'A')],
  ['Faults', 'err', (k) => inWords(FAULT, k.err)],
  ['MQTT', 'mcc', (k) => (k.mcc == null ? NONE : k.mcc ? 'connected' : 'not connected')],
];
const NO_ANSWER = 'The charger does not answer.';

const values = new Map();
let serial = null;
let asked = 0;

function fail(text) {
  byId('one-error').hidden = !text;
  say(byId('one-error'), text);
}

function showKeys(keys) {
  say(byId('one-car'), inWords(CAR, keys.car));
  put(byId('one-car'), 'data-car', CAR[keys.car]?.[0]);
  const why = inWords(REASON, keys.modelStatus);
  say(byId('one-why'), `${why[0].toUpperCase()}${why.slice(1)}.`);
  for (const [, id, tell] of FACTS) say(values.get(id), tell(keys));
}

/** Asks the charger that is chosen. */
export async function refresh() {
  if (serial == null) return;
  asked += 1;
  const [mine, of] = [asked, serial];
  try {
    const answer = await fetch(`/${of}/api/status?filter=${KEYS.join()}`, { cache: 'no-store' });
    const keys = await answer.json();
    if (mine !== asked) return;
    showKeys(keys);
    if (byId('one-error').textContent === NO_ANSWER) fail('');
  } catch {
    if (mine === asked) fail(NO_ANSWER);
  }
}

async function change(garage) {
  const of = serial;
  try {
    const answer = await fetch(`/${of}/garage`, { method: 'POST', body: JSON.stringify(garage) });
    fail(answer.ok ? '' : await answer.text());
  } catch {
    fail(NO_ANSWER);
  }
  if (of === serial) await refresh();
}

/** Shows this charger from now on. */
export function show(name) {
  if (name !== serial) fail('');
  serial = name;
  byId('one-none').hidden = true;
  byId('one').hidden = false;
  byId('one-serial').value = name;
  say(byId('one-heading'), `Charger ${name}`);
  put(byId('one-status'), 'href', `/${name}/api/status`);
  put(byId('one-garage'), 'href', `/${name}/garage`);
  refresh();
}

/** Sets the part up: `onSerial` hears what was typed and says what is wrong with it, `onStep` that another one by it is wanted. */
export function start(onSerial, onStep) {
  for (const [name, id] of FACTS) {
    const value = el('dd', { id: `one-${id}` }, NONE);
    values.set(id, value);
    byId('one-facts').append(el('div', {}, el('dt', {}, `${name} `, el('code', {}, id)), value));
  }
  byId('one-serial').addEventListener('change', ({ target }) => fail(onSerial(target.value.trim())));
  byId('one-before').addEventListener('click', () => onStep(-1));
  byId('one-next').addEventListener('click', () => onStep(1));
  byId('one-plug').addEventListener('click', () => change({ car: 'plugged' }));
  byId('one-unplug').addEventListener('click', () => change({ car: 'absent' }));
}
