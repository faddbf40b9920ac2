// How a client uses the declarations; `tsc --strict` has to accept what is
// right, and to refuse each line under `@ts-expect-error`.
import type { Readings, ResultTopic, SetAnswer, Settable, StateTopic, Status, ValueNames } from 'docs/api';

export async function status<K extends keyof Readings>(base: string, ...keys: K[]): Promise<Pick<Status, K>> {
  const answer = await fetch(`${base}?filter=${keys.join(',')}`);
  return (await answer.json()) as Pick<Status, K>;
}

export async function set<K extends keyof Settable>(base: string, key: K, value: Settable[K]): Promise<void> {
  const query = new URLSearchParams({ [key]: JSON.stringify(value) });
  const answer = (await (await fetch(`${base}?${query}`)).json()) as SetAnswer<K>;
  const outcome = answer[key];
  if (outcome !== true) throw new Error(outcome);
}

export const changed = (topic: StateTopic, result: ResultTopic): string => topic + result;

const scanning: ValueNames['scas']['Scanning'] = 1;
export const isScanning = (values: Status): boolean => values.scas === scanning;

export async function use(base: string): Promise<number | null | undefined> {
  await set(base, 'dwo', 3500);
  await set(base, 'dwo', null);
  await set(base, 'wifis', [{}, { ssid: 'home', key: 'correct horse' }]);
  const { dwo, wifis, alw } = await status(base, 'dwo', 'wifis', 'alw');
  // What is written as text reads as whether there is one.
  const known: boolean | undefined = wifis?.[0]?.key;
  console.log(known, alw);
  // @ts-expect-error a text is no energy
  await set(base, 'dwo', 'much');
  // @ts-expect-error it can only be read
  await set(base, 'alw', true);
  // @ts-expect-error it can only be written
  await status(base, 'delw');
  // @ts-expect-error no such key
  await status(base, 'nothing');
  // @ts-expect-error readings belong to the device
  (await status(base, 'dwo')).dwo = 1;
  // A newer device may send a number that has no name yet, but takes none.
  const newer: Readings['scas'] = 9;
  // @ts-expect-error no such number
  await set(base, 'frc', 9);
  return dwo ?? newer;
}
