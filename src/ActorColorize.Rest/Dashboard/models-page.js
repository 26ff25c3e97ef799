// The named models.

import { request } from './api.js';
import { count, h, notice, number, timeElement } from './dom.js';
import { Page } from './page.js';

class ModelsPage extends Page {
  show() {
    const place = h('div', {}, notice('loading', 'Loading the models…'));
    this.append(h('h1', {}, 'Models'), place);
    this.attempt(place, async () => {
      const { models } = await request('/v1/models', { signal: this.signal });
      if (!models.length)
        return place.replaceChildren(notice('empty', 'No named models yet.', h('p', {}, 'A checkpoint of a run becomes one with “Promote” on the run’s page. Until then, jobs use the model that comes with the daemon.')));
      place.replaceChildren(h('ul', { class: 'rows' }, models.map((model) => h('li', { class: 'row' },
        h('div', { class: 'row-head' }, h('strong', {}, model.name)),
        h('dl', { class: 'figures' },
          [['From', h('a', { href: `#/runs/${encodeURIComponent(model.run)}` }, `step ${count(model.step)} of run ${model.run}`)],
            ['Validation loss', number(model.validation_loss)], ['Promoted', timeElement(model.promoted_at)],
            ['File', model.file], ['SHA-256', h('code', {}, model.sha256)]]
            .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))))))));
    });
  }
}

customElements.define('models-page', ModelsPage);
