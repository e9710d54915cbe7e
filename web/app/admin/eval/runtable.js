/** The runs as a table: what each came to, the way to its report, and the choice of two to compare. */
import { html } from "../../html.js";
import { first, second } from "./comparison.js";
import { format } from "./linechart.js";
import { briefly, nameOf } from "./lines.js";

/** @typedef {import("./lines.js").EvalRun} EvalRun */

const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** @param {{runs: EvalRun[]}} props */
export function RunTable({ runs }) {
  return html`<section class="panel">
    <h2 id="eval-runs">Runs</h2>
    <div class="eval-scroll" role="region" aria-labelledby="eval-runs" tabindex="0">
      <table class="eval-runs">
        <thead>
          <tr>
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">When and what</th>
            <th scope="col" class="number">Exact</th>
            <th scope="col">Code</th>
            <th scope="col" class="number">False writes</th>
            <th scope="col" class="number">p50 / p95</th>
            <th scope="col" class="number">Cost</th>
          </tr>
        </thead>
        <tbody>
          ${runs.map(row)}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** @param {EvalRun} run */
function row(run) {
  const { turns, exact_turns: exact, false_writes: falseWrites, latency_ms: latency, cost_usd: cost } = run.figures;
  const name = when.format(new Date(run.taken_at));
  return html`<tr>
    <td>${pick(run, first, "A", name)}</td>
    <td>${pick(run, second, "B", name)}</td>
    <th scope="row"><a href=${`/api/admin/eval/runs/${run.id}/page`} target="_blank">${name}<span class="sr-only"> (report)</span></a>
      <span class="eval-what">${nameOf(run)}</span></th>
    <td class="number">${turns ? html`${format((100 * exact) / turns, "%")} <span class="eval-of">of ${turns}</span>` : "–"}</td>
    <td><code title=${models(run)}>${run.commit_id ?? "–"}</code></td>
    <td class=${falseWrites ? "number alarm" : "number"}>${falseWrites ?? "–"}</td>
    <td class="number">${latency?.p50 == null ? "–" : `${latency.p50.toFixed(0)} / ${latency.p95.toFixed(0)} ms`}</td>
    <td class="number">${cost == null ? "free" : format(cost, "$")}</td>
  </tr>`;
}

/** @param {EvalRun} run */
const models = (run) => Object.entries(run.settings).map(([name, value]) => `${name}: ${value}`).join("\n");

/**
 * @param {EvalRun} run
 * @param {import("@preact/signals").Signal<string>} side
 * @param {string} letter
 * @param {string} name
 */
const pick = (run, side, letter, name) => html`<label class="eval-pick">
  <span class="sr-only">${`${letter}: ${name}, ${briefly(run.series)}`}</span>
  <input type="radio" name=${`eval-${letter}`} checked=${side.value === run.id} onChange=${() => (side.value = run.id)} />
</label>`;
