
// What the device holds now: one request for all of it while somebody looks, and one for each try.
const liveButton = byId('the-live');
const said = byId('the-device');
const EVERY = 2000;
const LONGEST = 60000;
const hostOf = () => document.querySelector('.yours input[name="host"]')?.value.trim().replace(/^http:\/\//, '').replace(/\/.*/, '') ?? '';
/** A served page asks who served it; one from a file, the address that was typed. */
const base = () => (isServed ? '' : `http://${hostOf()}`);
const ask = (url, method) =>
  fetch(url, { method, cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(8000) });

/** A value as its own description calls it. */
const spoken = (article, value) => {
  const named = (one) => {
    const text = JSON.stringify(one);
    for (const item of article.querySelectorAll(':scope > .values[data-own] li')) {
      if (item.firstElementChild.textContent === text) return `${text} ${item.lastChild.textContent.trim()}`;
    }
    return typeof one === 'number' && !Number.isInteger(one) ? String(Number(one.toPrecision(6))) : text;
  };
  const unit = article.dataset.unit ? `\u00a0${article.dataset.unit}` : '';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return `[${value.map(named).join(', ')}]${value.length > 0 ? unit : ''}`;
  return named(value) + (value === null ? '' : unit);
};

const LONG = 160;
/** Where the value of each key is shown: behind the name, or in the row of its place. */
const shown = new Map();
const slotsOf = (article, name) => {
  if (!shown.has(name)) {
    const slot = make('span', { className: 'now' });
    const member = article.dataset.keys && [...article.querySelectorAll('.members code')].find((code) => code.textContent === name);
    if (member) member.after(slot);
    else article.querySelector('.what').after(slot);
    const rows = [...article.querySelectorAll('.places tbody tr')];
    if (rows.length > 0) {
      slot.hidden = true;
      article.querySelector('.places thead th:nth-child(2)').after(make('th', { scope: 'col', className: 'now', textContent: 'Now' }));
    }
    shown.set(name, { slot, cells: rows.map((row) => {
      const cell = make('td', { className: 'now' });
      row.children[1].after(cell);
      return cell;
    }) });
  }
  return shown.get(name);
};
const put = (element, text) => {
  const changed = element.textContent !== text;
  element.classList.toggle('changed', changed && element.textContent !== '');
  if (changed) element.textContent = text;
};
const putValue = (article, name, value) => {
  const { slot, cells } = slotsOf(article, name);
  if (cells.length > 0 && Array.isArray(value)) {
    cells.forEach((cell, at) => put(cell, value[at] === undefined ? '' : spoken(article, value[at])));
    return;
  }
  slot.hidden = false;
  const text = spoken(article, value);
  put(slot, text.length > LONG ? `${text.slice(0, LONG)}\u2026` : text);
};
/** An address that a device tells of itself leads from here to the device. */
const fromHere = (value) => value.replace(/^(\w+:\/\/(?:[^@/]*@)?)(?:127\.\d+\.\d+\.\d+|0\.0\.0\.0|localhost)(?=[:/]|$)/,
  (_, before) => before + (isServed ? location.hostname : hostOf().replace(/:\d+$/, '')));
const showValues = (values) => {
  for (const article of articles) {
    for (const name of namesOf(article)) {
      if (Object.hasOwn(values, name)) putValue(article, name, values[name]);
    }
  }
  // The device itself says what stands in its topics.
  let filled = false;
  for (const [name, key] of Object.entries(api.fills)) {
    const input = yours.find((one) => one.name === name);
    if (!input || input.dataset.typed || typeof values[key] !== 'string') continue;
    const value = fromHere(values[key]);
    if (!value || input.value === value) continue;
    input.value = value;
    filled = true;
  }
  if (filled) document.querySelectorAll('details[open] pre').forEach(fill);
};

let isOn = false;
let timer = 0;
let wait = EVERY;
let isAsking = false;
const say = (text) => {
  if (said.textContent !== text) said.textContent = text;
};
/** The way back to the device's own page, if it has one for people. */
const showHome = async () => {
  const home = byId('the-home');
  if (!isServed || location.pathname === '/' || !home.hidden) return;
  try {
    const answer = await ask('/', 'HEAD');
    home.hidden = !(answer.ok && answer.headers.get('Content-Type')?.startsWith('text/html'));
  } catch { /* there is none, then */ }
};
const look = async () => {
  clearTimeout(timer);
  if (!isOn || document.hidden || isAsking) return;
  isAsking = true;
  try {
    const answer = await ask(base() + api.status.path, api.status.method);
    const values = answer.ok ? await answer.json() : null;
    if (values === null || typeof values !== 'object' || Array.isArray(values)) throw new TypeError(`status ${answer.status}`);
    if (isOn) {
      showValues(values);
      say(isServed ? 'from this device' : `from ${hostOf()}. Setting works on the page that the device serves.`);
      if (wait === EVERY) showHome();
    }
    wait = EVERY;
  } catch {
    wait = Math.min(wait * 2, LONGEST);
    if (isOn) say(`no answer; asked again in ${wait / 1000} s`);
  }
  isAsking = false;
  if (isOn) timer = setTimeout(look, wait);
};
const turn = (on) => {
  isOn = on;
  wait = EVERY;
  liveButton.setAttribute('aria-pressed', String(on));
  document.body.classList.toggle('live', on);
  clearTimeout(timer);
  if (on) {
    say('asking\u2026');
    look();
    return;
  }
  say('');
  for (const { slot, cells } of shown.values()) for (const one of [slot, ...cells]) one.textContent = '';
};

/** Reads and sets one key; the answer is shown as it came. */
function addTry(article, details) {
  if (!liveButton || details.querySelector('.try')) return;
  const [key] = namesOf(article);
  const output = make('samp', { className: 'answer' });
  output.setAttribute('aria-live', 'polite');
  const send = async (url, method) => {
    if (!isServed && !hostOf()) {
      output.textContent = 'First type the address of the device at the top of the page.';
      return;
    }
    output.textContent = '\u2026';
    try {
      const answer = await ask(url, method);
      const text = await answer.text();
      output.textContent = `${answer.status} ${text}`;
      look();
    } catch (error) {
      output.textContent = `no answer: ${error.message}`;
    }
  };
  const row = make('form', { className: 'row' });
  if (isRead(article)) {
    const read = make('button', { type: 'button', textContent: 'Read' });
    const query = api.status.query ? `?${api.status.query}=${encodeURIComponent(key)}` : '';
    read.addEventListener('click', () => send(base() + api.status.path + query, api.status.method));
    row.append(read);
  }
  const value = details.dataset.write;
  if (api.set && value !== undefined && isServed) {
    const input = make('input', { type: 'text', value, autocomplete: 'off', spellcheck: false });
    input.setAttribute('aria-label', `Value of ${key}, as JSON`);
    row.append(input, make('button', { type: 'submit', textContent: 'Set' }));
    row.addEventListener('submit', () => {
      send(`${api.set.path}?${encodeURIComponent(key)}=${encodeURIComponent(input.value)}`, api.set.method);
    });
  } else if (api.set && value !== undefined) {
    row.append(make('span', { className: 'hint', textContent: 'Setting works on the page that the device serves.' }));
  }
  row.addEventListener('submit', (event) => event.preventDefault());
  details.querySelector('.calls')?.before(make('div', { className: 'try' }, row, output));
}

const YOURS = `reference-yours ${api.title}`;
const recallYours = () => {
  let known = {};
  try {
    known = JSON.parse(kept(YOURS) ?? '{}') ?? {};
  } catch { /* not ours */ }
  for (const input of yours) {
    const value = known[input.name];
    if (typeof value === 'string' && value) {
      input.value = value;
      input.dataset.typed = 'yes';
    }
    if (!isServed) continue;
    if (input.name === 'host') input.value = location.host;
    if (input.name === 'broker' && !input.value) input.value = location.hostname;
  }
};
for (const input of yours) {
  input.addEventListener('input', () => {
    if (input.value) input.dataset.typed = 'yes';
    else delete input.dataset.typed;
    const typed = yours.filter((one) => one.dataset.typed).map((one) => [one.name, one.value]);
    keep(YOURS, JSON.stringify(Object.fromEntries(typed)));
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && input.name === 'host' && liveButton && !isServed) turn(hostOf() !== '');
  });
}
recallYours();
if (liveButton) {
  liveButton.addEventListener('click', () => {
    if (!isOn && !isServed && !hostOf()) {
      say('First type the HTTP address of the device.');
      document.querySelector('.yours input[name="host"]').focus();
      return;
    }
    turn(!isOn);
    keep('reference-live', isOn ? 'on' : 'off');
  });
  document.addEventListener('visibilitychange', look);
  if (isServed && kept('reference-live') !== 'off') turn(true);
}
