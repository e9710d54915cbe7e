/** What the page has to tell: one notice at a time, and announcements for screen readers. */
import { signal } from "@preact/signals";

/** @typedef {{text: string, tone: "problem" | "hint" | "offline"}} Notice */

/** @type {import("@preact/signals").Signal<Notice | null>} */
export const notice = signal(null);

/** Announced, newest last. @type {import("@preact/signals").Signal<{id: number, text: string}[]>} */
export const announcements = signal([]);

const ANNOUNCEMENTS_KEPT = 5;
let nextId = 0;

/** @param {string} text */
export function problem(text) {
  notice.value = { text, tone: "problem" };
}

/** A problem that is over once the connection is there. @param {string} text */
export function offline(text) {
  notice.value = { text, tone: "offline" };
}

/** The connection is there. */
export function online() {
  if (notice.value?.tone === "offline") dismiss();
}

export function dismiss() {
  notice.value = null;
}

/** @param {string} text */
export function announce(text) {
  announcements.value = [...announcements.value, { id: nextId++, text }].slice(-ANNOUNCEMENTS_KEPT);
}

/** @type {Record<import("./audio/microphone.js").MicrophoneProblem, string>} */
export const MICROPHONE_WORDS = {
  insecure:
    "The browser gives the microphone only to secure pages. Open this page at localhost on the server’s own " +
    "machine, or over https (TLS). Typing works here.",
  refused:
    "The microphone is blocked for this page. Allow it in the browser’s site settings (beside the address), then " +
    "press Talk again. Typing works meanwhile.",
  missing: "No microphone was found. Connect one and press Talk again. Typing works meanwhile.",
  busy: "The microphone does not answer. Another program may be using it: close that and press Talk again. Typing works meanwhile.",
  lost: "The microphone was disconnected. Connect it and press Talk again. Typing works meanwhile.",
};
