// index.html in Chromium, as a reader meets it: from a file, with and without
// script, light and dark, wide and narrow, by keyboard; and its examples against
// a running device.
//
// usage: page.mjs DOCS CHROMIUM HTTP
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './browser.mjs';
import { require } from './modules.mjs';

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

const browser = await launch(executablePath);

/** Opens the page and has `work` done in it; it must ask for nothing and complain of nothing. */
async function visit(name, options, work) {
  const { hash = '', url = page, origin, refusals = false, ...context } = options;
  const session = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...context });
  const tab = await session.newPage();
  const noise = [];
  // A browser itself complains of an answer that is a refusal, or none.
  const isExpected = (text) => refusals && text.startsWith('Failed to load resource');
  tab.on('console', (message) => isExpected(message.text()) || noise.push(message.text()));
  tab.on('pageerror', (error) => noise.push(String(error)));
  tab.on('request', (request) => {
    const isKnown = origin && request.url().startsWith(origin);
    if (!isKnown && !request.url().startsWith(page) && !request.url().startsWith('data:')) noise.push(`asks for ${request.url()}`);
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
  // At once, so that the first count that is another one is that of the whole word.
  await tab.keyboard.insertText('wifi');
  await tab.waitForFunction((total) => document.getElementById('the-count').textContent !== total, total);
  const found = await visible(tab);
  assert.ok(found.length > 1 && found.length < all.size, found.join());
  assert.equal(found[0], 'wifis', 'a name that begins so comes first');
  await count(tab, `${keysOf(found)} of ${total}`);
  assert.deepEqual((await linked(tab, 'nav li:not(.chapter) a:visible')).sort(), [...found].sort());
  await tab.keyboard.press('Enter');
  assert.equal(await focused(tab), found[0]);
  await tab.keyboard.press('ArrowDown');
  assert.equal(await focused(tab), found[1]);
  await tab.keyboard.press('ArrowUp');
  await tab.keyboard.press('ArrowUp');
  assert.equal(await focused(tab), 'the-search');
  await tab.keyboard.press('Escape');
  await count(tab, total);
  assert.equal((await visible(tab)).join(), (await linked(tab, 'nav li:not(.chapter) a')).join(), 'back in the order of the table');
  await tab.keyboard.type('xyzzy nowhere');
  await count(tab, `0 of ${total}`);
  await tab.getByRole('button', { name: 'Show all keys' }).click();
  await count(tab, total);
});

// One letter too few, what the spec calls otherwise, and words of the prose about a key.
for (const [typed, wanted] of [['powr', 'tpa'], ['solar', 'ppv'], ['one phase', 'psm'], ['tempratures', 'tma'], ['watt', 'tpa'], ['NotChargingBecauseFloor', 'modelStatus'], ['reboot', 'rbt']]) {
  await visit(`search for ${typed}`, {}, async (tab) => {
    await tab.locator('#the-search').fill(typed);
    await tab.waitForFunction(() => document.getElementById('the-count').textContent.includes(' of '));
    const found = await visible(tab);
    assert.ok(found.includes(wanted), `${wanted} is none of ${found.join()}`);
    assert.ok(found.length < articles.length / 5, `${found.length} are too many`);
    await tab.locator(`[id="${found[0]}"] summary`).click();
    await sound(tab);
  });
}

await visit('keys come before the chapters that say the word', {}, async (tab) => {
  await tab.locator('#the-search').fill('surplus');
  await tab.waitForFunction(() => document.getElementById('the-count').textContent.includes(' of '));
  const kinds = await tab.locator('#the-list > :visible').evaluateAll((some) => some.map((one) => one.tagName));
  assert.ok(kinds.includes('DIV') && kinds.lastIndexOf('ARTICLE') < kinds.indexOf('DIV'), kinds.join());
});

// A value, a unit as it is spelled, and words one behind the other.
for (const [typed, first] of [['Charging', 'car'], ['locked', 'cus'], ['W', 'tpa'], ['ms', 'scaa'], ['phase switch', 'modelStatus']]) {
  await visit(`${first} is the first that is found for ${typed}`, {}, async (tab) => {
    await tab.locator('#the-search').fill(typed);
    await tab.waitForFunction(() => document.getElementById('the-count').textContent.includes(' of '));
    assert.equal((await visible(tab))[0], first);
    assert.equal(new URL(tab.url()).searchParams.get('q'), typed);
  });
}

await visit('exact words come before mistyped ones', {}, async (tab) => {
  await tab.locator('#the-search').fill('scan');
  await tab.waitForFunction(() => document.getElementById('the-count').textContent.includes(' of '));
  assert.equal((await visible(tab))[0], 'scan');
  const texts = await tab.locator('article:visible').evaluateAll((some) => some.map((one) => one.textContent.toLowerCase().includes('scan')));
  assert.deepEqual(texts, [...texts].sort((a, b) => b - a), 'what says it stands before what nearly does');
});

