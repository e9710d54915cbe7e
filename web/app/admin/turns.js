/** The turns of everybody: newest or slowest first, each as bars; and one of them with all its parts. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { h, html } from "../html.js";
import { ApiError, call } from "../session.js";
import { OneTurn } from "./turn.js";
import { Axis, STAGES, Strip, axisOf, duration, waiting } from "./waterfall.js";

/** @typedef {import("./waterfall.js").Bar} Bar */
/**
 * @typedef {{id: string, conversation_id: string | null, created_at: string, door: string | null, route: string | null,
 *   reason: string | null, outcome: string | null, error: string | null, interrupted: boolean, confidence: number | null,
 *   model: string | null, trace_id: string | null, waited_ms: number, bars: Bar[],
 *   calls: {tool: string, arguments: Record<string, string>}[]}} Turn
 */

const REFRESH_MS = 5000;
const PAGE = 25;
const FILTERS = ["sort", "door", "route", "outcome", "tool", "conversation_id"];
const CHOICES = /** @type {Record<string, string[]>} */ ({
  door: ["realtime", "rooms", "chat", "text"],
  route: ["local", "model"],
  outcome: ["done", "asked", "ignored", "not_understood", "handed_over", "refused", "failed"],
});

const turns = signal(/** @type {Turn[]} */ ([]));
const next = signal(/** @type {string | null} */ (null));
const problem = signal("");
const loaded = signal(false);
const live = signal(true);
const filters = signal(/** @type {Record<string, string>} */ (given()));
const more = signal(false);

const axis = computed(() => axisOf(turns.value.map(({ bars }) => waiting(bars))));

/** What the address asks for. */
function given() {
  const asked = new URLSearchParams(location.search);
  return Object.fromEntries(FILTERS.flatMap((name) => (asked.get(name) ? [[name, asked.get(name) ?? ""]] : [])));
}

let newest = 0;

/** @param {string | null} cursor of the page to add; null begins anew */
async function load(cursor = null) {
  const number = ++newest;
  const query = new URLSearchParams({ limit: String(PAGE), ...filters.value, ...(cursor ? { cursor } : {}) });
  try {
    const page = await call(`/api/admin/turns?${query}`);
    if (number !== newest) return; // another was asked for meanwhile
    turns.value = cursor ? [...turns.value, ...page.items] : page.items;
    next.value = page.next_cursor;
    more.value = cursor !== null;
    problem.value = "";
  } catch (error) {
    if (number === newest) problem.value = error instanceof ApiError ? error.message : "The turns cannot be read.";
  }
  loaded.value = true;
}

/** @param {string} name @param {string} value */
function choose(name, value) {
  const { [name]: _, ...others } = filters.value;
  filters.value = value ? { ...others, [name]: value } : others;
  const query = new URLSearchParams(filters.value);
  history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
}

effect(() => {
  filters.value;
  load();
});

/** Reads anew every few seconds, while it is looked at and nobody has gone on to further pages. */
function useRefresh() {
  useEffect(() => {
    const timer = setInterval(() => {
      if (live.value && !more.value && !document.hidden) load();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
}

export function Page() {
  const one = new URLSearchParams(location.search).get("turn");
  return one ? h(OneTurn, { id: one }) : h(List, {});
}

function List() {
  useRefresh();
  return html`
    <form class="filters" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      ${h(Choice, { name: "sort", label: "Order", options: [["", "Newest first"], ["-waited_ms", "Slowest of a day"]] })}
      ${Object.entries(CHOICES).map(([name, values]) =>
        h(Choice, { name, label: name[0]?.toUpperCase() + name.slice(1), options: [["", "Any"], ...values.map((one) => [one, one.replaceAll("_", " ")])] }),
      )}
      <label>Tool<input value=${filters.value.tool ?? ""} placeholder="log_set" maxlength="80" onChange=${typed("tool")} /></label>
      ${filters.value.conversation_id &&
      html`<button type="button" class="quiet" onClick=${() => choose("conversation_id", "")}>All conversations</button>`}
      <label class="check"><input type="checkbox" checked=${live.value} onChange=${() => (live.value = !live.value)} /> Live</label>
    </form>
    ${problem.value && html`<p role="alert">${problem.value}</p>`}
    ${loaded.value && !problem.value && turns.value.length === 0 && html`<p>There is no such turn.</p>`}
    ${turns.value.length > 0 && h(Legend, {})}
    ${turns.value.length > 0 && html`<div class="over-bars">${h(Axis, { axis: axis.value })}</div>`}
    <ol class="turns">${turns.value.map((turn) => html`<li key=${turn.id}>${h(Row, { turn })}</li>`)}</ol>
    ${next.value && html`<button type="button" class="primary" onClick=${() => load(next.value)}>Further ones</button>`}
  `;
}

/** @param {string} name */
const typed = (name) => (/** @type {{currentTarget: HTMLInputElement}} */ event) =>
  choose(name, event.currentTarget.value.trim());

/** @param {{name: string, label: string, options: string[][]}} props */
function Choice({ name, label, options }) {
  const chosen = filters.value[name] ?? "";
  return html`<label
    >${label}<select onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => choose(name, event.currentTarget.value)}>
      ${options.map(([value, words]) => html`<option value=${value} selected=${value === chosen}>${words}</option>`)}
    </select></label
  >`;
}

function Legend() {
  return html`<ul class="legend" aria-label="Colours of the bars">
    ${STAGES.map((stage) => html`<li><svg width="14" height="14" aria-hidden="true"><rect class=${`stage ${stage}`} width="14" height="14" rx="2" /></svg> ${stage}</li>`)}
    <li class="soft">milliseconds, from the words; before them the pause that ended the turn</li>
  </ul>`;
}

/** @param {{turn: Turn}} props */
function Row({ turn }) {
  const tools = turn.calls.map(({ tool }) => tool).join(", ");
  return html`<a class="turn" href=${`?turn=${turn.id}`}>
    <span class="when"><time datetime=${turn.created_at}>${clock(turn.created_at)}</time></span>
    <span class="what"
      ><span class=${`chip ${turn.outcome ?? ""}`}>${(turn.outcome ?? "open").replaceAll("_", " ")}</span>
      ${turn.interrupted && html`<span class="chip">interrupted</span>`} <span>${tools || turn.error || turn.reason || ""}</span></span
    >
    <span class="soft how">${turn.door ?? "?"} · ${turn.route ?? "?"}</span>
    <span class="waited">${duration(turn.waited_ms)}</span>
    <span class="strip-box">${h(Strip, { bars: waiting(turn.bars), axis: axis.value })}</span>
  </a>`;
}

/** @param {string} moment */
export const clock = (moment) =>
  new Date(moment).toLocaleString(undefined, { dateStyle: "short", timeStyle: "medium" });
