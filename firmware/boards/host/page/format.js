// Numbers and times as the page writes them: few digits, always as many.

/** What stands where nothing is known. */
export const NONE = '–';

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

/** A number with so many digits behind the point. */
export function fixed(value, digits = 0) {
  if (!isNumber(value)) return NONE;
  const text = value.toFixed(digits);
  // There is no zero below zero.
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '\u2212');
}

/** A number with its unit. */
export function quantity(value, unit, digits = 0) {
  return isNumber(value) ? `${fixed(value, digits)}\u00a0${unit}` : NONE;
}

/** Power as a reader takes it in: W below a kilowatt, MW where many charge. */
export function power(w) {
  if (isNumber(w) && Math.abs(w) >= 10_000_000) return quantity(w / 1_000_000, 'MW', 2);
  return isNumber(w) && Math.abs(w) >= 1000 ? quantity(w / 1000, 'kW', 2) : quantity(w, 'W');
}

/** Energy, of which there may be very much. */
export function energy(wh) {
  if (!isNumber(wh)) return NONE;
  if (wh >= 10_000_000) return quantity(wh / 1_000_000, 'MWh', 2);
  return wh >= 1000 ? quantity(wh / 1000, 'kWh', wh < 100_000 ? 2 : 1) : quantity(wh, 'Wh');
}

const two = (number) => String(number).padStart(2, '0');

/** A span of time: `4 s`, `3:05 min`, `2:03:04 h`. */
export function span(ms) {
  if (!isNumber(ms)) return NONE;
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s}\u00a0s`;
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}\u00a0min`;
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}\u00a0h`;
}

/** How long an answer took. */
export function took(us) {
  if (!isNumber(us)) return NONE;
  return us < 1000 ? `${us}\u00a0µs` : quantity(us / 1000, 'ms', us < 100_000 ? 1 : 0);
}

/**
 * The charger's clock: turns its time since the start into time of day, where the
 * charger is, or into hours since the start while it knows no time of day.
 */
export class Clock {
  #utcAtStart = null;
  #offsetMs = 0;

  /** Takes what the stream tells; `loc` ends with the distance from UTC. */
  hear(nowMs, utcMs, loc) {
    this.#utcAtStart = utcMs == null ? null : utcMs - nowMs;
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(loc ?? '') ?? [];
    this.#offsetMs = sign ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
  }

  get knows() {
    return this.#utcAtStart != null;
  }

  /** Milliseconds of which whole days and hours are those of the clock on the wall. */
  wall(atMs) {
    return this.#utcAtStart == null ? atMs : atMs + this.#utcAtStart + this.#offsetMs;
  }

  /** `14:03:20`, or `14:03` where seconds say nothing. */
  time(atMs, seconds = true) {
    const s = Math.floor(this.wall(atMs) / 1000);
    const hours = Math.floor(s / 3600);
    const text = `${two(this.knows ? hours % 24 : hours)}:${two(Math.floor(s / 60) % 60)}`;
    return seconds ? `${text}:${two(s % 60)}` : text;
  }

  /** The day, or nothing while it is not known. */
  day(atMs) {
    if (!this.knows) return '';
    return new Date(this.wall(atMs)).toLocaleDateString('en-GB', {
      weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC',
    });
  }
}

export const clock = new Clock();
