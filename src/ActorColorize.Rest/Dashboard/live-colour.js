// Strength and saturation of a coloured picture, applied here, so that a slider moves at once: the lightness stays that of the original,
// the colours are mixed in CIELAB (D65), as the daemon does. Colours that a screen cannot show are clipped here; the daemon is gentler.

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

  /** Reads both; they have the same size, whatever is stored in them. */
  static async of(original, coloured) {
    const [before, after] = await Promise.all([createImageBitmap(original), createImageBitmap(coloured)]);
    const scale = Math.min(1, Math.sqrt(mostPixels / (after.width * after.height)));
    const live = new LiveColour();
    live.#canvas = new OffscreenCanvas(Math.max(1, Math.round(after.width * scale)), Math.max(1, Math.round(after.height * scale)));
    [live.#original, live.#coloured] = [before, after].map((bitmap) => toLab(live.#pixels(bitmap).data));
    return live;
  }

  #pixels(bitmap) {
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0, this.#canvas.width, this.#canvas.height);
    bitmap.close();
    return context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** A preview as a blob. */
  async preview(strength, saturation) {
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    const image = context.createImageData(this.#canvas.width, this.#canvas.height);
    mix(this.#original, this.#coloured, strength, saturation, image.data);
    context.putImageData(image, 0, 0);
    return this.#canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
  }
}
