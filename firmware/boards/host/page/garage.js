// The garage: all that surrounds the charger, as the schema has it, with its present
// state; a change is sent as soon as it is made. What is used most comes first, and a
// member that no group names stands in the last one, so that none is left out.
import { byId, el, put, say } from './dom.js';
import { drawDay, buildDay } from './day.js';
import { field, spelled } from './form.js';
import { quantity } from './format.js';
import { NO_ANSWER, follow, state } from './stream.js';

/** Members by group, in the order in which they are read; a column is one beside another. */
const GROUPS = [
  { title: 'Car', members: ['car'], column: 'wide' },
  { title: 'Sun, house and prices', members: ['sun', 'house', 'battery', 'noon_utc_h', 'prices'], column: 'wide', day: true },
  { title: 'At the charger', members: ['button', 'card', 'adapter', 'input', 'air_c', 'password'], column: 'narrow' },
  { title: 'Time', members: ['speed', 'advance_s'], column: 'narrow' },
  { title: 'WiFi', members: ['wifi'], column: 'narrow' },
  { title: 'Faults', members: ['residual', 'earth', 'l1', 'l2', 'l3', 'contactor', 'lock', 'flash'], column: 'full' },
];

/** What a member is called where its own name says too little, and what it begins with. */
const LABELS = {
  adapter: { words: '16 A adapter' },
  input: { words: 'Digital input closed' },
  air_c: { words: 'Air' },
  advance_s: { words: 'At once' },
  residual: { words: 'Residual current' },
  flash: { words: 'Flash' },
  noon_utc_h: { words: 'Noon', unit: 'h UTC' },
  prices: { words: 'Prices, ct/kWh' },
  sun: { words: 'Sun', suggested: { peak_w: 8000, clouds: true } },
  house: { words: 'House', suggested: { base_w: 400 } },
  battery: { words: 'Battery', suggested: { capacity_wh: 10000, max_w: 3000 } },
  wifi: { words: 'Networks in reach' },
};

/** Cards at hand: what a card says of itself, 4 bytes. */
const CARD = '04A1B2C3';

const fields = new Map();

/** Changes go one after the other, so that the last one made is the last one told. */
let queue = Promise.resolve();
/** How many are on their way: what the stream tells meanwhile is older than what the reader did. */
let pending = 0;

function change(body, group, from = {}) {
  pending += 1;
  queue = queue.then(() => send(body, group, from)).then(() => {
    pending -= 1;
    if (state.garage) show(state.garage);
  });
  return queue;
}

async function send(body, { error }, { input, taken }) {
  let sentence = '';
  try {
    const answer = await fetch('/garage', { method: 'POST', body: JSON.stringify(body) });
    if (answer.ok) {
      taken?.();
      state.garage = await answer.json();
    } else {
      sentence = (await answer.text()).trim();
    }
  } catch {
    sentence = NO_ANSWER;
  }
  say(error, sentence);
  error.hidden = sentence === '';
  if (input) put(input, 'aria-invalid', sentence ? 'true' : null);
}

/** Shows what is, also in a control whose change was refused. */
function show(garage) {
  if (pending > 0) return;
  for (const [name, { show: showField }] of fields) showField(garage[name]);
  drawDay(garage);
}

/** Controls of their own for what is done rather than set, and for what is set most. */
const OWN = {
  car,
  button,
  speed,
  card: once('card', 'Card', 'Hold to the reader', { type: 'text', value: CARD }),
  password: once('password', 'Password of the WebSocket', 'Set', { type: 'password', autocomplete: 'new-password' }),
};

const SHORT_OF_KIND = {
  'three-phase': 'Three phases', 'one-phase': 'One phase', full: 'Full', pausing: 'Pausing', sleepy: 'Sleepy', late: 'Late',
};

function car(schema, group) {
  const [words, traits] = schema.anyOf;
  const kinds = words.enum.filter((word) => word in SHORT_OF_KIND || !['absent', 'plugged'].includes(word));
  const plug = el('button', { type: 'button', class: 'strong', id: 'garage-plug',
    onclick: () => change({ car: state.garage.car.plugged ? 'absent' : 'plugged' }, group) });
  const now = el('p', { class: 'is' });
  const buttons = kinds.map((kind) => el('button', { type: 'button', onclick: () => change({ car: kind }, group) }, SHORT_OF_KIND[kind] ?? kind));
  const { kind: _, ...properties } = traits.properties;
  // A car whose trait is changed stays where it is.
  const all = field('car', { ...traits, properties, description: undefined }, { words: 'Traits' },
    (value, from) => change({ car: { plugged: state.garage.car.plugged, ...value } }, group, from));
  const element = el('div', { class: 'car-field', 'data-member': 'car' },
    el('div', { class: 'row' }, plug, now),
    el('p', { id: 'kinds', class: 'label' }, 'Another car comes'),
    el('div', { class: 'row', role: 'group', 'aria-labelledby': 'kinds' }, ...buttons),
    el('details', {}, el('summary', {}, 'All its traits'), all.element));
  return {
    element,
    show(is) {
      say(plug, is.plugged ? 'Unplug the car' : 'Plug the car in');
      say(now, carInWords(is));
      all.show(is);
    },
  };
}

function carInWords(is) {
  const phases = is.phases === 1 ? '1 phase' : `${is.phases} phases`;
  const most = quantity(is.max_a, 'A');
  const habits = [is.full && 'full', is.pauses && 'pauses', is.sleeps_after_s != null && 'falls asleep'].filter(Boolean);
  return `${is.plugged ? 'Plugged in' : 'Away'}: ${[phases, `up to ${most}`, `cable ${quantity(is.cable_a, 'A')}`, ...habits].join(', ')}.`;
}

