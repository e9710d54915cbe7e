/** The events that the agent tells in a room (docs/rooms.md), as the Realtime protocol's. */

/** @typedef {import("../../types").ServerEvent} ServerEvent */
/** @typedef {import("../../types").RoomEvent} RoomEvent */

/** @param {RoomEvent} event @returns {ServerEvent[]} */
export function translate(event) {
  switch (event.type) {
    case "hello":
      return [
        { type: "session.created", session: { metadata: { conversation_id: event.conversation } } },
        ...event.history.map(({ item_id, role, text }) => message(item_id, role, text)),
        { type: "session.updated" },
      ];
    case "turn":
      return [message(event.turn_id, "user", event.text), { type: "response.created" }];
    case "turn.understood":
      return event.kind === "ignore"
        ? [{ type: "response.done", response: { id: `${event.turn_id}_ignored`, status: "completed" } }]
        : [];
    case "turn.refused":
      return [
        { type: "response.done" },
        { type: "error", error: { message: `That came too soon after the last ones. Try again in ${event.retry_seconds} s.` } },
      ];
    case "call.finished":
      return [
        {
          type: "response.output_item.done",
          item: {
            id: event.call_id,
            type: "mcp_call",
            name: event.tool,
            output: JSON.stringify(event.output),
            error: event.failed || undefined,
          },
        },
      ];
    case "reply":
      return event.interrupted ? [] : [{ type: "response.done" }];
    default:
      return [];
  }
}

/** @type {(id: string, role: "user" | "assistant", text: string) => ServerEvent} */
function message(id, role, text) {
  const type = role === "user" ? "input_text" : "output_text";
  return { type: "conversation.item.done", item: { id, type: "message", role, content: [{ type, text }] } };
}
