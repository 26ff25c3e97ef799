// One photograph: drop, paste or pick it and see it in colour. The network runs once: strength, saturation, temperature and rebalance move
// at once, here. Another model asks the daemon, and so do temperature and rebalance of a model whose distributions cannot be read here. The
// settings are in the address, so that they can be bookmarked; the photograph is not kept anywhere.

import { colorize, colours, request } from './api.js';
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
                if (name === 'saturation') this.#again();
                else this.#move();
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
        this.#move();
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

  /** The value of a slider; null where the model's recommendation is taken. */
  #chosen(name) {
    const range = this.#form.elements[name];
    return range.disabled ? null : Number(range.value);
  }

  /** The chosen temperature and rebalance. */
  #reading() {
    return [this.#chosen('temperature'), this.#chosen('rebalance')];
  }

  /** What the daemon is asked for: as chosen. */
  #query() {
    const query = new URLSearchParams();
    for (const element of this.#form.elements) {
      if (!element.name || element.disabled) continue;
      if (element.type === 'checkbox') element.checked && query.set(element.name, 'true');
      else if (element.value) query.set(element.name, element.value);
    }
    return query;
  }

  /** The picture that previews are made of: full strength, saturation 1 where one is chosen, and temperature and rebalance as given. */
  async #ask(file, signal) {
    const query = this.#query();
    query.set('strength', '1');
    if (query.has('saturation')) query.set('saturation', '1');
    const recommended = new URLSearchParams(query);
    recommended.delete('temperature');
    recommended.delete('rebalance');
    recommended.set('distribution', 'true');
    const { result, distribution } = await colorize(file, recommended, signal);
    if (unseen.includes(result.type)) return null;
    const live = await LiveColour.of(file, result, distribution && (await colours(distribution, signal)));
    const chosen = this.#reading();
    if (live.canRead(...chosen)) return live;
    return LiveColour.of(file, (await colorize(file, query, signal)).result, null, chosen);
  }

  /** One request at a time: a newer one cancels the one under way. */
  async #colour() {
    this.#work?.abort();
    const work = (this.#work = new AbortController());
    const file = this.#file;
    this.#state.replaceChildren(notice('loading', `Colouring ${file.name || 'the picture'}…`));
    try {
      const live = await this.#ask(file, work.signal);
      if (work.signal.aborted) return;
      this.#live = live;
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

  #move = throttled(40, () => {
    if (!this.#live) return undefined;
    return this.#live.canRead(...this.#reading()) ? this.#show() : this.#again();
  });

  async #show() {
    const preview = URL.createObjectURL(
      await this.#live.preview(this.#chosen('strength'), this.#chosen('saturation') ?? 1, ...this.#reading()),
    );
    const [, before] = this.#addresses;
    this.#addresses = [this.#original, preview];
    this.#slider.show(this.#original, preview, this.#file.name);
    if (before) setTimeout(() => URL.revokeObjectURL(before), 1000); // the browser may still be showing it
  }

  async #save() {
    const file = this.#file;
    const name = `coloured-${file.name || 'picture'}`;
    const result = await this.tell(this.#download, `${name} is ready.`, () => colorize(file, this.#query(), this.signal));
    if (!result) return;
    const address = URL.createObjectURL(result.result);
    h('a', { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}

customElements.define('try-page', TryPage);
