// Charts of SVG over a time axis: lines, steps and stacked areas, a grid, a cursor.
//
// A chart is told its columns once and its samples as often as there are new ones. It
// knows nothing of the stream, of the pointer or of other charts; who owns several
// gives all of them the same span and cursor.
import { put, svg } from './dom.js';

/** Room for the numbers at the left, and a line's breadth around the rest, px. */
export const LEFT = 46;
const EDGE = 6;

/** Steps between numbers of an axis, by what is left of ten. */
const NICE = [1, 2, 5, 10];

/** The distance of so many lines or fewer over a range. */
export function niceStep(range, most) {
  const raw = range / most;
  const ten = 10 ** Math.floor(Math.log10(raw));
  return NICE.find((nice) => nice * ten >= raw) * ten;
}

/** Least and most that is shown: zero is, and there is room where all is the same. */
export function reach(rows, { zero = true, least = 1 } = {}) {
  let low = zero ? 0 : Infinity;
  let high = zero ? least : -Infinity;
  for (const row of rows) {
    for (const value of row) {
      if (value == null) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - least / 2, low + least / 2] : [0, least];
  return high - low < least ? [(low + high - least) / 2, (low + high + least) / 2] : [low, high];
}

/** The path of a line; a gap where there is nothing. */
export function line(xs, ys, isStep = false) {
  let path = '';
  let lastY = null;
  for (let i = 0; i < xs.length; i += 1) {
    const y = ys[i];
    if (y == null) {
      lastY = null;
      continue;
    }
    if (lastY == null) path += `M${xs[i]} ${y}`;
    else if (!isStep) path += `L${xs[i]} ${y}`;
    else if (lastY !== y) path += `H${xs[i]}V${y}`;
    else if (i === xs.length - 1 || ys[i + 1] == null) path += `H${xs[i]}`;
    lastY = y;
  }
  return path;
}

/** The area between two lines, both without gaps. */
function area(xs, tops, bottoms) {
  let path = '';
  for (let i = 0; i < xs.length; i += 1) path += `${i ? 'L' : 'M'}${xs[i]} ${tops[i]}`;
  for (let i = xs.length - 1; i >= 0; i -= 1) path += `L${xs[i]} ${bottoms[i]}`;
  return path && `${path}Z`;
}

const round = (number) => Math.round(number * 10) / 10;

export class Chart {
  #columns;
  #options;
  #grid = svg('g', { class: 'grid' });
  #marks = svg('g', { class: 'ticks' });
  #series;
  #cursor = svg('line', { class: 'cursor' });
  #size = { width: 600, height: 90 };

  /** `columns` are `{name, style}`; `options` say `stacked`, `step`, `zero` and `least`. */
  constructor(columns, options = {}) {
    this.#columns = columns;
    this.#options = options;
    this.#series = columns.map(({ style }) => svg('path', { class: `series ${options.stacked ? 'filled' : 'lined'} ${style}` }));
    this.element = svg('svg', { class: 'chart', 'aria-hidden': 'true', focusable: 'false' },
      this.#grid, ...this.#series, this.#marks, this.#cursor);
  }

  /** How large it is on the screen, px. */
  resize(width, height) {
    this.#size = { width, height };
    put(this.element, 'viewBox', `0 0 ${width} ${height}`);
  }

  /** Draws samples: times, a row of values for each column, and from when until when. */
  draw({ at, rows, from, until, ticks, marks = [] }) {
    const { width, height } = this.#size;
    const { stacked = false, step = [] } = this.#options;
    const x = (ms) => round(LEFT + ((ms - from) / (until - from)) * (width - LEFT - 1));
    const tops = stacked ? pile(rows) : rows;
    const [low, high] = reach(tops, this.#options);
    const y = (value) => round(height - EDGE - ((value - low) / (high - low)) * (height - 2 * EDGE));
    const xs = at.map(x);
    const lines = tops.map((row) => row.map((value) => (value == null ? null : y(value))));
    this.#series.forEach((path, index) => {
      const below = index === 0 ? xs.map(() => y(0)) : lines[index - 1];
      put(path, 'd', stacked ? area(xs, lines[index], below) : line(xs, lines[index], step.includes(this.#columns[index].name)));
    });
    this.#drawGrid(low, high, y, ticks.map(x));
    this.#marks.replaceChildren(...marks.map(({ at_ms: ms, kind }) =>
      svg('line', { class: `mark ${kind}`, x1: x(ms), x2: x(ms), y1: 0, y2: height })));
    this.x = x;
  }

  /** Shows the cursor at a time, or none. */
  point(ms) {
    this.#cursor.style.display = ms == null ? 'none' : '';
    if (ms == null || !this.x) return;
    put(this.#cursor, 'x1', this.x(ms));
    put(this.#cursor, 'x2', this.x(ms));
    put(this.#cursor, 'y1', 0);
    put(this.#cursor, 'y2', this.#size.height);
  }

  #drawGrid(low, high, y, ticks) {
    const { width, height } = this.#size;
    let most = Math.max(2, Math.floor(height / 32));
    let step = niceStep(high - low, most);
    // A single number is no scale.
    while (Math.floor(high / step) <= Math.ceil(low / step)) step = niceStep(high - low, most *= 2);
    const parts = ticks.map((x) => svg('line', { x1: x, x2: x, y1: 0, y2: height }));
    const { scale = 1 } = this.#options;
    const digits = Math.max(0, -Math.floor(Math.log10(step / scale) + 1e-9));
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
      const at = y(value);
      const isZero = Math.abs(value) < step / 2;
      parts.push(svg('line', { x1: LEFT, x2: width, y1: at, y2: at, class: isZero ? 'zero' : null }));
      const text = svg('text', { x: LEFT - 8, y: at + 4 });
      text.textContent = ((isZero ? 0 : value) / scale).toFixed(digits).replace('-', '\u2212');
      parts.push(text);
    }
    this.#grid.replaceChildren(...parts);
  }
}

/** Rows one upon the other; nothing counts as zero. */
function pile(rows) {
  const piled = [];
  for (const row of rows) {
    const below = piled.at(-1);
    piled.push(row.map((value, index) => (value ?? 0) + (below ? below[index] : 0)));
  }
  return piled;
}
