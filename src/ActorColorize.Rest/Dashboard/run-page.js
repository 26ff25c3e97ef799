// One run: its curves, the pictures of every checkpoint with a slider over time, what happened, and what can be done with it.

import './ab-plane.js';
import { command, live, picture, request } from './api.js';
import { View } from './chart.js';
import { badge, bytes, count, duration, field, h, notice, number, progress, setBadge, setText, time, timeElement } from './dom.js';
import { Page, message, throttled } from './page.js';

const wholePoints = 1500;
const shownNotices = 100;
const faultKinds = new Set(['fault', 'recovered', 'checkpoint_failed', 'checkpoint_rejected', 'failed']);

class RunPage extends Page {
  #path = '';
  #status = null;
  #curves = null;
  #zoomed = null;
  #isFollowing = true;
  #panels = [];
  #panelBlobs = new Map();
  #view = new View();
  #charts = {};
  #early = []; // notices that came before the page was built
  #parts = {};

  show() {
    this.#path = `/v1/runs/${encodeURIComponent(this.dataset.subject)}`;
    this.append(notice('loading', 'Loading the run…'));
    this.attempt(this, async () => {
      const status = await request(this.#path, { signal: this.signal });
      this.#build(status);
      this.#take(status);
      await this.#loadCurves();
      await this.#loadPanels();
      this.#loadDocument();
    });
    this.onLive('run.status', (status) => this.#parts.head && this.#take(status));
    this.onLive('run.notice', (line) => this.#note(line));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const address of this.#panelBlobs.values()) URL.revokeObjectURL(address);
    this.#panelBlobs.clear();
  }

  #build(status) {
    const button = (text, action, kind = '') => h('button', { type: 'button', class: kind, click: action }, text);
    const act = (name, done) => async (event) => {
      const isDone = await this.tell(event.currentTarget, done, () => command(`${this.#path}/${name}`));
      if (isDone && name === 'resume') live.retry(); // the events of an ended run had ended as well
    };
    const parts = (this.#parts = {
      badge: badge(status.phase),
      bar: progress('Progress of the run'),
      figures: h('dl', { class: 'figures' }),
      pause: button('Pause', act('pause', 'The run is being saved, then paused.'), 'daemon-only'),
      resume: button('Resume', act('resume', 'The run continues.'), 'daemon-only'),
      stop: button('Stop', act('stop', 'The run is being saved, then stopped.')),
      promote: button('Promote…', () => this.#promote(null), 'daemon-only'),
      detail: h('p', { class: 'dim' }),
      chartsNote: h('div', {}, notice('loading', 'Loading the curves…')),
      charts: h('div', { class: 'charts', hidden: true }),
      panel: h('div', { class: 'panel' }),
      colors: h('div', {}, notice('empty', 'No colours counted yet.', h('p', {}, 'They are counted at every validation.'))),
      planes: h('ab-planes', {}),
      checkpoints: h('div', {}),
      notices: h('ol', { class: 'notices', reversed: true }),
      document: h('div', {}, notice('loading', 'Loading…')),
      head: true,
    });
    const chart = (key, label) => {
      const element = h('line-chart', { id: `chart-${key}`, label });
      element.share(this.#view);
      this.#charts[key] = element;
      return h('section', { class: `card chart-${key}` }, h('h3', {}, label), element);
    };
    const smoothing = h('input', {
      type: 'range',
      min: 0,
      max: 0.99,
      step: 0.01,
      value: 0,
      input: () => {
        this.#view.smoothing = Number(smoothing.value);
        setText(smoothingText, Number(smoothing.value).toFixed(2));
        this.#charts.loss.redraw();
      },
    });
    const smoothingText = h('output', {}, '0.00');
    const isLog = h('input', { type: 'checkbox', change: () => (this.#charts.loss.isLog = isLog.checked) });
    parts.zoomOut = h('button', { type: 'button', hidden: true, click: () => this.#view.zoom(null, null) }, 'Show all steps');
    this.on(this.#view, 'change', () => this.#onZoom());
    parts.charts.append(
      h(
        'div',
        { class: 'tools' },
        h('label', {}, 'Smoothing ', smoothing, ' ', smoothingText),
        h('label', {}, isLog, ' Logarithmic loss'),
        parts.zoomOut,
        h(
          'span',
          { class: 'dim small' },
          'Drag over a chart to zoom; double-click shows all. Ticks at the foot are checkpoints, red lines faults.',
        ),
      ),
      chart('loss', 'Loss per pixel (weighted nats)'),
      h(
        'div',
        { class: 'small-charts' },
        chart('rate', 'Learning rate'),
        chart('speed', 'Pictures per second'),
        chart('chroma', 'Mean chroma of the validation pictures'),
        chart('scenes', 'Scene accuracy'),
        chart('wait', 'Share of time waiting for pictures'),
        chart('memory', 'Memory of the device’s process'),
      ),
    );
    this.#charts.memory.format = bytes;
    this.replaceChildren(
      h('p', { class: 'crumb' }, h('a', { href: '#/runs' }, 'Runs'), ' / ', status.run),
      h(
        'div',
        { class: 'title' },
        h('h1', {}, status.name),
        parts.badge,
        h('div', { class: 'buttons' }, parts.pause, parts.resume, parts.stop, parts.promote),
      ),
      parts.bar,
      parts.figures,
      parts.detail,
      h('h2', {}, 'Curves'),
      parts.chartsNote,
      parts.charts,
      h('h2', {}, 'Validation pictures'),
      parts.panel,
      h('h2', {}, 'Colours of the validation pictures'),
      parts.colors,
      h('h2', {}, 'Checkpoints'),
      parts.checkpoints,
      h('h2', {}, 'What happened'),
      h('p', { class: 'dim', id: 'no-notices' }, 'Nothing since the daemon was started.'),
      parts.notices,
      h('h2', {}, 'Started with'),
      parts.document,
    );
    for (const line of this.#early.splice(0)) this.#note(line);
  }

  #take(status) {
    const before = this.#status;
    this.#status = status;
    const parts = this.#parts;
    setBadge(parts.badge, status.phase);
    parts.bar.max = status.total_steps || 1;
    parts.bar.value = status.step;
    const phase = status.phase;
    parts.pause.hidden = !['running', 'waiting', 'preparing'].includes(phase);
    parts.resume.hidden = !['paused', 'stopped', 'failed', 'unsaved'].includes(phase);
    parts.stop.hidden = !['running', 'waiting', 'preparing', 'paused', 'pausing'].includes(phase);
    parts.promote.hidden = !status.checkpoint;
    const now = status.progress;
    const remaining = phase === 'running' ? now?.remaining_seconds : null;
    this.#figures([
      ['Step', status.total_steps ? `${count(status.step)} of ${count(status.total_steps)}` : 'being prepared'],
      [
        'Ends',
        remaining
          ? `in ${duration(remaining)}, about ${time(Date.now() + remaining * 1000)}`
          : status.ended_at
            ? time(status.ended_at)
            : '–',
      ],
      ['Training loss', number(now?.loss_mean)],
      [
        'Validation',
        status.validation
          ? `${number(status.validation.loss)} at step ${count(status.validation.step)} (baseline ${number(status.validation.baseline)})`
          : 'none yet',
      ],
      ['Pictures per second', number(now?.pictures_per_second, 3)],
      ['Faults', count(status.faults)],
      ['Now', status.doing ?? '–'],
      ['Folder', status.folder],
    ]);
    setText(parts.detail, status.detail ?? '');
    if (before && (before.step !== status.step || before.phase !== phase)) this.#followCurves();
    if (!before || before.checkpoint !== status.checkpoint) this.#loadCheckpoints();
    if (before && (before.checkpoint !== status.checkpoint || before.validation?.step !== status.validation?.step)) this.#followPanels();
  }

  #figures(entries) {
    const list = this.#parts.figures;
    entries.forEach(([name, value], index) => {
      const entry = list.children[index] ?? list.appendChild(h('div', {}, h('dt', {}, name), h('dd', {})));
      setText(entry.lastChild, value);
    });
  }

  // Curves: everything once, then what was appended. Thinned again when the page holds twice as much as it can show.

  #followCurves = throttled(1000, () => this.#loadCurves());

  async #loadCurves() {
    const isTooMuch = this.#curves && this.#curves.steps.length > 2 * wholePoints;
    const cursor = this.#curves && !isTooMuch ? `&cursor=${encodeURIComponent(this.#curves.cursor)}` : '';
    const curves = await request(`${this.#path}/curves?points=${wholePoints}${cursor}`, { signal: this.signal });
    if (curves.is_whole || !this.#curves) {
      this.#curves = curves;
    } else {
      const whole = this.#curves;
      for (const name of [
        'steps',
        'at',
        'loss',
        'loss_maximum',
        'learning_rate',
        'pictures_per_second',
        'data_wait_share',
        'memory_bytes',
        'validations',
        'marks',
      ])
        whole[name].push(...curves[name]);
      whole.cursor = curves.cursor;
      whole.all_points = curves.all_points;
    }
    if (this.#view.from !== null && curves.steps.length) await this.#loadZoom();
    this.#drawCurves();
  }

  async #loadZoom() {
    const { from, to } = this.#view;
    this.#zoomed = await request(`${this.#path}/curves?points=${wholePoints}&from=${Math.max(0, from)}&to=${to}`, { signal: this.signal });
  }

  #onZoom() {
    this.#parts.zoomOut.hidden = this.#view.from === null;
    this.#zoomed = null;
    this.#drawCurves();
    if (this.#view.from !== null)
      this.#loadZoom().then(
        () => this.#drawCurves(),
        () => {},
      );
  }

  #drawCurves() {
    const curves = this.#curves;
    const isEmpty = !curves.steps.length && !curves.validations.length;
    this.#parts.charts.hidden = isEmpty;
    this.#parts.chartsNote.hidden = !isEmpty;
    if (isEmpty)
      return this.#parts.chartsNote.replaceChildren(
        notice('empty', 'Nothing measured yet.', h('p', {}, 'The curves begin with the first logged steps.')),
      );
    const shown = this.#zoomed ?? curves;
    const column = (name) => shown.steps.map((step, index) => [step, shown[name][index]]);
    const marks = curves.marks.map((mark) => ({
      step: mark.step,
      kind: faultKinds.has(mark.kind) ? 'fault' : mark.kind,
      text: `step ${count(mark.step)}, ${time(mark.at)}: ${mark.text}`,
    }));
    const validations = curves.validations;
    this.#charts.loss.show(
      [
        { name: 'training', kind: 'train', points: column('loss') },
        {
          name: 'validation',
          kind: 'validation',
          hasDots: validations.length < 200,
          points: validations.map((one) => [one.step, one.loss]),
        },
        { name: 'baseline', kind: 'baseline', points: validations.map((one) => [one.step, one.baseline]) },
      ],
      marks,
    );
    this.#charts.rate.show([{ name: 'learning rate', kind: 'train-plain', points: column('learning_rate') }]);
    this.#charts.speed.show(
      [{ name: 'pictures per second', kind: 'train-plain', points: column('pictures_per_second') }],
      marks.filter((mark) => mark.kind === 'fault'),
    );
    const hasDots = validations.length < 200;
    this.#charts.chroma.show([
      { name: 'ours', kind: 'validation', hasDots, points: validations.map((one) => [one.step, one.mean_chroma]) },
      { name: 'truth', kind: 'baseline', points: validations.map((one) => [one.step, one.truth_mean_chroma]) },
    ]);
    const scenes = validations.filter((one) => one.scene_accuracy !== null);
    this.#charts.scenes.closest('section').hidden = !scenes.length; // only networks with a scene head, on labelled pictures
    this.#charts.scenes.show([
      { name: 'scene accuracy', kind: 'validation', hasDots, points: scenes.map((one) => [one.step, one.scene_accuracy]) },
    ]);
    this.#charts.wait.show([{ name: 'waiting', kind: 'train-plain', points: column('data_wait_share') }]);
    this.#charts.memory.show([{ name: 'memory', kind: 'train-plain', points: column('memory_bytes') }]);
  }

  // Panels

  #followPanels = throttled(2000, () => this.#loadPanels());

  async #loadPanels() {
    const { panels } = await request(`${this.#path}/panels`, { signal: this.signal });
    this.#panels = panels;
    const place = this.#parts.panel;
    if (!panels.length)
      return place.replaceChildren(
        notice('empty', 'No pictures yet.', h('p', {}, 'The same validation pictures are drawn at every checkpoint.')),
      );
    let slider = place.querySelector('input');
    if (!slider) {
      slider = h('input', {
        type: 'range',
        id: 'panel-slider',
        min: 0,
        max: 0,
        step: 1,
        'aria-label': 'Checkpoint',
        input: () => {
          this.#isFollowing = Number(slider.value) === this.#panels.length - 1;
          this.#showPanel();
        },
      });
      place.replaceChildren(
        h('div', { class: 'tools' }, h('label', { for: 'panel-slider' }, 'Over time'), slider, h('output', { id: 'panel-step' })),
        h(
          'figure',
          {},
          h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Panel' }, h('img', { id: 'panel-image', alt: '' })),
          h('figcaption', {}, 'Of each picture: grey, ours, truth.'),
        ),
      );
    }
    slider.max = panels.length - 1;
    if (this.#isFollowing) slider.value = panels.length - 1;
    await this.#showPanel();
  }

  async #showPanel() {
    const place = this.#parts.panel;
    const index = Math.min(Number(place.querySelector('input').value), this.#panels.length - 1);
    const panel = this.#panels[index];
    const position = `step ${count(panel.step)} (${index + 1} of ${this.#panels.length})`;
    setText(place.querySelector('output'), position);
    place.querySelector('input').setAttribute('aria-valuetext', position);
    const address = await this.#panelAddress(panel);
    const image = place.querySelector('img');
    if (this.#panels[Number(place.querySelector('input').value)]?.step !== panel.step) return; // moved on meanwhile
    this.#showColors();
    image.src = address;
    image.alt = `Validation pictures at step ${panel.step}: grey, ours, truth`;
    for (const near of [index - 1, index + 1]) if (this.#panels[near]) this.#panelAddress(this.#panels[near]).catch(() => {});
  }

  /** The histogram of the panel's step; runs of earlier versions have none. */
  #showColors = throttled(300, async () => {
    const { colors, planes } = this.#parts;
    const wanted = this.#panels[Number(this.#parts.panel.querySelector('input').value)]?.step;
    const shown = await request(`${this.#path}/colors?step=${wanted}`, { signal: this.signal });
    if (planes.parentElement !== colors) colors.replaceChildren(planes);
    planes.show(shown);
  });

  async #panelAddress(panel) {
    const key = `${panel.step} ${panel.at}`;
    if (!this.#panelBlobs.has(key)) {
      const blob = await picture(`${this.#path}/panels/${panel.step}`, this.signal);
      this.#panelBlobs.set(key, URL.createObjectURL(blob));
      if (this.#panelBlobs.size > 40) {
        const [oldest, address] = this.#panelBlobs.entries().next().value;
        URL.revokeObjectURL(address);
        this.#panelBlobs.delete(oldest);
      }
    }
    return this.#panelBlobs.get(key);
  }

  // The rest

  async #loadCheckpoints() {
    const place = this.#parts.checkpoints;
    await this.attempt(place, async () => {
      const { checkpoints } = await request(`${this.#path}/checkpoints`, { signal: this.signal });
      if (!checkpoints.length) return place.replaceChildren(notice('empty', 'No checkpoints yet.'));
      place.replaceChildren(
        h(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Checkpoints' },
          h(
            'table',
            {},
            h(
              'thead',
              {},
              h(
                'tr',
                {},
                ['Step', 'Validation loss', 'Written', 'Action'].map((name) => h('th', { scope: 'col' }, name)),
              ),
            ),
            h(
              'tbody',
              {},
              checkpoints.toReversed().map((one) =>
                h(
                  'tr',
                  {},
                  h('th', { scope: 'row' }, count(one.step)),
                  h('td', {}, number(one.validation_loss), one.is_best ? h('strong', { class: 'best-mark' }, ' best') : ''),
                  h('td', {}, timeElement(one.at)),
                  h(
                    'td',
                    {},
                    h(
                      'button',
                      {
                        type: 'button',
                        class: 'daemon-only',
                        click: () => this.#promote(one.step),
                        'aria-label': `Promote step ${one.step}`,
                      },
                      'Promote…',
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      );
    });
  }

  #note(line) {
    const list = this.#parts.notices;
    if (!list) return void this.#early.push(line);
    document.getElementById('no-notices')?.remove();
    list.prepend(h('li', {}, timeElement(line.at), ' ', line.text));
    while (list.childElementCount > shownNotices) list.lastElementChild.remove();
  }

  async #loadDocument() {
    const place = this.#parts.document;
    try {
      const document = await request(`${this.#path}/document`, { signal: this.signal });
      const rows = [];
      const walk = (value, path) => {
        if (value && typeof value === 'object' && !Array.isArray(value))
          for (const [name, inner] of Object.entries(value)) walk(inner, path ? `${path}.${name}` : name);
        else
          rows.push(
            h('tr', {}, h('th', { scope: 'row' }, path), h('td', {}, Array.isArray(value) ? value.join(', ') : String(value ?? '–'))),
          );
      };
      walk(document, '');
      place.replaceChildren(
        h(
          'details',
          {},
          h('summary', {}, `${rows.length} settings: data and its hash, seed, program, configuration`),
          h(
            'div',
            { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Settings of the run' },
            h('table', { class: 'settings' }, h('tbody', {}, rows)),
          ),
        ),
      );
    } catch (problem) {
      if (problem.name !== 'AbortError') place.replaceChildren(notice(problem.status === 404 ? 'empty' : 'error', problem.message));
    }
  }

  #promote(step) {
    const alert = h('p', { class: 'form-error', role: 'alert' });
    const name = h('input', { name: 'model', required: true, placeholder: 'landscapes' });
    const form = h(
      'form',
      { class: 'form' },
      h('h2', { id: 'promote-title' }, step === null ? 'Promote the best checkpoint' : `Promote the checkpoint of step ${count(step)}`),
      field('Name of the model', name, 'Jobs use it under this name'),
      alert,
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', click: () => dialog.close() }, 'Cancel'),
        h('button', { type: 'submit', class: 'primary' }, 'Promote'),
      ),
    );
    const dialog = h('dialog', { 'aria-labelledby': 'promote-title', close: () => dialog.remove() }, form);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      try {
        const model = await command(`${this.#path}/promote`, { model: name.value.trim(), ...(step === null ? {} : { step }) });
        dialog.close();
        message(`Step ${count(model.step)} is the model '${model.name}'.`);
      } catch (problem) {
        alert.textContent = problem.message;
      }
    });
    this.append(dialog);
    dialog.showModal();
  }
}

customElements.define('run-page', RunPage);
