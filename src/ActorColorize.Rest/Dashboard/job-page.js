// One job: its progress, its pictures by state with reasons, a gallery before and after with a review, and what can be done with it.

import { command, live, picture, request } from './api.js';
import { badge, count, duration, field, h, keyed, notice, number, progress, setBadge, setText, time } from './dom.js';
import { Page, confirmed, refresh, throttled } from './page.js';
import './compare.js';

const pageSize = 24;
const thumbnailSide = 320;
const largeSide = 1200;
const ends = ['completed', 'completed_with_errors', 'failed', 'cancelled'];
const states = ['done', 'approved', 'rejected', 'skipped', 'failed', 'quarantined', 'leased', 'pending'];
const reviews = ['approved', 'rejected']; // those of the states that a person decides

class JobPage extends Page {
  #path = '';
  #job = null;
  #reviews = { approved: 0, rejected: 0 };
  #parts = null;
  #state = 'done';
  #cursors = [null]; // of the pages up to the one shown
  #items = [];
  #addresses = new Map();

  show() {
    this.#path = `/v1/jobs/${encodeURIComponent(this.dataset.subject)}`;
    this.append(notice('loading', 'Loading the job…'));
    this.attempt(this, async () => {
      const job = await request(this.#path, { signal: this.signal });
      this.#build(job);
      this.#reviews = await request(`${this.#path}/reviews`, { signal: this.signal });
      this.#take(job);
      live.watch({ job: job.job, jobAfter: job.last_sequence }); // not the whole history: it may have 100,000 events
      await this.#loadItems();
    });
    const follow = throttled(1000, () => this.#refresh());
    this.onLive('job.progress', () => this.#parts && follow());
    this.onLive('job.any', () => this.#parts && follow());
    this.onLive('job.end', async () => {
      await this.#refresh();
      if (!ends.includes(this.#job.phase)) live.retry(); // an event was missing
    });
    const refill = throttled(3000, () => this.#loadItems());
    this.onLive('job.progress', () => this.#parts && this.#items.length < pageSize && refill());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const address of this.#addresses.values()) URL.revokeObjectURL(address);
    this.#addresses.clear();
  }

  #build(job) {
    const button = (text, name, done, body) =>
      h(
        'button',
        {
          type: 'button',
          click: async (event) => {
            await this.tell(event.currentTarget, done, () => command(`${this.#path}/${name}`, body));
            await refresh(() => this.#afterCommand());
          },
        },
        text,
      );
    const parts = (this.#parts = {
      badge: badge(job.phase),
      bar: progress('Progress of the job'),
      figures: h('dl', { class: 'figures' }),
      pauses: h('div', {}),
      pause: button('Pause', 'pause', 'The job is paused; pictures in progress are finished.', {}),
      resume: button('Resume', 'resume', 'The job goes on.'),
      cancel: button('Cancel', 'cancel', 'The job is being cancelled; finished pictures stay.'),
      retry: button('Retry failed', 'retry', (answer) => `${count(answer.taken_up)} pictures are tried again.`, {}),
      again: h('button', { type: 'button', class: 'daemon-only', click: () => this.#againForm() }, 'Run rejected again'),
      remove: h('button', { type: 'button', class: 'danger daemon-only', click: (event) => this.#delete(event.currentTarget) }, 'Delete'),
      priority: h(
        'select',
        {
          'aria-label': 'Priority',
          change: (event) =>
            this.tell(event.currentTarget, 'The priority is changed.', () =>
              command(`${this.#path}/priority`, { priority: parts.priority.value }, 'PUT'),
            ),
        },
        ['lowest', 'low', 'normal', 'high', 'highest'].map((name) => h('option', { value: name }, name)),
      ),
      tabs: h('div', { class: 'tabs', role: 'group', 'aria-label': 'Pictures by state' }),
      items: h('div', {}, notice('loading', 'Loading the pictures…')),
      pages: h('div', { class: 'tools' }),
    });
    parts.priority.value = job.priority;
    parts.tabs.append(
      ...states.map((state) =>
        h('button', {
          type: 'button',
          'data-state': state,
          'aria-pressed': String(state === this.#state),
          click: () => this.#choose(state),
        }),
      ),
    );
    parts.previous = h('button', { type: 'button', click: () => this.#turn(-1) }, '← Previous');
    parts.next = h('button', { type: 'button', click: () => this.#turn(1) }, 'Next →');
    parts.pages.append(parts.previous, parts.next);
    this.replaceChildren(
      h('p', { class: 'crumb' }, h('a', { href: '#/jobs' }, 'Jobs'), ' / ', job.job),
      h(
        'div',
        { class: 'title' },
        h('h1', {}, job.input.split('/').filter(Boolean).pop() ?? job.input),
        parts.badge,
        h(
          'div',
          { class: 'buttons' },
          parts.pause,
          parts.resume,
          parts.cancel,
          parts.retry,
          parts.again,
          parts.remove,
          h('label', { class: 'inline' }, 'Priority ', parts.priority),
        ),
      ),
      parts.bar,
      parts.figures,
      parts.pauses,
      h('h2', {}, 'Pictures'),
      parts.tabs,
      parts.items,
      parts.pages,
    );
  }

  async #afterCommand() {
    const wasOver = ends.includes(this.#job.phase);
    await this.#refresh();
    if (wasOver) live.retry(); // the events of an ended job had ended as well
  }

  async #refresh() {
    this.#take(await request(this.#path, { signal: this.signal }));
  }

  #take(job) {
    this.#job = job;
    const parts = this.#parts;
    setBadge(parts.badge, job.phase);
    const settled = job.done + job.skipped + job.failed + job.quarantined;
    parts.bar.max = job.items || 1;
    parts.bar.value = settled;
    const isOver = ends.includes(job.phase);
    const isPaused = job.pauses.length > 0;
    parts.pause.hidden = isOver || isPaused || job.phase === 'cancelling';
    parts.resume.hidden = isOver || !isPaused;
    parts.cancel.hidden = isOver || job.phase === 'cancelling';
    parts.retry.hidden = !(job.failed && isOver);
    parts.again.hidden = !this.#reviews.rejected;
    parts.remove.hidden = !isOver;
    parts.priority.parentElement.hidden = isOver;
    if (document.activeElement !== parts.priority) parts.priority.value = job.priority;
    const entries = [
      ['Pictures', `${count(settled)} of ${count(job.items)}${job.is_scanned ? '' : ' found so far'}`],
      ['Rate', isOver ? '–' : `${number(job.pictures_per_second, 3)} pictures per second`],
      ['Ends', isOver ? time(job.ended_at) : job.remaining_seconds ? `in ${duration(job.remaining_seconds)}` : '–'],
      ['Waits for', job.waits_for ?? '–'],
      ['Model', job.model],
      ['From', job.input],
      ['To', job.output],
      ['Submitted', `${time(job.submitted_at)} by ${job.client}`],
    ];
    if (job.rejected_of)
      entries.push(['Only', h('a', { href: `#/jobs/${encodeURIComponent(job.rejected_of)}` }, `rejected ones of job ${job.rejected_of}`)]);
    const settings = [
      `strength ${number(job.strength, 3)}`,
      `saturation ${number(job.saturation, 3)}`,
      `temperature ${number(job.temperature, 3)}`,
    ];
    if (job.rebalance !== null) settings.push(`rebalance ${number(job.rebalance, 3)}`);
    entries.push(['Colours', settings.join(', ')]);
    if (job.detail) entries.push(['Result', job.detail]);
    keyed(
      parts.figures,
      entries,
      ([name]) => name,
      ([name]) => h('div', {}, h('dt', {}, name), h('dd', {})),
      (element, [, value]) =>
        value instanceof Element ? element.lastChild.textContent || element.lastChild.append(value) : setText(element.lastChild, value),
    );
    parts.pauses.replaceChildren(
      ...job.pauses.map((pause) =>
        h('p', { class: 'dim' }, `Paused by ${pause.owner} since ${time(pause.since)}${pause.reason ? `: ${pause.reason}` : ''}`),
      ),
    );
    const counts = {
      done: job.done,
      ...this.#reviews,
      skipped: job.skipped,
      failed: job.failed,
      quarantined: job.quarantined,
      leased: job.leased,
      pending: job.items - settled - job.leased,
    };
    for (const tab of parts.tabs.children)
      tab.hidden = reviews.includes(tab.dataset.state) && !counts[tab.dataset.state] && tab.dataset.state !== this.#state;
    for (const tab of parts.tabs.children) setText(tab, `${tab.dataset.state} ${count(counts[tab.dataset.state])}`);
  }

  #choose(state) {
    this.#state = state;
    this.#cursors = [null];
    for (const tab of this.#parts.tabs.children) tab.setAttribute('aria-pressed', String(tab.dataset.state === state));
    this.attempt(this.#parts.items, () => this.#loadItems());
  }

  #turn(by) {
    if (by < 0) this.#cursors.pop();
    else this.#cursors.push(this.#next);
    this.attempt(this.#parts.items, () => this.#loadItems());
  }

  #next = null;

  async #loadItems() {
    const parts = this.#parts;
    const state = this.#state;
    const query = new URLSearchParams({ [reviews.includes(state) ? 'review' : 'state']: state, limit: pageSize });
    let [items, next] = [[], this.#cursors.at(-1)];
    do {
      // A page looks through a part of a large job, which may hold none of the pictures wanted
      if (next !== null) query.set('cursor', next);
      ({ items, next } = await request(`${this.#path}/items?${query}`, { signal: this.signal }));
      if (state !== this.#state) return;
    } while (!items.length && next !== null);
    [this.#items, this.#next] = [items, next];
    parts.previous.hidden = this.#cursors.length < 2;
    parts.next.hidden = next === null;
    if (!items.length) return parts.items.replaceChildren(notice('empty', `No pictures are ${state}.`));
    if (state === 'done' || state === 'skipped' || reviews.includes(state)) this.#gallery(items);
    else this.#table(items);
  }

  #table(items) {
    this.#parts.items.replaceChildren(
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Pictures' },
        h(
          'table',
          {},
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              ['Picture', 'Reason'].map((name) => h('th', { scope: 'col' }, name)),
            ),
          ),
          h(
            'tbody',
            {},
            items.map((item) => h('tr', {}, h('th', { scope: 'row' }, item.item), h('td', {}, item.reason ?? '–'))),
          ),
        ),
      ),
    );
  }

  #gallery(items) {
    const place = this.#parts.items;
    let grid = place.querySelector('.gallery');
    if (!grid) {
      grid = h('ul', { class: 'gallery' });
      place.replaceChildren(grid);
    }
    keyed(
      grid,
      items,
      (item) => item.number,
      (item) => this.#card(item),
      (card, item) => this.#showReview(card, item),
    );
  }

  #card(item) {
    const image = h('img', { alt: '', width: 160, height: 120 });
    const card = h(
      'li',
      {},
      h('button', { type: 'button', class: 'thumb', click: () => this.#compare(item.number) }, image, h('span', {}, item.item)),
      item.state === 'done' ? this.#reviewButtons(item, item.item) : null,
    );
    const seen = new IntersectionObserver(async ([entry]) => {
      if (!entry.isIntersecting) return;
      seen.disconnect();
      try {
        image.src = await this.#address(item.number, 'after', thumbnailSide);
      } catch (problem) {
        if (problem.name !== 'AbortError') image.replaceWith(h('span', { class: 'dim small' }, problem.message));
      }
    });
    seen.observe(card);
    return card;
  }

  #reviewButtons(item, name) {
    const decide = (decision) => (event) => this.#review(event.currentTarget, item, item.review === decision ? 'none' : decision);
    return h(
      'div',
      { class: 'review', role: 'group', 'aria-label': `Review of ${name}` },
      h(
        'button',
        { type: 'button', class: 'approve', 'aria-pressed': String(item.review === 'approved'), click: decide('approved') },
        'Approve',
      ),
      h(
        'button',
        { type: 'button', class: 'reject', 'aria-pressed': String(item.review === 'rejected'), click: decide('rejected') },
        'Reject',
      ),
    );
  }

  #showReview(place, item) {
    place.querySelector('.approve')?.setAttribute('aria-pressed', String(item.review === 'approved'));
    place.querySelector('.reject')?.setAttribute('aria-pressed', String(item.review === 'rejected'));
  }

  async #review(button, item, decision) {
    const done = {
      approved: `${item.item} is approved.`,
      rejected: `${item.item} is rejected.`,
      none: `${item.item} is not reviewed any more.`,
    }[decision];
    const answer = await this.tell(button, done, () => command(`${this.#path}/reviews`, { items: [item.number], decision }));
    if (!answer?.recorded) return;
    item.review = decision;
    for (const same of this.#items) if (same.number === item.number) same.review = decision;
    const card = this.#parts.items.querySelector(`[data-key="${item.number}"]`);
    if (card) this.#showReview(card, item);
    const shown = button.closest('.review');
    if (shown) this.#showReview(shown, item);
    await refresh(async () => {
      this.#reviews = await request(`${this.#path}/reviews`, { signal: this.signal });
      this.#take(this.#job);
    });
  }

  #againForm() {
    const job = this.#job;
    const alert = h('p', { class: 'form-error', role: 'alert' });
    const values = {
      model: '',
      strength: job.strength,
      saturation: job.saturation,
      temperature: job.temperature,
      rebalance: job.rebalance ?? '',
    };
    const input = (name, attributes = { type: 'number', step: 'any', min: 0, max: name === 'saturation' ? 4 : 1 }) =>
      h('input', { name, value: values[name], ...attributes });
    const form = h(
      'form',
      { class: 'form' },
      h(
        'h2',
        { id: 'again-title' },
        `Run ${count(this.#reviews.rejected)} rejected ${this.#reviews.rejected === 1 ? 'picture' : 'pictures'} again`,
      ),
      h('p', { class: 'dim' }, 'A new job with other settings; its results replace the rejected ones.'),
      h('div', { class: 'pair' }, field('Strength', input('strength'), '0 to 1'), field('Saturation', input('saturation'), '0 to 4')),
      h(
        'div',
        { class: 'pair' },
        field('Temperature', input('temperature'), '0 to 1'),
        field('Rebalance', input('rebalance'), '0 to 1; empty: as in training'),
      ),
      field(
        'Model',
        input('model', {}),
        'Name or path; the same model if empty. With another one, what you leave unchanged is as that model recommends',
      ),
      alert,
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', click: () => dialog.close() }, 'Cancel'),
        h('button', { type: 'submit', class: 'primary' }, 'Run again'),
      ),
    );
    const dialog = h('dialog', { 'aria-labelledby': 'again-title', close: () => dialog.remove() }, form);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const body = {};
      for (const [name, value] of new FormData(form)) {
        if (value.trim() === '' || value === String(values[name])) continue; // as it was
        body[name] = name === 'model' ? value.trim() : Number(value);
      }
      try {
        const { job: started } = await command(`${this.#path}/rerun`, body);
        dialog.close();
        location.hash = `#/jobs/${encodeURIComponent(started)}`;
      } catch (problem) {
        alert.textContent = problem.message;
      }
    });
    this.append(dialog);
    dialog.showModal();
  }

  async #delete(button) {
    if (!(await confirmed('Delete this job with its history? The results in the output folder stay.', 'Delete'))) return;
    const deleted = await this.tell(button, 'The job is deleted.', async () => (await command(this.#path, undefined, 'DELETE'), true));
    if (deleted) location.hash = '#/jobs';
  }

  async #address(item, which, side) {
    const path = `${this.#path}/items/${item}/${which}?side=${side}`;
    if (!this.#addresses.has(path)) {
      this.#addresses.set(path, URL.createObjectURL(await picture(path, this.signal)));
      while (this.#addresses.size > 120) {
        const [oldest, address] = this.#addresses.entries().next().value;
        URL.revokeObjectURL(address);
        this.#addresses.delete(oldest);
      }
    }
    return this.#addresses.get(path);
  }

  #compare(first) {
    const slider = h('before-after');
    const title = h('h2', { id: 'compare-title' });
    let index = this.#items.findIndex((item) => item.number === first);
    const verdict = h('div', {});
    const show = async (by) => {
      index = Math.min(Math.max(index + by, 0), this.#items.length - 1);
      const item = this.#items[index];
      verdict.replaceChildren(item.state === 'done' ? this.#reviewButtons(item, item.item) : '');
      setText(title, `${item.item} (${index + 1} of ${this.#items.length} on this page)`);
      try {
        const [before, after] = await Promise.all([
          this.#address(item.number, 'before', largeSide),
          this.#address(item.number, 'after', largeSide),
        ]);
        if (this.#items[index] === item) slider.show(before, after, item.item);
      } catch (problem) {
        if (problem.name !== 'AbortError') setText(title, `${item.item}: ${problem.message}`);
      }
    };
    const decide = async (name) => {
      const [item, button] = [this.#items[index], verdict.querySelector(name)];
      if (!button) return;
      await this.#review(button, item, name === '.approve' ? 'approved' : 'rejected');
      if (this.#items[index] === item) show(1);
    };
    const dialog = h(
      'dialog',
      { class: 'wide', 'aria-labelledby': 'compare-title', close: () => dialog.remove() },
      title,
      slider,
      verdict,
      h('p', { class: 'dim small' }, 'Keys: ← and → turn the pages, A approves, R rejects.'),
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', click: () => show(-1) }, '← Previous'),
        h('button', { type: 'button', autofocus: true, click: () => show(1) }, 'Next →'),
        h('button', { type: 'button', class: 'primary', click: () => dialog.close() }, 'Close'),
      ),
    );
    dialog.addEventListener('keydown', (event) => {
      if (event.target.type === 'range') return; // there the arrows move the slider
      if (event.key === 'ArrowLeft') show(-1);
      else if (event.key === 'ArrowRight') show(1);
      else if (event.key === 'a' && !event.ctrlKey && !event.metaKey) decide('.approve');
      else if (event.key === 'r' && !event.ctrlKey && !event.metaKey) decide('.reject');
    });
    this.append(dialog);
    dialog.showModal();
    show(0);
  }
}

customElements.define('job-page', JobPage);
