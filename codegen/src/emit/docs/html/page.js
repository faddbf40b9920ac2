// What all parts of the page share: its keys, and what the spec says of reading and setting them.
const byId = (id) => document.getElementById(id);
const list = byId('the-list');
const search = byId('the-search');
const form = byId('the-form');
const items = [...list.children];
const articles = items.filter((item) => item.tagName === 'ARTICLE');
const api = JSON.parse(byId('the-api').textContent);
// An article has a key, or several that are alike.
const namesOf = (article) => article.dataset.keys?.split(' ') ?? [article.id];
const headOf = (item) => item?.querySelector('.name a');
// A page that the device serves may set; from a file it may read.
const isServed = /^https?:$/.test(location.protocol);

/** A browser may forbid to keep anything; then it lasts as long as the page. */
const keep = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch { /* as said */ }
};
const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

/** `make('p', { className: 'quiet' }, 'text', child)` */
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
