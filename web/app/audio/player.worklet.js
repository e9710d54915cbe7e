/**
 * Runs on the audio thread: plays replies from a queue. It waits for a little sound before it starts (the
 * prebuffer), and for more after each time the network was too slow.
 *
 * Told `{add, item}`, `{end: item}` (nothing more will come of it) or `{stop: true}`. Tells `{playing}` when that
 * changes, and `{stopped, item, playedMs}`: what was heard of the item that was playing.
 */
import { fromPcm16, PROTOCOL_RATE } from "./pcm.js";
import { Resampler } from "./resampler.js";

const PREBUFFER_SECONDS = 0.12;
const PREBUFFER_GROWTH = 1.5;
const MAX_PREBUFFER_SECONDS = 0.6;

/** @typedef {{item: string, samples: Float32Array}} Piece */

class Player extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(PROTOCOL_RATE, sampleRate);
    /** @type {Piece[]} */
    this.queue = [];
    this.queued = 0;
    this.offset = 0;
    this.prebuffer = PREBUFFER_SECONDS * sampleRate;
    this.playing = false;
    /** Whether all of the item that came last has come. */
    this.complete = true;
    this.incoming = "";
    this.item = "";
    this.played = 0;
    this.port.onmessage = ({ data }) => {
      if (data.stop) this.stop();
      else if (data.add) this.add(data.add, data.item);
      else if (data.end === this.incoming) this.finish();
    };
  }

  /** @type {(pcm: Int16Array, item: string) => void} */
  add(pcm, item) {
    if (item !== this.incoming) {
      this.finish();
      this.incoming = item;
      this.complete = false;
    }
    this.enqueue(this.resampler.process(fromPcm16(pcm)));
  }

  finish() {
    if (this.complete) return;
    this.enqueue(this.resampler.flush());
    this.complete = true;
  }

  /** @param {Float32Array} samples */
  enqueue(samples) {
    if (samples.length === 0) return;
    this.queue.push({ item: this.incoming, samples });
    this.queued += samples.length;
  }

  stop() {
    const playedMs = Math.round((this.played / sampleRate) * 1000);
    const item = this.item || this.queue[0]?.item || "";
    this.port.postMessage({ stopped: true, item, playedMs: this.item ? playedMs : 0 });
    this.queue = [];
    this.queued = 0;
    this.offset = 0;
    this.resampler.reset();
    this.complete = true;
    this.incoming = "";
    this.setPlaying(false);
    this.item = "";
  }

  /** @param {boolean} playing */
  setPlaying(playing) {
    if (playing === this.playing) return;
    this.playing = playing;
    if (!playing && this.complete) this.item = "";
    this.port.postMessage({ playing });
  }

  /**
   * @param {Float32Array[][]} _inputs none
   * @param {Float32Array[][]} outputs one output, one channel, zeroed
   * @returns {boolean} true: keep me
   */
  process(_inputs, [[out]]) {
    if (!this.playing && this.queued > 0 && (this.complete || this.queued >= this.prebuffer)) this.setPlaying(true);
    if (!this.playing) return true;
    let at = 0;
    while (at < out.length && this.queue.length > 0) at += this.take(out.subarray(at));
    if (at < out.length) {
      const late = !this.complete;
      if (late) this.prebuffer = Math.min(this.prebuffer * PREBUFFER_GROWTH, MAX_PREBUFFER_SECONDS * sampleRate);
      this.setPlaying(false);
    }
    return true;
  }

  /**
   * Copies from the first piece of the queue.
   * @param {Float32Array} out
   * @returns {number} samples copied
   */
  take(out) {
    const { item, samples } = this.queue[0];
    if (item !== this.item) {
      this.item = item;
      this.played = 0;
    }
    const part = samples.subarray(this.offset, this.offset + out.length);
    out.set(part);
    this.offset += part.length;
    this.played += part.length;
    this.queued -= part.length;
    if (this.offset === samples.length) {
      this.queue.shift();
      this.offset = 0;
    }
    return part.length;
  }
}

registerProcessor("player", Player);
