// A picture before and after, with a slider between: <before-after>.

import { h } from './dom.js';

class BeforeAfter extends HTMLElement {
  #before = h('img', { alt: 'Before' });
  #after = h('img', { alt: 'After', class: 'after' });
  #line = h('div', { class: 'divider', 'aria-hidden': 'true' });
  #range = h('input', { type: 'range', min: 0, max: 100, value: 50, 'aria-label': 'Divide between before and after' });

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(h('div', { class: 'stage' }, this.#before, this.#after, this.#line), this.#range);
    this.#range.addEventListener('input', () => this.#divide());
    const stage = this.firstElementChild;
    const drag = (event) => {
      if (!(event.buttons & 1)) return;
      const box = stage.getBoundingClientRect();
      this.#range.value = (100 * (event.clientX - box.left)) / box.width;
      this.#divide();
    };
    stage.addEventListener('pointerdown', drag);
    stage.addEventListener('pointermove', drag);
    this.#divide();
  }

  /** Shows two pictures by their addresses. */
  show(before, after, name = '') {
    this.#before.src = before;
    this.#after.src = after;
    this.#before.alt = `${name} before`.trim();
    this.#after.alt = `${name} after`.trim();
    this.#after.hidden = !after;
  }

  #divide() {
    const at = Number(this.#range.value);
    this.#after.style.clipPath = `inset(0 0 0 ${at}%)`;
    this.#line.style.left = `${at}%`;
  }
}

customElements.define('before-after', BeforeAfter);
