// Puts the parts of the page together, and opens the stream that they follow.
import { byId, put, say } from './dom.js';
import { clock } from './format.js';
import { NO_ANSWER, follow, followLink, open } from './stream.js';
import { start as startNow } from './now.js';
import { start as startCourse } from './course.js';
import { start as startGarage } from './garage.js';
import { start as startScenarios } from './scenarios.js';
import { start as startTraffic } from './traffic.js';

const LINKS = { live: 'live', lost: 'connection lost' };

// The clock first: the parts write times by it.
follow(['time', 'keys'], ({ nowMs, utcMs, keys }) => {
  clock.hear(nowMs, utcMs, keys.loc);
  const day = clock.day(nowMs);
  say(byId('the-clock'), `${day ? `${day}, ` : 'up '}${clock.time(nowMs)}`);
});
follow(['keys'], ({ keys }) => {
  say(byId('the-name'), keys.fna ?? 'go-eCharger');
  const build = `${keys.sse ?? ''}, ${keys.var ?? '–'} kW, firmware ${keys.fwv ?? '–'}, virtual`;
  say(byId('the-build'), build);
  if (keys.fna) document.title = `${keys.fna}, virtual`;
});
follow(['garage'], ({ garage }) => say(byId('the-speed'), `${garage.speed}×`));
followLink((link) => {
  put(byId('the-link'), 'data-state', link);
  say(byId('the-link'), LINKS[link]);
  if (link !== 'live') return;
  for (const error of document.querySelectorAll('.error')) error.hidden ||= error.textContent === NO_ANSWER;
});

// First of all: what it tells is on its way while the parts are set up.
open('/page/stream');
startNow();
// When the first news was shown, for whoever measures how long that took.
follow(['keys'], () => {
  if (performance.getEntriesByName('shown').length === 0) performance.mark('shown');
});
startCourse();
startGarage();
startScenarios();
startTraffic();

// The part that is read is marked in the navigation.
const links = new Map([...document.querySelectorAll('nav a[href^="#"]')].map((link) => [link.hash.slice(1), link]));
const seen = new Map();
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) seen.set(target.id, isIntersecting);
  const first = [...links.keys()].find((id) => seen.get(id));
  for (const [id, link] of links) put(link, 'aria-current', id === first ? 'true' : null);
}, { rootMargin: '-30% 0px -60% 0px' });
for (const id of links.keys()) watch.observe(byId(id));
