/** Keeps the screen on while the microphone is: the phone lies on the floor and is read from the bench. */

/** @type {WakeLockSentinel | null} */
let lock = null;

/** Best effort: browsers may refuse (a low battery), and some cannot. */
export async function keepAwake() {
  try {
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
  } catch {
    lock = null;
  }
}

export function letSleep() {
  lock?.release();
  lock = null;
}
