// Controls for the members of a JSON schema: each with its label, unit, range,
// description and present value, and each change told at once.
//
// A field is `{element, show(value), value()}`. What the reader typed and the charger
// refused stays as it was typed until it is mended, or given up by Escape.
import { el, put } from './dom.js';

/** Units, by how the name of a member ends. */
const UNITS = { a: 'A', w: 'W', wh: 'Wh', c: '°C', s: 's', h: 'h' };

let fields = 0;

/** Name and unit of a member: `cable_a` is `cable` in A. */
export function spelled(name) {
  const [, stem, suffix] = /^(.+)_([a-z]+)$/.exec(name) ?? [];
  const unit = UNITS[suffix];
  const words = (unit ? stem : name).replaceAll('_', ' ').replace(/\b(utc)\b/, 'UTC');
  return { words: words[0].toUpperCase() + words.slice(1), unit };
}

const typesOf = (schema) => [].concat(schema.type ?? []);
const isNullable = (schema) => typesOf(schema).includes('null');

/** A field for a member of that schema; `send(value)` tells a change. */
export function field(name, schema, label, send) {
  const types = typesOf(schema);
  if (schema.enum) return choice(name, schema, label, send);
  if (types.includes('boolean')) return tick(name, schema, label, send);
  if (types.includes('array')) return numbers(name, schema, label, send);
  if (types.includes('object')) return members(name, schema, label, send);
  if (types.includes('integer') || types.includes('number')) return number(name, schema, label, send);
  return text(name, schema, label, send);
}

/** The description, to which a control refers. */
function told(schema, more = '') {
  const id = `told-${fields += 1}`;
  const words = [schema.description, more].filter(Boolean).join(' ');
  return { id, element: words ? el('p', { id, class: 'told' }, words) : null };
}

function rangeOf({ minimum, maximum }, unit) {
  if (minimum == null || maximum == null) return '';
  const wide = (value) => value.toLocaleString('en').replaceAll(',', '\u202f').replace('-', '\u2212');
  return `${wide(minimum)} to ${wide(maximum)}${unit ? `\u00a0${unit}` : ''}.`;
}

function choice(name, schema, label, send) {
  const about = told(schema);
  const group = `choice-${fields += 1}`;
  const inputs = schema.enum.map((value) => el('input', { type: 'radio', name: group, value, onchange: () => send(value) }));
  const element = el('fieldset', { class: 'field', 'data-member': name, 'aria-describedby': about.element && about.id },
    el('legend', {}, label.words),
    el('div', { class: 'segments' }, ...inputs.map((input) => el('label', {}, input, el('span', {}, input.value)))), about.element);
  return {
    element,
    show: (value) => inputs.forEach((input) => { input.checked = input.value === value; }),
    value: () => inputs.find((input) => input.checked)?.value ?? null,
  };
}

function tick(name, schema, label, send) {
  const about = told(schema);
  const input = el('input', { type: 'checkbox', 'aria-describedby': about.element && about.id, onchange: () => send(input.checked) });
  const element = el('div', { class: 'field', 'data-member': name }, el('label', { class: 'tick' }, input, ` ${label.words}`), about.element);
  return { element, show: (value) => { input.checked = value === true; }, value: () => input.checked };
}

/** An input whose text the stream leaves alone while the reader is at it. */
function typed(input, spell, send) {
  let last = null;
  let isDirty = false;
  const write = () => {
    const spelled = spell(last);
    if (input.value !== spelled) input.value = spelled;
  };
  input.addEventListener('input', () => { isDirty = true; });
  input.addEventListener('change', () => send());
  input.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !isDirty) return;
    isDirty = false;
    put(input, 'aria-invalid', null);
    write();
  });
  return {
    show(value) {
      last = value;
      if (!isDirty) write();
    },
    taken() {
      isDirty = false;
    },
  };
}

