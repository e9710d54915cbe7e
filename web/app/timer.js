/** The rest timer: counts down to a moment, so that a sleeping tab is right when it wakes. */
import { computed, signal } from "@preact/signals";

const TICK_MS = 250;

/** @type {import("@preact/signals").Signal<{endsAt: number, seconds: number} | null>} */
export const rest = signal(null);
const now = signal(Date.now());

/** Seconds left, whole, not below 0. */
export const secondsLeft = computed(() => (rest.value ? Math.max(0, Math.ceil((rest.value.endsAt - now.value) / 1000)) : 0));

/** The part of the rest that is left, 1 to 0. */
export const partLeft = computed(() => (rest.value ? Math.max(0, (rest.value.endsAt - now.value) / 1000 / rest.value.seconds) : 0));

let ticking = 0;

/**
 * @param {number} seconds the whole rest
 * @param {number} endsAt when it ends, as `Date.now()` counts
 * @param {() => void} onEnd
 */
export function startRest(seconds, endsAt, onEnd) {
  cancelRest();
  now.value = Date.now();
  rest.value = { seconds, endsAt };
  ticking = window.setInterval(() => {
    now.value = Date.now();
    if (now.value < endsAt) return;
    cancelRest();
    onEnd();
  }, TICK_MS);
}

export function cancelRest() {
  clearInterval(ticking);
  rest.value = null;
}
