"""The output items of a response, numbered in the order in which they begin."""

from __future__ import annotations

from openai.types.realtime import (
    ConversationItem,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
)

from agent.doors.realtime.channel import Channel
from agent.doors.realtime.protocol import new_id


class Outputs:
    """Keeps the items and tells of them."""

    def __init__(self, channel: Channel, response_id: str) -> None:
        self._channel = channel
        self.response_id = response_id
        self.items: list[ConversationItem] = []

    def add(self, item: ConversationItem) -> int:
        """A new item; returns its index."""
        index = len(self.items)
        self.items.append(item)
        self._channel.send(
            ResponseOutputItemAddedEvent(
                event_id=new_id("event"),
                type="response.output_item.added",
                response_id=self.response_id,
                output_index=index,
                item=item,
            )
        )
        return index

    def finish(self, index: int, item: ConversationItem) -> None:
        """The final form of the item at `index`."""
        self.items[index] = item
        self._channel.send(
            ResponseOutputItemDoneEvent(
                event_id=new_id("event"),
                type="response.output_item.done",
                response_id=self.response_id,
                output_index=index,
                item=item,
            )
        )
