/**
 * A client of the OpenAI Realtime protocol: one conversation over as many websockets as it takes.
 *
 * Dispatches every server event as a `CustomEvent` of its own type, and `status` when the connection changes.
 */

const MODEL = "voicefit";
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** Unsent bytes above which sound is dropped: the network is gone, and old sound is worthless. */
const MAX_BACKLOG_BYTES = 1 << 19;

/** @typedef {"closed" | "connecting" | "open" | "retrying"} Status */
/** @typedef {import("../types").ServerEvent} ServerEvent */
/** @typedef {import("../types").ClientEvent} ClientEvent */

export class RealtimeClient extends EventTarget {
  /** @param {Storage} storage remembers the conversation for this tab */
  constructor(storage) {
    super();
    this.storage = storage;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {Status} */
    this.status = "closed";
    this.attempt = 0;
    this.timer = 0;
    for (const type of ["online", "pageshow"]) window.addEventListener(type, () => this.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.retryNow();
    });
  }

  get conversation() {
    return this.storage.getItem("conversation");
  }

  /** Connects, and stays connected until `close`. */
  open() {
    if (this.status !== "closed") return;
    this.connect("connecting");
  }

  close() {
    clearTimeout(this.timer);
    this.setStatus("closed");
    this.socket?.close(1000);
    this.socket = null;
  }

  /** Leaves this conversation: the next connection begins a new one. */
  forget() {
    this.close();
    this.storage.removeItem("conversation");
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
    if (event.type === "session.created") {
      const conversation = event.session?.metadata?.conversation_id;
      if (conversation) this.storage.setItem("conversation", conversation);
      this.attempt = 0;
      this.setStatus("open");
    }
    this.dispatchEvent(new CustomEvent(event.type, { detail: event }));
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  lost(code, reason) {
    const neverOpened = this.status !== "open";
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.attempt++, LAST_RETRY_MS);
    this.setStatus("retrying");
    // Half of the wait is random, so that the clients of a server that restarts do not come back at once.
    this.timer = window.setTimeout(() => this.connect("retrying"), wait * (0.5 + Math.random() / 2));
    this.dispatchEvent(new CustomEvent("lost", { detail: { code, reason, neverOpened } }));
  }

  retryNow() {
    if (this.status !== "retrying" || this.socket?.readyState === WebSocket.CONNECTING) return;
    clearTimeout(this.timer);
    this.connect("retrying");
  }

  /** @param {Status} status */
  setStatus(status) {
    if (status === this.status) return;
    this.status = status;
    this.dispatchEvent(new CustomEvent("status", { detail: status }));
  }
}
