/**
 * A conversation over as many connections as it takes: what the websocket and the room have in common.
 *
 * Dispatches `status` when the connection changes and `lost` when it is gone, besides the server's events.
 */

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/** @typedef {"closed" | "connecting" | "open" | "retrying"} Status */

/** @abstract */
export class Line extends EventTarget {
  /** @param {Storage} storage remembers the conversation for this tab */
  constructor(storage) {
    super();
    this.storage = storage;
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
    this.hangUp();
  }

  /** Leaves this conversation: the next connection begins a new one. */
  forget() {
    this.close();
    this.storage.removeItem("conversation");
  }

  /** @abstract @param {Status} _status makes a connection, which is called this until it is open */
  connect(_status) {}

  /** @abstract ends the connection without a word */
  hangUp() {}

  /** @abstract whether a connection is being made right now */
  get busy() {
    return false;
  }

  /** @param {string | null | undefined} conversation the connection is open, to this one */
  opened(conversation) {
    if (conversation) this.storage.setItem("conversation", conversation);
    this.attempt = 0;
    this.setStatus("open");
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  lost(code, reason) {
    const neverOpened = this.status !== "open";
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.attempt++, LAST_RETRY_MS);
    this.setStatus("retrying");
    clearTimeout(this.timer);
    // Half of the wait is random, so that the clients of a server that restarts do not come back at once.
    this.timer = window.setTimeout(() => this.connect("retrying"), wait * (0.5 + Math.random() / 2));
    this.dispatchEvent(new CustomEvent("lost", { detail: { code, reason, neverOpened } }));
  }

  retryNow() {
    if (this.status !== "retrying" || this.busy) return;
    clearTimeout(this.timer);
    this.connect("retrying");
  }

  /** @param {Status} status */
  setStatus(status) {
    if (status === this.status) return;
    this.status = status;
    this.dispatchEvent(new CustomEvent("status", { detail: status }));
  }

  /** @param {import("../types").ServerEvent} event */
  tell(event) {
    this.dispatchEvent(new CustomEvent(event.type, { detail: event }));
  }
}
