// The network's distributions over the colour bins, read here with any temperature and rebalance, as the daemon reads them
// (ColorDistribution.cs has the file's format, Colorizer.cs and ColorDecoding.cs the reading).

const leastShare = 1e-7; // smaller shares of a colour count as this one
const leastWeight = 1e-6;
const leastProbability = 1e-30;

/** The value of each pattern of 16 bits as a number of half precision. */
const halves = Float32Array.from({ length: 65536 }, (_, bits) => {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction ? NaN : Infinity) : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >> 15 ? -size : size;
});

/** Of each cell along a longer side: the cell of the shorter one before it, and how far it is beyond that one's centre. */
function places(shorter, longer) {
  return Array.from({ length: longer }, (_, at) => {
    const place = Math.min(shorter - 1, Math.max(0, ((at + 0.5) * shorter) / longer - 0.5));
    const before = Math.floor(place);
    return { before, after: Math.min(before + 1, shorter - 1), share: place - before };
  });
}

/** Enlarges a plane bilinearly. */
export function enlarge(plane, width, height, toWidth, toHeight, enlarged = new Float32Array(toWidth * toHeight)) {
  const [columns, rows] = [places(width, toWidth), places(height, toHeight)];
  for (let y = 0, o = 0; y < toHeight; y++) {
    const { before: above, after: below, share: down } = rows[y];
    for (let x = 0; x < toWidth; x++, o++) {
      const { before, after, share } = columns[x];
      const upper = plane[above * width + before] * (1 - share) + plane[above * width + after] * share;
      const lower = plane[below * width + before] * (1 - share) + plane[below * width + after] * share;
      enlarged[o] = upper * (1 - down) + lower * down;
    }
  }
  return enlarged;
}

export class Distribution {
  #tensors = {};
  #metadata;

  /** Reads a file. */
  constructor(buffer) {
    const length = Number(new DataView(buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
    this.#metadata = header.__metadata__;
    delete header.__metadata__;
    for (const [name, { dtype, shape, data_offsets: ends }] of Object.entries(header)) {
      const bytes = buffer.slice(8 + length + ends[0], 8 + length + ends[1]);
      this.#tensors[name] = { shape, values: dtype === 'F16' ? new Uint16Array(bytes) : new Float32Array(bytes) };
    }
    [this.bins, this.height, this.width] = this.#tensors['logits.0'].shape;
  }

  #number(name) {
    return name in this.#metadata ? Number(this.#metadata[name]) : null;
  }

  /** With which the picture was coloured; null where the distributions were taken as trained. */
  get temperature() {
    return this.#number('temperature');
  }

  get rebalance() {
    return this.#number('rebalance');
  }

  get saturation() {
    return this.#number('saturation');
  }

  /** Whether the model records its training colours. */
  get canRebalance() {
    return 'weights' in this.#tensors;
  }

  /** The colours with which the picture was coloured: a of all cells, then b. */
  get ab() {
    return this.#tensors.ab.values;
  }

  /** What is added to the logits: ln w' - ln w, with the weights w' of a training with this rebalance. */
  #correction(rebalance) {
    if (rebalance === null || !this.canRebalance) return new Float64Array(this.bins);
    const [prior, weights] = [this.#tensors.smoothed_prior.values, this.#tensors.weights.values];
    const wanted = Float64Array.from(prior, (share) => 1 / Math.max(leastShare, (1 - rebalance) * share + rebalance / this.bins));
    const mean = wanted.reduce((sum, weight, bin) => sum + weight * prior[bin], 0);
    return wanted.map((weight, bin) => Math.log(weight / mean) - Math.log(Math.max(leastWeight, weights[bin])));
  }

  /** Probabilities of a size, bin by bin. */
  #probabilities({ shape, values }, correction) {
    const cells = shape[1] * shape[2];
    const probability = new Float64Array(values.length);
    const [most, sum] = [new Float64Array(cells).fill(-Infinity), new Float64Array(cells)];
    for (let bin = 0, i = 0; bin < this.bins; bin++)
      for (let cell = 0; cell < cells; cell++, i++) {
        probability[i] = halves[values[i]] + correction[bin];
        if (probability[i] > most[cell]) most[cell] = probability[i];
      }
    for (let bin = 0, i = 0; bin < this.bins; bin++)
      for (let cell = 0; cell < cells; cell++, i++) sum[cell] += probability[i] = Math.exp(probability[i] - most[cell]);
    for (let bin = 0, i = 0; bin < this.bins; bin++) for (let cell = 0; cell < cells; cell++, i++) probability[i] /= sum[cell];
    return probability;
  }

  /** The mean of the probabilities of all sizes, at the picture's own. */
  #mean(correction) {
    const cells = this.width * this.height;
    const first = this.#probabilities(this.#tensors['logits.0'], correction);
    const second = this.#tensors['logits.1'];
    if (!second) return first;
    const [, height, width] = second.shape;
    const other = this.#probabilities(second, correction);
    const enlarged = new Float64Array(cells);
    for (let bin = 0; bin < this.bins; bin++) {
      enlarge(other.subarray(bin * width * height, (bin + 1) * width * height), width, height, this.width, this.height, enlarged);
      for (let cell = 0, i = bin * cells; cell < cells; cell++, i++) first[i] = (first[i] + enlarged[cell]) / 2;
    }
    return first;
  }

  /**
   * The colours with another temperature (0: the most probable one) and rebalance (null: as trained): a of all cells, then b.
   */
  read(temperature, rebalance) {
    const cells = this.width * this.height;
    const probability = this.#mean(this.#correction(rebalance));
    const colors = this.#tensors.colors.values;
    const taper = this.#tensors.taper?.values;
    const sure = this.#number('sure_entropy');
    const ab = new Float32Array(2 * cells);
    for (let cell = 0; cell < cells; cell++) {
      let [best, most] = [0, -1];
      for (let bin = 0, i = cell; bin < this.bins; bin++, i += cells) if (probability[i] > most) [best, most] = [bin, probability[i]];
      let [a, b, sum, entropy] = [0, 0, 0, 0];
      for (let bin = 0, i = cell; bin < this.bins; bin++, i += cells) {
        const p = Math.max(leastProbability, probability[i]);
        if (sure !== null) entropy -= p * Math.log(p);
        const weight = temperature === 0 ? (bin === best ? 1 : 0) : (p / most) ** (1 / temperature);
        sum += weight;
        a += weight * colors[bin];
        b += weight * colors[this.bins + bin];
      }
      const factor = (sure === null ? 1 : Math.min(1, sure / entropy) ** 2) * (taper?.[cell] ?? 1);
      ab[cell] = (factor * a) / sum;
      ab[cells + cell] = (factor * b) / sum;
    }
    return ab;
  }
}
