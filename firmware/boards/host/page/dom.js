// The few things that every part of the page does to the document.
//
// Text is written only where it differs, so that a stream of news moves nothing
// that stays the same: selections, hovers and screen readers are left alone.

const SVG = 'http://www.w3.org/2000/svg';

/** The element of that id. */
export const byId = (id) => document.getElementById(id);

/** An element with attributes (`onclick` and its like are listeners) and children. */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Writes a text where it differs. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Writes an attribute where it differs; null takes it away. */
export function put(element, name, value) {
  if (value == null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Has `work` done before the next frame, once however often it is asked for. */
export function eachFrame(work) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      work();
    });
  };
}