function number(name, schema, label, send) {
  const about = told(schema, rangeOf(schema, label.unit));
  const id = `field-${fields += 1}`;
  const input = el('input', { id, type: 'number', inputmode: 'decimal', min: schema.minimum, max: schema.maximum,
    step: typesOf(schema).includes('integer') ? 1 : 'any', 'aria-describedby': about.id });
  const never = isNullable(schema) ? el('input', { type: 'checkbox' }) : null;
  const value = () => (never?.checked || input.value === '' ? null : Number(input.value));
  const tell = () => send(value(), { input, taken: text.taken });
  const text = typed(input, (is) => (is == null ? '' : String(is)), () => {
    if (never) never.checked = input.value === '';
    tell();
  });
  never?.addEventListener('change', () => {
    // With neither a number nor `never` there is nothing to tell yet.
    if (never.checked || input.value !== '') tell();
    else input.focus();
  });
  const element = el('div', { class: 'field', 'data-member': name }, el('label', { for: id }, label.words),
    el('span', { class: 'with-unit' }, input, label.unit ? el('span', { class: 'unit' }, label.unit) : null,
      never ? el('label', { class: 'tick' }, never, ' never') : null), about.element);
  return {
    element,
    value,
    show(is) {
      // A tick without a number yet waits for one, as a typed text does.
      if (never && document.activeElement !== input && document.activeElement !== never) never.checked = is == null;
      text.show(is);
    },
  };
}

function text(name, schema, label, send) {
  const about = told(schema);
  const id = `field-${fields += 1}`;
  const input = el('input', { id, type: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': about.element && about.id });
  const value = () => (input.value === '' && isNullable(schema) ? null : input.value);
  const kept = typed(input, (is) => is ?? '', () => send(value(), { input, taken: kept.taken }));
  const element = el('div', { class: 'field', 'data-member': name }, el('label', { for: id }, label.words), input, about.element);
  return { element, show: kept.show, value };
}

/** Numbers one after the other, in a line; none at all is null. */
function numbers(name, schema, label, send) {
  const about = told(schema, `Up to ${schema.maxItems} numbers; none at all ends it.`);
  const id = `field-${fields += 1}`;
  const input = el('input', { id, type: 'text', inputmode: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': about.id });
  const value = () => {
    const words = input.value.split(/[\s,;]+/).filter(Boolean);
    // What is no number goes as it is, so that the charger says what is wrong with it.
    return words.length ? words.map((word) => (Number.isFinite(Number(word)) ? Number(word) : word)) : null;
  };
  const kept = typed(input, (is) => (is ?? []).join(' '), () => send(value(), { input, taken: kept.taken }));
  const element = el('div', { class: 'field wide', 'data-member': name }, el('label', { for: id }, label.words), input, about.element);
  return { element, show: kept.show, value };
}

/**
 * An object: its members, and whether it is there at all where it may be null. One that
 * may be null is told whole, since its members are nothing without the others.
 */
function members(name, schema, label, send) {
  const about = told(schema);
  const isOptional = isNullable(schema);
  const parts = new Map();
  const all = () => Object.fromEntries([...parts].map(([member, part]) => [member, part.value()]));
  const there = isOptional
    ? el('input', { type: 'checkbox', onchange: () => send(there.checked ? all() : null) }) : null;
  for (const [member, inner] of Object.entries(schema.properties)) {
    parts.set(member, field(member, inner, { ...spelled(member), ...label.members?.[member] },
      (value, from) => send(isOptional ? { ...all(), [member]: value } : { [member]: value }, from)));
    if (label.suggested?.[member] != null) parts.get(member).show(label.suggested[member]);
  }
  const legend = there ? el('label', { class: 'tick' }, there, ` ${label.words}`) : label.words;
  const element = el('fieldset', { class: 'field object', 'data-member': name, 'aria-describedby': about.element && about.id },
    el('legend', {}, legend), about.element, el('div', { class: 'members' }, ...[...parts.values()].map((part) => part.element)));
  return {
    element,
    value: () => (there && !there.checked ? null : all()),
    show(is) {
      if (there) there.checked = is != null;
      // What it was or would be stays to be seen.
      if (is != null) for (const [member, part] of parts) part.show(is[member]);
    },
  };
}
