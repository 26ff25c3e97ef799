// The runs: a list that stays current, and the form that starts one.

import { command, request } from './api.js';
import { badge, count, duration, field, h, keyed, notice, number, progress, setBadge, setText, timeElement } from './dom.js';
import { Page } from './page.js';
import { mostCompared } from './compare-page.js';
import { sparkline } from './spark.js';

const detailsEvery = 10_000; // milliseconds between readings of a row's curve

class RunsPage extends Page {
  #list = h('ul', { class: 'rows', id: 'runs' });
  #place = h('div', {}, notice('loading', 'Loading the runs…'));
  #more = h('p', { class: 'dim' });
  #compared = new Set();
  #compare = h('button', {
    type: 'button',
    hidden: true,
    click: () => (location.hash = `#/compare/${[...this.#compared].map(encodeURIComponent).join(',')}`),
  });
  #read = new Map(); // run: time and step of the last reading

  show() {
    this.append(
      h(
        'div',
        { class: 'title' },
        h('h1', {}, 'Training runs'),
        h(
          'div',
          { class: 'buttons' },
          this.#compare,
          h('button', { type: 'button', class: 'primary daemon-only', click: () => this.#form() }, 'Start a run'),
        ),
      ),
      this.#place,
      this.#more,
    );
    this.onLive('runs', (list) => this.#update(list));
  }

  #update(list) {
    if (list.problem) return this.#place.replaceChildren(notice('error', `The runs cannot be read: ${list.problem}`));
    if (!list.runs.length)
      return this.#place.replaceChildren(
        notice(
          'empty',
          'No runs yet.',
          h('p', {}, 'Start one here, or with:'),
          h('pre', {}, 'actorcolorize run start --data PHOTOS --run RUN'),
        ),
      );
    if (this.#list.parentElement !== this.#place) this.#place.replaceChildren(this.#list);
    keyed(
      this.#list,
      list.runs,
      (run) => run.run,
      (run) => this.#row(run),
      (row, run) => this.#refresh(row, run),
    );
    setText(this.#more, list.next ? `The newest ${list.runs.length} runs; 'actorcolorize run list' shows all.` : '');
  }

  #row(run) {
    const link = h('a', { href: `#/runs/${encodeURIComponent(run.run)}` }, run.name);
    const choice = h('input', { type: 'checkbox', change: () => this.#choose(run.run, choice) });
    const row = h(
      'li',
      { class: 'row' },
      h('div', { class: 'row-head' }, link, badge(run.phase), h('label', { class: 'choice' }, choice, ' Compare')),
      h('div', { class: 'row-spark' }),
      h(
        'div',
        { class: 'row-figures' },
        h('span', { class: 'steps' }),
        h('span', { class: 'best' }),
        h('span', { class: 'left' }),
        h('span', { class: 'device dim' }),
      ),
      progress(`Progress of ${run.name}`),
      h('div', { class: 'dim small' }, run.folder, ' · ', timeElement(run.submitted_at)),
    );
    return row;
  }

  #choose(run, choice) {
    if (choice.checked) this.#compared.add(run);
    else this.#compared.delete(run);
    this.#compare.hidden = this.#compared.size < 2;
    setText(this.#compare, `Compare ${this.#compared.size} runs`);
    for (const box of this.#list.querySelectorAll('.choice input')) box.disabled = !box.checked && this.#compared.size === mostCompared;
  }

  #refresh(row, run) {
    setBadge(row.querySelector('.badge'), run.phase);
    setText(
      row.querySelector('.steps'),
      run.total_steps
        ? `step ${count(run.step)} of ${count(run.total_steps)}`
        : ['failed', 'stopped'].includes(run.phase)
          ? 'never began'
          : 'being prepared',
    );
    const bar = row.querySelector('progress');
    bar.max = run.total_steps || 1;
    bar.value = run.step;
    const before = this.#read.get(run.run);
    const key = `${run.step} ${run.phase}`;
    if (before && (before.key === key || Date.now() - before.at < detailsEvery)) return;
    this.#read.set(run.run, { at: Date.now(), key });
    this.#details(row, run.run).catch(() => this.#read.delete(run.run));
  }

  async #details(row, id) {
    const path = `/v1/runs/${encodeURIComponent(id)}`;
    const [status, curves] = await Promise.all([
      request(path, { signal: this.signal }),
      request(`${path}/curves?points=60`, { signal: this.signal }),
    ]);
    const validations = curves.validations.filter((one) => one.loss !== null);
    const best = validations.reduce((least, one) => (least && least.loss <= one.loss ? least : one), null);
    setText(row.querySelector('.best'), best ? `best validation ${number(best.loss)} (step ${count(best.step)})` : 'no validation yet');
    const remaining = status.progress?.remaining_seconds;
    setText(row.querySelector('.left'), remaining && status.phase === 'running' ? `${duration(remaining)} left` : '');
    setText(row.querySelector('.device'), status.doing ?? '');
    const points = curves.steps.map((step, index) => [step, curves.loss[index]]);
    row.querySelector('.row-spark').replaceChildren(sparkline(points, `Training loss of ${status.name}`));
  }

  #form() {
    const alert = h('p', { class: 'form-error', role: 'alert' });
    const input = (name, attributes = {}) => h('input', { name, ...attributes });
    const form = h(
      'form',
      { method: 'dialog', class: 'form' },
      h('h2', { id: 'start-title' }, 'Start a run'),
      field('Photographs', input('data', { required: true, placeholder: '/photos' }), 'Folder on the daemon’s machine; absolute'),
      field('Run folder', input('folder', { required: true, placeholder: '/runs/first' }), 'Made, or continued if it holds a run'),
      field('Name', input('name'), 'The folder’s name if empty'),
      field(
        'Preset',
        h(
          'select',
          { name: 'preset' },
          ['', 'tiny', 'quarter', 'half', 'full', 'landscapes-64', 'landscapes-96'].map((name) =>
            h('option', { value: name }, name || 'the daemon’s default'),
          ),
        ),
      ),
      h(
        'div',
        { class: 'pair' },
        field('Steps', input('steps', { type: 'number', min: 1 })),
        field('Pictures per step', input('batch', { type: 'number', min: 1 })),
      ),
      h(
        'details',
        {},
        h('summary', {}, 'More'),
        h(
          'div',
          { class: 'pair' },
          field('Seed', input('seed', { type: 'number', min: 0 })),
          field(
            'Number format',
            h(
              'select',
              { name: 'precision' },
              [
                ['', 'as the device'],
                ['fp32', 'fp32'],
                ['bf16', 'bf16'],
              ].map(([value, text]) => h('option', { value }, text)),
            ),
          ),
        ),
        field('Configuration file', input('configuration'), 'In place of a preset; absolute'),
        field('Profile', input('profile'), 'Published profile of colour bins and weights'),
        field('Checkpoint', input('checkpoint'), 'Checkpoint of another run to begin from; absolute'),
        field('Recovery', input('recovery', { placeholder: 'name=value,name=value' })),
      ),
      alert,
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', click: () => dialog.close() }, 'Cancel'),
        h('button', { type: 'submit', class: 'primary' }, 'Start'),
      ),
    );
    const dialog = h('dialog', { 'aria-labelledby': 'start-title', close: () => dialog.remove() }, form);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const body = {};
      for (const [name, value] of new FormData(form)) {
        if (value.trim()) body[name] = ['steps', 'batch', 'seed'].includes(name) ? Number(value) : value.trim();
      }
      try {
        const { run } = await command('/v1/runs', body);
        dialog.close();
        location.hash = `#/runs/${encodeURIComponent(run)}`;
      } catch (problem) {
        alert.textContent = problem.message;
      }
    });
    this.append(dialog);
    dialog.showModal();
  }
}

customElements.define('runs-page', RunsPage);