await visit('chapters, their text and links', {}, async (tab) => {
  const chapters = await tab.locator('.chapter[id]').evaluateAll((some) => some.map((one) => one.id));
  assert.deepEqual(chapters, (await linked(tab, 'nav li.chapter a')));
  assert.ok(chapters.length > 10);
  // Every link of the page to itself leads somewhere.
  const lost = await tab.locator('a[href^="#"]').evaluateAll((links) => links.map((link) => decodeURIComponent(link.hash.slice(1))).filter((id) => !document.getElementById(id)));
  assert.deepEqual(lost, []);
  const text = await tab.locator('main').innerText();
  assert.ok(text.includes('looks for the first reason that applies, in this order'));
  await tab.locator('.chapter a[href="#modelStatus"]').first().click();
  await tab.waitForFunction(() => document.activeElement.closest('article')?.id === 'modelStatus');
});

await visit('further languages', { hash: '#dwo' }, async (tab) => {
  await tab.locator('#dwo .calls pre').nth(5).waitFor();
  const calls = await tab.locator('#dwo .calls').innerText();
  for (const text of ['urllib.request.urlopen("http://{host}/api/status?filter=dwo")', 'urlencode({"dwo": "3500"})', 'rest_command:', 'state_topic: "', "value_template: '{{ value_json }}'", 'action: mqtt.publish', 'unit_of_measurement: "Wh"']) {
    assert.ok(calls.includes(text), `${text}\n${calls}`);
  }
});

await visit('in print', {}, async (tab) => {
  await tab.locator('details').nth(1).evaluate((one) => { one.open = true; });
  await tab.emulateMedia({ media: 'print' });
  // As wide as A4.
  await tab.setViewportSize({ width: 794, height: 1123 });
  assert.ok(await tab.locator('#nrg .places thead').isVisible(), 'positions are a table');
  assert.equal(await tab.locator('form:visible, input:visible, button:visible, summary:visible, details:not([open]):visible').count(), 0);
  const empty = await tab.locator('article:visible *:visible').evaluateAll((all) => all.filter((one) =>
    one.getBoundingClientRect().height > 4 && one.textContent.trim() === '').map((one) => one.outerHTML.slice(0, 80)));
  assert.deepEqual(empty, []);
  assert.ok(await tab.locator('.chapter p:visible').count() > 20);
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
  // What is searched then knows the prose all the same.
  await tab.locator('#the-search').fill('one phase');
  await tab.waitForFunction(() => document.getElementById('the-count').textContent.includes(' of '));
  assert.ok((await visible(tab)).includes('fsptws'));
});

