// Two to four runs in the same charts.

import { request } from './api.js';
import { View } from './chart.js';
import { badge, count, h, keyed, notice, number, setBadge, setText } from './dom.js';
import { Page, throttled } from './page.js';

const points = 600; // of each run's curve
const rereadEvery = 5_000; // milliseconds
export const mostCompared = 4;

const charts = [
  ['loss', 'Training loss per pixel (weighted nats)', (curves) => curves.steps.map((step, index) => [step, curves.loss[index]])],
  ['validation', 'Validation loss', (curves) => curves.validations.map((one) => [one.step, one.loss])],
  ['chroma', 'Mean chroma of the validation pictures', (curves) => curves.validations.map((one) => [one.step, one.mean_chroma])],
  [
    'scenes',
    'Scene accuracy',
    (curves) => curves.validations.filter((one) => one.scene_accuracy !== null).map((one) => [one.step, one.scene_accuracy]),
  ],
  ['rate', 'Learning rate', (curves) => curves.steps.map((step, index) => [step, curves.learning_rate[index]])],
  ['speed', 'Pictures per second', (curves) => curves.steps.map((step, index) => [step, curves.pictures_per_second[index]])],
];

class ComparePage extends Page {
  #runs = []; // {id, status, curves}
  #view = new View();
  #charts = {};
  #table = h('tbody', {});

  show() {
    const ids = [...new Set(this.dataset.subject.split(','))].slice(0, mostCompared);
    this.append(notice('loading', 'Loading the runs…'));
    this.attempt(this, async () => {
      this.#runs = await Promise.all(ids.map((id) => this.#read(id)));
      this.#build();
      this.#draw();
    });
    const follow = throttled(rereadEvery, () => this.#follow());
    this.onLive('runs', (list) => {
      const step = new Map((list.runs ?? []).map((run) => [run.run, `${run.step} ${run.phase}`]));
      if (this.#charts.loss && this.#runs.some((run) => step.has(run.id) && step.get(run.id) !== `${run.status.step} ${run.status.phase}`))
        follow();
    });
  }

  async #read(id) {
    const path = `/v1/runs/${encodeURIComponent(id)}`;
    const [status, curves] = await Promise.all([
      request(path, { signal: this.signal }),
      request(`${path}/curves?points=${points}`, { signal: this.signal }),
    ]);
    return { id, status, curves };
  }

  async #follow() {
    for (const run of this.#runs) Object.assign(run, await this.#read(run.id));
    this.#draw();
  }

  #build() {
    const smoothing = h('input', {
      type: 'range',
      min: 0,
      max: 0.99,
      step: 0.01,
      value: 0,
      input: () => {
        this.#view.smoothing = Number(smoothing.value);
        this.#charts.loss.redraw();
      },
    });
    const isLog = h('input', {
      type: 'checkbox',
      change: () => {
        this.#charts.loss.isLog = isLog.checked;
        this.#charts.validation.isLog = isLog.checked;
      },
    });
    const sections = charts.map(([key, label]) => {
      const element = h('line-chart', { id: `compare-${key}`, label });
      element.share(this.#view);
      this.#charts[key] = element;
      return h('section', { class: `card chart-${key === 'loss' ? 'loss' : key}`, 'data-chart': key }, h('h3', {}, label), element);
    });
    this.replaceChildren(
      h('p', { class: 'crumb' }, h('a', { href: '#/runs' }, 'Runs'), ' / Comparison'),
      h('h1', {}, `${this.#runs.length} runs compared`),
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'The runs' },
        h(
          'table',
          { class: 'compared' },
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              ['Run', 'State', 'Step', 'Best validation', 'Baseline', 'Faults', 'Folder'].map((name) => h('th', { scope: 'col' }, name)),
            ),
          ),
          this.#table,
        ),
      ),
      h(
        'div',
        { class: 'charts' },
        h(
          'div',
          { class: 'tools' },
          h('label', {}, 'Smoothing ', smoothing),
          h('label', {}, isLog, ' Logarithmic losses'),
          h('span', { class: 'dim small' }, 'Drag over a chart to zoom; double-click shows all.'),
        ),
        sections[0],
        h('div', { class: 'small-charts' }, sections.slice(1)),
      ),
    );
  }

  #draw() {
    keyed(
      this.#table,
      this.#runs,
      (run) => run.id,
      (run) => this.#row(run),
      (row, run) => this.#refresh(row, run),
    );
    for (const [key, , pointsOf] of charts) {
      const series = this.#runs.map((run, index) => ({
        name: this.#name(run),
        kind: `c${index}`,
        isSmoothable: key === 'loss',
        hasDots: key !== 'loss' && run.curves.validations.length < 100 && ['validation', 'chroma', 'scenes'].includes(key),
        points: pointsOf(run.curves),
      }));
      if (key === 'chroma') {
        const longest = this.#runs.reduce((one, other) => (other.curves.validations.length > one.curves.validations.length ? other : one));
        series.push({
          name: 'truth',
          kind: 'baseline',
          points: longest.curves.validations.map((one) => [one.step, one.truth_mean_chroma]),
        });
      }
      this.querySelector(`[data-chart=${key}]`).hidden = series.every((one) => !one.points.length);
      this.#charts[key].show(series);
    }
  }

  /** The name, with the end of the id where two runs share it. */
  #name(run) {
    const isShared = this.#runs.filter((other) => other.status.name === run.status.name).length > 1;
    return isShared ? `${run.status.name} (${run.id.slice(-6)})` : run.status.name;
  }

  #row(run) {
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        h('span', { class: `swatch c${this.#runs.indexOf(run)}`, 'aria-hidden': 'true' }),
        h('a', { href: `#/runs/${encodeURIComponent(run.id)}` }, this.#name(run)),
      ),
      h('td', {}, badge(run.status.phase)),
      ...['step', 'best', 'baseline', 'faults', 'folder'].map((name) => h('td', { class: name })),
    );
  }

  #refresh(row, run) {
    const validations = run.curves.validations.filter((one) => one.loss !== null);
    const best = validations.reduce((least, one) => (least && least.loss <= one.loss ? least : one), null);
    setBadge(row.querySelector('.badge'), run.status.phase);
    setText(row.querySelector('.step'), `${count(run.status.step)} of ${count(run.status.total_steps)}`);
    setText(row.querySelector('.best'), best ? `${number(best.loss)} at step ${count(best.step)}` : 'none yet');
    setText(row.querySelector('.baseline'), number(best?.baseline));
    setText(row.querySelector('.faults'), count(run.status.faults));
    setText(row.querySelector('.folder'), run.status.folder);
  }
}

customElements.define('compare-page', ComparePage);
