// Limits of the charging current, and which of them is active. Only what the keys
// tell: the least of the limits counts (`cll`), surplus may leave less, and a car may
// draw less than it is offered.

/** A car whose current is this much below the offer does not follow it, A. */
const SLACK_A = 1;

/** The largest current of a phase, A. */
export const drawnA = (keys) => Math.max(0, ...(keys.nrg ?? []).slice(4, 7));

/**
 * The limits as rows: `id`, `name`, the `key` that tells it, `amperes` (null where it
 * does not count now), and whether it is `active`.
 */
export function limitsOf(keys) {
  const reduced = keys.cll?.adapterCurrentLimit ?? null;
  const rows = [
    { id: 'wish', name: 'Owner’s wish', key: 'amp', amperes: keys.amp },
    { id: 'owner', name: 'Owner’s limit', key: 'ama', amperes: keys.ama },
    { id: 'while', name: 'For a while', key: 'tcl', amperes: keys.tcl },
    { id: 'cable', name: 'Cable', key: 'cbl', amperes: keys.cbl },
    // Adapter and digital input share a limit; `adi` says which of them it is.
    { id: 'adapter', name: 'Adapter', key: 'adi', amperes: keys.adi ? reduced : null },
    { id: 'input', name: 'Digital input', key: 'din', amperes: keys.adi ? null : reduced },
    { id: 'temperature', name: 'Temperature', key: 'amt', amperes: keys.amt },
    // 11 carries up to 16 A on each phase, 22 up to 32 A.
    { id: 'unit', name: 'Size of the unit', key: 'var', amperes: keys.var === 11 ? 16 : keys.var === 22 ? 32 : null },
    { id: 'surplus', name: 'Surplus', key: 'acu', amperes: null },
    { id: 'car', name: 'Car', key: 'nrg', amperes: null },
  ].map((row) => ({ ...row, amperes: row.amperes ?? null, active: false }));
  const least = Math.min(...rows.map((row) => row.amperes ?? Infinity));
  const of = (id) => rows.find((row) => row.id === id);

  // What is offered below all limits is what the surplus leaves.
  const offered = keys.acu ?? null;
  const bySurplus = offered != null && offered < least && keys.lmo !== 3;
  if (bySurplus) of('surplus').amperes = offered;
  // A car that is there takes as much of the offer as it likes.
  const drawn = drawnA(keys);
  const byCar = offered != null && keys.car === 2 && drawn < offered - SLACK_A;
  if (keys.car === 2) of('car').amperes = drawn;
  // One that was offered current and takes none is the limit, too.
  const takesNone = offered != null && (keys.car === 3 || keys.car === 4);
  if (takesNone) of('car').amperes = 0;

  if (byCar || takesNone) of('car').active = true;
  else if (bySurplus) of('surplus').active = true;
  else if (offered != null) {
    for (const row of rows) row.active = row.id !== 'car' && row.amperes === least;
  }
  return rows;
}

/** The active limit as a sentence. */
export function limitInWords(keys, rows) {
  const active = rows.filter((row) => row.active);
  if (keys.car === 1 && keys.acu != null) return `A car would be offered ${keys.acu} A on each phase.`;
  if (keys.acu == null) return 'No current is offered, so no limit is active.';
  if (active.length === 0) return `${keys.acu} A are offered on each phase.`;
  if (active[0].id === 'car') {
    return keys.car === 2
      ? `The car draws less than the ${keys.acu} A that it is offered.`
      : `The car takes nothing of the ${keys.acu} A that it is offered.`;
  }
  const names = active.map((row) => row.name.toLowerCase()).join(' and ');
  return `${keys.acu} A are offered on each phase, limited by ${names}.`;
}
