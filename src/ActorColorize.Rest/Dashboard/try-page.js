// One photograph: drop, paste or pick it and see it in colour. Strength and saturation move at once, here; temperature, rebalance and model
// ask the daemon. The settings are in the address, so that they can be bookmarked; the photograph is not kept anywhere.

import { colorize, request } from './api.js';
import { field, h, notice } from './dom.js';
import { LiveColour } from './live-colour.js';
import { Page, throttled } from './page.js';
import './compare.js';

const types = ['image/jpeg', 'image/png', 'image/webp', 'image/tiff', 'image/bmp', 'image/gif', '.tga', '.pbm', '.pgm', '.ppm'];
const unseen = ['image/tiff', 'image/x-tga', 'image/x-portable-anymap']; // what browsers do not show
const settle = 300; // milliseconds without a change before the picture is coloured again

class TryPage extends Page {
  #file = null;
  #work = null;
  #timer = 0;
  #live = null; // null where the browser cannot show the picture
  #original = '';
  #addresses = [];
  #slider = h('before-after');
  #state = h('div', { role: 'status' });
  #result = h('div', { hidden: true });
  #download = h('button', { type: 'button', class: 'primary', click: () => this.#save() }, 'Download at full size');
  #form = h('form', { class: 'sliders' });

  show() {
    const settings = new URLSearchParams(location.hash.split('?')[1] ?? '');
    const input = h('input', {
      type: 'file',
      id: 'picture-file',
      class: 'visually-hidden',
      accept: types.join(','),
      change: () => this.#take(input.files[0]),
    });
    const zone = h(
      'label',
      { class: 'drop', for: 'picture-file' },
      h('strong', {}, 'Drop a photograph here, paste one, or pick a file'),
      h('span', { class: 'dim' }, 'JPEG, PNG, WebP, TIFF, BMP, TGA, PBM, PGM, PPM or GIF. It is coloured by this daemon and not kept.'),
    );
    const slider = (name, label, max) => {
      const range = h('input', { type: 'range', name, min: 0, max, step: 0.05, value: 1, disabled: name !== 'strength' });
      const shown = h('output', {}, name === 'strength' ? '1' : 'as the model recommends');
      const own =
        name === 'strength'
          ? null
          : h('input', {
              type: 'checkbox',
              'aria-label': `Choose ${label.toLowerCase()}`,
              change: () => {
                range.disabled = !own.checked;
                shown.textContent = own.checked ? range.value : 'as the model recommends';
                this.#remember();
                this.#again();
              },
            });
      const given = settings.get(name);
      if (given !== null && Number(given) >= 0 && Number(given) <= max) {
        range.value = given;
        range.disabled = false;
        if (own) own.checked = true;
        shown.textContent = range.value;
      }
      range.addEventListener('input', () => {
        shown.textContent = range.value;
        this.#remember();
        if (name === 'strength' || name === 'saturation') this.#move();
        else this.#again();
      });
      return h('div', { class: 'slider' }, own, h('label', {}, h('span', {}, label), range), shown);
    };
    const model = h('select', { name: 'model', change: () => this.#again() }, h('option', { value: '' }, 'the daemon’s own'));
    this.#form.append(
      slider('strength', 'Strength', 1),
      slider('saturation', 'Saturation', 4),
      slider('temperature', 'Temperature', 1),
      slider('rebalance', 'Rebalance', 1),
      field('Model', model),
      h(
        'label',
        { class: 'check' },
        h('input', { type: 'checkbox', name: 'recolor', change: () => this.#again() }),
        ' It has colour already: colour it again',
      ),
    );
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
    request('/v1/models', { signal: this.signal }).then(
      ({ models }) => model.append(...models.map(({ name }) => h('option', { value: name }, name))),
      () => {},
    );
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

  /** Keeps the settings in the address. */
  #remember() {
    const query = new URLSearchParams();
    for (const range of this.#form.querySelectorAll('input[type=range]'))
      if (!range.disabled && (range.name !== 'strength' || range.value !== '1')) query.set(range.name, range.value);
    history.replaceState(null, '', `#/try${query.size ? `?${query}` : ''}`);
  }

  /** What the daemon is asked for; the preview's colours have full strength and, where a saturation is chosen, saturation 1. */
  #query(isPreview) {
    const query = new URLSearchParams();
    for (const element of this.#form.elements) {
      if (!element.name || element.disabled) continue;
      if (element.type === 'checkbox') element.checked && query.set(element.name, 'true');
      else if (element.value) query.set(element.name, isPreview && ['strength', 'saturation'].includes(element.name) ? '1' : element.value);
    }
    return query;
  }

  /** One request at a time: a newer one cancels the one under way. */
  async #colour() {
    this.#work?.abort();
    const work = (this.#work = new AbortController());
    const file = this.#file;
    this.#state.replaceChildren(notice('loading', `Colouring ${file.name || 'the picture'}…`));
    try {
      const result = await colorize(file, this.#query(true), work.signal);
      this.#live = unseen.includes(result.type) ? null : await LiveColour.of(file, result);
      if (work.signal.aborted) return;
      this.#forget();
      this.#original = URL.createObjectURL(file);
      this.#addresses = [this.#original];
      this.#slider.hidden = !this.#live;
      if (this.#live) await this.#show();
      this.#state.replaceChildren(this.#live ? '' : notice('empty', 'Browsers do not show files of this format: download the result.'));
      this.#result.hidden = false;
    } catch (problem) {
      if (problem.name === 'AbortError') return;
      this.#state.replaceChildren(notice('error', problem.message));
    }
  }

  #move = throttled(40, () => this.#live && this.#show());

  async #show() {
    const { strength, saturation } = this.#form.elements;
    const preview = URL.createObjectURL(
      await this.#live.preview(Number(strength.value), saturation.disabled ? 1 : Number(saturation.value)),
    );
    const [, before] = this.#addresses;
    this.#addresses = [this.#original, preview];
    this.#slider.show(this.#original, preview, this.#file.name);
    if (before) setTimeout(() => URL.revokeObjectURL(before), 1000); // the browser may still be showing it
  }

  async #save() {
    const file = this.#file;
    const name = `coloured-${file.name || 'picture'}`;
    const result = await this.tell(this.#download, `${name} is ready.`, () => colorize(file, this.#query(false), this.signal));
    if (!result) return;
    const address = URL.createObjectURL(result);
    h('a', { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}

customElements.define('try-page', TryPage);
