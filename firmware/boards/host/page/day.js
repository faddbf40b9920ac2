// The day of the house as a small chart: what the sun gives under a clear sky, what the
// house takes, and what a kWh costs, from midnight to midnight UTC.
//
// The curves are those of the simulated house (`firmware/sim/src/house.rs`), without
// its clouds, ripple and kettles: what the settings below will lead to.
import { Chart } from './chart.js';
import { el, say } from './dom.js';
import { power } from './format.js';
import { state } from './stream.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HALF_DAY_H = 7;
const QUARTERS = Array.from({ length: 97 }, (_, quarter) => quarter / 4);
const TICKS = [0, 6, 12, 18, 24].map((hour) => hour * HOUR_MS);
const HEIGHT_PX = 104;

/** Power at an hour since noon: a parabola from sunrise to sunset. */
const sunW = (peakW, sinceNoon) => peakW * Math.max(0, 1 - (sinceNoon / HALF_DAY_H) ** 2);

/** Half more in the morning, twice as much in the evening. */
function houseW(baseW, hour) {
  if (hour >= 6 && hour < 9) return baseW * 1.5;
  return hour >= 17 && hour < 22 ? baseW * 2 : baseW;
}

/** Hours since noon, from half a day before to half a day after. */
const sinceNoon = (hour, noon) => ((hour - noon + 36) % 24) - 12;

const charts = {
  power: new Chart([{ name: 'sun', style: 'p1' }, { name: 'house', style: 'ink' }], { step: ['house'], scale: 1000, least: 1000 }),
  price: new Chart([{ name: 'price', style: 'p1' }], { step: ['price'], least: 1 }),
};
const words = el('p', { class: 'told' });
const price = el('div', { class: 'strip', hidden: true }, el('h4', {}, 'Price ', el('small', {}, 'ct/kWh')), charts.price.element);
let drawn = '';

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
    draw(sun, house, prices, noon);
  }
  const now = state.utcMs == null ? null : state.utcMs % DAY_MS;
  for (const chart of Object.values(charts)) chart.point(now);
}

function draw(sun, house, prices, noon) {
  const view = { at: QUARTERS.map((hour) => hour * HOUR_MS), from: 0, until: DAY_MS, ticks: TICKS };
  price.hidden = !prices;
  for (const chart of Object.values(charts)) chart.resize(chart.element.parentElement.clientWidth || 300, HEIGHT_PX);
  charts.power.draw({ ...view, rows: [
    QUARTERS.map((hour) => (sun ? sunW(sun.peak_w, sinceNoon(hour, noon)) : null)),
    // The hours of the house go by the same noon as the sun.
    QUARTERS.map((hour) => (house ? houseW(house.base_w, Math.floor(sinceNoon(hour, noon)) + 12) : null)),
  ] });
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
