/**
 * The conversation's engine: microphone and speaker on one side, the protocol on the other.
 */
import { effect } from "@preact/signals";

import { Microphone, MicrophoneError } from "./audio/microphone.js";
import { toBase64 } from "./audio/pcm.js";
import { Speaker } from "./audio/speaker.js";
import { clear, interrupt, put } from "./conversation.js";
import { dismiss, MICROPHONE_WORDS, offline, online, problem } from "./notices.js";
import { addTurn, dropTurns, markUnanswered, sendTurns } from "./outbox.js";
import { hearing, level, listening, nothingGoesOn, responding, speaking, status, working } from "./phase.js";
import { RealtimeClient } from "./realtime.js";
import { RoomClient } from "./room/client.js";
import { RoomMicrophone, RoomSpeaker } from "./room/sound.js";
import { ApiError, health } from "./session.js";
import { holdToTalk, speakReplies, useRoom } from "./settings.js";
import { ensureSignedIn, forgetAthlete, resumeSession } from "./signin.js";
import { keepAwake, letSleep } from "./wakelock.js";

/** Sound from before the connection was open that is sent once it is: 5 s. */
const EARLY_PIECES = 83;
/** Silence after the microphone is closed in mid-sentence, so that the server hears the sentence end. */
const CLOSING_PIECES = 15;
const PIECE_SAMPLES = 1440;
const MAX_REFUSALS = 2;
/** The close code with which the server refuses a session (RFC 6455). */
const POLICY_VIOLATION = 1008;

const room = useRoom.value ? new RoomClient(sessionStorage) : null;
export const client = room ?? new RealtimeClient(sessionStorage);
const speaker = room ? new RoomSpeaker(room) : new Speaker((playing) => (speaking.value = playing));
const microphone = room ? new RoomMicrophone(room) : new Microphone(onPiece, onMicrophoneLost);

/** @type {string[]} sound that waits for the connection */
let early = [];
/** Whether that sound is a whole turn (push to talk). */
let earlyTurn = false;
/** The reply that is being given. */
let reply = "";
/** Replies that were stopped: what still arrives of them is not played. @type {Set<string>} */
const silenced = new Set();
let refusals = 0;

/** The microphone on or off. */
export async function toggle() {
  if (listening.value) await stopListening();
  else await startListening();
}

export async function startListening() {
  if (listening.value) return;
  dismiss();
  listening.value = true;
  early = [];
  earlyTurn = false;
  try {
    // In the click itself, before any other wait: browsers ask for that.
    const context = await speaker.unlock();
    if (!(await ensureSignedIn())) return closeMicrophone();
    await Promise.all([microphone.start(context), connect()]);
    if (listening.value) keepAwake();
    else microphone.stop(); // pressed again while the browser was asking
  } catch (error) {
    closeMicrophone();
    report(error);
  }
}

export async function stopListening() {
  if (!listening.value) return;
  const midSentence = hearing.value;
  closeMicrophone();
  if (midSentence && !holdToTalk.value) {
    const silence = toBase64(new Int16Array(PIECE_SAMPLES));
    for (let n = 0; n < CLOSING_PIECES; n++) client.sendAudio(silence);
  }
}

/** Push to talk: the button is down. */
export async function hold() {
  stopSpeaking();
  client.send({ type: "input_audio_buffer.clear" });
  await startListening();
}

/** Push to talk: the button is up, the turn is whole. */
export function release() {
  if (!listening.value) return;
  closeMicrophone();
  if (status.value === "open") commitTurn();
  else earlyTurn = true;
}

function commitTurn() {
  working.value = true;
  client.send({ type: "input_audio_buffer.commit" });
  client.send({ type: "response.create" });
}

/** @param {string} text a typed turn */
export async function sendText(text) {
  dismiss();
  stopSpeaking();
  const id = addTurn(text);
  put({ kind: "user", id, text, pending: false });
  speaker.unlock().catch(() => {}); // without sound the reply is read
  if (status.value === "open") sendTurn(id, text);
  else await connect().catch(report);
}

/** Stops the voice at once and tells the server how much of the reply was heard. */
export async function stopSpeaking() {
  silenced.add(reply);
  const heard = await speaker.stop();
  if (!heard.item) return;
  interrupt(heard.item);
  client.send({
    type: "conversation.item.truncate",
    item_id: heard.item,
    content_index: 0,
    audio_end_ms: heard.playedMs,
  });
}

