/** Runs on the audio thread: the microphone's samples become pieces of 24 kHz pcm16 with their loudness. */
import { PROTOCOL_RATE, toPcm16 } from "./pcm.js";
import { Resampler } from "./resampler.js";

const PIECE_SAMPLES = PROTOCOL_RATE * 0.06;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, PROTOCOL_RATE);
    this.piece = new Float32Array(PIECE_SAMPLES);
    this.filled = 0;
  }

  /**
   * @param {Float32Array[][]} inputs one input, one channel (none while the source is gone)
   * @returns {boolean} true: keep me
   */
  process([[channel]]) {
    if (!channel) return true;
    let samples = this.resampler.process(channel);
    while (samples.length > 0) {
      const part = samples.subarray(0, PIECE_SAMPLES - this.filled);
      this.piece.set(part, this.filled);
      this.filled += part.length;
      samples = samples.subarray(part.length);
      if (this.filled === PIECE_SAMPLES) this.send();
    }
    return true;
  }

  send() {
    const pcm = toPcm16(this.piece);
    const power = this.piece.reduce((sum, value) => sum + value * value, 0) / PIECE_SAMPLES;
    this.port.postMessage({ pcm, level: Math.sqrt(power) }, [pcm.buffer]);
    this.filled = 0;
  }
}

registerProcessor("capture", Capture);
