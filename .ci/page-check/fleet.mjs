// The page of a running fleet in Chromium, as a reader meets it: light and dark, wide and
// narrow, by keyboard; and that it shows what the chargers do. The last visit has ten
// thousand squares.
//
// The fleet has to be one that runs for this alone, of two hundred: cars are unplugged.
//
// usage: fleet.mjs ADDRESS CHROMIUM [FOLDER FOR PICTURES]
import assert from 'node:assert/strict';
import { launch, until as untilOf } from '../docs-check/browser.mjs';
import { Door, sound, visitsOf } from './look.mjs';

const [fleet, executablePath, pictures] = process.argv.slice(2);
const PATIENCE_MS = 30_000;

const door = await Door.to(fleet);
const browser = await launch(executablePath);
const visit = visitsOf(browser, door, PATIENCE_MS, (tab) => tab.waitForFunction(() => document.querySelector('#states b').textContent !== ''));

const ask = async (path, body) => {
  const answer = await fetch(new URL(path, fleet), body && { method: 'POST', body: JSON.stringify(body) });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
};
const car = async (serial) => (await ask(`/${serial}/api/status?filter=car`)).car;
const until = (what, holds) => untilOf(what, holds, PATIENCE_MS);
const shows = (tab, selector, pattern) => tab.waitForFunction(([selector, source]) =>
  new RegExp(source).test(document.querySelector(selector).textContent), [selector, pattern.source]);
const picture = async (tab, name) => {
  if (pictures) await tab.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
};

/** How many the page counts, by state. */
const counted = (tab) => tab.locator('#states li').evaluateAll((all) =>
  Object.fromEntries(all.map((one) => [one.dataset.state, Number(one.querySelector('b').textContent.replaceAll(',', ''))])));
const countOf = (cars, state) => [...cars].filter((digit) => digit === state).length;

/** How much of each square of the map is painted: a number for each charger. */
const painted = (tab, count) => tab.evaluate((count) => {
  const canvas = document.getElementById('map-canvas');
  const shown = canvas.getBoundingClientRect();
  // The number of columns is that at which the squares are as wide as they are high.
  const columns = [...Array(count).keys()].map((one) => one + 1).find((one) =>
    Math.abs(canvas.width / one - canvas.height / Math.ceil(count / one)) < 1e-6 * canvas.width);
  const side = canvas.width / columns;
  // A copy, so that the page's own canvas stays as the browser likes it.
  const context = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height })
    .getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return { columns, css: shown.width / columns, parts: [...Array(count).keys()].map((index) => {
    const { data } = context.getImageData((index % columns) * side, Math.floor(index / columns) * side, side, side);
    let opaque = 0;
    for (let at = 3; at < data.length; at += 4) opaque += data[at] > 127;
    return opaque / (data.length / 4);
  }) };
}, count);

const { count, serial: first } = await ask('/fleet');
assert.equal(count, 200);

// Two that do not follow their habits for the time being, one of them with a fault.
await ask(`/${Number(first) + 1}/garage`, { car: 'three-phase' });
await ask(`/${Number(first) + 2}/garage`, { car: 'three-phase', earth: 'missing' });
await until('a car charges', async () => (await car(Number(first) + 1)) === 2);
await until('a fault is there', async () => (await car(Number(first) + 2)) === 5);

for (const [colorScheme, width] of [['light', 1440], ['dark', 1440], ['light', 320], ['dark', 320], ['light', 768]]) {
  await visit(`${colorScheme}, ${width} pixels wide`, { colorScheme, viewport: { width, height: 900 } }, async (tab) => {
    await tab.locator('#map-canvas').hover({ position: { x: 150, y: 3 } });
    await tab.locator('#map-canvas').click({ position: { x: 3, y: 3 } });
    await shows(tab, '#one-heading', new RegExp(`^Charger ${first}$`));
    await shows(tab, '#one-nrg', /W/);
    await sound(tab);
    const paper = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(paper === 'rgb(255, 255, 255)', colorScheme === 'light');
    await picture(tab, `fleet-${count}-${width}-${colorScheme}`);
  });
}

