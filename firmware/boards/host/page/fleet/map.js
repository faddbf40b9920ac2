// The map: a square for each charger, in the order of serial numbers, which shows by its
// form and its colour what the car is doing (`car`).
//
// Of ten thousand only those are drawn that changed. Where nobody sees colours the forms
// differ, and where nobody sees, the counts above say the same.
import { byId, eachFrame, el, put, say } from '../dom.js';
import { fixed } from '../format.js';
import { CAR, inWords } from '../words.js';

/** What stands in the list always, and in which order; other states while there is one. */
const ALWAYS = [2, 3, 4, 1, 5];
const OTHERS = [0, 6];
const STATES = [...ALWAYS, ...OTHERS];

/** Sides of a square with its gap, px, and how high the map is at most if they can be smaller. */
const MOST_PX = 22;
const LEAST_PX = 5;
const HEIGHT_PX = 560;

const canvas = byId('map-canvas');
const context = canvas.getContext('2d');
const counts = new Map();
/** What is drawn: a digit for each. */
let drawn = '';
let cars = '';
let grid = null;
let tiles = new Map();
let nameOf = String;
let choose = () => {};
let chosen = null;

/** Draws the form of a state into a square of that side. */
function form(target, state, side, colour) {
  const rest = Math.max(1, Math.round(side / 5));
  target.fillStyle = colour;
  switch (state) {
    case 2:
      target.fillRect(0, 0, side, side);
      break;
    case 3:
      target.fillRect(0, Math.floor(side / 2), side, Math.ceil(side / 2));
      break;
    case 4:
      target.fillRect(0, 0, side, side);
      target.clearRect(rest, rest, side - 2 * rest, side - 2 * rest);
      break;
    case 1: {
      const dot = Math.max(1, Math.round(side / 4));
      target.fillRect(Math.floor((side - dot) / 2), Math.floor((side - dot) / 2), dot, dot);
      break;
    }
    default:
      // A cross.
      target.lineWidth = Math.max(1.5, side / 4);
      target.strokeStyle = colour;
      target.beginPath();
      target.moveTo(0, 0);
      target.lineTo(side, side);
      target.moveTo(side, 0);
      target.lineTo(0, side);
      target.stroke();
  }
}

/** A picture of each state, from the colours of the page. */
function makeTiles(side) {
  // A custom property says `light-dark(…)`; only a colour that is used is one of the two.
  const probe = el('span');
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = { 1: 'quiet', 2: 'accent', 3: 'p2', 4: 'good', 5: 'bad', 0: 'bad', 6: 'quiet' };
  const made = new Map(STATES.map((state) => {
    const tile = el('canvas', { width: side, height: side });
    form(tile.getContext('2d'), state, side, colour(colours[state]));
    return [state, tile];
  }));
  probe.remove();
  return made;
}

/** Where everything stands in the room that there is. */
function arrange() {
  const width = byId('map').clientWidth;
  if (!width || !cars.length) return;
  const columnsOf = (px) => {
    const most = Math.max(1, Math.floor(width / px));
    // Rows of tens can be counted.
    return most > 20 ? most - (most % 10) : most;
  };
  let px = MOST_PX;
  while (px > LEAST_PX && Math.ceil(cars.length / columnsOf(px)) * px > HEIGHT_PX) px -= 1;
  const columns = Math.min(columnsOf(px), cars.length);
  const rows = Math.ceil(cars.length / columns);
  const ratio = globalThis.devicePixelRatio || 1;
  const step = Math.max(2, Math.round(px * ratio));
  grid = { columns, rows, step, ratio };
  canvas.width = columns * step;
  canvas.height = rows * step;
  canvas.style.width = `${canvas.width / ratio}px`;
  canvas.style.height = `${canvas.height / ratio}px`;
  tiles = makeTiles(step - Math.max(1, Math.round(step / 6)));
  drawn = '';
  draw();
}

function draw() {
  if (!grid) return;
  const { columns, step } = grid;
  for (let index = 0; index < cars.length; index += 1) {
    if (cars[index] === drawn[index]) continue;
    const [x, y] = [(index % columns) * step, Math.floor(index / columns) * step];
    context.clearRect(x, y, step, step);
    const tile = tiles.get(Number(cars[index]));
    if (tile) context.drawImage(tile, x, y);
  }
  drawn = cars;
  showChosen();
}

