// The picture of the README: the live page of a charger that follows the sun, at noon.
//
// The charger has to be one that runs for this alone, fast.
//
// usage: picture.mjs ADDRESS CHROMIUM FILE
import assert from 'node:assert/strict';
import { launch, until } from '../docs-check/browser.mjs';

const [charger, executablePath, file] = process.argv.slice(2);
const PATIENCE_MS = 120_000;

const ask = async (path, body) => {
  const answer = await fetch(new URL(path, charger), body && { method: 'POST', body: JSON.stringify(body) });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
};
const hour = async () => new Date(`${(await ask('/api/status?filter=utc')).utc}Z`).getUTCHours();

// Half a day before noon, and a morning whose sun fills the car.
await ask('/api/set?lmo=4&fup=true');
await ask('/garage', { car: { kind: 'three-phase', room_wh: 60000 }, sun: { peak_w: 11000, clouds: true }, house: { base_w: 400 }, speed: 3600 });
await until('the morning', async () => (await hour()) === 10, PATIENCE_MS);
await ask('/garage', { speed: 600 });
await until('noon', async () => (await hour()) === 12, PATIENCE_MS);
await ask('/garage', { speed: 1 });
const browser = await launch(executablePath);
try {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 1260 }, colorScheme: 'light', reducedMotion: 'reduce' });
  await tab.goto(charger);
  const course = tab.waitForResponse((answer) => answer.url().endsWith('span=3600'));
  await tab.getByRole('button', { name: '1 h', exact: true }).click();
  await (await course).finished();
  // What came is drawn within the next frames.
  await tab.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))); }));
  await tab.screenshot({ path: file, animations: 'disabled' });
} finally {
  await browser.close();
}