/** Stops the voice and the reply behind it. */
export function interruptReply() {
  stopSpeaking();
  if (responding.value) client.send({ type: "response.cancel" });
}

/** @param {string} item the reply whose sound comes next */
export const beginReply = (item) => void (reply = item);

/** @type {(item: string, audio: string) => void} */
export function playReply(item, audio) {
  if (silenced.has(item) || !speakReplies.value) return;
  speaker.play(item, audio);
}

/** @param {string} item */
export const finishReply = (item) => void speaker.finish(item);

export const chime = () => speaker.chime();

/** Connects, signing in first if need be. Does nothing when that is done. */
export async function connect() {
  if (client.status !== "closed") return;
  if (await ensureSignedIn()) client.open();
}

/**
 * Picks up the conversation of this tab after a reload.
 * @returns {Promise<boolean>} whether anybody is signed in
 */
export async function resume() {
  const signedIn = await resumeSession();
  if (signedIn && client.conversation) client.open();
  return signedIn;
}

/** Leaves the conversation behind and begins a new one with the next turn. */
export function newConversation() {
  stopSpeaking();
  closeMicrophone();
  client.forget();
  dropTurns();
  clear();
  dismiss();
}

/** The connection is open: says how this page talks, then what has waited. */
export function onSessionCreated() {
  refusals = 0;
  online();
  configure();
  for (const audio of early) client.sendAudio(audio);
  if (earlyTurn && early.length > 0) commitTurn();
  early = [];
  earlyTurn = false;
  sendTurns(sendTurn);
}

/** @type {(id: string, text: string) => void} */
function sendTurn(id, text) {
  const content = [{ type: /** @type {const} */ ("input_text"), text }];
  const item = { id, type: /** @type {const} */ ("message"), role: /** @type {const} */ ("user"), content };
  client.send({ type: "conversation.item.create", event_id: id, item });
  client.send({ type: "response.create" });
}

function configure() {
  client.send({
    type: "session.update",
    session: {
      type: "realtime",
      output_modalities: speakReplies.value ? ["audio"] : ["text"],
      audio: { input: { turn_detection: holdToTalk.value ? null : { type: "server_vad" } } },
    },
  });
}

/** @type {(pcm: Int16Array, level: number) => void} */
function onPiece(pcm, loudness) {
  level.value = loudness;
  const audio = toBase64(pcm);
  if (client.status === "open") client.sendAudio(audio);
  else early = [...early, audio].slice(-EARLY_PIECES);
}

function onMicrophoneLost() {
  closeMicrophone();
  problem(MICROPHONE_WORDS.lost);
}

function closeMicrophone() {
  microphone.stop();
  letSleep();
  listening.value = false;
  hearing.value = false;
  level.value = 0;
}

/** @param {unknown} error */
function report(error) {
  if (error instanceof MicrophoneError) {
    problem(MICROPHONE_WORDS[error.problem]);
    connect().catch(report); // typing needs the connection
  } else if (error instanceof ApiError) {
    offline(error.message);
  } else {
    problem("Something went wrong in the page. Reload it and try again.");
    console.error(error);
  }
}

/**
 * A connection was refused or lost: finds out why, as far as the server says.
 * @param {number} code why the websocket closed
 * @param {boolean} neverOpened the conversation had not begun
 */
async function onLost(code, neverOpened) {
  markUnanswered();
  nothingGoesOn();
  if (neverOpened && code === POLICY_VIOLATION && client.conversation) return startAnew();
  try {
    await health();
    if (!(await resumeSession())) {
      forgetAthlete();
      client.close();
      return connect();
    }
    // Signed in and with room, yet refused: it can only be the conversation. A LiveKit room says so itself.
    if (neverOpened && !room && ++refusals >= MAX_REFUSALS) startAnew();
  } catch (error) {
    report(error);
  }
}

/** The server does not know this conversation (any more): goes on in a new one. */
function startAnew() {
  refusals = 0;
  client.forget();
  client.open();
}

client.addEventListener("status", () => (status.value = client.status));
client.addEventListener("lost", (event) => {
  const { code, neverOpened } = /** @type {CustomEvent} */ (event).detail;
  onLost(code, neverOpened);
});
effect(configure); // a setting that changes is told at once