await visit('the counts, the power and the map are those of the fleet', {}, async (tab) => {
  await shows(tab, '#the-name', /^200 go-eChargers$/);
  const reply = tab.waitForResponse((answer) => answer.url().endsWith('/fleet'));
  const figures = await (await reply).json();
  await until('the counts', async () => {
    const counts = await counted(tab);
    return [1, 2, 3, 4, 5].every((state) => counts[state] === countOf(figures.cars, String(state)));
  });
  const { parts } = await painted(tab, count);
  // Each form covers another part of its square: a fault and no car, too, which nobody needs colours for.
  const forms = new Map();
  [...figures.cars].forEach((digit, index) => {
    forms.set(digit, [...(forms.get(digit) ?? []), parts[index].toFixed(2)]);
  });
  for (const [digit, of] of forms) assert.equal(new Set(of).size, 1, `one form for ${digit}: ${[...new Set(of)]}`);
  assert.equal(new Set([...forms.values()].map(([part]) => part)).size, forms.size, 'forms that differ');
  assert.ok(forms.size >= 3, [...forms.keys()].join());
  await shows(tab, '#power-now', /^\d+(\.\d\d)?$/);
  await tab.waitForFunction(() => /L/.test(document.querySelector('#power-chart path.series').getAttribute('d')));
  await shows(tab, '#machine-memory', /MiB, .*KiB a charger/);
  await shows(tab, '#machine-cpu', /\d\s%\sof a core/);
  assert.equal(await tab.locator('#slowest li:visible').count(), 10);
  await tab.locator('#slowest button').first().click();
  const slow = await tab.locator('#slowest button span').first().textContent();
  assert.match(slow, /^1\d{5}$/);
  await shows(tab, '#one-heading', /^Charger 1\d{5}$/);
});

await visit('a click on a square, and its car', {}, async (tab) => {
  const { columns, css, parts } = await painted(tab, count);
  const index = columns + 4;
  const serial = Number(first) + index;
  const at = { x: (index % columns) * css + css / 2, y: Math.floor(index / columns) * css + css / 2 };
  await tab.locator('#map-canvas').hover({ position: at });
  await shows(tab, '#map-under', new RegExp(`^${serial}: `));
  await tab.locator('#map-canvas').click({ position: at });
  await shows(tab, '#one-heading', new RegExp(`^Charger ${serial}$`));
  assert.equal(await tab.locator('#one-status').getAttribute('href'), `/${serial}/api/status`);
  await tab.locator('#one-unplug').click();
  await until('it is unplugged', async () => (await car(serial)) === 1);
  await shows(tab, '#one-car', /^No car$/);
  const empty = (await painted(tab, count)).parts[index];
  await tab.locator('#one-plug').click();
  await until('it is plugged in', async () => (await car(serial)) > 1);
  await shows(tab, '#one-car', /^(Waiting|Charging|Plugged)/);
  await until('its square is another', async () => (await painted(tab, count)).parts[index] > empty);
  assert.ok(parts.length === count && await tab.locator('#one-error').isHidden());
});

