/** The microphone: pieces of pcm16 with their loudness, or a reason why there are none. */

/** Why there is no microphone: each has its own words for the person in front of it. */
/** @typedef {"insecure" | "refused" | "missing" | "busy" | "lost"} MicrophoneProblem */

/** @type {Record<string, MicrophoneProblem>} */
const PROBLEM_OF = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
};

/** @param {unknown} error of the browser, when it was asked for the microphone @returns {MicrophoneProblem} */
export const problemOf = (error) => PROBLEM_OF[/** @type {DOMException} */ (error).name] ?? "busy";

export class MicrophoneError extends Error {
  /** @param {MicrophoneProblem} problem */
  constructor(problem) {
    super(`no microphone: ${problem}`);
    this.problem = problem;
  }
}

export class Microphone {
  /**
   * @param {(pcm: Int16Array, level: number) => void} onPiece 60 ms of sound at 24 kHz; level is its RMS, 0 to 1
   * @param {() => void} onLost the microphone was unplugged or taken away
   */
  constructor(onPiece, onLost) {
    this.onPiece = onPiece;
    this.onLost = onLost;
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {Promise<void> | null} */
    this.starting = null;
    /** @type {AudioNode[]} */
    this.nodes = [];
    /** @type {WeakSet<AudioContext>} */
    this.prepared = new WeakSet();
  }

  /**
   * Opens the microphone, once however often it is called.
   * @param {AudioContext} context
   * @returns {Promise<void>}
   * @throws {MicrophoneError}
   */
  start(context) {
    this.starting ??= this.open(context).finally(() => (this.starting = null));
    return this.starting;
  }

  /** @param {AudioContext} context */
  async open(context) {
    if (this.stream) return;
    const stream = await openStream();
    this.stream = stream;
    if (!this.prepared.has(context)) {
      await context.audioWorklet.addModule(new URL("./capture.worklet.js", import.meta.url));
      this.prepared.add(context);
    }
    if (this.stream !== stream) return; // stopped while loading
    const source = context.createMediaStreamSource(stream);
    const capture = new AudioWorkletNode(context, "capture", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    capture.port.onmessage = ({ data }) => {
      if (this.stream === stream) this.onPiece(data.pcm, data.level);
    };
    source.connect(capture);
    this.nodes = [source, capture];
    stream.getAudioTracks()[0].addEventListener("ended", () => {
      this.stop();
      this.onLost();
    });
  }

  /** Closes the microphone: the browser's recording sign goes out. */
  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    for (const node of this.nodes) node.disconnect();
    this.stream = null;
    this.nodes = [];
  }
}

/** @returns {Promise<MediaStream>} */
async function openStream() {
  // Browsers leave `mediaDevices` out on pages that are neither https nor localhost.
  if (!window.isSecureContext || !navigator.mediaDevices) throw new MicrophoneError("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    throw new MicrophoneError(problemOf(error));
  }
}
