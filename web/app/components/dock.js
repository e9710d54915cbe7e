/** What hands reach for: the notice, the rest timer, the talk button and the text box. */
import { signal } from "@preact/signals";

import { clock } from "../format.js";
import { h, html } from "../html.js";
import { announcements, dismiss, notice } from "../notices.js";
import { sendText } from "../talk.js";
import { cancelRest, partLeft, rest, secondsLeft } from "../timer.js";
import { closeIcon, sendIcon } from "./icons.js";
import { TalkButton } from "./talkbutton.js";

const MAX_TEXT_LENGTH = 1000;

export function Dock() {
  return html`<footer class="dock">
    ${h(Notice, {})} ${h(Rest, {})} ${h(TalkButton, {})} ${h(TextBox, {})} ${h(Announcer, {})}
  </footer>`;
}

/** The box is always there, so that screen readers notice when it fills. */
function Notice() {
  return html`<div role="alert">
    ${notice.value &&
    html`<div class=${`notice ${notice.value.tone}`}>
      <p>${notice.value.text}</p>
      <button type="button" class="quiet" aria-label="Dismiss" onClick=${dismiss}>${closeIcon}</button>
    </div>`}
  </div>`;
}

function Rest() {
  if (!rest.value) return null;
  return html`<div class="rest" role="timer" aria-label="Rest">
    <p><span>Rest</span> <b>${clock(secondsLeft.value)}</b></p>
    <div class="rest-bar"><i style=${{ transform: `scaleX(${partLeft.value})` }}></i></div>
    <button type="button" class="quiet" aria-label="Hide the rest timer" onClick=${cancelRest}>${closeIcon}</button>
  </div>`;
}

const draft = signal("");

/** @param {SubmitEvent} event */
function submit(event) {
  event.preventDefault();
  const text = draft.value.trim();
  if (!text) return;
  draft.value = "";
  sendText(text);
}

function TextBox() {
  return html`<form class="text" onSubmit=${submit}>
    <label class="sr-only" for="text">Type instead</label>
    <input
      id="text"
      type="text"
      autocomplete="off"
      enterkeyhint="send"
      maxlength=${MAX_TEXT_LENGTH}
      placeholder="or type: squat 315 for 5"
      value=${draft.value}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => (draft.value = event.currentTarget.value)}
    />
    <button type="submit" class="primary" aria-label="Send">${sendIcon}</button>
  </form>`;
}

/** Says to screen readers what others see. */
function Announcer() {
  return html`<div class="sr-only" role="log" aria-live="polite" aria-label="Announcements">
    ${announcements.value.map(({ id, text }) => html`<p key=${id}>${text}</p>`)}
  </div>`;
}
