(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const list = byId('the-list');
  const search = byId('the-search');
  const form = byId('the-form');
  const count = byId('the-count');
  const none = byId('the-none');
  const intro = document.querySelector('.before-keys');
  const articles = [...list.children];
  const links = new Map([...byId('the-index').children].map((item) => [item.firstElementChild.hash.slice(1), item]));
  // An article has a key, or several that are alike.
  const namesOf = (article) => article.dataset.keys?.split(' ') ?? [article.id];
  const countKeys = (some) => some.reduce((sum, article) => sum + namesOf(article).length, 0);
  const total = countKeys(articles);
  const places = new Map(articles.map((article, index) => [article, index]));
  let texts = null;
  let moved = [];

  // What is searched in: the name, and everything but the examples.
  const textOf = (article) => {
    texts ??= new Map(articles.map((one) => {
      const parts = [...one.children].filter((part) => part.tagName !== 'DETAILS');
      return [one, parts.map((part) => part.textContent).join(' ').toLowerCase()];
    }));
    return texts.get(article);
  };

  const checked = (name) => new Set(
    [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value));

  // The name itself first, then names that begin so, names, and texts.
  const rank = (article, words) => {
    if (words.length !== 1) return 3;
    const [word] = words;
    return Math.min(...namesOf(article).map((one) => one.toLowerCase()).map((name) =>
      name === word ? 0 : name.startsWith(word) ? 1 : name.includes(word) ? 2 : 3));
  };

  // Few are moved, and moved back: all of thousands would take a second.
  const order = (found, words) => {
    moved.sort((a, b) => places.get(b) - places.get(a));
    for (const article of moved) list.insertBefore(article, articles[places.get(article) + 1] ?? null);
    const groups = [[], [], []];
    if (words.length > 0) {
      for (const article of found) groups[rank(article, words)]?.push(article);
    }
    moved = groups.flat().slice(0, 50);
    list.prepend(...moved);
  };

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const categories = checked('category');
    const accesses = checked('access');
    const found = articles.filter((article) =>
      (categories.size === 0 || categories.has(article.dataset.category)) &&
      (accesses.size === 0 || accesses.has(article.dataset.access)) &&
      words.every((word) => textOf(article).includes(word)));
    const visible = new Set(found);
    for (const article of articles) {
      const hidden = !visible.has(article);
      if (article.hidden !== hidden) {
        article.hidden = hidden;
        const item = links.get(article.id);
        if (item) item.hidden = hidden;
      }
    }
    order(found, words);
    const filtered = words.length + categories.size + accesses.size > 0;
    if (intro) intro.hidden = filtered;
    none.hidden = found.length > 0 || total === 0;
    const said = filtered ? `${countKeys(found)} of ${total} keys` : `${total} keys`;
    if (count.textContent !== said) count.textContent = said;
    mark(words);
    remember(words, categories, accesses);
  };

  const first = () => [...list.children].find((article) => !article.hidden);
  const headOf = (article) => article?.querySelector('h3 a');

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
        if (node.parentElement.closest('details')) continue;
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
  const remember = (words, categories, accesses) => {
    const query = new URLSearchParams();
    if (words.length > 0) query.set('q', words.join(' '));
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
    if (!step || !event.target.matches('h3 a')) return;
    event.preventDefault();
    let article = event.target.closest('article')[step];
    while (article?.hidden) article = article[step];
    (headOf(article) ?? (event.key === 'ArrowUp' ? search : null))?.focus();
  });

  // Examples, with what the reader said of the device in the place of braces.
  const originals = new WeakMap();
  const yours = [...document.querySelectorAll('.yours input')];
  const fill = (pre) => {
    for (const part of pre.querySelectorAll('code, samp')) {
      if (!originals.has(part)) originals.set(part, part.textContent);
      let text = originals.get(part);
      for (const input of yours) {
        const value = input.value.trim();
        if (value) text = text.replaceAll(`{${input.name}}`, value);
      }
      if (part.textContent !== text) part.textContent = text;
    }
  };
  const copy = async (pre, button) => {
    const code = pre.querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // Without a secure context there is the selection.
      getSelection().selectAllChildren(code);
      if (!document.execCommand('copy')) return;
    }
    button.textContent = 'Copied';
    button.addEventListener('blur', () => { button.textContent = 'Copy'; }, { once: true });
  };
  const prepare = (pre) => {
    fill(pre);
    if (pre.querySelector('button')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', () => copy(pre, button));
    pre.prepend(button);
  };
  document.addEventListener('toggle', (event) => {
    if (event.target.open) event.target.querySelectorAll('pre').forEach(prepare);
  }, true);
  for (const input of yours) {
    input.addEventListener('input', () => {
      document.querySelectorAll('details[open] pre').forEach(fill);
    });
  }
  const all = byId('the-examples');
  all.addEventListener('click', () => {
    const open = all.getAttribute('aria-pressed') !== 'true';
    all.setAttribute('aria-pressed', String(open));
    for (const details of list.querySelectorAll('details')) details.open = open;
  });

  document.querySelector('.to-search').addEventListener('click', (event) => {
    event.preventDefault();
    search.scrollIntoView({ block: 'center' });
    search.focus({ preventScroll: true });
  });

  // A link to a key shows it, whatever is filtered.
  const go = () => {
    let id = '';
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch { /* no key is spelled so */ }
    for (const old of document.querySelectorAll('nav [aria-current]')) old.removeAttribute('aria-current');
    // Of keys that are alike, each has its id inside the article.
    const article = id && byId(id)?.closest('article');
    if (!article) return;
    if (article.hidden) {
      form.reset();
      search.value = '';
      for (const box of form.querySelectorAll('input[type="checkbox"]')) box.checked = false;
      show();
    }
    links.get(article.id)?.firstElementChild.setAttribute('aria-current', 'true');
    const details = article.querySelector('details');
    if (details) details.open = true;
    article.scrollIntoView();
    headOf(article).focus({ preventScroll: true });
  };
  addEventListener('hashchange', go);

  const theme = byId('the-theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const name = () => { theme.textContent = isDark() ? 'Light theme' : 'Dark theme'; };
  theme.addEventListener('click', () => {
    const next = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem('reference-theme', next);
    } catch { /* it lasts as long as the page, then */ }
    name();
  });
  system.addEventListener('change', name);
  name();

  // On a small screen the keys come first.
  if (intro && matchMedia('(max-width: 52rem)').matches) intro.open = false;
  recall();
  if (location.search) show();
  // The browser's own step to the fragment comes first: it would take the focus.
  addEventListener('load', () => requestAnimationFrame(go));
})();
