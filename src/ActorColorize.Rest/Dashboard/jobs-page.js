// The jobs: a list that stays current, and the form that submits one.

import { command } from './api.js';
import { badge, count, field, h, keyed, notice, progress, setBadge, setText, timeElement } from './dom.js';
import { chooseFolder, roots } from './folders.js';
import { Page } from './page.js';

class JobsPage extends Page {
  #list = h('ul', { class: 'rows', id: 'jobs' });
  #place = h('div', {}, notice('loading', 'Loading the jobs…'));
  #more = h('p', { class: 'dim' });

  show() {
    this.append(
      h(
        'div',
        { class: 'title' },
        h('h1', {}, 'Jobs'),
        h('button', { type: 'button', class: 'primary daemon-only', click: () => this.#form() }, 'Submit a job'),
      ),
      this.#place,
      this.#more,
    );
    this.onLive('jobs', (list) => this.#update(list));
  }

  #update(list) {
    if (list.problem) return this.#place.replaceChildren(notice('error', `The jobs cannot be read: ${list.problem}`));
    if (!list.jobs.length)
      return this.#place.replaceChildren(
        notice(
          'empty',
          'No jobs yet.',
          h('p', {}, 'Submit one here, or with:'),
          h('pre', {}, 'actorcolorize job submit OLD-PHOTOS --out COLOURED'),
        ),
      );
    if (this.#list.parentElement !== this.#place) this.#place.replaceChildren(this.#list);
    keyed(
      this.#list,
      list.jobs,
      (job) => job.job,
      (job) => this.#row(job),
      (row, job) => this.#refresh(row, job),
    );
    setText(this.#more, list.next ? `The newest ${list.jobs.length} jobs; 'actorcolorize job list' shows all.` : '');
  }

  #row(job) {
    const name = job.input.split('/').filter(Boolean).pop() ?? job.input;
    return h(
      'li',
      { class: 'row' },
      h('div', { class: 'row-head' }, h('a', { href: `#/jobs/${encodeURIComponent(job.job)}` }, name), badge(job.phase)),
      h('div', { class: 'row-figures' }, h('span', { class: 'done' }), h('span', { class: 'failed' })),
      progress(`Progress of ${name}`),
      h('div', { class: 'dim small' }, `${job.input} → ${job.output} · ${job.client} · `, timeElement(job.submitted_at)),
    );
  }

  #refresh(row, job) {
    setBadge(row.querySelector('.badge'), job.phase);
    const settled = job.done + job.skipped + job.failed + job.quarantined;
    setText(
      row.querySelector('.done'),
      `${count(settled)} of ${count(job.items)} pictures${job.skipped ? `, ${count(job.skipped)} skipped` : ''}`,
    );
    setText(row.querySelector('.failed'), job.failed + job.quarantined ? `${count(job.failed + job.quarantined)} failed` : '');
    const bar = row.querySelector('progress');
    bar.max = job.items || 1;
    bar.value = settled;
  }

  #form() {
    const alert = h('p', { class: 'form-error', role: 'alert' });
    const input = (name, attributes = {}) => h('input', { name, ...attributes });
    const path = (name, label, hint, placeholder, picks) => {
      const text = input(name, { required: true, placeholder });
      const browse = h(
        'button',
        { type: 'button', hidden: true, 'aria-label': `Browse for ${label.toLowerCase()}`, click: pick },
        'Browse…',
      );
      async function pick() {
        const chosen = await chooseFolder(`Choose ${label.toLowerCase()}`, text.value.trim(), picks);
        if (chosen !== null) text.value = chosen;
        text.focus();
      }
      return [h('div', { class: 'with-button' }, field(label, text, hint), browse), browse];
    };
    const [photographs, browsePhotographs] = path(
      'input',
      'Photographs',
      'A folder or one picture on the daemon’s machine; absolute',
      '/photos/1920s',
      true,
    );
    const [results, browseResults] = path('output', 'Results', 'A folder outside of it', '/photos/1920s-coloured', false);
    roots(this.signal).then(
      (found) => (browsePhotographs.hidden = browseResults.hidden = !found.length),
      () => {}, // the paths can be typed
    );
    const form = h(
      'form',
      { class: 'form' },
      h('h2', { id: 'submit-title' }, 'Submit a job'),
      photographs,
      results,
      field('Model', input('model'), 'Name or path; the daemon’s own if empty'),
      h(
        'details',
        {},
        h('summary', {}, 'Colours'),
        h(
          'div',
          { class: 'pair' },
          field('Strength', input('strength', { type: 'number', min: 0, max: 1, step: 'any' }), '0 to 1'),
          field('Saturation', input('saturation', { type: 'number', min: 0, max: 4, step: 'any' }), '0 to 4'),
        ),
        h(
          'div',
          { class: 'pair' },
          field('Temperature', input('temperature', { type: 'number', min: 0, max: 1, step: 'any' }), '0 to 1'),
          field('Rebalance', input('rebalance', { type: 'number', min: 0, max: 1, step: 'any' }), '0 to 1'),
        ),
        h('label', { class: 'check' }, input('recolor', { type: 'checkbox' }), ' Colour pictures again that have colour already'),
      ),
      alert,
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', click: () => dialog.close() }, 'Cancel'),
        h('button', { type: 'submit', class: 'primary' }, 'Submit'),
      ),
    );
    const dialog = h('dialog', { 'aria-labelledby': 'submit-title', close: () => dialog.remove() }, form);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const body = {};
      for (const [name, value] of new FormData(form)) {
        if (name === 'recolor') body.recolor = true;
        else if (value.trim()) body[name] = ['input', 'output', 'model'].includes(name) ? value.trim() : Number(value);
      }
      try {
        const { job } = await command('/v1/jobs', body);
        dialog.close();
        location.hash = `#/jobs/${encodeURIComponent(job)}`;
      } catch (problem) {
        alert.textContent = problem.message;
      }
    });
    this.append(dialog);
    dialog.showModal();
  }
}

customElements.define('jobs-page', JobsPage);