function button(schema, group) {
  const words = { pressed: 'Press', held: 'Hold' };
  const values = schema.anyOf.find((one) => one.enum).enum;
  const element = el('div', { class: 'field', 'data-member': 'button', role: 'group', 'aria-label': 'Button' },
    el('p', { class: 'label' }, 'Button'),
    el('div', { class: 'row' }, ...values.map((value) =>
      el('button', { type: 'button', onclick: () => change({ button: value }, group) }, words[value] ?? value))),
    el('p', { class: 'told' }, schema.description));
  return { element, show() {} };
}

/** What is sent once, so that there is no state of it. */
function once(name, label, act, attributes) {
  return (schema, group) => {
    const [id, told] = [`garage-${name}`, `${name}-told`];
    const input = el('input', { id, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': told, ...attributes });
    const isSecret = input.type === 'password';
    // A blank may be a part of a password.
    const send = () => change({ [name]: isSecret ? input.value : input.value.trim() }, group, { input });
    const onsubmit = (event) => { event.preventDefault(); send(); };
    // What keeps passwords asks for the name that one belongs to.
    const owner = isSecret ? el('input', { type: 'text', autocomplete: 'username', value: document.title, readonly: true, hidden: true }) : null;
    const element = el('div', { class: 'field', 'data-member': name },
      el('label', { for: id }, label),
      el('form', { class: 'row', onsubmit }, owner, input, el('button', { type: 'submit' }, act)),
      el('p', { class: 'told', id: told }, schema.description));
    return { element, show() {} };
  };
}

/** On a scale that multiplies: from real time to a day in nine seconds. */
function speed(schema, group) {
  const STEPS = 100;
  const { minimum, maximum } = schema;
  const place = (value) => Math.round((Math.log(value / minimum) / Math.log(maximum / minimum)) * 4 * STEPS);
  const value = (at) => {
    const exact = minimum * (maximum / minimum) ** (at / (4 * STEPS));
    const ten = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
    return Math.min(maximum, Math.max(minimum, Math.round(exact / ten) * ten));
  };
  const slider = el('input', { type: 'range', id: 'garage-speed', min: 0, max: 4 * STEPS, step: 1, 'aria-describedby': 'speed-told' });
  const shown = el('output', { for: 'garage-speed', class: 'figure' });
  let last = 1;
  let wanted = null;
  let isSending = false;
  // While it is dragged only the latest speed is sent.
  const push = async () => {
    if (isSending) return;
    isSending = true;
    while (wanted != null) {
      const next = wanted;
      wanted = null;
      await change({ speed: next }, group);
    }
    isSending = false;
    put(slider, 'data-busy', null);
  };
  const want = (next) => {
    wanted = next;
    put(slider, 'data-busy', '');
    write(next);
    push();
  };
  const write = (is) => {
    last = is;
    say(shown, `${is}×`);
    put(slider, 'aria-valuetext', `${is} times real time`);
  };
  slider.addEventListener('input', () => {
    const next = value(Number(slider.value));
    if (next !== last) want(next);
  });
  // One step of a key may be less than the next whole number.
  slider.addEventListener('keydown', (event) => {
    const up = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!up) return;
    event.preventDefault();
    let at = Number(slider.value);
    do at += up; while (at > 0 && at < 4 * STEPS && value(at) === last);
    slider.value = at;
    want(value(Number(slider.value)));
  });
  const presets = [1, 10, 60, 600, 3600].filter((one) => one >= minimum && one <= maximum);
  const element = el('div', { class: 'field', 'data-member': 'speed' },
    el('div', { class: 'row between' }, el('label', { for: 'garage-speed' }, 'Speed'), shown), slider,
    el('div', { class: 'row', role: 'group', 'aria-label': 'Usual speeds' }, ...presets.map((one) =>
      el('button', { type: 'button', class: 'small', onclick: () => want(one) }, `${one}×`))),
    el('p', { class: 'told', id: 'speed-told' }, `${schema.description} ${minimum} to ${maximum}.`));
  return {
    element,
    show(is) {
      if (slider.hasAttribute('data-busy')) return;
      write(is);
      if (value(Number(slider.value)) !== is) slider.value = place(is);
    },
  };
}

function build({ title, members, day }, properties) {
  const error = el('p', { class: 'error', role: 'alert', hidden: true });
  const group = { error };
  const body = el('div', { class: 'fields' });
  for (const name of members) {
    const schema = properties[name];
    if (!schema) continue;
    const label = { ...spelled(name), ...LABELS[name] };
    const made = OWN[name]?.(schema, group) ?? field(name, schema, label, (value, from) => change({ [name]: value }, group, from));
    fields.set(name, made);
    body.append(made.element);
  }
  return el('section', { class: 'group', 'aria-label': title },
    el('h3', {}, title), error, day ? buildDay() : null, body);
}

/** Sets the part up; the form is drawn once the schema is there. */
export async function start() {
  follow(['garage'], ({ garage }) => show(garage));
  follow(['time'], ({ garage }) => { if (garage) drawDay(garage); });
  try {
    const answer = await fetch('/page/garage.schema.json');
    const { properties } = await answer.json();
    const placed = new Set(GROUPS.flatMap(({ members }) => members));
    const others = Object.keys(properties).filter((name) => !placed.has(name));
    const groups = others.length ? [...GROUPS, { title: 'Other', members: others, column: 'full' }] : GROUPS;
    for (const column of ['wide', 'narrow', 'full']) {
      const built = groups.filter((group) => group.column === column).map((group) => build(group, properties));
      byId('garage-groups').append(el('div', { class: `column ${column}` }, ...built));
    }
    if (state.garage) show(state.garage);
  } catch {
    byId('garage-error').hidden = false;
    say(byId('garage-error'), 'The schema of the garage could not be read; reload the page to try again.');
  }
}
