/** Microphone and speaker of a room: LiveKit captures and plays; the page opens, closes and hushes. */
import { MicrophoneError, problemOf } from "../audio/microphone.js";
import { Speaker } from "../audio/speaker.js";
import { level, speaking } from "../phase.js";
import { livekit } from "./livekit.js";

/** @typedef {import("./client.js").RoomClient} RoomClient */

const LEVEL_MS = 60;
const OPEN_SECONDS = 30;

export class RoomMicrophone {
  /** @param {RoomClient} client */
  constructor(client) {
    this.client = client;
    this.wanted = false;
    this.timer = 0;
  }

  /** @throws {MicrophoneError} */
  async start() {
    this.wanted = true;
    if (!navigator.mediaDevices) throw new MicrophoneError("insecure");
    if (!(await this.entered()) || !this.wanted) return;
    const { createAudioAnalyser } = await livekit();
    try {
      const publication = await this.client.room?.localParticipant.setMicrophoneEnabled(this.wanted);
      const track = publication?.audioTrack;
      if (!track || !this.wanted) return this.stop();
      const { calculateVolume } = createAudioAnalyser(track);
      clearInterval(this.timer);
      this.timer = window.setInterval(() => (level.value = calculateVolume()), LEVEL_MS);
    } catch (error) {
      throw new MicrophoneError(problemOf(error));
    }
  }

  stop() {
    this.wanted = false;
    clearInterval(this.timer);
    this.client.room?.localParticipant.setMicrophoneEnabled(false).catch(() => {});
  }

  /** @returns {Promise<boolean>} whether there is a room to speak in: waits while it is being entered */
  async entered() {
    const { client } = this;
    if (client.status === "open") return true;
    return new Promise((resolve) => {
      const check = () => {
        if (client.status === "open" || !this.wanted) done(client.status === "open");
      };
      const timer = setTimeout(() => done(false), OPEN_SECONDS * 1000);
      /** @param {boolean} open */
      const done = (open) => {
        clearTimeout(timer);
        client.removeEventListener("status", check);
        resolve(open);
      };
      client.addEventListener("status", check);
    });
  }
}

export class RoomSpeaker extends Speaker {
  /** @param {RoomClient} client */
  constructor(client) {
    super(() => {});
    this.client = client;
  }

  async unlock() {
    const context = await super.unlock();
    await this.client.room?.startAudio().catch(() => {});
    return context;
  }

  /** The server cuts what is said, and knows how much of it was heard. */
  async stop() {
    if (speaking.value) this.client.call("hush");
    return { item: "", playedMs: 0 };
  }
}
