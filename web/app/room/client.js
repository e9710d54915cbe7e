/**
 * The conversation in a LiveKit room, told to the page as the events of the Realtime protocol that say the same: the
 * page is one, whichever way it is connected.
 */
import { Line } from "../line.js";
import { hearing, speaking } from "../phase.js";
import { ApiError, roomToken } from "../session.js";
import { translate } from "./events.js";
import { livekit } from "./livekit.js";

/** @typedef {import("livekit-client").Room} Room */
/** @typedef {import("livekit-client").Participant} Participant */
/** @typedef {import("../line.js").Status} Status */
/** @typedef {import("../../types").ClientEvent} ClientEvent */

const EVENTS_TOPIC = "voicefit.events";
const TRANSCRIPT_TOPIC = "lk.transcription";
const AGENT_STATE = "lk.agent.state";
/** The agent has this attribute once it can be asked. */
const CONVERSATION = "voicefit.conversation";
const USER_STATE = "voicefit.user_state";
const AGENT_MS = 12_000;
const CALL_MS = 30_000;
const DEVICE_BYTES = 6;
const NOT_FOUND = 404;
/** As the websocket's close code when a conversation is refused. */
const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;

export class RoomClient extends Line {
  /** @type {Room | null} */
  room = null;
  /** @type {Participant | null} the agent that is talked with */
  agent = null;
  /** The part of a reply that is being said. */
  segment = "";
  connecting = false;
  waiting = 0;
  /** @type {HTMLMediaElement[]} */
  players = [];

  get busy() {
    return this.connecting;
  }

  hangUp() {
    clearTimeout(this.waiting);
    this.agent = null;
    const room = this.room;
    this.room = null;
    room?.disconnect();
  }

  /** @param {Status} status */
  async connect(status) {
    this.setStatus(status);
    this.connecting = true;
    try {
      await this.enter();
    } catch (error) {
      if (this.status !== "closed") this.failed(error);
    } finally {
      this.connecting = false;
    }
  }

