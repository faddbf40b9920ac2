// Light or dark, before anything is drawn: no module, so that the page does not flash.
(() => {
  'use strict';
  const root = document.documentElement;
  // The reference keeps its choice under the same name, so both look alike.
  const KEPT = 'reference-theme';
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept === 'light' || kept === 'dark') root.dataset.theme = kept;
  } catch { /* storage may be forbidden */ }
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';

  addEventListener('DOMContentLoaded', () => {
    const button = document.getElementById('the-theme');
    const name = () => { button.textContent = isDark() ? 'Light' : 'Dark'; };
    button.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      try {
        localStorage.setItem(KEPT, root.dataset.theme);
      } catch { /* it lasts as long as the page, then */ }
      name();
    });
    system.addEventListener('change', name);
    name();
  });
})();
