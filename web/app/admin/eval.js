/** Evaluation runs over time: how well scenarios are understood, how fast, for how much; a run's report; two compared. */
import { signal } from "@preact/signals";

import { h, html } from "../html.js";
import { ApiError, call } from "../session.js";
import { Comparison } from "./eval/comparison.js";
import { briefly, groupNames, linesOf, seriesNames } from "./eval/lines.js";
import { LineChart } from "./eval/linechart.js";
import { RunTable } from "./eval/runtable.js";

/** @typedef {import("./eval/lines.js").EvalRun} EvalRun */

/** @type {import("@preact/signals").Signal<EvalRun[] | null>} the newest first */
const runs = signal(null);
const fault = signal("");
const series = signal("");
const group = signal("all");

async function load() {
  fault.value = "";
  try {
    runs.value = (await call("/api/admin/eval/runs")).runs;
  } catch (error) {
    fault.value = error instanceof ApiError ? error.message : "The runs could not be loaded. Try again.";
  }
}

/** @param {import("@preact/signals").Signal<string>} value */
const chosen = (value) => (/** @type {{currentTarget: HTMLSelectElement}} */ event) => (value.value = event.currentTarget.value);

/** @param {{runs: EvalRun[]}} props */
function Charts({ runs: all }) {
  const shown = series.value ? all.filter((one) => one.series === series.value) : all;
  const by = series.value ? group.value : "all";
  return html`<div class="eval-charts">
    ${h(LineChart, { title: "Exact turns", unit: "%", lines: linesOf(shown, by, "exact") })}
    ${h(LineChart, { title: "Latency, p50", unit: "ms", lines: linesOf(shown, "all", "latency") })}
    ${h(LineChart, { title: "Cost of a run", unit: "$", lines: linesOf(shown, "all", "cost") })}
  </div>`;
}

/** @param {{runs: EvalRun[]}} props */
function Choice({ runs: all }) {
  return html`<form class="eval-choice" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <label>Set
      <select value=${series.value} onChange=${chosen(series)}>
        <option value="">All sets</option>
        ${seriesNames(all).map((name) => html`<option value=${name}>${briefly(name)}</option>`)}
      </select>
    </label>
    <label>Lines
      <select value=${group.value} disabled=${!series.value} onChange=${chosen(group)}>
        ${groupNames.map(([name, words]) => html`<option value=${name}>${words}</option>`)}
      </select>
    </label>
  </form>`;
}

export function Page() {
  if (!runs.value && !fault.value) {
    load();
    return html`<p role="status">One moment …</p>`;
  }
  if (fault.value) {
    return html`<p role="alert">${fault.value}</p>
      <button type="button" class="primary" onClick=${load}>Try again</button>`;
  }
  const all = runs.value ?? [];
  if (!all.length) {
    return html`<section class="panel">
      <h2>No run was saved yet</h2>
      <p><code>voicefit eval run --save</code> keeps one; <code>voicefit eval nightly</code> plays the large sets and keeps them.</p>
    </section>`;
  }
  return html`<div class="eval">
    ${h(Choice, { runs: all })} ${h(Charts, { runs: all })}
    ${h(RunTable, { runs: series.value ? all.filter((one) => one.series === series.value) : all })}
    ${h(Comparison, { runs: all })}
  </div>`;
}
