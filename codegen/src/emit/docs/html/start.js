
// The way to a key, the theme, and what is done first.
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
  const article = id && byId(id)?.closest('article, .chapter');
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
  (headOf(article) ?? article.querySelector('h2 a, h3 a'))?.focus({ preventScroll: true });
};
addEventListener('hashchange', go);

const theme = byId('the-theme');
const system = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
const name = () => { theme.textContent = isDark() ? 'Light theme' : 'Dark theme'; };
theme.addEventListener('click', () => {
  const next = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  keep('reference-theme', next);
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
