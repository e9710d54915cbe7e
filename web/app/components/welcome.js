/** What a newcomer sees: what to press and what to say. */
import { html } from "../html.js";
import { sendText } from "../talk.js";

const FIRST = "bench press, two twenty five for eight";
const THEN = ["no, make that ten reps", "same again", "scratch that"];

export function Welcome() {
  return html`<section class="welcome">
    <h2>Say your set.</h2>
    <p>Press Talk and say</p>
    <p><button type="button" class="example" onClick=${() => sendText(FIRST)}>“${FIRST}”</button></p>
    <p>and after that</p>
    <ul>
      ${THEN.map(
        (text) =>
          html`<li><button type="button" class="example small" onClick=${() => sendText(text)}>“${text}”</button></li>`,
      )}
    </ul>
  </section>`;
}