const last = articles.at(-1).id;
await visit('a link to a key', { hash: `#${last}` }, async (tab) => {
  await tab.waitForFunction((id) => document.activeElement.closest('article')?.id === id, last);
  assert.ok(await tab.locator(`[id="${last}"] details`).getAttribute('open') !== null, 'its examples are open');
  const inside = await tab.locator(`[id="${last}"] .name`).evaluate((heading) => {
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
  // As it is copied from the line of a browser.
  await tab.locator('.yours input[name="host"]').fill('https://charger.example/');
  const calls = await tab.locator(`[id="${keys[0]}"] pre code`).allTextContents();
  assert.ok(calls[0].includes("'https://charger.example/api/"), calls[0]);
});

// Served by the device: the page beside its API, as a proxy of a few lines has it.
const { createServer, request } = await import('node:http');
let broken = false;
const asked = [];
const server = createServer((from, to) => {
  asked.push(from.url);
  if (from.url === '/reference') {
    to.setHeader('Content-Type', 'text/html; charset=utf-8').end(readFileSync(path.join(docs, 'index.html')));
  } else if (from.url === '/') {
    to.setHeader('Content-Type', 'text/html').end('<!doctype html>');
  } else if (broken) {
    from.socket.destroy();
  } else {
    const [hostname, port] = device.split(':');
    const headers = { ...from.headers, host: device };
    // What the browser says of the page is true of the proxy alone.
    for (const name of ['origin', 'referer']) delete headers[name];
    from.pipe(request({ hostname, port, path: from.url, method: from.method, headers }, (answer) => {
      to.writeHead(answer.statusCode, answer.headers);
      answer.pipe(to);
    }));
  }
}).listen(0, '127.0.0.1');
await new Promise((done) => { server.once('listening', done); });
const served = `http://127.0.0.1:${server.address().port}`;
const statuses = () => asked.filter((url) => url === '/api/status').length;
const now = (tab, id) => tab.locator(`[id="${id}"] .now`).first();

for (const [colorScheme, width] of [['light', 1280], ['dark', 390]]) {
  await visit(`live values, ${colorScheme}, ${width} pixels wide`, { colorScheme, viewport: { width, height: 800 }, url: `${served}/reference`, origin: served }, async (tab) => {
    await tab.waitForFunction(() => document.querySelector('#sse .now')?.textContent === '"000001"');
    assert.match(await now(tab, 'modelStatus').textContent(), /^\d+ \w+$/);
    assert.match(await now(tab, 'eto').textContent(), /^\d+\u00a0Wh$/);
    assert.match(await tab.locator('#nrg .places tbody tr').first().textContent(), /voltage L1[\s\S]*\d{3}/);
    assert.equal(await tab.locator('.yours input[name="host"]').inputValue(), served.slice('http://'.length));
    assert.equal(await tab.locator('.yours input[name="serial"]').inputValue(), '000001');
    await tab.locator('#the-home').waitFor({ state: 'visible' });
    await sound(tab);
  });
}

await visit('reading and setting', { url: `${served}/reference`, hash: '#dwo', origin: served }, async (tab) => {
  const key = tab.locator('#dwo');
  await key.getByRole('textbox').fill('4321');
  await key.getByRole('button', { name: 'Set' }).click();
  await tab.waitForFunction(() => document.querySelector('#dwo .answer').textContent === '200 {"dwo":true}');
  await key.getByRole('button', { name: 'Read' }).click();
  await tab.waitForFunction(() => document.querySelector('#dwo .answer').textContent === '200 {"dwo":4321}');
  await tab.waitForFunction(() => document.querySelector('#dwo .now')?.textContent === '4321\u00a0Wh');
  assert.ok((await key.locator('pre code').first().textContent()).startsWith(`curl '${served}/api/status`));
  // The broker is the one that the device says, with its port.
  const { mcu } = await (await fetch(`http://${device}/api/status?filter=mcu`)).json();
  assert.match(mcu, /:\d+$/);
  const calls = await key.locator('.calls').innerText();
  assert.ok(calls.includes(`mosquitto_pub -L '${mcu}/go-eCharger/000001/dwo/set' -m '3500'`), calls);
  await sound(tab);
});

await visit('a refusal is shown as it came', { url: `${served}/reference`, hash: '#amp', origin: served, refusals: true }, async (tab) => {
  await tab.locator('#amp').getByRole('textbox').fill('99');
  await tab.locator('#amp').getByRole('button', { name: 'Set' }).click();
  await tab.waitForFunction(() => document.querySelector('#amp .answer').textContent.includes('exceeds range 6 to 32'));
});

await visit('nobody is asked by a hidden page, or one that is told so', { url: `${served}/reference`, origin: served }, async (tab) => {
  await tab.waitForFunction(() => document.querySelector('#sse .now')?.textContent);
  await tab.getByRole('button', { name: 'Live values' }).click();
  assert.equal(await tab.locator('span.now:not(:empty), td.now:not(:empty)').count(), 0);
  await tab.reload();
  const before = statuses();
  assert.equal(await tab.locator('#the-live').getAttribute('aria-pressed'), 'false');
  await tab.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
  });
  await tab.getByRole('button', { name: 'Live values' }).click();
  assert.equal(statuses(), before);
  await tab.evaluate(() => {
    delete document.hidden;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await tab.waitForFunction(() => document.querySelector('#sse .now')?.textContent);
});

await visit('a device that answers no more', { url: `${served}/reference`, origin: served, refusals: true }, async (tab) => {
  await tab.waitForFunction(() => document.querySelector('#sse .now')?.textContent);
  broken = true;
  await tab.waitForFunction(() => document.getElementById('the-device').textContent === 'no answer; asked again in 4 s');
  broken = false;
  await tab.waitForFunction(() => document.getElementById('the-device').textContent === 'from this device');
});

await visit('from a file: it reads, and says where setting works', { hash: '#dwo', origin: `http://${device}` }, async (tab) => {
  await tab.getByRole('button', { name: 'Live values' }).click();
  assert.equal(await tab.evaluate(() => document.activeElement.name), 'host', 'the address is asked for');
  await tab.locator('.yours input[name="host"]').fill(device);
  await tab.keyboard.press('Enter');
  await tab.waitForFunction(() => document.querySelector('#sse .now')?.textContent === '"000001"');
  assert.equal(await tab.locator('#dwo').getByRole('button', { name: 'Set' }).count(), 0);
  assert.ok((await tab.locator('#dwo .try').textContent()).includes('Setting works on the page that the device serves.'));
  await tab.locator('#dwo').getByRole('button', { name: 'Read' }).click();
  await tab.waitForFunction(() => document.querySelector('#dwo .answer').textContent.startsWith('200 {"dwo":'));
  await tab.reload();
  assert.equal(await tab.locator('.yours input[name="host"]').inputValue(), device, 'it is remembered');
});
server.closeAllConnections();
server.close();

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
