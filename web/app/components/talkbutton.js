/** The one big button, and the space bar that stands for it. */
import { h, html } from "../html.js";
import { listening, phase } from "../phase.js";
import { holdToTalk } from "../settings.js";
import { hold, interruptReply, release, toggle } from "../talk.js";
import { hushIcon, microphoneIcon } from "./icons.js";
import { Level } from "./level.js";

const INTERACTIVE = "input, textarea, select, button, a, summary, [contenteditable]";

/** @type {Record<import("../phase.js").Phase, string>} */
const WORDS = {
  offline: "Ready",
  connecting: "Connecting",
  reconnecting: "Offline",
  speaking: "Speaking",
  thinking: "Thinking",
  listening: "Listening",
  idle: "Ready",
};

export function TalkButton() {
  const held = holdToTalk.value;
  const label = listening.value ? "Stop" : held ? "Hold to talk" : "Talk";
  return html`<div class="talk" data-phase=${phase.value}>
    <button type="button" class="talk-button" aria-pressed=${String(listening.value)} ...${held ? HOLD : CLICK}>
      ${microphoneIcon}<span class="label">${label}</span>
    </button>
    <div class="talk-state">
      <p class="phase" role="status">${WORDS[phase.value]}</p>
      ${phase.value === "speaking" &&
      html`<button type="button" class="quiet hush" onClick=${interruptReply}>${hushIcon} Hush</button>`}
    </div>
    ${h(Level, {})}
  </div>`;
}

const CLICK = { onClick: () => void toggle() };

const HOLD = {
  onPointerDown: (/** @type {PointerEvent} */ event) => {
    // The button keeps the pointer, so that letting go elsewhere is noticed too.
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    hold();
  },
  onLostPointerCapture: release,
  onContextMenu: (/** @type {Event} */ event) => event.preventDefault(), // a long press on a phone
  onKeyDown: (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && !event.repeat) hold();
  },
  onKeyUp: (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") release();
  },
};

/** Makes the space bar talk, wherever the focus is except where a space means something else. */
export function bindSpaceBar() {
  document.addEventListener("keydown", (event) => {
    if (!isTalkKey(event)) return;
    event.preventDefault();
    if (event.repeat) return;
    if (holdToTalk.value) hold();
    else toggle();
  });
  document.addEventListener("keyup", (event) => {
    if (!isTalkKey(event)) return;
    event.preventDefault(); // a focused button would be clicked as well
    if (holdToTalk.value) release();
  });
}

/** @param {KeyboardEvent} event */
function isTalkKey({ code, target, altKey, ctrlKey, metaKey }) {
  if (code !== "Space" || altKey || ctrlKey || metaKey || !(target instanceof Element)) return false;
  return target.matches(".talk-button") || !target.closest(INTERACTIVE);
}
