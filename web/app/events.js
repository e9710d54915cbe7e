/** What each server event changes on the page. */
import { entries, heard, interrupt, put, putItem, said } from "./conversation.js";
import { figures, setText } from "./format.js";
import { announce, offline, problem } from "./notices.js";
import { dropTurn, markAnswering, markReplied, settleAnswered } from "./outbox.js";
import { hearing, responding, status, working } from "./phase.js";
import { currentWorkout } from "./session.js";
import { speakReplies } from "./settings.js";
import * as talk from "./talk.js";
import { cancelRest, startRest } from "./timer.js";
import { applyOutput, replaceWorkout } from "./workout.js";

/** @typedef {import("../types").ServerEvent} ServerEvent */
/** @typedef {import("../types").Item} Item */
/** @typedef {import("../types").ToolOutput} ToolOutput */

/** What is said aloud may be for others, and is passed over in silence. What is typed was for VoiceFit. */
const IGNORED = "Nothing to log there.";

/** Counts the outputs applied, so that an answer about the workout from before one of them is not believed. */
let applied = 0;

/**
 * Whether the items that come are the past once more: a connection that resumes a conversation begins with it, up to
 * the answer to our first event. A page that was there all along has seen more of it (cards) than is replayed.
 */
let replayed = false;

/** @type {Record<string, (event: ServerEvent) => void>} */
const HANDLERS = {
  "session.created": () => {
    replayed = entries.value.length > 0;
    talk.onSessionCreated();
    refreshWorkout();
  },
  "session.updated": () => {
    replayed = false;
  },
  "conversation.item.added": ({ item }) => drawItem(item),
  "conversation.item.done": ({ item }) => drawItem(item),
  "conversation.item.truncated": ({ item_id = "" }) => interrupt(item_id),

  "input_audio_buffer.speech_started": () => {
    hearing.value = true;
    talk.stopSpeaking();
  },
  "input_audio_buffer.speech_stopped": () => {
    hearing.value = false;
  },
  "input_audio_buffer.committed": ({ item_id = "" }) => {
    working.value = true;
    put({ kind: "user", id: item_id, text: "", pending: true });
  },
  "conversation.item.input_audio_transcription.completed": ({ item_id = "", transcript = "" }) => {
    heard(item_id, transcript);
    if (!transcript.trim()) working.value = false; // noise is not answered
    else announce(`You: ${transcript}`);
  },
  "conversation.item.input_audio_transcription.failed": ({ item_id = "" }) => {
    heard(item_id, "");
    working.value = false;
  },

  "response.created": () => {
    working.value = true;
    responding.value = true;
    markAnswering();
  },
  "response.output_item.added": ({ item }) => {
    if (item?.type === "message") talk.beginReply(item.id);
    drawItem(item);
  },
  "response.output_item.done": ({ item }) => finishItem(item),
  "response.output_audio.delta": ({ item_id = "", delta = "" }) => talk.playReply(item_id, delta),
  "response.output_audio.done": ({ item_id = "" }) => talk.finishReply(item_id),
  "response.output_audio_transcript.delta": ({ item_id = "", delta = "" }) => replying(item_id, delta),
  "response.output_audio_transcript.done": ({ item_id = "", transcript = "" }) => replied(item_id, transcript),
  "response.output_text.delta": ({ item_id = "", delta = "" }) => replying(item_id, delta),
  "response.output_text.done": ({ item_id = "", text = "" }) => replied(item_id, text),
  "response.done": ({ response }) => {
    working.value = false;
    responding.value = false;
    const wordless = settleAnswered();
    if (wordless && response?.status === "completed" && !response.output?.length) replied(response.id ?? "", IGNORED);
    if (response?.status === "failed") problem("The answer failed. What was logged is safe. Say it again.");
  },

  error: ({ error }) => {
    if (error?.event_id) dropTurn(error.event_id);
    // The reply was complete just before it was cancelled: nothing is wrong.
    if (error?.code === "response_cancel_not_active") return;
    const words = error?.message ?? "The server refused what this page sent.";
    if (status.value === "open") problem(words);
    else offline(words); // the connection was not let in
  },
};

/** @param {EventTarget} client */
export function listenTo(client) {
  for (const [type, handle] of Object.entries(HANDLERS)) {
    client.addEventListener(type, (event) => handle(/** @type {CustomEvent} */ (event).detail));
  }
}

/** @param {Item | undefined} item */
function drawItem(item) {
  if (!item || replayed) return;
  const entry = putItem(item);
  if (entry?.kind === "tool" && entry.output?.timer) restTimer(entry.output, false);
}

/** @param {Item | undefined} item of the reply that is being given: what it did has just been committed */
function finishItem(item) {
  if (!item) return;
  const entry = putItem(item);
  if (entry?.kind !== "tool" || !entry.output?.ok) return;
  applied += 1;
  applyOutput(entry.output);
  restTimer(entry.output, true);
  announceOutput(entry.output);
  // An undo may bring back what its output does not say: a workout's name, a finished workout.
  if (entry.tool === "undo_last") refreshWorkout();
}

/**
 * @param {ToolOutput} output
 * @param {boolean} fresh just begun: counted from now, as this device's clock may differ from the server's
 */
function restTimer(output, fresh) {
  if (output.timer_cancelled) cancelRest();
  if (!output.timer) return;
  const { seconds, ends_at } = output.timer;
  const endsAt = fresh ? Date.now() + seconds * 1000 : Date.parse(ends_at);
  if (endsAt > Date.now()) startRest(seconds, endsAt, restOver);
}

function restOver() {
  announce("Rest is over.");
  talk.chime();
  navigator.vibrate?.(400);
}

/** @type {(id: string, text: string) => void} */
function replying(id, text) {
  working.value = false;
  markReplied();
  said(id, text, false);
}

/** @type {(id: string, text: string) => void} */
function replied(id, text) {
  said(id, text, true);
  // Spoken words are not read out a second time.
  if (!speakReplies.value) announce(text);
}

/** @param {ToolOutput} output */
function announceOutput(output) {
  for (const set of output.sets ?? []) {
    if (figures(set).count) announce(`${set.exercise}, set ${set.set_number}: ${setText(set)}`);
  }
}

/** Asks the server for the workout so far. */
export async function refreshWorkout() {
  const before = applied;
  try {
    const current = await currentWorkout();
    if (applied === before) replaceWorkout(current);
    else await refreshWorkout();
  } catch {
    // The tools' outputs keep the list right from here on; the next connection asks again.
  }
}
