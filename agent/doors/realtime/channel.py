"""One client's view of the conversation, and the events that keep it up to date."""

from __future__ import annotations

from openai.types.realtime import ConversationItemAdded, ConversationItemDone

from agent.doors.realtime.items import Conversation, Entry, Item
from agent.doors.realtime.outbox import Outbox, Sendable
from agent.doors.realtime.protocol import ProtocolError, error_event, new_id


class Channel:
    """Sends events, and keeps `conversation` as the client has it."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.conversation = Conversation()

    def send(self, event: Sendable) -> None:
        """Sends an event after those before it."""
        self._outbox.send(event)

    def refuse(self, error: ProtocolError, event_id: str | None) -> None:
        """Tells the client why its event was not followed."""
        self.send(error_event(error.code, error.message, param=error.param, event_id=event_id))

    def fail(self, code: str, message: str) -> None:
        """Tells the client of a failure that is not its own."""
        self.send(error_event(code, message, kind="server_error"))

    def slow_down(self, message: str) -> None:
        """Tells the client that something came too often."""
        self.send(error_event("rate_limit_exceeded", message, kind="rate_limit_error"))

    def add(self, item: Item, *, message_id: str | None = None) -> Entry:
        """A new item, at the end."""
        previous = self.conversation.last_id
        entry = self.conversation.put(item, message_id=message_id)
        self.send(
            ConversationItemAdded(
                event_id=new_id("event"),
                type="conversation.item.added",
                previous_item_id=previous if previous != item.id else None,
                item=item,
            )
        )
        return entry

    def finish(self, item: Item, *, message_id: str | None = None) -> Entry:
        """The final form of an item that was added."""
        entry = self.conversation.put(item, message_id=message_id)
        self.send(ConversationItemDone(event_id=new_id("event"), type="conversation.item.done", item=item))
        return entry
