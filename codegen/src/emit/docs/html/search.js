
// The search: words in names, texts, units and in the prose that mentions a key; one typing
// error is forgiven.
const count = byId('the-count');
const none = byId('the-none');
const intro = document.querySelector('.before-keys');
const links = new Map([...byId('the-index').children].map((item) => [item.firstElementChild.hash.slice(1), item]));
const countKeys = (some) => some.reduce((sum, article) => sum + namesOf(article).length, 0);
const total = countKeys(articles);
const places = new Map(items.map((item, index) => [item, index]));
const isKey = (item) => item.tagName === 'ARTICLE';
let moved = [];

const ALIKE = api.alike.map((words) => words.split(' '));

/** What says nothing of one key: what the device holds now, and what is said of many alike. */
const ASIDE = '.now, .stored, .source';

/** The text of a part without what stands aside. */
const written = (part) => {
  if (!part.querySelector(ASIDE)) return part.textContent;
  const copy = part.cloneNode(true);
  for (const aside of copy.querySelectorAll(ASIDE)) aside.remove();
  return copy.textContent;
};

let texts = null;
/** Of each item what is its own, and what the prose around says that mentions it, with their words. */
const textOf = (item) => {
  texts ??= new Map(items.map((one) => {
    const parts = [...one.children].filter((part) => part.tagName !== 'DETAILS' && !part.classList.contains('now'));
    const units = [one.dataset.unit, ...[...one.querySelectorAll('.unit')].map((cell) => cell.textContent)];
    const means = units.map((unit) => api.units[unit] ?? '');
    const values = [...one.querySelectorAll('.values li')].map((value) => value.lastChild.textContent.trim().toLowerCase());
    return [one, { own: [...parts.map(written), ...new Set(means)].join(' ').toLowerCase(), around: '', units, values }];
  }));
  return texts.get(item);
};
const readProse = () => {
  if (texts) return;
  textOf(null);
  for (const block of list.querySelectorAll('.chapter p, .chapter li')) {
    const said = ` ${block.textContent.toLowerCase()}`;
    for (const link of block.querySelectorAll('a[href^="#"]')) {
      const article = byId(decodeURIComponent(link.hash.slice(1)))?.closest('article');
      const text = article && texts.get(article);
      if (text && !text.around.includes(said)) text.around += said;
    }
  }
};
/** The words of a text, each once; made when the first word was not found as it is. */
const wordsOf = (text) => (text.words ??= [...new Set(`${text.own} ${text.around}`.match(/[\p{L}\p{N}]{3,}/gu) ?? [])]);

/** Whether one letter too many, too few, another, or two in the wrong order make `b` of `a`. */
const isNear = (a, b) => {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2));
};
/** Also the beginning of a word: whoever types has not come to its end. */
const isTyped = (word, known) =>
  [-1, 0, 1].some((more) => isNear(word, known.slice(0, word.length + more)));

const meaning = (word) => {
  const alike = ALIKE.filter((words) => words.includes(word)).flat();
  const others = alike.filter((other) => other !== word);
  // What stands somewhere as it was typed is no typing error.
  const mayBeWrong = word.length >= 4 && !items.some((item) => textOf(item).own.includes(word));
  return { word, others, mayBeWrong };
};

/** How far a word is from an item: 0 in its text, 1 in other words or the prose around, 2 mistyped, 3 not there. */
const distance = (text, { word, others, mayBeWrong }) => {
  if (text.own.includes(word)) return 0;
  if (text.around.includes(word)) return 1;
  const wholes = wordsOf(text);
  if (others.some((other) => wholes.some((known) => known.startsWith(other)))) return 1;
  return mayBeWrong && wholes.some((known) => isTyped(word, known)) ? 2 : 3;
};

const checked = (name) => new Set(
  [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value));

// The name itself first, then what has the word as its unit or as a value, names that begin
// so, names and several words as they were typed, texts, and what was meant. Of a unit the size
// of letters counts: `W` is no `w`.
const FARTHEST = 7;
const rank = (item, typed, far) => {
  // Who searches wants a key; a chapter that only says the word is read after all keys.
  if (!isKey(item) || typed.length === 0) return FARTHEST;
  const { own, units, values } = textOf(item);
  const word = typed.join(' ').toLowerCase();
  if (typed.length !== 1) return own.includes(word) ? 3 : 4 + far;
  const [unit] = typed;
  const isOne = units.includes(unit) || values.includes(word);
  return Math.min(...namesOf(item).map((one) => one.toLowerCase()).map((name) =>
    name === word ? 0 : isOne ? 1 : name.startsWith(word) ? 2 : name.includes(word) ? 3 : 4 + far));
};

/** Found keys stand one behind the other, without the chapters that their headings were below. */
const level = (item, isFound) => {
  item.querySelectorAll('h2, h3, h4, h5').forEach((heading, at) => {
    if (isFound) heading.setAttribute('aria-level', at === 0 ? 2 : 3);
    else heading.removeAttribute('aria-level');
  });
};

