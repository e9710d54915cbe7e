/** Asks who it is: the page is open on another machine than the server's. */
import { signal } from "@preact/signals";

import { html } from "../html.js";
import { dismiss, problem } from "../notices.js";
import { ApiError } from "../session.js";
import { register, signInWithPassword, signInWithToken } from "../signin.js";

const email = signal("");
const password = signal("");
const token = signal("");

/**
 * Signs in, forgets what was typed and goes on to what the page is for.
 * @param {() => Promise<void>} signIn
 * @param {() => Promise<void>} proceed
 */
async function enter(signIn, proceed) {
  dismiss();
  try {
    await signIn();
    password.value = token.value = "";
    await proceed();
  } catch (error) {
    problem(error instanceof ApiError ? error.message : "Signing in failed. Try again.");
  }
}

/**
 * @param {SubmitEvent} event the button that was pressed says whether the account is new
 * @param {() => Promise<void>} proceed
 */
async function submitAccount(event, proceed) {
  event.preventDefault();
  const isNew = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value === "register";
  await enter(() => (isNew ? register : signInWithPassword)(email.value, password.value), proceed);
}

/**
 * @param {SubmitEvent} event
 * @param {() => Promise<void>} proceed
 */
async function submitToken(event, proceed) {
  event.preventDefault();
  await enter(() => signInWithToken(token.value), proceed);
}

/** @param {import("@preact/signals").Signal<string>} value */
const typed = (value) => (/** @type {{currentTarget: HTMLInputElement}} */ event) =>
  (value.value = event.currentTarget.value);

/** @param {{proceed: () => Promise<void>}} props what to do once somebody is signed in */
export function SignIn({ proceed }) {
  return html`<section class="card signin" aria-labelledby="signin-title">
    <h2 id="signin-title">Sign in</h2>
    <form onSubmit=${(/** @type {SubmitEvent} */ event) => submitAccount(event, proceed)}>
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
      <form onSubmit=${(/** @type {SubmitEvent} */ event) => submitToken(event, proceed)}>
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
