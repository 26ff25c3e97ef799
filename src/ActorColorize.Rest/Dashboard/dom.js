// Building elements, and numbers and times as text.

/** An element. Functions become listeners, true and false switch attributes, null leaves them out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (name === 'value') element.value = value ?? '';
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/** An SVG element. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...children.flat(Infinity).filter(Boolean));
  return element;
}

/** Writes text only where it differs, so that a selection and a screen reader's position survive. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Makes the children of a list match entries: what is there is kept and updated in place, so that scroll, focus and selection survive.
 * make(entry) builds an element, update(element, entry) brings it up to date.
 */
export function keyed(parent, entries, key, make, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const entry of entries) {
    const name = String(key(entry));
    let child = known.get(name);
    known.delete(name);
    if (!child) {
      child = make(entry);
      child.dataset.key = name;
    }
    update(child, entry);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const gone of known.values()) gone.remove();
}

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const count = (value) => plain.format(value ?? 0);

/** A number with a few significant digits. */
export function number(value, digits = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e7)) return value.toExponential(2);
  return new Intl.NumberFormat('en', { maximumSignificantDigits: digits }).format(value);
}

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${number(value, 3)} ${units[unit]}`;
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  return `${number(seconds / 86400, 2)} days`;
}

/** A time in the viewer's zone: the time of day, with the date where it is not today. */
export function time(at) {
  if (!at) return '–';
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(undefined, isToday ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' });
}

export const timeElement = (at) => h('time', { datetime: at ?? '', title: at ? new Date(at).toString() : '' }, time(at));

export const words = (name) => String(name).replaceAll('_', ' ');

const kinds = {
  running: 'good',
  completed: 'good',
  done: 'good',
  scanning: 'good',
  finalizing: 'good',
  up: 'good',
  failed: 'bad',
  unsaved: 'bad',
  quarantined: 'bad',
  unreachable: 'bad',
  missing: 'bad',
  completed_with_errors: 'warn',
  paused: 'warn',
  pausing: 'warn',
  stopping: 'warn',
  cancelling: 'warn',
};

/** A phase or state as a coloured word. */
export const badge = (phase) => h('span', { class: `badge ${kinds[phase] ?? 'plain'}` }, words(phase));

export function setBadge(element, phase) {
  element.className = `badge ${kinds[phase] ?? 'plain'}`;
  setText(element, words(phase));
}

/** A bar of progress with its meaning as text for screen readers. */
export function progress(label) {
  return h('progress', { max: 1, value: 0, 'aria-label': label });
}

/** What stands where content would be: loading, empty and error look different. */
export function notice(kind, text, ...more) {
  return h('div', { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : null }, h('p', {}, text), ...more);
}

/** A labelled field of a form. */
export function field(label, input, hint) {
  return h('label', { class: 'field' }, h('span', {}, label), input, hint ? h('small', {}, hint) : null);
}
