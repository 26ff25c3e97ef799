// Strength, saturation, temperature and rebalance of a coloured picture, applied here, so that a slider moves at once: the lightness stays
// that of the original, the colours are mixed in CIELAB (D65), as the daemon does. Colours that a screen cannot show are clipped here; the
// daemon is gentler. What another temperature or rebalance changes is exact at the network's resolution and enlarged bilinearly; the daemon
// enlarges along the edges of the picture.

import { Distribution, enlarge } from './distribution.js';

const mostPixels = 600_000; // of the preview

const linear = Float32Array.from({ length: 256 }, (_, value) => {
  const s = value / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
});
const encoded = Uint8ClampedArray.from({ length: 4097 }, (_, index) => {
  const s = index / 4096;
  return Math.round(255 * (s <= 0.0031308 ? 12.92 * s : 1.055 * s ** (1 / 2.4) - 0.055));
});
const white = [0.95047, 1, 1.08883];

const toF = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116);
const fromF = (f) => (f > 6 / 29 ? f ** 3 : ((f - 16 / 116) * 116 * 27) / 24389);

/** The bytes of a picture as L, a and b, three values a pixel. */
export function toLab(rgba) {
  const lab = new Float32Array((rgba.length / 4) * 3);
  for (let i = 0, o = 0; i < rgba.length; i += 4, o += 3) {
    const [r, g, b] = [linear[rgba[i]], linear[rgba[i + 1]], linear[rgba[i + 2]]];
    const x = toF((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / white[0]);
    const y = toF(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
    const z = toF((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / white[2]);
    lab[o] = 116 * y - 16;
    lab[o + 1] = 500 * (x - y);
    lab[o + 2] = 200 * (y - z);
  }
  return lab;
}

/**
 * Writes the bytes of the mixture: the original's lightness, and its colours and the new ones by strength; saturation scales
 * the new ones.
 */
export function mix(original, coloured, strength, saturation, rgba) {
  const byte = (value) => encoded[value <= 0 ? 0 : value >= 1 ? 4096 : (value * 4096 + 0.5) | 0];
  const scale = strength * saturation;
  for (let i = 0, o = 0; o < original.length; i += 4, o += 3) {
    const a = (1 - strength) * original[o + 1] + scale * coloured[o + 1];
    const b = (1 - strength) * original[o + 2] + scale * coloured[o + 2];
    const y = (original[o] + 16) / 116;
    const [X, Y, Z] = [white[0] * fromF(y + a / 500), fromF(y), white[2] * fromF(y - b / 200)];
    rgba[i] = byte(3.2404542 * X - 1.5371385 * Y - 0.4985314 * Z);
    rgba[i + 1] = byte(-0.969266 * X + 1.8760108 * Y + 0.041556 * Z);
    rgba[i + 2] = byte(0.0556434 * X - 0.2040259 * Y + 1.0572252 * Z);
    rgba[i + 3] = 255;
  }
}

/** A picture and its colours at strength 1, from which previews are made without the daemon. */
export class LiveColour {
  #original;
  #coloured;
  #canvas;
  #distribution = null;
  #asked;
  #base; // the colours as the daemon has read them
  #reading = ''; // what #coloured was read with

  /**
   * Reads both, which have the same size, whatever is stored in them, and the distributions (a buffer). Where there are none, the picture
   * has the temperature and the rebalance that the daemon was asked for; null is what the model recommends.
   */
  static async of(original, coloured, distribution, asked = [null, null]) {
    const [before, after] = await Promise.all([createImageBitmap(original), createImageBitmap(coloured)]);
    const scale = Math.min(1, Math.sqrt(mostPixels / (after.width * after.height)));
    const live = new LiveColour();
    live.#canvas = new OffscreenCanvas(Math.max(1, Math.round(after.width * scale)), Math.max(1, Math.round(after.height * scale)));
    [live.#original, live.#base] = [before, after].map((bitmap) => toLab(live.#pixels(bitmap).data));
    live.#coloured = live.#base;
    live.#asked = asked;
    if (distribution) live.#distribution = new Distribution(distribution);
    return live;
  }

  /** Whether this temperature and rebalance (null: not chosen) can be applied here. */
  canRead(temperature, rebalance) {
    if (!this.#distribution) return temperature === this.#asked[0] && rebalance === this.#asked[1];
    return rebalance === null || this.#distribution.canRebalance;
  }

  /** Reads the distributions anew; null is what the daemon has taken. */
  #read(temperature, rebalance) {
    const net = this.#distribution;
    if (!net) return;
    const chosen = [temperature ?? net.temperature, rebalance ?? net.rebalance];
    const reading = String(chosen);
    if (this.#reading === reading) return;
    this.#reading = reading;
    if (chosen[0] === net.temperature && chosen[1] === net.rebalance) {
      this.#coloured = this.#base;
      return;
    }
    const ab = net.read(...chosen);
    const difference = ab.map((value, i) => net.saturation * (value - net.ab[i]));
    const cells = net.width * net.height;
    const [width, height] = [this.#canvas.width, this.#canvas.height];
    this.#coloured = this.#base.slice();
    for (const plane of [0, 1]) {
      const enlarged = enlarge(difference.subarray(plane * cells, (plane + 1) * cells), net.width, net.height, width, height);
      for (let i = 0, o = 1 + plane; i < enlarged.length; i++, o += 3) this.#coloured[o] += enlarged[i];
    }
  }

  #pixels(bitmap) {
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0, this.#canvas.width, this.#canvas.height);
    bitmap.close();
    return context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** A preview as a blob; a temperature or rebalance of null is that of the daemon's picture. */
  async preview(strength, saturation, temperature, rebalance) {
    this.#read(temperature, rebalance);
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    const image = context.createImageData(this.#canvas.width, this.#canvas.height);
    mix(this.#original, this.#coloured, strength, saturation, image.data);
    context.putImageData(image, 0, 0);
    return this.#canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
  }
}