function showChosen() {
  const ring = byId('map-chosen');
  ring.hidden = chosen == null || !grid;
  if (ring.hidden) return;
  const { columns, step, ratio } = grid;
  const side = step / ratio;
  ring.style.left = `${(chosen % columns) * side}px`;
  ring.style.top = `${Math.floor(chosen / columns) * side}px`;
  ring.style.width = ring.style.height = `${(step - Math.max(1, Math.round(step / 6))) / ratio}px`;
}

function count() {
  const many = new Map(STATES.map((state) => [state, 0]));
  for (const digit of cars) many.set(Number(digit), (many.get(Number(digit)) ?? 0) + 1);
  for (const [state, { item, number, part }] of counts) {
    const of = many.get(state);
    item.hidden = of === 0 && OTHERS.includes(state);
    say(number, of.toLocaleString('en-GB'));
    say(part, `${fixed((100 * of) / cars.length, of && of < cars.length ? 1 : 0)}\u00a0%`);
  }
}

function buildCounts() {
  for (const state of STATES) {
    const picture = el('canvas', { 'aria-hidden': 'true' });
    const [number, part] = [el('b'), el('small')];
    const item = el('li', { 'data-state': state, hidden: OTHERS.includes(state) }, picture, `${inWords(CAR, state)} `, number, ' ', part);
    byId('states').append(item);
    counts.set(state, { item, picture, number, part });
  }
}

/** The pictures in the list are those of the map. */
function paintCounts() {
  const ratio = globalThis.devicePixelRatio || 1;
  const side = Math.round(14 * ratio);
  const large = makeTiles(side);
  for (const [state, { picture }] of counts) {
    put(picture, 'width', side);
    put(picture, 'height', side);
    picture.getContext('2d').clearRect(0, 0, side, side);
    picture.getContext('2d').drawImage(large.get(state), 0, 0);
  }
}

/** Which charger is under the pointer. */
function under({ offsetX, offsetY }) {
  if (!grid) return null;
  const side = grid.step / grid.ratio;
  const column = Math.min(grid.columns - 1, Math.max(0, Math.floor(offsetX / side)));
  const index = Math.floor(offsetY / side) * grid.columns + column;
  return index >= 0 && index < cars.length ? index : null;
}

/** Where a key of the keyboard leads from the one that is chosen. */
function led(key) {
  const { columns } = grid;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -10 * columns, PageDown: 10 * columns };
  if (key === 'Home') return 0;
  if (key === 'End') return cars.length - 1;
  if (!(key in steps)) return null;
  if (chosen == null) return 0;
  const to = chosen + steps[key];
  return to >= 0 && to < cars.length ? to : chosen;
}

function hear() {
  canvas.addEventListener('click', (event) => {
    const index = under(event);
    if (index != null) choose(index);
  });
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !grid) return;
    const index = led(event.key);
    if (index == null) return;
    event.preventDefault();
    choose(index);
  });
  const words = byId('map-under');
  const usual = words.textContent;
  canvas.addEventListener('pointermove', (event) => {
    const index = under(event);
    say(words, index == null ? usual : `${nameOf(index)}: ${inWords(CAR, Number(cars[index]))}`);
  });
  canvas.addEventListener('pointerleave', () => say(words, usual));
}

const repaint = () => {
  paintCounts();
  arrange();
};

/** Shows what every car is doing: a digit for each charger. */
export function show(digits) {
  const isOther = digits.length !== cars.length;
  cars = digits;
  if (isOther) arrange();
  else draw();
  count();
}

/** Marks one charger, by its place. */
export function mark(index) {
  chosen = index;
  showChosen();
}

/** Sets the map up: `onChoose` hears which place was chosen, `name` says what it is called. */
export function start(onChoose, name) {
  choose = onChoose;
  nameOf = name;
  buildCounts();
  hear();
  const later = eachFrame(repaint);
  new ResizeObserver(later).observe(byId('map'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', later);
  new MutationObserver(later).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  repaint();
}
