// Lines over steps as SVG: <line-chart>. Zoom by dragging or with the keys + and −, read values with the pointer or the arrow keys; a
// table of the same values stands behind. Charts that share a view zoom together.

import { count, h, keyed, number, s } from './dom.js';

const margin = { left: 58, right: 14, top: 10, bottom: 26 };
const tableRows = 40;

/** What several charts of one page show: the range of steps, smoothing, scale. Tells 'change' when it was zoomed. */
export class View extends EventTarget {
  from = null;
  to = null;
  smoothing = 0;

  zoom(from, to) {
    [this.from, this.to] = [from, to];
    this.dispatchEvent(new Event('change'));
  }
}

/** Exponential moving average without the bias of its start; gaps stay gaps. */
export function smoothed(points, weight) {
  if (!weight) return points;
  let [sum, norm] = [0, 0];
  return points.map(([x, y]) => {
    if (y === null) return [x, y];
    sum = weight * sum + (1 - weight) * y;
    norm = weight * norm + (1 - weight);
    return [x, sum / norm];
  });
}

/** Round numbers that divide a range into about so many parts. */
export function ticks(low, high, wanted) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw);
  const result = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) result.push(i * step);
  return result;
}

class LineChart extends HTMLElement {
  #view = new View();
  #series = [];
  #marks = [];
  #isLog = false;
  #cursor = null;
  #drag = null;
  #frame = 0;
  #format = number;
  #svg = s('svg', { tabindex: 0, role: 'img' });
  #reading = h('output', { class: 'reading' });
  #legend = h('div', { class: 'legend', 'aria-hidden': 'true' });
  #table = h('table', {});
  #details = h(
    'details',
    { class: 'behind' },
    h('summary', {}, 'Table'),
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of the curve' }, this.#table),
  );

  connectedCallback() {
    if (!this.childElementCount) this.append(this.#legend, h('div', { class: 'plot' }, this.#svg, this.#reading), this.#details);
    this.resize = new ResizeObserver(() => this.#draw());
    this.resize.observe(this);
    this.#details.addEventListener('toggle', () => this.#fillTable());
    this.#svg.addEventListener('pointerdown', (event) => this.#begin(event));
    this.#svg.addEventListener('pointermove', (event) => this.#move(event));
    this.#svg.addEventListener('pointerup', (event) => this.#end(event));
    this.#svg.addEventListener('pointerleave', () => this.#read(null));
    this.#svg.addEventListener('dblclick', () => this.#view.zoom(null, null));
    this.#svg.addEventListener('keydown', (event) => this.#key(event));
  }

  disconnectedCallback() {
    this.resize.disconnect();
  }

  /** The view that it shares with others. */
  share(view) {
    this.#view = view;
    view.addEventListener('change', () => this.#draw());
  }

  set isLog(value) {
    this.#isLog = value;
    this.#draw();
  }

  set format(value) {
    this.#format = value;
  }

  /** series: {name, kind, points: [[step, value or null]]}; marks: {step, kind, text}. */
  show(series, marks = []) {
    [this.#series, this.#marks] = [series, marks];
    const names = series.length > 1 ? series.map((one) => [one.name, one.kind]) : [];
    keyed(
      this.#legend,
      names,
      ([name]) => name,
      ([name, kind]) => h('span', { class: kind }, name),
      () => {},
    );
    this.#draw();
    if (this.#details.open) this.#fillTable();
  }

  redraw() {
    this.#draw();
  }

  #draw() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNow();
    });
  }

  #scales() {
    const width = Math.max(200, this.#svg.clientWidth);
    const height = Math.max(120, this.#svg.clientHeight);
    const all = this.#series.flatMap((one) => one.points);
    const firstX = this.#view.from ?? all.reduce((least, [x]) => Math.min(least, x), Infinity);
    const lastX = this.#view.to ?? all.reduce((most, [x]) => Math.max(most, x), -Infinity);
    if (!Number.isFinite(firstX) || !Number.isFinite(lastX)) return null;
    let [low, high] = [Infinity, -Infinity];
    for (const [x, y] of all) {
      if (x < firstX || x > lastX || y === null || (this.#isLog && y <= 0)) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    if (!Number.isFinite(low)) [low, high] = [0, 1];
    const value = this.#isLog ? Math.log10 : (y) => y;
    let [bottom, top] = [value(low), value(high)];
    const room = (top - bottom || Math.abs(top) || 1) * 0.06;
    [bottom, top] = [bottom >= 0 && bottom - room < 0 && !this.#isLog ? 0 : bottom - room, top + room];
    const innerWidth = width - margin.left - margin.right;
    const innerHeight = height - margin.top - margin.bottom;
    return {
      width,
      height,
      firstX,
      lastX,
      bottom,
      top,
      x: (step) => margin.left + ((step - firstX) / (lastX - firstX || 1)) * innerWidth,
      y: (y) => margin.top + (1 - (value(y) - bottom) / (top - bottom)) * innerHeight,
      step: (pixel) => firstX + ((pixel - margin.left) / innerWidth) * (lastX - firstX),
    };
  }

  #path(points, scale) {
    let path = '';
    let isDown = false;
    for (const [x, y] of points) {
      if (y === null || (this.#isLog && y <= 0)) {
        isDown = false;
        continue;
      }
      path += `${isDown ? 'L' : 'M'}${scale.x(x).toFixed(1)} ${scale.y(y).toFixed(1)}`;
      isDown = true;
    }
    return path;
  }

  #drawNow() {
    const scale = this.#scales();
    this.#svg.setAttribute('aria-label', this.#summary());
    if (!scale) return this.#svg.replaceChildren();
    const { width, height } = scale;
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const bottom = height - margin.bottom;
    const grid = s('g', { class: 'grid' });
    for (const at of ticks(scale.bottom, scale.top, Math.max(2, height / 50))) {
      const value = this.#isLog ? 10 ** at : at;
      const y = scale.y(value);
      if (y < margin.top - 1 || y > bottom + 1) continue;
      grid.append(s('line', { x1: margin.left, x2: width - margin.right, y1: y, y2: y }));
      grid.append(s('text', { x: margin.left - 6, y: y + 4, 'text-anchor': 'end' }, this.#format(value)));
    }
    for (const step of ticks(scale.firstX, scale.lastX, Math.max(2, width / 110)))
      grid.append(s('text', { x: scale.x(step), y: height - 8, 'text-anchor': 'middle' }, count(step)));
    const clip = s('clipPath', { id: `clip-${this.id || 'chart'}` });
    clip.append(s('rect', { x: margin.left, y: 0, width: width - margin.left - margin.right, height }));
    const lines = s('g', { 'clip-path': `url(#clip-${this.id || 'chart'})` });
    for (const mark of this.#marks) {
      const x = scale.x(mark.step);
      lines.append(
        s(
          'line',
          { class: `mark ${mark.kind}`, x1: x, x2: x, y1: mark.kind === 'fault' ? margin.top : bottom - 10, y2: bottom },
          s('title', {}, mark.text),
        ),
      );
    }
    for (const one of this.#series) {
      const isSmoothed = (one.kind === 'train' || one.isSmoothable) && this.#view.smoothing > 0;
      if (isSmoothed) lines.append(s('path', { class: `line ${one.kind} faint`, d: this.#path(one.points, scale) }));
      const points = isSmoothed ? smoothed(one.points, this.#view.smoothing) : one.points;
      lines.append(s('path', { class: `line ${one.kind}`, d: this.#path(points, scale) }));
      if (one.hasDots)
        for (const [x, y] of points)
          if (y !== null) lines.append(s('circle', { class: `dot ${one.kind}`, cx: scale.x(x), cy: scale.y(y), r: 3 }));
    }
    const parts = [clip, grid, lines];
    if (this.#drag) {
      const [a, b] = [this.#drag.begin, this.#drag.now].sort((one, other) => one - other);
      parts.push(s('rect', { class: 'selection', x: a, y: margin.top, width: b - a, height: bottom - margin.top }));
    } else if (this.#cursor !== null) {
      const x = scale.x(this.#cursor);
      parts.push(s('line', { class: 'cursor', x1: x, x2: x, y1: margin.top, y2: bottom }));
    }
    this.#svg.replaceChildren(...parts);
  }

  #summary() {
    const newest = this.#series.map((one) => {
      const last = one.points.findLast(([, y]) => y !== null);
      return last ? `${one.name} ${this.#format(last[1])} at step ${count(last[0])}` : `${one.name}: nothing yet`;
    });
    return `${this.getAttribute('label') ?? 'Chart'}. ${newest.join('; ')}. Arrow keys read values, plus and minus zoom, 0 shows all.`;
  }

  #pixel(event) {
    const box = this.#svg.getBoundingClientRect();
    return Math.min(Math.max(event.clientX - box.left, margin.left), box.width - margin.right);
  }

  #begin(event) {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    const at = this.#pixel(event);
    this.#drag = { begin: at, now: at };
    this.#svg.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const at = this.#pixel(event);
    if (this.#drag) {
      this.#drag.now = at;
      this.#draw();
      return;
    }
    const scale = this.#scales();
    if (scale) this.#read(scale.step(at));
  }

  #end(event) {
    if (!this.#drag) return;
    const [a, b] = [this.#drag.begin, this.#pixel(event)].sort((one, other) => one - other);
    this.#drag = null;
    const scale = this.#scales();
    if (scale && b - a > 5) this.#view.zoom(Math.floor(scale.step(a)), Math.ceil(scale.step(b)));
    else this.#draw();
  }

  #key(event) {
    const scale = this.#scales();
    if (!scale) return;
    const { firstX, lastX } = scale;
    const middle = this.#cursor ?? (firstX + lastX) / 2;
    const part = (lastX - firstX) / 60;
    const acts = {
      ArrowRight: () => this.#read(Math.min(lastX, middle + part)),
      ArrowLeft: () => this.#read(Math.max(firstX, middle - part)),
      '+': () => this.#view.zoom(Math.floor(middle - (middle - firstX) / 2), Math.ceil(middle + (lastX - middle) / 2)),
      '-': () => this.#view.zoom(Math.max(0, Math.floor(middle - (middle - firstX) * 2)), Math.ceil(middle + (lastX - middle) * 2)),
      0: () => this.#view.zoom(null, null),
      Escape: () => this.#read(null),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  #read(step) {
    this.#cursor = step;
    if (step === null) {
      this.#reading.textContent = '';
      return this.#draw();
    }
    const nearest = this.#series.map((one) => [one, nearestTo(one.points, step)]).filter(([, point]) => point);
    const at = nearest.length ? nearest[0][1][0] : step;
    this.#cursor = at;
    const values = nearest.map(([one, [, y]]) => `${one.name} ${y === null ? '–' : this.#format(y)}`);
    this.#reading.textContent = `step ${count(at)}: ${values.join(' · ')}`;
    this.#draw();
  }

  #fillTable() {
    if (!this.#details.open) return;
    const steps = [...new Set(this.#series.flatMap((one) => one.points.map(([x]) => x)))].sort((a, b) => a - b);
    const every = Math.max(1, Math.ceil(steps.length / tableRows));
    const shown = steps.filter((_, index) => index % every === 0 || index === steps.length - 1);
    const values = this.#series.map((one) => new Map(one.points));
    this.#table.replaceChildren(
      h('caption', {}, `${this.getAttribute('label') ?? ''}${every > 1 ? `: every ${every}th of ${count(steps.length)} points` : ''}`),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Step'),
          this.#series.map((one) => h('th', { scope: 'col' }, one.name)),
        ),
      ),
      h(
        'tbody',
        {},
        shown.map((step) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, count(step)),
            values.map((map) => h('td', {}, map.has(step) && map.get(step) !== null ? this.#format(map.get(step)) : '')),
          ),
        ),
      ),
    );
  }
}

/** The point nearest to a step; points are in order. */
function nearestTo(points, step) {
  let [low, high] = [0, points.length - 1];
  if (high < 0) return null;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < step) low = middle + 1;
    else high = middle;
  }
  const before = points[Math.max(0, low - 1)];
  return Math.abs(before[0] - step) < Math.abs(points[low][0] - step) ? before : points[low];
}

customElements.define('line-chart', LineChart);