// Few are moved, and moved back: all of thousands would take a second.
const order = (found, ranks) => {
  moved.sort((a, b) => places.get(b) - places.get(a));
  for (const item of moved) list.insertBefore(item, items[places.get(item) + 1] ?? null);
  const groups = Array.from({ length: FARTHEST + 1 }, () => []);
  for (const item of found) groups[ranks.get(item) ?? FARTHEST].push(item);
  // Those found last stay where they are, behind the others.
  const last = groups.findLastIndex((group) => group.length > 0);
  moved = groups.slice(0, Math.max(last, 0)).flat().slice(0, 50);
  list.prepend(...moved);
};

const show = () => {
  const typed = search.value.split(/\s+/).filter(Boolean);
  const words = typed.map((word) => word.toLowerCase());
  const categories = checked('category');
  const accesses = checked('access');
  const filtered = words.length + categories.size + accesses.size > 0;
  if (words.length > 0) readProse();
  const meant = words.map(meaning);
  const ranks = new Map();
  const found = items.filter((item) => {
    if (!filtered) return true;
    const isWanted = isKey(item)
      ? (categories.size === 0 || categories.has(item.dataset.category)) &&
        (accesses.size === 0 || accesses.has(item.dataset.access))
      : categories.size + accesses.size === 0 && words.length > 0;
    if (!isWanted) return false;
    let far = 0;
    let mistyped = 0;
    for (const word of meant) {
      const one = distance(textOf(item), word);
      far = Math.max(far, one);
      if (one === 2) mistyped += 1;
      // A chapter is found by its own words, and exactly.
      if (far === 3 || mistyped > (isKey(item) ? 1 : 0)) return false;
    }
    ranks.set(item, rank(item, typed, far));
    return true;
  });
  const visible = new Set(found);
  for (const item of items) {
    const hidden = !visible.has(item);
    if (item.hidden !== hidden) item.hidden = hidden;
    if (!hidden) level(item, filtered);
  }
  // A heading of the index stands above what is there of its keys.
  let heads = [];
  for (const [id, link] of links) {
    const isHead = link.classList.contains('chapter');
    const isThere = !byId(id)?.closest('article, .chapter')?.hidden;
    link.hidden = !isThere;
    if (isHead) heads = link.classList.contains('within') ? [...heads.slice(0, 1), link] : [link];
    else if (isThere) for (const head of heads) head.hidden = false;
  }
  order(found, ranks);
  if (intro) intro.hidden = filtered;
  none.hidden = found.length > 0 || total === 0;
  const said = filtered ? `${countKeys(found.filter(isKey))} of ${total} keys` : `${total} keys`;
  if (count.textContent !== said) count.textContent = said;
  mark(words);
  remember(typed, categories, accesses);
};

const first = () => [...list.children].find((item) => isKey(item) && !item.hidden);

// Shows what was found without touching the page's structure.
const mark = (words) => {
  if (!globalThis.Highlight || !CSS.highlights) return;
  CSS.highlights.delete('found');
  const long = words.filter((word) => word.length > 1);
  if (long.length === 0) return;
  const ranges = [];
  for (const article of list.children) {
    if (article.hidden) continue;
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && ranges.length < 500; node = walker.nextNode()) {
      if (node.parentElement.closest(`details, ${ASIDE}`)) continue;
      const text = node.data.toLowerCase();
      // Letters that change their length in small ones would shift all behind them.
      if (text.length !== node.data.length) continue;
      for (const word of long) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
    if (ranges.length >= 500) break;
  }
  CSS.highlights.set('found', new Highlight(...ranges));
};

// The address holds the search, so that it can be passed on.
const remember = (typed, categories, accesses) => {
  const query = new URLSearchParams();
  if (typed.length > 0) query.set('q', typed.join(' '));
  for (const name of categories) query.append('category', name);
  for (const name of accesses) query.append('access', name);
  const text = query.toString();
  const url = location.pathname + (text ? `?${text}` : '') + location.hash;
  try {
    history.replaceState(null, '', url);
  } catch { /* a page from a file or inside another may not */ }
};

const recall = () => {
  const query = new URLSearchParams(location.search);
  search.value = query.get('q') ?? '';
  for (const box of form.querySelectorAll('input[type="checkbox"]')) {
    box.checked = query.getAll(box.name).includes(box.value);
  }
};

let waiting = false;
const soon = () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    show();
  });
};
const clear = () => {
  form.reset();
  soon();
  search.focus();
};

form.addEventListener('input', soon);
form.addEventListener('reset', () => {
  soon();
  search.focus();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  headOf(first())?.focus();
});
byId('the-again').addEventListener('click', clear);
search.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && search.value !== '') {
    event.preventDefault();
    search.value = '';
    soon();
  } else if (event.key === 'ArrowDown') {
    event.preventDefault();
    headOf(first())?.focus();
  }
});
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof Element &&
    event.target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]');
  const slash = event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (slash || (event.key === 'k' && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});
// Arrows go from one key to the next.
list.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
  if (!step || !event.target.matches('.name a')) return;
  event.preventDefault();
  let article = event.target.closest('article')[step];
  while (article && (article.hidden || !isKey(article))) article = article[step];
  (headOf(article) ?? (event.key === 'ArrowUp' ? search : null))?.focus();
});
