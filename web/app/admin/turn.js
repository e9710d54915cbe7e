/** One turn: its parts, its calls, and, for who has leave to read it, what was said. */
import { signal } from "@preact/signals";

import { h, html } from "../html.js";
import { ApiError, call } from "../session.js";
import { who } from "./operator.js";
import { duration, Waterfall } from "./waterfall.js";

/** @typedef {import("./turns.js").Turn} Turn */
/** @typedef {{transcript: string, reply: string | null, calls: {tool: string, args: object}[]}} Transcript */

const turn = signal(/** @type {Turn | null} */ (null));
const words = signal(/** @type {Transcript | null} */ (null));
const problem = signal("");
let asked = "";

/** @param {string} id */
async function load(id) {
  if (asked === id) return;
  asked = id;
  try {
    turn.value = await call(`/api/admin/turns/${encodeURIComponent(id)}`);
  } catch (error) {
    problem.value = error instanceof ApiError ? error.message : "The turn cannot be read.";
  }
}

async function read() {
  try {
    words.value = await call(`/api/admin/turns/${asked}/transcript`);
    problem.value = "";
  } catch (error) {
    problem.value = error instanceof ApiError ? error.message : "What was said cannot be read.";
  }
}

/** @param {{id: string}} props */
export function OneTurn({ id }) {
  load(id);
  const one = turn.value;
  return html`
    <p><a href="/admin/turns">All turns</a></p>
    ${problem.value && html`<p role="alert">${problem.value}</p>`}
    ${one &&
    html`<section class="panel" aria-label="The turn">
        <dl class="facts">
          ${facts(one).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
        </dl>
      </section>
      <section class="panel" aria-labelledby="parts"><h2 id="parts">Parts</h2>${h(Waterfall, { bars: one.bars })}</section>
      ${one.calls.length > 0 && h(Calls, { calls: one.calls })} ${h(Words, {})}`}
  `;
}

/** @param {Turn} one @returns {[string, unknown][]} */
function facts(one) {
  /** @type {[string, unknown][]} */
  const all = [
    ["When", new Date(one.created_at).toLocaleString()],
    ["Outcome", html`<span class=${`chip ${one.outcome ?? ""}`}>${(one.outcome ?? "open").replaceAll("_", " ")}</span>`],
    ["Error", one.error],
    ["Waited", duration(one.waited_ms)],
    ["Door", one.door],
    ["Route", one.route],
    ["Reason", one.reason],
    ["Model", one.model],
    ["Confidence", one.confidence === null ? null : one.confidence.toFixed(2)],
    ["Interrupted", one.interrupted ? "yes" : null],
    ["Trace", one.trace_id && html`<code>${one.trace_id}</code>`],
    ["Turn", html`<code>${one.id}</code>`],
    [
      "Conversation",
      one.conversation_id && html`<a href=${`/admin/turns?conversation_id=${one.conversation_id}`}><code>${one.conversation_id}</code></a>`,
    ],
  ];
  return all.filter(([, value]) => value);
}

/** @param {{calls: Turn["calls"]}} props */
function Calls({ calls }) {
  return html`<section class="panel" aria-labelledby="calls">
    <h2 id="calls">Calls</h2>
    <ol class="calls">
      ${calls.map(
        ({ tool, arguments: shape }) => html`<li><code>${tool}(${Object.entries(shape).map(([name, type]) => `${name}: ${type}`).join(", ")})</code></li>`,
      )}
    </ol>
  </section>`;
}

function Words() {
  const until = who.value.operator?.transcripts_until;
  const said = words.value;
  return html`<section class="panel" aria-labelledby="words">
    <h2 id="words">What was said</h2>
    ${said
      ? html`<dl class="facts said">
          <div><dt>Athlete</dt><dd>${said.transcript}</dd></div>
          <div><dt>Answer</dt><dd>${said.reply ?? "—"}</dd></div>
          ${said.calls.map((one) => html`<div><dt>${one.tool}</dt><dd><code>${JSON.stringify(one.args)}</code></dd></div>`)}
        </dl>`
      : until
        ? html`<p>You may read it until ${new Date(until).toLocaleString()}. That you did is noted.</p>
            <button type="button" class="primary" onClick=${read}>Read it</button>`
        : html`<p>It is the athlete’s. Reading it takes leave by whoever runs the server, and each reading is noted.</p>`}
  </section>`;
}
