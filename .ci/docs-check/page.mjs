// index.html in Chromium, as a reader meets it: from a file, with and without
// script, light and dark, wide and narrow, by keyboard; and its examples against
// a running device.
//
// usage: page.mjs DOCS CHROMIUM HTTP
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { require } from './modules.mjs';

const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [docs, executablePath, device] = process.argv.slice(2);
const page = pathToFileURL(path.resolve(docs, 'index.html')).href;
const keys = Object.keys(JSON.parse(readFileSync(path.join(docs, 'status.schema.json'), 'utf8')).properties);
const all = new Set([...keys, ...Object.keys(JSON.parse(readFileSync(path.join(docs, 'set.schema.json'), 'utf8')).properties)]);
// An article has a key, or several that are alike; its id is that of the first.
const articles = [...readFileSync(path.join(docs, 'index.html'), 'utf8').matchAll(/<article id="([^"]*)"([^>]*)>/g)]
  .map(([, id, rest]) => ({ id, names: / data-keys="([^"]*)"/.exec(rest)?.[1].split(' ') ?? [id] }));
assert.deepEqual(articles.flatMap(({ names }) => names).sort(), [...all].sort());
const keysOf = (ids) => articles.filter(({ id }) => ids.includes(id)).flatMap(({ names }) => names).length;

// A fresh folder for the user's data is what launch() makes anyway.
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Opens the page and has `work` done in it; it must ask for nothing and complain of nothing. */
async function visit(name, options, work) {
  const { hash = '', url = page, ...context } = options;
  const session = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...context });
  const tab = await session.newPage();
  const noise = [];
  tab.on('console', (message) => noise.push(message.text()));
  tab.on('pageerror', (error) => noise.push(String(error)));
  tab.on('request', (request) => {
    if (!request.url().startsWith(page) && !request.url().startsWith('data:')) noise.push(`asks for ${request.url()}`);
  });
  try {
    await tab.goto(url + hash);
    await work(tab);
    assert.deepEqual(noise, []);
    console.log(`  ${name}`);
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  } finally {
    await session.close();
  }
}

const visible = (tab) => tab.locator('article:visible').evaluateAll((articles) => articles.map((one) => one.id));
const linked = (tab, links) => tab.locator(links).evaluateAll((found) => found.map((link) => link.hash.slice(1)));
const focused = (tab) => tab.evaluate(() => document.activeElement.closest('article')?.id ?? document.activeElement.id);
const count = (tab, text) => tab.waitForFunction((text) => document.getElementById('the-count').textContent === text, text);
const total = `${all.size} keys`;

/** No sideways scrolling, and nothing for axe to complain of. */
async function sound(tab) {
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} pixels too wide`);
  // The page forbids everything from elsewhere; axe is ours and comes with the session.
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`), []);
}

for (const [colorScheme, width] of [['light', 1280], ['dark', 1280], ['light', 360], ['dark', 390]]) {
  await visit(`${colorScheme}, ${width} pixels wide, all examples open`, { colorScheme, viewport: { width, height: 800 } }, async (tab) => {
    await sound(tab);
    await tab.locator('#the-examples').click();
    await tab.locator('details:not([open])').evaluateAll((closed) => closed.forEach((one) => { one.open = true; }));
    await tab.locator('article').evaluateAll((articles) => articles.forEach((one) => { one.style.contentVisibility = 'visible'; }));
    await sound(tab);
    const dark = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(dark === 'rgb(255, 255, 255)', colorScheme === 'light');
  });
}

await visit('all there is, without script', { javaScriptEnabled: false, viewport: { width: 360, height: 800 } }, async (tab) => {
  const text = await tab.content();
  for (const key of all) assert.ok(text.includes(` id="${key}"`), key);
  assert.equal(await tab.locator('#the-form').isVisible(), false);
  assert.equal(await tab.locator('article:visible').count(), articles.length);
});

await visit('search', {}, async (tab) => {
  await count(tab, total);
  await tab.keyboard.press('/');
  assert.equal(await focused(tab), 'the-search');
  await tab.keyboard.type('wifi');
  await tab.waitForFunction((total) => document.getElementById('the-count').textContent !== total, total);
  const found = await visible(tab);
  assert.ok(found.length > 1 && found.length < all.size, found.join());
  assert.equal(found[0], 'wifis', 'a name that begins so comes first');
  await count(tab, `${keysOf(found)} of ${total}`);
  assert.deepEqual((await linked(tab, 'nav a:visible')).sort(), [...found].sort());
  await tab.keyboard.press('Enter');
  assert.equal(await focused(tab), found[0]);
  await tab.keyboard.press('ArrowDown');
  assert.equal(await focused(tab), found[1]);
  await tab.keyboard.press('ArrowUp');
  await tab.keyboard.press('ArrowUp');
  assert.equal(await focused(tab), 'the-search');
  await tab.keyboard.press('Escape');
  await count(tab, total);
  assert.equal((await visible(tab)).join(), (await linked(tab, 'nav a')).join(), 'back in the order of the table');
  await tab.keyboard.type('no such thing at all');
  await count(tab, `0 of ${total}`);
  await tab.getByRole('button', { name: 'Show all keys' }).click();
  await count(tab, total);
});

