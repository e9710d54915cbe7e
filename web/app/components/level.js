/** The level meter: the last two thirds of a second of the microphone. */
import { effect, signal } from "@preact/signals";

import { html } from "../html.js";
import { level, listening } from "../phase.js";

const BARS = 11;
const FLOOR_DB = -60;

const recent = signal(new Array(BARS).fill(0));

effect(() => {
  const now = height(level.value);
  recent.value = listening.value ? [...recent.peek().slice(1), now] : new Array(BARS).fill(0);
});

/** @param {number} rms 0 to 1 @returns {number} 0 to 1 as ears judge it: in decibels */
function height(rms) {
  return rms === 0 ? 0 : Math.max(0, 1 - (20 * Math.log10(rms)) / FLOOR_DB);
}

export function Level() {
  return html`<div class=${listening.value ? "level on" : "level"} aria-hidden="true">
    ${recent.value.map((value) => html`<i style=${{ transform: `scaleY(${0.06 + 0.94 * value})` }}></i>`)}
  </div>`;
}
