/** The conversation as it is drawn: server events in, lines out. */
import { computed, signal } from "@preact/signals";

import { isAnswer } from "./format.js";

/** @typedef {import("../types").Entry} Entry */
/** @typedef {import("../types").Item} Item */
/** @typedef {import("../types").ServerEvent} ServerEvent */

/** @type {import("@preact/signals").Signal<Entry[]>} */
export const entries = signal([]);

/**
 * Lines with something to show. An utterance without words (a cough) never becomes one, and the words of a card are
 * not repeated below it.
 */
export const lines = computed(() =>
  entries.value.filter((entry, at, all) => {
    if (entry.kind === "tool") return entry.output !== null || entry.failed;
    if (entry.kind === "user") return entry.text !== "" || entry.pending;
    const before = all[at - 1];
    const words = entry.text + entry.unheard;
    return words !== "" && !(before?.kind === "tool" && wordsOf(before).startsWith(words));
  }),
);

/** @param {Entry} entry replaces the line with its id, or comes last */
export function put(entry) {
  const at = entries.value.findIndex(({ id }) => id === entry.id);
  entries.value = at < 0 ? [...entries.value, entry] : entries.value.with(at, entry);
}

/** @param {string} id */
export const find = (id) => entries.value.find((entry) => entry.id === id);

export function clear() {
  entries.value = [];
}

/** @param {Entry & {kind: "tool"}} entry @returns {string} what its card says in words */
function wordsOf({ output, tool }) {
  if (!output) return "";
  return output.question || (isAnswer(tool, output) && output.say) || "";
}

/**
 * @type {(id: string, text: string) => Entry} a reply of which `text` is known by now. What was drawn of it before and
 * is not in it was not spoken: it has been read, so it stays.
 */
function replyOf(id, text) {
  const known = find(id);
  if (known?.kind !== "assistant") return { kind: "assistant", id, text, unheard: "", interrupted: false };
  const drawn = known.text + known.unheard;
  const unheard = drawn.startsWith(text) ? drawn.slice(text.length) : "";
  return { ...known, text, unheard };
}

/**
 * @param {Item} item an item as the server tells it, new or once more
 * @returns {Entry | null} its line; null for items that are not drawn
 */
export function putItem(item) {
  const entry = entryOf(item);
  if (entry) put(entry);
  return entry;
}

/** @param {Item} item @returns {Entry | null} */
function entryOf(item) {
  const known = find(item.id);
  if (item.type === "mcp_call") {
    const output = item.output ? JSON.parse(item.output) : null;
    return { kind: "tool", id: item.id, tool: item.name ?? "", output, failed: Boolean(item.error) };
  }
  if (item.type !== "message") return null;
  const text = (item.content ?? []).map((part) => part.text ?? part.transcript ?? "").join(" ").trim();
  const before = known && known.kind !== "tool" ? known.text : "";
  if (item.role === "user") {
    const spoken = (item.content ?? []).some(({ type }) => type === "input_audio");
    return { kind: "user", id: item.id, text: text || before, pending: spoken && !text && !before };
  }
  if (item.role === "assistant") return replyOf(item.id, text || (item.status === "incomplete" ? "" : before));
  return null;
}

/** @type {(id: string, text: string) => void} the words of an utterance; empty when there were none */
export function heard(id, text) {
  put({ kind: "user", id, text: text.trim(), pending: false });
}

/** @type {(id: string, text: string, whole: boolean) => void} a piece of a reply, or all of it */
export function said(id, text, whole) {
  const known = find(id);
  const before = known?.kind === "assistant" ? known.text : "";
  put(replyOf(id, whole ? text : before + text));
}

/** @param {string} id a reply that was cut short */
export function interrupt(id) {
  const known = find(id);
  if (known?.kind === "assistant") put({ ...known, interrupted: true });
}
