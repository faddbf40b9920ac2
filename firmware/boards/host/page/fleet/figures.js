// What the fleet says of itself, asked for once a second, and what of it is a rate.
//
// The next question waits for the answer to the last, so that a fleet that is busy is not
// asked more often than it answers.

/** Time between an answer and the next question; and after one that did not come, ms. */
const PAUSE_MS = 1000;
const LOST_MS = 2000;

/** Rates are those of so long, ms. */
const RATE_MS = 10_000;

const listeners = [];
const linkListeners = [];
let history = [];

/** Has `work` done with the figures whenever they come. */
export function follow(work) {
  listeners.push(work);
}

/** Has `work` done when the fleet answers, and when it does not. */
export function followLink(work) {
  linkListeners.push(work);
}

/** What grew by so much in a second, of the last ten; null while nothing is known. */
function rate(of) {
  const [first, last] = [history[0], history.at(-1)];
  const [from, to] = [of(first.figures), of(last.figures)];
  const ms = last.atMs - first.atMs;
  return from == null || to == null || ms < PAUSE_MS / 2 || to < from ? null : ((to - from) / ms) * 1000;
}

function take(figures) {
  const atMs = performance.now();
  // A fleet that restarted counts anew.
  if (history.length && figures.uptime_s < history.at(-1).figures.uptime_s) history = [];
  history = [...history.filter((one) => atMs - one.atMs <= RATE_MS), { atMs, figures }];
  const rates = {
    cpu: rate(({ process }) => process.cpu_s),
    published: rate(({ mqtt }) => mqtt?.published),
  };
  for (const work of listeners) work({ figures, rates, atMs });
}

async function ask() {
  let link = 'lost';
  try {
    const answer = await fetch('/fleet', { cache: 'no-store' });
    if (answer.ok) {
      const figures = await answer.json();
      link = 'live';
      take(figures);
    }
  } finally {
    for (const work of linkListeners) work(link);
    setTimeout(() => ask().catch(() => {}), link === 'live' ? PAUSE_MS : LOST_MS);
  }
}

/** Begins to ask. */
export function start() {
  ask().catch(() => { /* it is said to be lost */ });
}
