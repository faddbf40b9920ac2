// Chromium as every check has it, and waiting for what has no event.
import assert from 'node:assert/strict';
import { require } from './modules.mjs';

const { chromium } = require('playwright-core');

/** The browser, which asks nobody anything by itself; a fresh folder for the user's data is what launch() makes anyway. */
export const launch = (executablePath) => chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Until something of a charger holds. */
export async function until(what, holds, patienceMs) {
  const end = Date.now() + patienceMs;
  while (!await holds()) {
    assert.ok(Date.now() < end, `${what}: not within ${patienceMs} ms`);
    await new Promise((done) => { setTimeout(done, 50); });
  }
}
