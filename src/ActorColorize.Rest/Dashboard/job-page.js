// One job: its progress, its pictures by state with reasons, a gallery before and after, and what can be done with it.

import { command, live, picture, request } from './api.js';
import { badge, count, duration, h, keyed, notice, number, progress, setBadge, setText, time } from './dom.js';
import { Page, throttled } from './page.js';
import './compare.js';

const pageSize = 24;
const thumbnailSide = 320;
const largeSide = 1200;
const ends = ['completed', 'completed_with_errors', 'failed', 'cancelled'];
const states = ['done', 'skipped', 'failed', 'quarantined', 'leased', 'pending'];

class JobPage extends Page {
  #path = '';
  #job = null;
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
      h('button', { type: 'button', click: (event) => this.tell(event.currentTarget, done, () => command(`${this.#path}/${name}`, body)).then(() => this.#afterCommand()) }, text);
    const parts = (this.#parts = {
      badge: badge(job.phase),
      bar: progress('Progress of the job'),
      figures: h('dl', { class: 'figures' }),
      pauses: h('div', {}),
      pause: button('Pause', 'pause', 'The job is paused; pictures in progress are finished.', {}),
      resume: button('Resume', 'resume', 'The job goes on.'),
      cancel: button('Cancel', 'cancel', 'The job is being cancelled; finished pictures stay.'),
      retry: button('Retry failed', 'retry', (answer) => `${count(answer.taken_up)} pictures are tried again.`, {}),
      priority: h('select', { 'aria-label': 'Priority', change: (event) => this.tell(event.currentTarget, 'The priority is changed.', () => command(`${this.#path}/priority`, { priority: parts.priority.value }, 'PUT')) },
        ['lowest', 'low', 'normal', 'high', 'highest'].map((name) => h('option', { value: name }, name))),
      tabs: h('div', { class: 'tabs', role: 'group', 'aria-label': 'Pictures by state' }),
      items: h('div', {}, notice('loading', 'Loading the pictures…')),
      pages: h('div', { class: 'tools' }),
    });
    parts.priority.value = job.priority;
    parts.tabs.append(...states.map((state) => h('button', { type: 'button', 'data-state': state, 'aria-pressed': String(state === this.#state), click: () => this.#choose(state) })));
    parts.previous = h('button', { type: 'button', click: () => this.#turn(-1) }, '← Previous');
    parts.next = h('button', { type: 'button', click: () => this.#turn(1) }, 'Next →');
    parts.pages.append(parts.previous, parts.next);
    this.replaceChildren(
      h('p', { class: 'crumb' }, h('a', { href: '#/jobs' }, 'Jobs'), ' / ', job.job),
      h('div', { class: 'title' }, h('h1', {}, job.input.split('/').filter(Boolean).pop() ?? job.input), parts.badge,
        h('div', { class: 'buttons' }, parts.pause, parts.resume, parts.cancel, parts.retry, h('label', { class: 'inline' }, 'Priority ', parts.priority))),
      parts.bar, parts.figures, parts.pauses,
      h('h2', {}, 'Pictures'), parts.tabs, parts.items, parts.pages,
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
    if (job.detail) entries.push(['Result', job.detail]);
    keyed(parts.figures, entries, ([name]) => name, ([name]) => h('div', {}, h('dt', {}, name), h('dd', {})), (element, [, value]) => setText(element.lastChild, value));
    parts.pauses.replaceChildren(...job.pauses.map((pause) => h('p', { class: 'dim' }, `Paused by ${pause.owner} since ${time(pause.since)}${pause.reason ? `: ${pause.reason}` : ''}`)));
    const counts = { done: job.done, skipped: job.skipped, failed: job.failed, quarantined: job.quarantined, leased: job.leased, pending: job.items - settled - job.leased };
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
    const query = new URLSearchParams({ state: this.#state, limit: pageSize });
    const cursor = this.#cursors.at(-1);
    if (cursor !== null) query.set('cursor', cursor);
    const state = this.#state;
    const { items, next } = await request(`${this.#path}/items?${query}`, { signal: this.signal });
    if (state !== this.#state) return;
    [this.#items, this.#next] = [items, next];
    parts.previous.hidden = this.#cursors.length < 2;
    parts.next.hidden = next === null;
    if (!items.length) return parts.items.replaceChildren(notice('empty', `No pictures are ${state}.`));
    if (state === 'done' || state === 'skipped') this.#gallery(items);
    else this.#table(items);
  }

  #table(items) {
    this.#parts.items.replaceChildren(
      h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Pictures' },
        h('table', {},
          h('thead', {}, h('tr', {}, ['Picture', 'Reason'].map((name) => h('th', { scope: 'col' }, name)))),
          h('tbody', {}, items.map((item) => h('tr', {}, h('th', { scope: 'row' }, item.item), h('td', {}, item.reason ?? '–')))))));
  }

  #gallery(items) {
    const place = this.#parts.items;
    let grid = place.querySelector('.gallery');
    if (!grid) {
      grid = h('ul', { class: 'gallery' });
      place.replaceChildren(grid);
    }
    keyed(grid, items, (item) => item.number, (item) => this.#card(item), () => {});
  }

  #card(item) {
    const image = h('img', { alt: '', width: 160, height: 120 });
    const card = h('li', {}, h('button', { type: 'button', class: 'thumb', click: () => this.#compare(item.number) }, image, h('span', {}, item.item)));
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
    const show = async (by) => {
      index = Math.min(Math.max(index + by, 0), this.#items.length - 1);
      const item = this.#items[index];
      setText(title, `${item.item} (${index + 1} of ${this.#items.length} on this page)`);
      try {
        const [before, after] = await Promise.all([this.#address(item.number, 'before', largeSide), this.#address(item.number, 'after', largeSide)]);
        if (this.#items[index] === item) slider.show(before, after, item.item);
      } catch (problem) {
        if (problem.name !== 'AbortError') setText(title, `${item.item}: ${problem.message}`);
      }
    };
    const dialog = h('dialog', { class: 'wide', 'aria-labelledby': 'compare-title', close: () => dialog.remove() },
      title, slider,
      h('div', { class: 'buttons' },
        h('button', { type: 'button', click: () => show(-1) }, '← Previous'),
        h('button', { type: 'button', autofocus: true, click: () => show(1) }, 'Next →'),
        h('button', { type: 'button', class: 'primary', click: () => dialog.close() }, 'Close')));
    dialog.addEventListener('keydown', (event) => {
      if (event.target.type === 'range') return; // there the arrows move the slider
      if (event.key === 'ArrowLeft') show(-1);
      else if (event.key === 'ArrowRight') show(1);
    });
    this.append(dialog);
    dialog.showModal();
    show(0);
  }
}

customElements.define('job-page', JobPage);
