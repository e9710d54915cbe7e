"""The conversation as the client sees it: an ordered list of items with their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openai.types.realtime import (
    RealtimeConversationItemAssistantMessage,
    RealtimeConversationItemUserMessage,
    RealtimeMcpListTools,
    RealtimeMcpToolCall,
)
from openai.types.realtime.realtime_conversation_item_assistant_message import Content as AssistantContent
from openai.types.realtime.realtime_conversation_item_user_message import Content as UserContent

MAX_ITEMS = 500
"""Older items are forgotten: a client that never leaves must not fill the memory."""

Status = Literal["completed", "incomplete", "in_progress"]
Item = (
    RealtimeConversationItemUserMessage
    | RealtimeConversationItemAssistantMessage
    | RealtimeMcpToolCall
    | RealtimeMcpListTools
)


def typed_message(item_id: str, text: str) -> RealtimeConversationItemUserMessage:
    """What the athlete typed."""
    return _user(item_id, UserContent(type="input_text", text=text), "completed")


def spoken_message(
    item_id: str, transcript: str | None, status: Status = "completed"
) -> RealtimeConversationItemUserMessage:
    """What the athlete said."""
    return _user(item_id, UserContent(type="input_audio", transcript=transcript), status)


def reply_message(
    item_id: str, text: str, *, audio: bool, status: Status
) -> RealtimeConversationItemAssistantMessage:
    """What the coach said or wrote."""
    content = (
        AssistantContent(type="output_audio", transcript=text)
        if audio
        else AssistantContent(type="output_text", text=text)
    )
    return RealtimeConversationItemAssistantMessage(
        id=item_id,
        object="realtime.item",
        type="message",
        role="assistant",
        status=status,
        content=[] if status == "in_progress" else [content],
    )


def _user(item_id: str, content: UserContent, status: Status) -> RealtimeConversationItemUserMessage:
    return RealtimeConversationItemUserMessage(
        id=item_id, object="realtime.item", type="message", role="user", status=status, content=[content]
    )


@dataclass(slots=True)
class Entry:
    """An item, and the message of the session's history that it shows (if it has one)."""

    item: Item
    message_id: str | None = None
    spoken: str = ""
    """All the words of a spoken reply, whether heard or not."""
    audio_seconds: float = 0.0
    """How much of its audio was sent."""
    audio_complete: bool = False
    """Whether that was all of it."""


class Conversation:
    """The items in order."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def last_id(self) -> str | None:
        """The id of the newest item."""
        return next(reversed(self._entries), None)

    def put(self, item: Item, *, message_id: str | None = None) -> Entry:
        """Adds an item at the end, or replaces the one that has its id in its place."""
        assert item.id is not None, "items made here have ids"
        entry = self._entries.get(item.id)
        if entry is None:
            entry = self._entries[item.id] = Entry(item, message_id)
            if len(self._entries) > MAX_ITEMS:
                del self._entries[next(iter(self._entries))]
            return entry
        entry.item = item
        entry.message_id = message_id or entry.message_id
        return entry

    def find(self, item_id: str) -> Entry | None:
        """The item with this id."""
        return self._entries.get(item_id)

    def shows(self, message_id: str) -> bool:
        """Whether a message of the session's history has an item."""
        return any(entry.message_id == message_id for entry in self._entries.values())

    def remove(self, item_id: str) -> None:
        """Forgets an item."""
        self._entries.pop(item_id, None)
