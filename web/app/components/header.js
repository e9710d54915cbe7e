/** The name, the way to the workout on a narrow screen, and the settings. */
import { useEffect, useRef } from "preact/hooks";

import { html } from "../html.js";
import { signOut } from "../session.js";
import { holdToTalk, speakReplies, useRoom } from "../settings.js";
import { athlete, forgetAthlete, rooms } from "../signin.js";
import { newConversation, stopListening, stopSpeaking } from "../talk.js";
import { clearWorkout, sets } from "../workout.js";
import { listIcon, menuIcon } from "./icons.js";

async function leave() {
  newConversation();
  clearWorkout();
  await signOut();
  forgetAthlete();
}

/** @param {KeyboardEvent} event */
function closeOnEscape(event) {
  const menu = /** @type {HTMLDetailsElement} */ (event.currentTarget);
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
}

/** @param {Element | null} menu what is shut by a press anywhere else */
function closeOnOutsidePress(menu) {
  /** @param {PointerEvent} event */
  const close = ({ target }) => {
    if (!menu?.contains(/** @type {Node} */ (target))) menu?.removeAttribute("open");
  };
  document.addEventListener("pointerdown", close);
  return () => document.removeEventListener("pointerdown", close);
}

/** @param {{workoutOpen: import("@preact/signals").Signal<boolean>}} props */
export function Header({ workoutOpen }) {
  const menu = useRef(/** @type {Element | null} */ (null));
  useEffect(() => closeOnOutsidePress(menu.current), []);
  return html`<header class="top">
    <h1 class="name">VoiceFit</h1>
    <button
      type="button"
      class="quiet workout-toggle"
      aria-expanded=${String(workoutOpen.value)}
      aria-controls="workout"
      onClick=${() => (workoutOpen.value = !workoutOpen.value)}
    >
      ${listIcon} Workout <span class="pill">${sets.value.length}<span class="sr-only"> sets</span></span>
    </button>
    <details class="menu" ref=${menu} onKeyDown=${closeOnEscape}>
      <summary class="quiet" aria-label="Settings">${menuIcon}</summary>
      <div class="menu-body">
        <label><input type="checkbox" checked=${holdToTalk.value} onChange=${toggleHold} /> Hold to talk</label>
        <label><input type="checkbox" checked=${speakReplies.value} onChange=${toggleVoice} /> Speak replies</label>
        ${(rooms.value || useRoom.value) &&
        html`<label><input type="checkbox" checked=${useRoom.value} onChange=${toggleRoom} /> Talk in a room (WebRTC)</label>`}
        <button type="button" class="quiet" onClick=${newConversation}>New conversation</button>
        ${athlete.value && html`<button type="button" class="quiet" onClick=${leave}>Sign out</button>`}
      </div>
    </details>
  </header>`;
}

function toggleHold() {
  stopListening();
  holdToTalk.value = !holdToTalk.value;
}

/** The conversation is kept for the tab: the page goes on with it the other way. */
function toggleRoom() {
  useRoom.value = !useRoom.value;
  location.reload();
}

function toggleVoice() {
  stopSpeaking();
  speakReplies.value = !speakReplies.value;
}
