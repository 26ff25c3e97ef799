// The named models.

import { command, request } from './api.js';
import { count, h, notice, number, timeElement } from './dom.js';
import { Page, confirmed } from './page.js';

class ModelsPage extends Page {
  #place = h('div', {}, notice('loading', 'Loading the models…'));

  show() {
    this.append(h('h1', {}, 'Models'), this.#place);
    this.#load();
  }

  #load() {
    const place = this.#place;
    return this.attempt(place, async () => {
      const { models } = await request('/v1/models', { signal: this.signal });
      if (!models.length)
        return place.replaceChildren(
          notice(
            'empty',
            'No named models yet.',
            h(
              'p',
              {},
              'A checkpoint of a run becomes one with “Promote” on the run’s page. ' +
                'Until then, jobs use the model that comes with the daemon.',
            ),
          ),
        );
      place.replaceChildren(
        h(
          'ul',
          { class: 'rows' },
          models.map((model) =>
            h(
              'li',
              { class: 'row' },
              h(
                'div',
                { class: 'row-head' },
                h('strong', {}, model.name),
                h(
                  'button',
                  { type: 'button', class: 'danger end', click: (event) => this.#delete(event.currentTarget, model.name) },
                  'Delete',
                ),
              ),
              h(
                'dl',
                { class: 'figures' },
                [
                  ['From', h('a', { href: `#/runs/${encodeURIComponent(model.run)}` }, `step ${count(model.step)} of run ${model.run}`)],
                  ['Validation loss', number(model.validation_loss)],
                  ['Promoted', timeElement(model.promoted_at)],
                  ['File', model.file],
                  ['SHA-256', h('code', {}, model.sha256)],
                ].map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
              ),
            ),
          ),
        ),
      );
    });
  }

  async #delete(button, name) {
    if (!(await confirmed(`Delete the model “${name}” with its files?`, 'Delete'))) return;
    await this.tell(button, `The model “${name}” is deleted.`, () =>
      command(`/v1/models/${encodeURIComponent(name)}`, undefined, 'DELETE'),
    );
    await this.#load();
  }
}

customElements.define('models-page', ModelsPage);
