/** What is going on, as signals; and the one word that says it. */
import { computed, signal } from "@preact/signals";

import { waiting } from "./outbox.js";

/** @typedef {"offline" | "connecting" | "reconnecting" | "speaking" | "thinking" | "listening" | "idle"} Phase */

/** @type {import("@preact/signals").Signal<import("./line.js").Status>} The connection. */
export const status = signal("closed");
/** Whether the microphone is open. */
export const listening = signal(false);
/** Loudness of the microphone, 0 to 1. */
export const level = signal(0);
/** Whether the athlete is being heard right now. */
export const hearing = signal(false);
/** Whether the server works on a turn and has not answered yet. */
export const working = signal(false);
/** Whether a reply is being given: then it can be cancelled. */
export const responding = signal(false);
/** Whether the voice sounds. */
export const speaking = signal(false);

/** @type {import("@preact/signals").ReadonlySignal<Phase>} */
export const phase = computed(() => {
  if (status.value === "retrying") return "reconnecting";
  if (status.value === "connecting") return "connecting";
  if (speaking.value) return "speaking";
  if (working.value || waiting.value) return "thinking";
  if (listening.value) return "listening";
  return status.value === "open" ? "idle" : "offline";
});

/** The connection is gone, and with it all that was going on there. */
export function nothingGoesOn() {
  working.value = false;
  responding.value = false;
  hearing.value = false;
}
