/** What all operators' pages have around them: the name, the way from page to page, and who looks. */
import { signal } from "@preact/signals";

import { SignIn } from "../components/signin.js";
import { h, html } from "../html.js";
import { notice } from "../notices.js";
import { signOut } from "../session.js";
import { enter, who } from "./operator.js";
import { current, PAGES } from "./pages.js";

/** @type {import("@preact/signals").Signal<(() => any) | null>} */
const page = signal(null);

async function leave() {
  await signOut();
  await enter();
}

async function open() {
  if (!current || page.value) return;
  try {
    page.value = (await current.load()).Page;
  } catch {
    page.value = () => html`<p role="alert">This page could not be loaded. Load it again.</p>`;
  }
}

export function Frame() {
  const { state, operator, problem } = who.value;
  return html`<div class="admin">
    <header class="admin-top">
      <a class="name" href="/admin">VoiceFit <span>operators</span></a>
      <nav aria-label="Pages">
        ${PAGES.map(
          ({ path, name }) => html`<a href=${path} aria-current=${current?.path === path ? "page" : undefined}>${name}</a>`,
        )}
      </nav>
      ${operator && html`<button type="button" class="quiet" onClick=${leave} title=${operator.email}>Sign out</button>`}
    </header>
    <main id="main">
      <h1 class=${current ? "sr-only" : ""}>${current?.name ?? "Operators"}</h1>
      ${state === "asking" && html`<p role="status">One moment …</p>`}
      ${state === "signed out" && html`${h(SignIn, { proceed: enter })}${notice.value && html`<p role="alert">${notice.value.text}</p>`}`}
      ${(state === "refused" || state === "lost") &&
      html`<p role="alert">${problem}</p>
        <button type="button" class="primary" onClick=${state === "refused" ? leave : enter}>
          ${state === "refused" ? "Sign in as somebody else" : "Try again"}
        </button>`}
      ${state === "in" && h(Inside, {})}
    </main>
  </div>`;
}

function Inside() {
  if (current) {
    open();
    return page.value ? h(page.value, {}) : html`<p role="status">One moment …</p>`;
  }
  return html`<ul class="pages">
    ${PAGES.map(
      ({ path, name, about }) => html`<li class="panel"><h2><a href=${path}>${name}</a></h2><p>${about}</p></li>`,
    )}
  </ul>`;
}
