/** The shapes that the page and the server exchange. For the type checker and the reader; browsers never load it. */

export interface SetRow {
  id: string;
  exercise: string;
  slug: string;
  set_number: number;
  reps?: number | null;
  weight?: number | null;
  unit?: "lbs" | "kg" | null;
  rpe?: number | null;
  rir?: number | null;
  set_type?: "working" | "warmup" | "drop" | "failure" | "amrap";
  duration_seconds?: number | null;
  distance_meters?: number | null;
}

export interface Workout {
  id: string;
  name?: string | null;
  status: "active" | "completed" | "cancelled";
  /** Known once it is finished. */
  duration_seconds?: number | null;
}

/** What a tool answers. Keys that do not apply are absent. */
export interface ToolOutput {
  ok: boolean;
  tool?: string;
  say?: string | null;
  question?: string | null;
  sets?: SetRow[];
  removed?: string[];
  workout?: Workout | null;
  /** `ends_at` is ISO 8601. */
  timer?: { seconds: number; ends_at: string } | null;
  timer_cancelled?: boolean;
}

export interface ContentPart {
  type: string;
  text?: string | null;
  transcript?: string | null;
}

export interface Item {
  id: string;
  type: string;
  role?: "user" | "assistant" | "system";
  status?: string;
  content?: ContentPart[];
  name?: string;
  arguments?: string;
  output?: string | null;
  error?: unknown;
}

/** A server event: `type` says which of the other members are there. */
export interface ServerEvent {
  type: string;
  item?: Item;
  item_id?: string;
  delta?: string;
  transcript?: string;
  text?: string;
  session?: { metadata?: { conversation_id?: string } | null };
  response?: { id?: string; status?: string; output?: Item[] };
  error?: { type?: string; code?: string | null; message: string; event_id?: string | null };
}

export type TurnDetection = { type: "server_vad" } | null;

export type ClientEvent =
  | {
      type: "session.update";
      session: {
        type: "realtime";
        output_modalities: ["audio"] | ["text"];
        audio: { input: { turn_detection: TurnDetection } };
      };
    }
  | { type: "input_audio_buffer.append"; audio: string }
  | { type: "input_audio_buffer.commit" | "input_audio_buffer.clear" }
  | { type: "response.create" | "response.cancel" }
  | {
      type: "conversation.item.create";
      /** Comes back in the error, should the item be refused. */
      event_id: string;
      item: { id: string; type: "message"; role: "user"; content: { type: "input_text"; text: string }[] };
    }
  | { type: "conversation.item.truncate"; item_id: string; content_index: 0; audio_end_ms: number };

/** One line of the conversation as it is drawn. */
export type Entry =
  | { kind: "user"; id: string; text: string; pending: boolean }
  | { kind: "assistant"; id: string; text: string; unheard: string; interrupted: boolean }
  | { kind: "tool"; id: string; tool: string; output: ToolOutput | null; failed: boolean };

/** An event of the agent in a room: docs/rooms.md. */
export type RoomEvent =
  | { type: "hello"; conversation: string; history: { item_id: string; role: "user" | "assistant"; text: string }[] }
  | { type: "turn"; turn_id: string; text: string }
  | { type: "turn.understood"; turn_id: string; kind: string }
  | { type: "turn.refused"; turn_id: string; retry_seconds: number }
  | { type: "call.started"; turn_id: string; call_id: string; tool: string; arguments: object }
  | { type: "call.finished"; turn_id: string; call_id: string; tool: string; output: ToolOutput; failed: boolean }
  | { type: "reply"; item_id: string; text: string; interrupted: boolean };

export interface RoomToken {
  url: string;
  token: string;
  room: string;
  conversation: string;
  identity: string;
}

export interface Athlete {
  id: string;
  email: string;
}

declare global {
  /** The audio thread's world (AudioWorkletGlobalScope). */
  const sampleRate: number;
  class AudioWorkletProcessor {
    readonly port: MessagePort;
  }
  function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
}
