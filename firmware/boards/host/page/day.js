// The day of the house as a small chart: what the sun gives under a clear sky, what the
// house takes, and what a kWh costs, from midnight to midnight UTC.
//
// The curves come from the simulated house, without its clouds, ripple and kettles: what
// the settings below will lead to.
import { Chart } from './chart.js';
import { el, say } from './dom.js';
import { power } from './format.js';
import { state } from './stream.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const QUARTERS = Array.from({ length: 97 }, (_, quarter) => quarter / 4);
const TICKS = [0, 6, 12, 18, 24].map((hour) => hour * HOUR_MS);
const HEIGHT_PX = 104;

const charts = {
  power: new Chart([{ name: 'sun', style: 'p1' }, { name: 'house', style: 'ink' }], { step: ['house'], scale: 1000, least: 1000 }),
  price: new Chart([{ name: 'price', style: 'p1' }], { step: ['price'], least: 1 }),
};
const words = el('p', { class: 'told' });
const price = el('div', { class: 'strip', hidden: true }, el('h4', {}, 'Price ', el('small', {}, 'ct/kWh')), charts.price.element);
let drawn = '';
let day = {};

/** The charts, to be put into their group. */
export function buildDay() {
  // They are as wide as there is room, which is known once they stand in the page.
  new ResizeObserver(() => {
    drawn = '';
    if (state.garage) drawDay(state.garage);
  }).observe(words);
  const swatch = (style) => el('span', { class: `swatch ${style}`, 'aria-hidden': 'true' });
  return el('div', { class: 'day' },
    el('div', { class: 'strip' }, el('h4', {}, 'The day ', el('small', {}, 'kW, 0 to 24 h UTC')), charts.power.element,
      el('p', { class: 'entries' }, el('span', { class: 'entry' }, swatch('p1'), 'Sun, clear sky'), el('span', { class: 'entry' }, swatch('ink'), 'House'))),
    price, words);
}

/** Draws the day of this garage, and where in it the charger is. */
export function drawDay({ sun, house, prices, noon_utc_h: noon }) {
  // The garage may be told before its form stands.
  if (!words.isConnected) return;
  const what = JSON.stringify([sun, house, prices, noon]);
  if (what !== drawn) {
    drawn = what;
    fetchDay(what, () => draw(sun, house, prices, noon));
  }
  const now = state.utcMs == null ? null : state.utcMs % DAY_MS;
  for (const chart of Object.values(charts)) chart.point(now);
}

/** What comes behind another change is of no use any more. */
async function fetchDay(what, then) {
  try {
    const answer = await fetch('/page/day');
    const fresh = await answer.json();
    if (what !== drawn) return;
    day = fresh;
    then();
  } catch {
    // The stream says that the connection is lost, and begins with the garage again.
    drawn = '';
  }
}

function draw(sun, house, prices, noon) {
  const view = { at: QUARTERS.map((hour) => hour * HOUR_MS), from: 0, until: DAY_MS, ticks: TICKS };
  price.hidden = !prices;
  for (const chart of Object.values(charts)) chart.resize(chart.element.parentElement.clientWidth || 300, HEIGHT_PX);
  charts.power.draw({ ...view, rows: [day.sun_w, day.house_w].map((row) => row ?? QUARTERS.map(() => null)) });
  if (prices) {
    const of = (hour) => prices[Math.min(prices.length - 1, Math.floor((hour / 24) * prices.length))];
    charts.price.draw({ ...view, rows: [QUARTERS.map(of)] });
  }
  say(words, [
    sun ? `The sun gives up to ${power(sun.peak_w)} at ${noon}:00 UTC${sun.clouds ? ', less under clouds' : ''}.` : 'There are no panels.',
    house ? `The house takes ${power(house.base_w)} to ${power(house.base_w * 2)}, and more for a kettle.` : 'Nothing is known of the house.',
    prices ? `A kWh costs ${Math.min(...prices)} to ${Math.max(...prices)} ct.` : 'No prices are told.',
  ].join(' '));
}
