// Colours over the ab plane of CIELAB as two heat maps, ours beside the truth, with the same in words and as a table.

import { count, h, number, s, setText } from './dom.js';

const size = 264; // of a map's plane, in its own units
const decades = 5; // what the daemon keeps: shares down to 0.00001

const percent = (share) => `${number(share * 100, 3)} %`;

class AbPlanes extends HTMLElement {
  #maps = { ours: this.#map('Ours'), truth: this.#map('Truth') };
  #words = h('p', { class: 'dim' });
  #table = h('tbody', {});

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(
      h('div', { class: 'ab-planes' }, this.#maps.ours.figure, this.#maps.truth.figure),
      this.#words,
      h(
        'details',
        {},
        h('summary', {}, 'Table of the most frequent colours'),
        h(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Most frequent colours' },
          h(
            'table',
            {},
            h(
              'thead',
              {},
              h(
                'tr',
                {},
                ['a', 'b', 'Ours', 'Truth'].map((name) => h('th', { scope: 'col' }, name)),
              ),
            ),
            this.#table,
          ),
        ),
      ),
    );
  }

  #map(name) {
    const cells = s('g', {});
    const svg = s(
      'svg',
      { viewBox: `-26 -8 ${size + 34} ${size + 34}`, role: 'img', 'aria-label': name },
      s('rect', { class: 'plane', x: 0, y: 0, width: size, height: size }),
      cells,
      s('path', { class: 'axis', d: `M0 ${size / 2}H${size}M${size / 2} 0V${size}` }),
      s('text', { class: 'tick', x: size / 2, y: size + 18, 'text-anchor': 'middle' }, 'a: green to red'),
      s(
        'text',
        { class: 'tick', x: -10, y: size / 2, 'text-anchor': 'middle', transform: `rotate(-90 -10 ${size / 2})` },
        'b: blue to yellow',
      ),
    );
    return { svg, cells, figure: h('figure', {}, h('figcaption', {}, name), svg) };
  }

  /** Shows the daemon's answer: shares of the cells, a first. */
  show({ step, side, first, cell_size: cell, ours, truth }) {
    const width = size / side;
    const centre = (index) => first + (index + 0.5) * cell;
    for (const [name, shares] of Object.entries({ ours, truth })) {
      const { cells, svg } = this.#maps[name];
      cells.replaceChildren(
        ...shares.flatMap((share, index) => {
          if (!share) return [];
          const [a, b] = [Math.floor(index / side), index % side];
          return s('rect', {
            x: a * width,
            y: size - (b + 1) * width,
            width,
            height: width,
            fill: `lab(62% ${centre(a)} ${centre(b)})`,
            'fill-opacity': Math.max(0.08, 1 + Math.log10(share) / decades).toFixed(3),
          });
        }),
      );
      svg.setAttribute(
        'aria-label',
        `${name === 'ours' ? 'Ours' : 'Truth'} at step ${count(step)}: ${this.#described(shares, centre, side)}`,
      );
    }
    const common = ours.reduce((sum, share, index) => sum + Math.min(share, truth[index]), 0);
    setText(
      this.#words,
      `Step ${count(step)}. Ours: ${this.#described(ours, centre, side)}. Truth: ${this.#described(truth, centre, side)}. ` +
        `${percent(Math.min(1, common))} of the colours are common to both. Opacity is logarithmic, down to 0.001 %.`,
    );
    const most = truth.map((share, index) => [Math.max(share, ours[index]), index]).sort(([one], [other]) => other - one);
    this.#table.replaceChildren(
      ...most
        .slice(0, 20)
        .filter(([share]) => share > 0)
        .map(([, index]) =>
          h(
            'tr',
            {},
            h('td', {}, count(centre(Math.floor(index / side)))),
            h('td', {}, count(centre(index % side))),
            h('td', {}, percent(ours[index])),
            h('td', {}, percent(truth[index])),
          ),
        ),
    );
  }

  #described(shares, centre, side) {
    let [a, b, grey] = [0, 0, 0];
    shares.forEach((share, index) => {
      const [x, y] = [centre(Math.floor(index / side)), centre(index % side)];
      a += share * x;
      b += share * y;
      if (Math.abs(x) < 10 && Math.abs(y) < 10) grey += share;
    });
    return `mean a ${number(a, 2)}, mean b ${number(b, 2)}, ${percent(grey)} within 10 units of grey`;
  }
}

customElements.define('ab-planes', AbPlanes);
