/** Two runs turn by turn: which is better, and which turns differ. */
import { signal } from "@preact/signals";

import { html } from "../../html.js";
import { ApiError, call } from "../../session.js";

/**
 * @typedef {{exact_turns: number, turns: number, false_writes: number}} Side
 * @typedef {{id: string, run: number, turn: number}} Changed
 * @typedef {{first: Side, second: Side, only_first: Changed[], only_second: Changed[], only_first_total: number,
 *   only_second_total: number, left_out: number, p_value: number, better: "first" | "second" | null}} Compared
 */

/** The ids of the two runs. */
export const first = signal("");
export const second = signal("");

/** @type {import("@preact/signals").Signal<{compared?: Compared, fault?: string}>} */
const found = signal({});

async function compare() {
  try {
    found.value = { compared: await call(`/api/admin/eval/compare?first=${first.value}&second=${second.value}`) };
  } catch (error) {
    found.value = { fault: error instanceof ApiError ? error.message : "They could not be compared. Try again." };
  }
}

/** @param {{runs: import("./lines.js").EvalRun[]}} props */
export function Comparison({ runs }) {
  const { compared, fault } = found.value;
  const ready = first.value && second.value && first.value !== second.value;
  return html`<section class="panel eval-compare" aria-labelledby="eval-compare">
    <h2 id="eval-compare">Two runs compared</h2>
    ${runs.length < 2
      ? html`<p class="soft">There is only one run yet.</p>`
      : html`<p class="soft">Choose A and B above.</p>
          <button type="button" class="primary" disabled=${!ready} onClick=${compare}>Compare A and B</button>`}
    <div aria-live="polite">
      ${fault && html`<p role="alert">${fault}</p>`} ${compared && verdict(compared)}
    </div>
  </section>`;
}

/** @param {Compared} compared */
function verdict(compared) {
  const { better, p_value: p } = compared;
  const words = better ? `${better === "first" ? "A" : "B"} is better` : "No difference is shown";
  return html`<p class="eval-verdict">
      <b>${words}</b>: ${compared.only_first_total} turns exact in A only, ${compared.only_second_total} in B only
      (exact McNemar test, ${p < 0.0001 ? "p < 0.0001" : `p = ${p.toFixed(4)}`})${compared.left_out ? `; ${compared.left_out} turns that only one of them counted are left out` : ""}.
    </p>
    <table>
      <thead><tr><th scope="col">Run</th><th scope="col" class="number">Exact</th><th scope="col" class="number">False writes</th></tr></thead>
      <tbody>${side("A", compared.first)} ${side("B", compared.second)}</tbody>
    </table>
    ${changed("Only A is exact", compared.only_first, compared.only_first_total)}
    ${changed("Only B is exact", compared.only_second, compared.only_second_total)}`;
}

/**
 * @param {string} name
 * @param {Side} one
 */
const side = (name, one) => html`<tr>
  <th scope="row">${name}</th>
  <td class="number">${one.exact_turns} of ${one.turns}</td>
  <td class="number">${one.false_writes}</td>
</tr>`;

/**
 * @param {string} title
 * @param {Changed[]} turns
 * @param {number} total
 */
const changed = (title, turns, total) =>
  total > 0 &&
  html`<h3>${title}</h3>
    <ul class="eval-turns">
      ${turns.map((one) => html`<li><code>${one.id}</code> turn ${one.turn}</li>`)}
      ${total > turns.length && html`<li>and ${total - turns.length} more</li>`}
    </ul>`;
