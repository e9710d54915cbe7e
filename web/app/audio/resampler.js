/**
 * A streaming polyphase resampler: a windowed sinc (Hann) low-pass, one table of taps for each phase that the two
 * rates can have (Crochiere & Rabiner, "Multirate Digital Signal Processing", 1983, chapter 3).
 *
 * The browser's audio runs at the rate of the hardware (48 000 or 44 100 Hz, mostly); the protocol's at 24 000 Hz.
 */

const ZERO_CROSSINGS = 16;
/** The pass band ends a little below half the lower rate, so that the filter's slope ends at it. */
const PASS_BAND = 0.95;

/** @type {(a: number, b: number) => number} */
const greatestCommonDivisor = (a, b) => (b === 0 ? a : greatestCommonDivisor(b, a % b));

export class Resampler {
  /**
   * @param {number} from rate of the samples given, Hz
   * @param {number} to rate of the samples wanted, Hz
   */
  constructor(from, to) {
    const divisor = greatestCommonDivisor(from, to);
    /** Output `n` lies at input time `n * step / phases`. */
    this.phases = to / divisor;
    this.step = from / divisor;
    const cutoff = Math.min(1, to / from) * PASS_BAND;
    this.half = Math.ceil(ZERO_CROSSINGS / cutoff);
    this.taps = Array.from({ length: this.phases }, (_, phase) => lowPass(phase / this.phases, this.half, cutoff));
    // Silence before the first sample, so that the first output is centred on it.
    this.history = new Float32Array(this.half);
    /** Where the next output lies in `history`, in phases. */
    this.position = this.half * this.phases;
  }

  /** Forgets the past: the next samples begin a new sound. */
  reset() {
    this.history = new Float32Array(this.half);
    this.position = this.half * this.phases;
  }

  /**
   * @param {Float32Array} input
   * @returns {Float32Array} what can be told so far: the last `half` input samples wait for their right neighbours
   */
  process(input) {
    const samples = new Float32Array(this.history.length + input.length);
    samples.set(this.history);
    samples.set(input, this.history.length);

    const end = (samples.length - this.half) * this.phases;
    const output = new Float32Array(Math.max(0, Math.ceil((end - this.position) / this.step)));
    for (let n = 0; n < output.length; n++, this.position += this.step) {
      const centre = Math.floor(this.position / this.phases);
      const taps = this.taps[this.position % this.phases];
      let sum = 0;
      for (let k = 0, i = centre - this.half + 1; k < taps.length; k++, i++) sum += samples[i] * taps[k];
      output[n] = sum;
    }

    const keepFrom = Math.max(0, Math.floor(this.position / this.phases) - this.half);
    this.history = samples.slice(keepFrom);
    this.position -= keepFrom * this.phases;
    return output;
  }

  /** @returns {Float32Array} the rest of the sound, as if silence followed it */
  flush() {
    const rest = this.process(new Float32Array(this.half));
    this.reset();
    return rest;
  }
}

/**
 * @param {number} fraction how far after a sample the output lies, 0 to 1
 * @param {number} half samples on each side
 * @param {number} cutoff of the input's half rate, 0 to 1
 */
function lowPass(fraction, half, cutoff) {
  return Float32Array.from({ length: 2 * half }, (_, k) => {
    const x = k - half + 1 - fraction;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
    const angle = Math.PI * x * cutoff;
    return cutoff * window * (angle === 0 ? 1 : Math.sin(angle) / angle);
  });
}
