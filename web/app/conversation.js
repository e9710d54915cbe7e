/** The conversation as it is drawn: server events in, lines out. */
import { computed, signal } from "@preact/signals";

/** @typedef {import("../types").Entry} Entry */
/** @typedef {import("../types").Item} Item */
/** @typedef {import("../types").ServerEvent} ServerEvent */

/** @type {import("@preact/signals").Signal<Entry[]>} */
export const entries = signal([]);

/**
 * Lines with something to show. An utterance without words (a cough) never becomes one, and a question that a card
 * asks is not repeated below it.
 */
export const lines = computed(() =>
  entries.value.filter((entry, at, all) => {
    if (entry.kind === "tool") return entry.output !== null || entry.failed;
    if (entry.kind === "user") return entry.text !== "" || entry.pending;
    const before = all[at - 1];
    return entry.text !== "" && !(before?.kind === "tool" && before.output?.question?.startsWith(entry.text));
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
  if (item.role === "assistant") {
    const interrupted = known?.kind === "assistant" && known.interrupted;
    return { kind: "assistant", id: item.id, text: text || before, interrupted };
  }
  return null;
}

/** @type {(id: string, text: string) => void} the words of an utterance; empty when there were none */
export function heard(id, text) {
  put({ kind: "user", id, text: text.trim(), pending: false });
}

/** @type {(id: string, text: string, whole: boolean) => void} a piece of a reply, or all of it */
export function said(id, text, whole) {
  const known = find(id);
  const reply = known?.kind === "assistant" ? known : { text: "", interrupted: false };
  put({ kind: "assistant", id, text: whole ? text : reply.text + text, interrupted: reply.interrupted });
}

/** @param {string} id a reply that was cut short */
export function interrupt(id) {
  const known = find(id);
  if (known?.kind === "assistant") put({ ...known, interrupted: true });
}
