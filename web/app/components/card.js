/** What a tool did, as a card. */
import { badges, clock, figures, plural, setText, toolTitle } from "../format.js";
import { h, html } from "../html.js";
import { seen } from "../workout.js";

/** @typedef {import("../../types").SetRow} SetRow */
/** @typedef {import("../../types").ToolOutput} ToolOutput */

/** @type {Record<string, string>} */
const SET_WORDS = { log_set: "Logged", repeat_set: "Logged again", correct_set: "Changed", undo_last: "Restored" };

/** @param {{tool: string, output: ToolOutput | null, failed: boolean}} props */
export function Card({ tool, output, failed }) {
  if (failed) return html`<p class="card problem">That did not work. Nothing was changed.</p>`;
  if (!output) return null;
  if (output.question) return html`<p class="card question">${output.question}</p>`;
  const removed = (output.removed ?? []).flatMap((id) => seen.get(id) ?? []);
  if (removed.length > 0) return h(SetCard, { word: "Removed", sets: removed, removed: true });
  if (output.sets?.length) return h(SetCard, { word: SET_WORDS[tool] ?? "", sets: output.sets, removed: false });
  if (output.timer) return h(PlainCard, { title: "Rest", text: clock(output.timer.seconds) });
  const title = toolTitle(tool);
  if (tool === "start_workout") return h(PlainCard, { title, text: output.workout?.name || "Workout" });
  if (tool === "finish_workout") return h(PlainCard, { title, text: finishedText(output) });
  return h(PlainCard, { title, text: output.say ?? "" });
}

/** @param {ToolOutput} output */
function finishedText({ workout, say }) {
  const minutes = Math.max(1, Math.round((workout?.duration_seconds ?? 0) / 60));
  const name = workout?.name || "Workout";
  return workout?.duration_seconds == null ? say || name : `${name}, ${minutes} ${plural("minute", minutes)}`;
}

/** @param {{title: string, text: string}} props */
function PlainCard({ title, text }) {
  return html`<div class="card">
    <p class="card-head">${title}</p>
    <p class="card-text">${text}</p>
  </div>`;
}

/** @param {{word: string, sets: SetRow[], removed: boolean}} props sets alike are drawn once */
function SetCard({ word, sets, removed }) {
  const [first] = sets;
  const last = sets[sets.length - 1];
  const alike = sets.every((set) => setText(set) === setText(first));
  const place = sets.length === 1 ? `Set ${first.set_number}` : `Sets ${first.set_number}–${last.set_number}`;
  return html`<div class=${removed ? "card set removed" : "card set"}>
    <p class="card-head"><span>${word}</span> <span>${place}</span></p>
    <p class="card-title">${first.exercise}</p>
    ${(alike ? [first] : sets).map((set) => h(Figures, { set, removed }))}
    ${!removed && h(Badges, { set: first })}
  </div>`;
}

/** @param {{set: SetRow, removed: boolean}} props */
function Figures({ set, removed }) {
  const { load, unit, count, countUnit } = figures(set);
  const parts = html`
    ${load && html`<span><b>${load}</b><span class="unit"> ${unit}</span></span>`}${" "}
    ${count &&
    html`<span>
      ${load && html`<span class="times">× </span>`}<b>${count}</b>${countUnit && html`<span class="unit"> ${countUnit}</span>`}
    </span>`}
  `;
  return removed ? html`<p class="figures"><del>${parts}</del></p>` : html`<p class="figures">${parts}</p>`;
}

/** @param {{set: SetRow}} props */
export function Badges({ set }) {
  const words = badges(set);
  if (words.length === 0) return null;
  return html`<ul class="badges">
    ${words.map((text) => html`<li>${text}</li>`)}
  </ul>`;
}