  /** A token also sends an agent to a room that has lost it. */
  async enter() {
    const [sdk, way] = await Promise.all([livekit(), roomToken(this.conversation, this.device)]);
    if (this.status === "closed") return;
    this.storage.setItem("conversation", way.conversation);
    if (this.room?.name !== way.room || this.room.state !== sdk.ConnectionState.Connected) {
      this.hangUp();
      const room = (this.room = new sdk.Room());
      this.follow(room, sdk);
      await room.connect(way.url, way.token);
    }
    for (const one of this.room.remoteParticipants.values()) {
      if (one.isAgent && one.attributes[CONVERSATION]) this.meet(one);
    }
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.noAgent(), AGENT_MS);
  }

  get device() {
    const known = this.storage.getItem("device");
    if (known) return known;
    const bytes = crypto.getRandomValues(new Uint8Array(DEVICE_BYTES));
    const device = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.storage.setItem("device", device);
    return device;
  }

  /** @type {(room: Room, sdk: typeof import("livekit-client")) => void} */
  follow(room, { RoomEvent }) {
    room
      .on(RoomEvent.Disconnected, () => {
        if (this.room === room) this.lost(GOING_AWAY, "the room is gone");
      })
      .on(RoomEvent.ParticipantDisconnected, (participant) => {
        if (participant === this.agent) this.agentLeft();
      })
      .on(RoomEvent.ParticipantAttributesChanged, (changed, participant) => {
        if (!participant.isAgent) return;
        if (CONVERSATION in changed) this.meet(participant);
        this.stateChanged(changed);
      })
      .on(RoomEvent.TrackSubscribed, (track) => void this.players.push(track.attach()))
      .on(RoomEvent.TrackUnsubscribed, (track) => {
        const gone = track.detach();
        this.players = this.players.filter((player) => !gone.includes(player));
      });
    room.registerTextStreamHandler(EVENTS_TOPIC, async (reader, { identity }) => {
      const event = JSON.parse(await reader.readAll());
      if (event.type === "hello" && identity === this.agent?.identity) this.greeted();
      for (const told of translate(event)) this.tell(told);
      if (event.type === "reply" && event.interrupted) this.tell({ type: "conversation.item.truncated", item_id: this.segment });
    });
    room.registerTextStreamHandler(TRANSCRIPT_TOPIC, async (reader, { identity }) => {
      if (!room.remoteParticipants.get(identity)?.isAgent) return;
      const item_id = reader.info.attributes?.["lk.segment_id"] ?? reader.info.id;
      this.segment = item_id;
      for await (const delta of reader) this.tell({ type: "response.output_audio_transcript.delta", item_id, delta });
    });
  }

  /** Asks the agent what was said so far. @param {Participant} agent */
  meet(agent) {
    this.agent = agent;
    this.call("hello");
  }

  greeted() {
    clearTimeout(this.waiting);
    clearTimeout(this.timer);
    this.opened(this.conversation);
  }

  agentLeft() {
    this.agent = null;
    this.stateChanged({ [AGENT_STATE]: "gone", [USER_STATE]: "gone" });
    this.lost(GOING_AWAY, "the agent left");
  }

  noAgent() {
    this.tell({ type: "error", error: { message: "The coach has not come to the room yet. Still waiting." } });
    this.lost(GOING_AWAY, "no agent");
  }

  /** @param {Record<string, string>} changed */
  stateChanged(changed) {
    if (changed[USER_STATE]) hearing.value = changed[USER_STATE] === "speaking";
    const state = changed[AGENT_STATE];
    if (!state) return;
    if (speaking.value && state !== "speaking") this.tell({ type: "response.done" });
    speaking.value = state === "speaking";
  }

  /** @param {unknown} error */
  failed(error) {
    const refused = error instanceof ApiError;
    const message = refused ? error.message : "The room cannot be reached. Trying again.";
    this.tell({ type: "error", error: { message } });
    this.lost(refused && error.status === NOT_FOUND ? POLICY_VIOLATION : GOING_AWAY, message);
  }

  /**
   * @param {ClientEvent} event
   * @returns {boolean} whether there is somebody to tell it to
   */
  send(event) {
    if (this.status !== "open" || !this.agent) return false;
    switch (event.type) {
      case "conversation.item.create":
        this.say(event.item.id, event.item.content[0]?.text ?? "");
        break;
      case "input_audio_buffer.clear":
        this.call("talk", { action: "start" });
        break;
      case "input_audio_buffer.commit":
        this.call("talk", { action: "stop" });
        break;
      case "response.cancel":
        this.call("hush");
        break;
      case "session.update":
        this.call("voice", { on: event.session.output_modalities[0] === "audio" });
        break;
    }
    return true;
  }

  /** The room carries the sound itself. */
  sendAudio() {}

  /** @type {(turn_id: string, text: string) => Promise<void>} */
  async say(turn_id, text) {
    const answer = await this.call("say", { turn_id, text });
    if (!answer) return;
    // It was done before the connection was lost: nothing more comes of it.
    if (answer.earlier) {
      this.tell({ type: "response.created" });
      this.tell({ type: "response.done" });
    }
  }

  /**
   * @param {string} method
   * @param {object} [request]
   * @returns {Promise<any>} the answer; null when there is none
   */
  async call(method, request = {}) {
    if (!this.room || !this.agent) return null;
    const destinationIdentity = this.agent.identity;
    const payload = JSON.stringify(request);
    try {
      const answer = { destinationIdentity, method, payload, responseTimeout: CALL_MS };
      return JSON.parse(await this.room.localParticipant.performRpc(answer));
    } catch (error) {
      if (this.status === "open") this.tell({ type: "error", error: { message: String(/** @type {Error} */ (error).message) } });
      return null;
    }
  }
}