await visit('by keyboard alone', {}, async (tab) => {
  const reached = [];
  for (let step = 0; step < 40; step += 1) {
    await tab.keyboard.press('Tab');
    const where = await tab.evaluate(() => {
      const one = document.activeElement;
      if (one === document.body) return null;
      const style = getComputedStyle(one);
      return { id: one.id, tag: one.outerHTML.slice(0, 120), ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 };
    });
    if (!where) break;
    assert.ok(where.ring, `${where.tag} shows its focus`);
    reached.push(where.id);
    if (where.id !== 'map-canvas') continue;
    for (const [key, by] of [['Home', 0], ['ArrowRight', 1], ['ArrowRight', 2], ['ArrowLeft', 1], ['End', count - 1], ['ArrowDown', count - 1], ['Home', 0], ['ArrowUp', 0]]) {
      await tab.keyboard.press(key);
      await shows(tab, '#one-heading', new RegExp(`^Charger ${Number(first) + by}$`));
    }
    await tab.keyboard.press('ArrowDown');
    const { columns } = await painted(tab, count);
    await shows(tab, '#one-heading', new RegExp(`^Charger ${Number(first) + columns}$`));
  }
  for (const id of ['the-theme', 'map-canvas', 'one-serial', 'one-before', 'one-next', 'one-plug', 'one-unplug', 'one-status', 'one-garage']) assert.ok(reached.includes(id), id);
  await tab.locator('#one-serial').fill(String(Number(first) + 77));
  await tab.keyboard.press('Enter');
  await shows(tab, '#one-heading', new RegExp(`^Charger ${Number(first) + 77}$`));
  await tab.locator('#one-next').press('Enter');
  await shows(tab, '#one-heading', new RegExp(`^Charger ${Number(first) + 78}$`));
  await tab.locator('#one-serial').fill('12');
  await tab.keyboard.press('Enter');
  await shows(tab, '#one-error', /^Serial numbers here are 100000 to 100199\.$/);
});

await visit('the theme', { colorScheme: 'light' }, async (tab) => {
  const ink = () => tab.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    context.drawImage(document.getElementById('map-canvas'), 0, 0);
    const { data } = context.getImageData(0, 0, 300, 16);
    const sums = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4) for (let of = 0; of < 3; of += 1) sums[of] += data[at + of];
    return sums.join();
  });
  const light = await ink();
  await tab.locator('#the-theme').click();
  await until('the map is drawn in other colours', async () => (await ink()) !== light);
});

await visit('a connection that is lost comes back', { expected: /ERR_|Failed to load resource/ }, async (tab) => {
  door.shut();
  await shows(tab, '#the-link', /^connection lost$/);
  door.open();
  await shows(tab, '#the-link', /^live$/);
});

// Ten thousand: figures that are made here, since what is looked at is the page.
await visit('ten thousand squares', {}, async (tab) => {
  const MANY = 10_000;
  const CHANGES = 137;
  const digits = Array.from({ length: MANY }, (_, index) => '1223144'[index % 7]);
  const real = await ask('/fleet');
  let asked = 0;
  await tab.route('**/fleet', (route) => {
    asked += 1;
    for (let one = 0; one < CHANGES; one += 1) {
      const index = (asked * 997 + one * 73) % MANY;
      digits[index] = digits[index] === '2' ? '4' : '2';
    }
    route.fulfill({ json: { ...real, count: MANY, cars: digits.join(''), power_w: 12_345_678 } });
  });
  await tab.evaluate(() => {
    const { prototype } = CanvasRenderingContext2D;
    const draw = prototype.drawImage;
    globalThis.drawn = 0;
    globalThis.longest = 0;
    prototype.drawImage = function drawImage(...all) {
      globalThis.drawn += 1;
      return draw.apply(this, all);
    };
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, one.duration);
    }).observe({ type: 'longtask' });
  });
  await shows(tab, '#the-name', /^10,000 go-eChargers$/);
  await until('all are counted', async () => Object.values(await counted(tab)).reduce((sum, one) => sum + one, 0) === MANY);
  await shows(tab, '#power-unit', /^MW$/);
  const settled = asked;
  await until('it is asked again', async () => asked >= settled + 2);
  const from = asked;
  await tab.evaluate(() => { globalThis.drawn = 0; globalThis.longest = 0; });
  await until('ten polls', async () => asked >= from + 10);
  const [drawn, longest] = await tab.evaluate(() => [globalThis.drawn, globalThis.longest]);
  console.log(`  ten polls draw ${drawn} of ${10 * MANY} squares; the longest task took ${Math.round(longest)} ms`);
  // What did not change is not drawn: that is what keeps it smooth, on any machine.
  assert.ok(drawn > 0 && drawn <= 12 * CHANGES, `${drawn} squares are drawn`);
  await sound(tab);
  await picture(tab, 'fleet-10000');
});

await browser.close();
door.server.close();
process.exit(0);
