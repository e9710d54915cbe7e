/** The workout so far, by exercise. */
import { figures, plural, setText } from "../format.js";
import { h, html } from "../html.js";
import { exercises, sets, workout } from "../workout.js";
import { Badges } from "./card.js";

/** @typedef {import("../../types").SetRow} SetRow */

export function Workout() {
  const count = sets.value.length;
  const finished = workout.value?.status === "completed";
  return html`<section class="workout" id="workout" aria-label="Workout so far" tabindex="0">
    <h2>${workout.value?.name || "Workout so far"}</h2>
    <p class="count">${finished ? "Finished, " : ""}${count === 0 ? "no sets yet" : `${count} ${plural("set", count)}`}</p>
    ${exercises.value.map(
      ({ name, sets }) => html`<section key=${name} class="exercise">
        <h3>${name}</h3>
        <ol>
          ${sets.map((set) => html`<li key=${set.id}>${h(Row, { set })}</li>`)}
        </ol>
      </section>`,
    )}
  </section>`;
}

/** @param {{set: SetRow}} props */
function Row({ set }) {
  const { count } = figures(set);
  return html`<span class="number"><span class="sr-only">Set </span>${set.set_number}</span>
    <span class="row-figures">${count ? setText(set) : "done"}</span>
    ${h(Badges, { set })}`;
}
