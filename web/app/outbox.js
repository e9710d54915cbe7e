/**
 * Typed turns that are not answered yet. After a lost connection they are sent again under the same item id, which
 * the server knows as the same turn: it answers again and writes once.
 */
import { computed, signal } from "@preact/signals";

const ID_BYTES = 12;

/** @typedef {{id: string, text: string, state: "sent" | "answering" | "replied"}} Turn */

/** @type {import("@preact/signals").Signal<Turn[]>} */
const turns = signal([]);

/** Whether a turn has no word of a reply yet. */
export const waiting = computed(() => turns.value.some(({ state }) => state !== "replied"));

/** @param {string} text @returns {string} the item id of the new turn */
export function addTurn(text) {
  // Not `crypto.randomUUID`: it is missing on pages that are not secure, where typing works all the same.
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  const id = `item_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  turns.value = [...turns.value, { id, text, state: "sent" }];
  return id;
}

/** What an open connection has to be told. @param {(id: string, text: string) => void} send */
export function sendTurns(send) {
  for (const { id, text } of turns.value) send(id, text);
}

/** A reply has begun: to all that was sent. */
export function markAnswering() {
  turns.value = turns.value.map((turn) => ({ ...turn, state: "answering" }));
}

/** The first words of the reply are here. */
export function markReplied() {
  turns.value = turns.value.map((turn) => (turn.state === "answering" ? { ...turn, state: "replied" } : turn));
}

/** A reply is done: what it answered is settled. @returns {boolean} whether something typed has got no word of it */
export function settleAnswered() {
  const wordless = turns.value.some(({ state }) => state === "answering");
  turns.value = turns.value.filter(({ state }) => state === "sent");
  return wordless;
}

/** The connection is gone: whatever was not done is to be sent again. */
export function markUnanswered() {
  turns.value = turns.value.map((turn) => ({ ...turn, state: "sent" }));
}

/** Gives up on one: the server refused it. @param {string} id */
export function dropTurn(id) {
  turns.value = turns.value.filter((turn) => turn.id !== id);
}

/** Gives up on all: their conversation is left. */
export function dropTurns() {
  turns.value = [];
}
