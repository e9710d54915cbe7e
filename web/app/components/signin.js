/** Asks who it is: the page is open on another machine than the server's. */
import { signal } from "@preact/signals";

import { html } from "../html.js";
import { dismiss, problem } from "../notices.js";
import { ApiError } from "../session.js";
import { register, signInWithPassword, signInWithToken } from "../signin.js";
import { connect } from "../talk.js";

const email = signal("");
const password = signal("");
const token = signal("");

/**
 * Signs in, forgets what was typed and goes on to the conversation.
 * @param {() => Promise<void>} signIn
 */
async function enter(signIn) {
  dismiss();
  try {
    await signIn();
    password.value = token.value = "";
    await connect();
  } catch (error) {
    problem(error instanceof ApiError ? error.message : "Signing in failed. Try again.");
  }
}

/** @param {SubmitEvent} event the button that was pressed says whether the account is new */
async function submitAccount(event) {
  event.preventDefault();
  const isNew = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value === "register";
  await enter(() => (isNew ? register : signInWithPassword)(email.value, password.value));
}

/** @param {SubmitEvent} event */
async function submitToken(event) {
  event.preventDefault();
  await enter(() => signInWithToken(token.value));
}

/** @param {import("@preact/signals").Signal<string>} value */
const typed = (value) => (/** @type {{currentTarget: HTMLInputElement}} */ event) =>
  (value.value = event.currentTarget.value);

export function SignIn() {
  return html`<section class="card signin" aria-labelledby="signin-title">
    <h2 id="signin-title">Sign in</h2>
    <form onSubmit=${submitAccount}>
      <label for="email">Email</label>
      <input
        id="email"
        type="email"
        autocomplete="username"
        required
        maxlength="254"
        value=${email.value}
        onInput=${typed(email)}
      />
      <label for="password">Password (8 characters or more)</label>
      <input
        id="password"
        type="password"
        autocomplete="current-password"
        required
        minlength="8"
        maxlength="256"
        value=${password.value}
        onInput=${typed(password)}
      />
      <div class="choices">
        <button type="submit" class="primary" value="login">Sign in</button>
        <button type="submit" class="quiet" value="register">Create an account</button>
      </div>
    </form>
    <details>
      <summary>With a token</summary>
      <form onSubmit=${submitToken}>
        <p>On the server, run <code>voicefit token you@example.com</code></p>
        <label for="token">and paste the token it prints:</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          required
          value=${token.value}
          onInput=${typed(token)}
        />
        <button type="submit" class="primary">Use the token</button>
      </form>
    </details>
  </section>`;
}
