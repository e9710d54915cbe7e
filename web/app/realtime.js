/**
 * A client of the OpenAI Realtime protocol: dispatches every server event as a `CustomEvent` of its own type.
 */
import { Line } from "./line.js";

const MODEL = "voicefit";
/** Unsent bytes above which sound is dropped: the network is gone, and old sound is worthless. */
const MAX_BACKLOG_BYTES = 1 << 19;

/** @typedef {import("./line.js").Status} Status */
/** @typedef {import("../types").ServerEvent} ServerEvent */
/** @typedef {import("../types").ClientEvent} ClientEvent */

export class RealtimeClient extends Line {
  /** @type {WebSocket | null} */
  socket = null;

  hangUp() {
    this.socket?.close(1000);
    this.socket = null;
  }

  get busy() {
    return this.socket?.readyState === WebSocket.CONNECTING;
  }

  /**
   * @param {ClientEvent} event
   * @returns {boolean} whether it was handed to an open connection
   */
  send(event) {
    if (this.status !== "open" || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(event));
    return true;
  }

  /** @param {string} audio base64 pcm16 at 24 kHz; dropped while the network does not keep up */
  sendAudio(audio) {
    if ((this.socket?.bufferedAmount ?? 0) > MAX_BACKLOG_BYTES) return;
    this.send({ type: "input_audio_buffer.append", audio });
  }

  /** @param {Status} status */
  connect(status) {
    this.setStatus(status);
    const url = new URL("/v1/realtime", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("model", MODEL);
    if (this.conversation) url.searchParams.set("conversation", this.conversation);
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onmessage = ({ data }) => this.receive(JSON.parse(data));
    socket.onclose = ({ code, reason }) => {
      if (this.socket === socket) this.lost(code, reason);
    };
  }

  /** @param {ServerEvent} event */
  receive(event) {
    if (event.type === "session.created") this.opened(event.session?.metadata?.conversation_id);
    this.tell(event);
  }
}
