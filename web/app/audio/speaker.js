/** The voice: plays what comes, stops at once, and knows how much was heard. */
import { fromBase64 } from "./pcm.js";

/** @typedef {{item: string, playedMs: number}} Heard */

export class Speaker {
  /** @param {(playing: boolean) => void} onPlaying called when sound begins and ends */
  constructor(onPlaying) {
    this.onPlaying = onPlaying;
    /** @type {AudioContext | null} */
    this.context = null;
    /** Null inside where there can be no sound. @type {Promise<AudioWorkletNode | null> | null} */
    this.ready = null;
    /** @type {((heard: Heard) => void)[]} */
    this.waiting = [];
  }

  /**
   * Makes the audio context. Call it from a click or a key press: browsers play nothing before one.
   * @returns {Promise<AudioContext>}
   */
  async unlock() {
    const context = (this.context ??= new AudioContext({ latencyHint: "interactive" }));
    this.ready ??= this.load(context);
    if (context.state !== "running") await context.resume();
    await this.ready;
    return context;
  }

  /** @param {AudioContext} context */
  async load(context) {
    if (!context.audioWorklet) return null; // the page is not secure: replies are read
    await context.audioWorklet.addModule(new URL("./player.worklet.js", import.meta.url));
    const node = new AudioWorkletNode(context, "player", { numberOfInputs: 0, outputChannelCount: [1] });
    node.port.onmessage = ({ data }) => {
      if (data.stopped) this.waiting.shift()?.({ item: data.item, playedMs: data.playedMs });
      else this.onPlaying(data.playing);
    };
    node.connect(context.destination);
    return node;
  }

  /**
   * @param {string} item the conversation item that the sound belongs to
   * @param {string} audio base64
   */
  async play(item, audio) {
    const node = await this.ready;
    const add = fromBase64(audio);
    node?.port.postMessage({ add, item }, [add.buffer]);
  }

  /** @param {string} item all of its sound was given */
  async finish(item) {
    (await this.ready)?.port.postMessage({ end: item });
  }

  /** @returns {Promise<Heard>} what was playing (or about to: then 0 ms); an empty item when all was quiet */
  async stop() {
    const node = await this.ready;
    if (!node) return { item: "", playedMs: 0 };
    const heard = await new Promise((/** @type {(heard: Heard) => void} */ resolve) => {
      this.waiting.push(resolve);
      node.port.postMessage({ stop: true });
    });
    // What has left the queue is heard only after the output's delay.
    const delay = Math.round((this.context?.outputLatency ?? 0) * 1000);
    return { ...heard, playedMs: Math.max(0, heard.playedMs - delay) };
  }

  /** A short, soft tone: the rest is over. */
  chime() {
    const context = this.context;
    if (context?.state !== "running") return;
    const now = context.currentTime;
    const tone = new OscillatorNode(context, { frequency: 880 });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.linearRampToValueAtTime(0.2, now + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, now + 0.6);
    tone.connect(gain).connect(context.destination);
    tone.start(now);
    tone.stop(now + 0.6);
  }
}
