// One photograph: drop, paste or pick it and see it in colour; changed settings are applied at once.

import { colorize, request } from './api.js';
import { field, h, notice } from './dom.js';
import { Page } from './page.js';
import './compare.js';

const types = ['image/jpeg', 'image/png', 'image/webp', 'image/tiff'];
const settle = 300; // milliseconds without a change before the picture is coloured again

class TryPage extends Page {
  #file = null;
  #work = null;
  #timer = 0;
  #addresses = [];
  #slider = h('before-after');
  #state = h('div', { role: 'status' });
  #result = h('div', { hidden: true });
  #download = h('a', { class: 'button primary' }, 'Download');
  #form = h('form', { class: 'sliders' });

  show() {
    const input = h('input', { type: 'file', id: 'picture-file', class: 'visually-hidden', accept: types.join(','), change: () => this.#take(input.files[0]) });
    const zone = h('label', { class: 'drop', for: 'picture-file' },
      h('strong', {}, 'Drop a photograph here, paste one, or pick a file'),
      h('span', { class: 'dim' }, 'JPEG, PNG, WebP or TIFF. It is coloured by this daemon and not kept.'));
    const slider = (name, label, max) => {
      const range = h('input', { type: 'range', name, min: 0, max, step: 0.05, value: 1, disabled: name !== 'strength' });
      const shown = h('output', {}, name === 'strength' ? '1' : 'as the model recommends');
      const own = name === 'strength' ? null : h('input', { type: 'checkbox', 'aria-label': `Choose ${label.toLowerCase()}`, change: () => {
        range.disabled = !own.checked;
        shown.textContent = own.checked ? range.value : 'as the model recommends';
        this.#again();
      } });
      range.addEventListener('input', () => {
        shown.textContent = range.value;
        this.#again();
      });
      return h('div', { class: 'slider' }, own, h('label', {}, h('span', {}, label), range), shown);
    };
    const model = h('select', { name: 'model', change: () => this.#again() }, h('option', { value: '' }, 'the daemon’s own'));
    this.#form.append(
      slider('strength', 'Strength', 1), slider('saturation', 'Saturation', 4), slider('temperature', 'Temperature', 1), slider('rebalance', 'Rebalance', 1),
      field('Model', model),
      h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'recolor', change: () => this.#again() }), ' It has colour already: colour it again'));
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#result.append(this.#slider, h('div', { class: 'buttons' }, this.#download));
    this.append(h('h1', {}, 'Try it'), input, zone, h('div', { class: 'try' }, h('div', {}, this.#state, this.#result), this.#form));
    this.#state.append(notice('empty', 'No photograph yet.'));
    this.on(zone, 'dragover', (event) => {
      event.preventDefault();
      zone.classList.add('over');
    });
    this.on(zone, 'dragleave', () => zone.classList.remove('over'));
    this.on(zone, 'drop', (event) => {
      event.preventDefault();
      zone.classList.remove('over');
      this.#take(event.dataTransfer.files[0]);
    });
    this.on(document, 'paste', (event) => {
      const pasted = [...event.clipboardData.files].find((file) => types.includes(file.type));
      if (pasted) this.#take(pasted);
    });
    request('/v1/models', { signal: this.signal }).then(({ models }) => model.append(...models.map(({ name }) => h('option', { value: name }, name))), () => {});
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#work?.abort();
    this.#forget();
  }

  #forget() {
    for (const address of this.#addresses.splice(0)) URL.revokeObjectURL(address);
  }

  #take(file) {
    if (!file) return;
    this.#file = file;
    this.#result.hidden = true;
    this.#colour();
  }

  #again() {
    if (!this.#file) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#colour(), settle);
  }

  /** One request at a time: a newer one cancels the one under way. */
  async #colour() {
    this.#work?.abort();
    const work = (this.#work = new AbortController());
    const file = this.#file;
    this.#state.replaceChildren(notice('loading', `Colouring ${file.name || 'the picture'}…`));
    const query = new URLSearchParams();
    for (const element of this.#form.elements) {
      if (!element.name || element.disabled) continue;
      if (element.type === 'checkbox') element.checked && query.set(element.name, 'true');
      else if (element.value) query.set(element.name, element.value);
    }
    try {
      const result = await colorize(file, query, work.signal);
      this.#forget();
      this.#addresses = [URL.createObjectURL(file), URL.createObjectURL(result)];
      this.#download.href = this.#addresses[1];
      this.#download.download = `coloured-${file.name || 'picture'}`;
      const isTiff = result.type === 'image/tiff';
      this.#slider.hidden = isTiff;
      if (!isTiff) this.#slider.show(...this.#addresses, file.name);
      this.#state.replaceChildren(isTiff ? notice('empty', 'Done. Browsers do not show TIFF files: download the result.') : '');
      this.#result.hidden = false;
    } catch (problem) {
      if (problem.name === 'AbortError') return;
      this.#state.replaceChildren(notice('error', problem.message));
    }
  }
}

customElements.define('try-page', TryPage);
