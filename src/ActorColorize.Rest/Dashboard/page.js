// What all pages have in common: they listen while they are shown, and say what went wrong.

import { Problem, live } from './api.js';
import { h, notice } from './dom.js';

export class Page extends HTMLElement {
  #shown = new AbortController();

  connectedCallback() {
    this.#shown = new AbortController();
    this.show();
  }

  disconnectedCallback() {
    this.#shown.abort();
  }

  /** Aborted when the page is left. */
  get signal() {
    return this.#shown.signal;
  }

  /** Listens until the page is left. */
  on(target, event, handler) {
    target.addEventListener(event, handler, { signal: this.signal });
  }

  /** Calls a function of the event stream's data until the page is left. */
  onLive(event, handler) {
    this.on(live, event, (happened) => refresh(() => handler(happened.detail)));
  }

  /** Runs something; what goes wrong replaces the content of a place, with a button to try again. */
  async attempt(place, action) {
    try {
      await action();
    } catch (problem) {
      if (problem.name === 'AbortError' || problem.status === 401) return;
      if (!(problem instanceof Problem)) console.error(problem);
      const again = h('button', { type: 'button', click: () => this.attempt(place, action) }, 'Try again');
      place.replaceChildren(notice('error', problem.message, again));
    }
  }

  /** Runs a command of a button; says how it went. */
  async tell(button, done, action) {
    button.disabled = true;
    try {
      const answer = await action();
      message(typeof done === 'function' ? done(answer) : done);
      return answer;
    } catch (problem) {
      if (!(problem instanceof Problem)) console.error(problem);
      message(problem.message, 'error');
      return null;
    } finally {
      button.disabled = false;
    }
  }
}

/** Asks before something that cannot be taken back; true if it may be done. */
export function confirmed(question, action) {
  return new Promise((answer) => {
    const dialog = h(
      'dialog',
      { 'aria-labelledby': 'question', close: () => (dialog.remove(), answer(dialog.returnValue === 'yes')) },
      h(
        'form',
        { method: 'dialog', class: 'form' },
        h('h2', { id: 'question' }, question),
        h(
          'div',
          { class: 'buttons' },
          h('button', { value: 'no', autofocus: true }, 'Cancel'),
          h('button', { value: 'yes', class: 'danger' }, action),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A line at the foot of the window that goes away by itself. */
export function message(text, kind = 'plain') {
  const close = h('button', { type: 'button', 'aria-label': 'Close message', click: () => line.remove() }, '×');
  const line = h('div', { class: `message ${kind}` }, h('span', {}, text), close);
  document.getElementById('messages').append(line);
  setTimeout(() => line.remove(), kind === 'error' ? 15_000 : 5_000);
}

/** Brings up to date what is shown. If the connection is lost it stays as it was: the top of the window says so. */
export async function refresh(action) {
  try {
    await action();
  } catch (problem) {
    if (!(problem instanceof Problem) && problem.name !== 'AbortError') reportError(problem);
  }
}

/** Refreshes at most once in an interval, and never twice at the same time; the last call is never lost. */
export function throttled(interval, action) {
  let [isBusy, isWanted, last] = [false, false, 0];
  const run = async () => {
    if (isBusy) return void (isWanted = true);
    isBusy = true;
    const wait = last + interval - Date.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    isWanted = false;
    last = Date.now();
    await refresh(action);
    isBusy = false;
    if (isWanted) run();
  };
  return run;
}
