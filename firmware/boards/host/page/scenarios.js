// Scenarios: those that can be played, and how the one that is played stands.
import { byId, el, put, say } from './dom.js';
import { span } from './format.js';
import { NO_ANSWER, follow } from './stream.js';

let found = [];

/** How it stands, in words. */
function stand({ state, step, steps, now_s: now, line }) {
  const where = step == null ? `all ${steps} steps done` : `step ${step} of ${steps}, line ${line}`;
  return `${state}: ${where}, after ${span(now * 1000)}`;
}

function failure({ line, column, at_s: at, expected, found: was }) {
  return el('li', {}, `Line ${line}:${column}, after ${span(at * 1000)}: expected ${expected}, found ${was}.`);
}

/** Something that was done in vain. */
function note({ line, column, at_s: at, what }) {
  return el('li', {}, `Line ${line}:${column}, after ${span(at * 1000)}: ${what}.`);
}

function show({ scenario }) {
  const place = byId('scenario-state');
  byId('scenario-end').hidden = !scenario;
  if (!scenario) return place.replaceChildren();
  if (!place.firstChild) place.append(el('p', {}, el('b'), ' ', el('span')), el('ul'));
  const [[name, words], failures] = [place.querySelectorAll('b, span'), place.querySelector('ul')];
  say(name, scenario.name);
  say(words, stand(scenario));
  put(words, 'data-state', scenario.state);
  const told = [...scenario.failures.map(failure), ...scenario.notes.map(note)];
  if (failures.childElementCount !== told.length) failures.replaceChildren(...told);
}

/** Asks for the charger of a scenario, or for the own one; it comes with a new stream. */
async function play(name) {
  const error = byId('scenario-error');
  let sentence = '';
  try {
    const answer = await fetch('/scenario', { method: 'POST', body: JSON.stringify({ play: name }) });
    if (!answer.ok) sentence = (await answer.text()).trim();
  } catch {
    sentence = NO_ANSWER;
  }
  say(error, sentence);
  error.hidden = sentence === '';
}

function tellMore() {
  const { says } = found.find(({ file }) => file === byId('scenario-choice').value) ?? {};
  say(byId('scenario-says'), says ?? '');
}

/** Which there are is asked when somebody wants to know. */
async function ask() {
  if (found.length > 0) return;
  try {
    const answer = await fetch('/scenarios');
    found = answer.ok ? await answer.json() : [];
  } catch { /* the stream says that the connection is lost */ }
  byId('scenario-choice').replaceChildren(...found.map(({ file, name }) => el('option', { value: file }, name)));
  tellMore();
}

/** Sets the part up. */
export function start() {
  follow(['scenario'], show);
  byId('scenario-play').addEventListener('click', () => play(byId('scenario-choice').value));
  byId('scenario-end').addEventListener('click', () => play(null));
  byId('scenario-choice').addEventListener('change', tellMore);
  byId('scenarios').addEventListener('toggle', () => { if (byId('scenarios').open) ask(); });
}
