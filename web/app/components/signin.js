/** Asks for a token: the page is open on another machine than the server's. */
import { signal } from "@preact/signals";

import { html } from "../html.js";
import { problem } from "../notices.js";
import { ApiError } from "../session.js";
import { signInWith } from "../signin.js";
import { connect } from "../talk.js";

const token = signal("");

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  try {
    await signInWith(token.value);
    token.value = "";
    await connect();
  } catch (error) {
    problem(error instanceof ApiError ? error.message : "Signing in failed. Try again.");
  }
}

export function SignIn() {
  return html`<form class="card signin" onSubmit=${submit}>
    <h2>Sign in</h2>
    <p>This page is open on another machine than the server. On the server, run</p>
    <p><code>voicefit token you@example.com</code></p>
    <label for="token">and paste the token it prints:</label>
    <input
      id="token"
      type="password"
      autocomplete="current-password"
      required
      value=${token.value}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => (token.value = event.currentTarget.value)}
    />
    <button type="submit" class="primary">Sign in</button>
  </form>`;
}
