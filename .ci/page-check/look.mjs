// How a page of ours is looked at in Chromium: through a door that can be shut, and with an
// eye on what it asks for, what it complains of, and whether everybody can use it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { require } from '../docs-check/modules.mjs';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Between browser and charger. */
export class Door {
  received = 0;
  #sockets = new Set();
  #isShut = false;

  static async to(address) {
    const door = new Door();
    const { hostname, port } = new URL(address);
    door.server = net.createServer((browser) => door.#pass(browser, net.connect(Number(port), hostname)));
    await new Promise((done) => { door.server.listen(0, '127.0.0.1', done); });
    door.address = `http://127.0.0.1:${door.server.address().port}/`;
    return door;
  }

  #pass(browser, device) {
    for (const socket of [browser, device]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        browser.destroy();
        device.destroy();
        this.#sockets.delete(socket);
      });
    }
    if (this.#isShut) return browser.destroy();
    device.on('data', (bytes) => { this.received += bytes.length; });
    browser.pipe(device);
    device.pipe(browser);
  }

  shut() {
    this.#isShut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  open() {
    this.#isShut = false;
  }
}

/**
 * How pages are visited: each is opened behind `door` and, once it is live and `ready`, has `work` done in it; it must
 * ask nobody else and complain of nothing but of what is `expected`.
 */
export const visitsOf = (browser, door, patienceMs, ready) => async (name, options, work) => {
  const { expected = /^$/, ...context } = options;
  const session = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...context });
  const tab = await session.newPage();
  tab.setDefaultTimeout(patienceMs);
  const noise = [];
  tab.on('console', (message) => { if (!expected.test(message.text())) noise.push(message.text()); });
  tab.on('pageerror', (error) => noise.push(String(error)));
  tab.on('request', (request) => {
    if (!request.url().startsWith(door.address) && !request.url().startsWith('data:')) noise.push(`asks for ${request.url()}`);
  });
  try {
    await tab.goto(door.address);
    await tab.waitForFunction(() => document.getElementById('the-link').dataset.state === 'live');
    await ready(tab);
    await work(tab);
    assert.deepEqual(noise, []);
    console.log(`  ${name}`);
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  } finally {
    await session.close();
  }
};

/** No sideways scrolling, and nothing for axe to complain of. */
export async function sound(tab) {
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} pixels too wide`);
  // What is cut off at the right would not make the page scroll.
  const cut = await tab.evaluate(() => [...document.querySelectorAll('main button, main input, main select, main a, main dd, main td')]
    .filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width > 0 && box.right > innerWidth + 1 && getComputedStyle(one).position !== 'absolute';
    }).map((one) => one.outerHTML.slice(0, 80)));
  assert.deepEqual(cut, [], 'cut off');
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`), []);
}