await visit('filters', {}, async (tab) => {
  const search = tab.getByRole('search');
  await search.getByRole('checkbox', { name: 'Config' }).check();
  await search.getByRole('checkbox', { name: 'read and write' }).check();
  await tab.waitForFunction(() => document.getElementById('the-count').textContent.includes(' of '));
  for (const id of await visible(tab)) {
    const what = await tab.locator(`[id="${id}"] .what`).first().textContent();
    assert.ok(what.includes('read and write') && what.includes('Config'), what);
  }
  // The address says what is seen.
  const address = tab.url();
  const seen = await visible(tab);
  await tab.goto('about:blank');
  await tab.goto(address);
  assert.deepEqual(await visible(tab), seen);
  await tab.getByRole('button', { name: 'Clear' }).click();
  await count(tab, total);
});

const last = articles.at(-1).id;
await visit('a link to a key', { hash: `#${last}` }, async (tab) => {
  await tab.waitForFunction((id) => document.activeElement.closest('article')?.id === id, last);
  assert.ok(await tab.locator(`[id="${last}"] details`).getAttribute('open') !== null, 'its examples are open');
  const inside = await tab.locator(`[id="${last}"] h3`).evaluate((heading) => {
    const box = heading.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
  });
  assert.ok(inside, 'it is on the screen');
  // A link to a key that the search hides.
  await tab.locator('#the-search').fill(last);
  await tab.waitForFunction(() => document.getElementById('the-count').textContent.includes(' of '));
  const other = articles[0].id;
  await tab.evaluate((id) => { location.hash = id; }, other);
  await tab.locator(`[id="${other}"]`).waitFor({ state: 'visible' });
  await tab.waitForFunction((id) => document.activeElement.closest('article')?.id === id, other);
});

for (const { id, names } of articles.filter((article) => article.names.length > 1)) {
  const name = names[1];
  await visit(`${name}, one of several that are alike`, { hash: `#${name}` }, async (tab) => {
    await tab.waitForFunction((id) => document.activeElement.closest('article')?.id === id, id);
    assert.ok(await tab.locator(`[id="${name}"]`).evaluate((one) => one.matches(':target')));
    await tab.locator('#the-search').fill(name);
    await tab.waitForFunction(() => document.getElementById('the-count').textContent.includes(' of '));
    assert.equal((await visible(tab))[0], id, 'it is found by its name');
  });
}

await visit('by keyboard alone', {}, async (tab) => {
  await tab.keyboard.press('Tab');
  assert.equal(await tab.evaluate(() => document.activeElement.className), 'skip');
  assert.ok(await tab.locator('.skip').evaluate((link) => link.getBoundingClientRect().left >= 0), 'seen when focused');
  await tab.keyboard.press('Enter');
  await tab.waitForFunction(() => document.activeElement.id === 'the-keys');
  const seen = new Set();
  for (let step = 0; step < 100 + 3 * articles.length; step += 1) {
    await tab.keyboard.press('Tab');
    const where = await tab.evaluate(() => {
      const one = document.activeElement;
      const style = getComputedStyle(one);
      return { tag: one.tagName, id: one.closest('article')?.id, ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
    });
    if (where.tag === 'BODY') break;
    assert.ok(where.ring, `${where.tag} shows its focus`);
    if (where.tag === 'SUMMARY' && where.id) seen.add(where.id);
  }
  assert.equal(seen.size, articles.length, 'the examples of every key can be reached');
});

await visit('the theme', { colorScheme: 'light' }, async (tab) => {
  const paper = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await tab.getByRole('button', { name: 'Dark theme' }).click();
  assert.notEqual(await paper(), light);
  await sound(tab);
  await tab.getByRole('button', { name: 'Light theme' }).click();
  assert.equal(await paper(), light);
});

await visit('your own addresses', { hash: `#${keys[0]}` }, async (tab) => {
  await tab.locator('.yours input[name="host"]').fill('10.1.2.3');
  const code = await tab.locator(`[id="${keys[0]}"] pre code`).first().textContent();
  assert.ok(code.includes('http://10.1.2.3/'), code);
});

// The examples are calls that work. `{host}` is where the device listens. These are refused for what
// the device is like just now, in words that say it.
const REFUSED = { lrn: 'no card was held', fsp: 'use psm' };
let calls = 0;
await visit('examples against the device', {}, async (tab) => {
  const examples = await tab.locator('article').evaluateAll((articles) => articles.flatMap((article) =>
    [...article.querySelectorAll('pre')].map((pre) => ({
      id: article.id,
      request: pre.querySelector('code').textContent,
      reply: pre.querySelector('samp').textContent,
    }))));
  for (const { id, request, reply } of examples.filter((one) => one.request.startsWith('curl'))) {
    const url = /'(http:[^']*)'/.exec(request)[1].replace('{host}', device);
    const data = /--data-urlencode '([^=]*)=(.*)'$/.exec(request);
    const full = data ? `${url}?${data[1]}=${encodeURIComponent(data[2])}` : url;
    const answer = await fetch(full);
    const text = await answer.text();
    const refusal = data || request.includes('/set?') ? REFUSED[id] : undefined;
    if (refusal) {
      assert.ok(answer.status === 500 && text.includes(refusal), `${request}: ${text}`);
      continue;
    }
    assert.equal(answer.status, 200, `${request}: ${text}`);
    // What was set is answered so; what is read is another value of the key.
    if (reply.endsWith(':true}') && !request.includes('filter=')) assert.equal(text, reply, request);
    else assert.deepEqual(Object.keys(JSON.parse(text)), [id], request);
    calls += 1;
  }
});
console.log(`  ${calls} calls over HTTP answered as shown`);
await browser.close();
