// The one stream that everything follows. Each message has what changed since the
// last; here it is put together, and whoever listens hears once a frame.
import { eachFrame } from './dom.js';

/** How many requests, values told to the broker and marks are kept. */
export const MOST_TRAFFIC = 200;
const MOST_MARKS = 500;

/** What is said of a wish that came to nothing while the connection was lost. */
export const NO_ANSWER = 'The charger does not answer.';

/** All that the charger told. */
export const state = {
  nowMs: 0, utcMs: null, keys: {}, garage: null, scenario: null, course: {}, traffic: [], told: [], marks: [],
};

const listeners = [];
const linkListeners = [];
let news = new Set();

const tell = eachFrame(() => {
  const told = news;
  news = new Set();
  for (const { parts, work } of listeners) {
    if (parts.some((part) => told.has(part))) work(state);
  }
});

/** Has `work` done when one of these parts of the state has changed. */
export function follow(parts, work) {
  listeners.push({ parts, work });
}

/** Has `work` done when the connection comes or goes. */
export function followLink(work) {
  linkListeners.push(work);
}

/** Newer entries behind those that are there; a charger that starts anew counts from one again. */
function join(old, fresh, most) {
  const last = old.at(-1)?.id ?? -1;
  return [...old, ...fresh.filter((one) => one.id > last)].slice(-most);
}

function take(message, isFirst) {
  if ('now_ms' in message) state.nowMs = message.now_ms;
  if ('utc_ms' in message) state.utcMs = message.utc_ms;
  news.add('time');
  // The first message of a connection has all that is left, which may be nothing.
  if (isFirst) message = { traffic: [], told: [], marks: [], ...message };
  if (message.keys) {
    state.keys = isFirst ? message.keys : Object.assign(state.keys, message.keys);
    news.add('keys');
  }
  for (const part of ['garage', 'scenario']) {
    if (!(part in message)) continue;
    state[part] = message[part];
    news.add(part);
  }
  if (message.course) {
    state.course = { ...state.course, ...message.course };
    news.add('course');
  }
  for (const [part, most] of [['traffic', MOST_TRAFFIC], ['told', MOST_TRAFFIC], ['marks', MOST_MARKS]]) {
    if (!message[part]) continue;
    state[part] = join(isFirst ? [] : state[part], message[part], most);
    news.add(part);
  }
  tell();
}

/** Opens the stream. A broken one is opened again by the browser, and begins with everything. */
export function open(address) {
  let isFirst = true;
  const source = new EventSource(address);
  source.addEventListener('open', () => { isFirst = true; });
  source.addEventListener('message', ({ data }) => {
    take(JSON.parse(data), isFirst);
    if (isFirst) linkListeners.forEach((work) => work('live'));
    isFirst = false;
  });
  source.addEventListener('error', () => {
    linkListeners.forEach((work) => work('lost'));
    // An answer that is no stream ends it for good; the charger may come back with one.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => open(address), 2000);
  });
}
