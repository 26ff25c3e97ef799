// A small line without axes, for lists.

import { s } from './dom.js';

/** A small line without axes. */
export function sparkline(points, label) {
  const real = points.filter(([, y]) => y !== null);
  const svg = s('svg', { class: 'spark', viewBox: '0 0 100 28', preserveAspectRatio: 'none', role: 'img', 'aria-label': label });
  if (real.length < 2) return svg;
  const [low, high] = [Math.min(...real.map(([, y]) => y)), Math.max(...real.map(([, y]) => y))];
  const [first, last] = [real[0][0], real[real.length - 1][0]];
  const at = ([x, y]) =>
    `${((100 * (x - first)) / (last - first || 1)).toFixed(1)} ${(26 - (24 * (y - low)) / (high - low || 1)).toFixed(1)}`;
  svg.append(s('path', { class: 'line train', d: `M${real.map(at).join('L')}` }));
  return svg;
}
