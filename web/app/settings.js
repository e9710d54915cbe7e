/** What the athlete chose on this device. */
import { effect, signal } from "@preact/signals";

/** @type {(name: string, initial: boolean) => import("@preact/signals").Signal<boolean>} */
function kept(name, initial) {
  const stored = localStorage.getItem(name);
  const value = signal(stored === null ? initial : stored === "true");
  effect(() => localStorage.setItem(name, String(value.value)));
  return value;
}

/** Talk only while the button or the space bar is held down. */
export const holdToTalk = kept("hold-to-talk", false);

/** Talk in a LiveKit room instead of over the websocket. Holds from the next load of the page. */
export const useRoom = kept("use-room", false);

/** Replies are spoken, not only shown. */
export const speakReplies = kept("speak-replies", true);
