"""Conversations and their messages: what was said, by whom, and (for a reply) how much of it was heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, NotFound
from db.models import (
    ContextType,
    Conversation,
    GeneratedProgram,
    InjuryLog,
    Message,
    MessageRole,
    ToolCall,
    VoiceCommand,
    Workout,
)
from services.paging import PageRequest, Slice, Sort, fetch_slice

HISTORY_LIMIT = 50
EMPTY: ColumnElement[Any] = literal_column("'{}'::jsonb")


LATELY = timedelta(hours=6)
"""A conversation that somebody was in since then is gone on with when none is named."""
MAX_TITLE = 60

CONTEXTS: Mapping[str, type[Workout] | type[GeneratedProgram] | type[InjuryLog]] = {
    "workout": Workout,
    "program": GeneratedProgram,
    "injury": InjuryLog,
}
"""What a conversation may be about, by its context type."""


class UnknownConversation(NotFound):
    """No such conversation of this athlete."""


class UnknownContext(Invalid):
    """The athlete has no such row to talk about."""

    def __init__(self, context_type: str) -> None:
        super().__init__(f"You have no {context_type} with this id to talk about.", "context_id")


SORTS = {
    "-updated_at": Sort((Conversation.updated_at, Conversation.id), descending=True),
    "updated_at": Sort((Conversation.updated_at, Conversation.id)),
}
MESSAGE_SORTS = {
    "sequence": Sort((Message.sequence,)),
    "-sequence": Sort((Message.sequence,), descending=True),
}


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """Which conversations: still in use or put away, and about what."""

    is_active: bool | None = None
    context_type: ContextType | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation. `item_id` is the protocol's name for it."""

    item_id: str
    role: MessageRole
    text: str
    metadata: dict[str, Any]


async def open_conversation(db: AsyncSession, user_id: UUID, conversation_id: UUID | None) -> UUID:
    """A new conversation, or the one to be resumed. Raises `UnknownConversation`."""
    if conversation_id is None:
        row = Conversation(user_id=user_id, context_type="workout")
        db.add(row)
        await db.flush()
        return row.id
    return (await get_conversation(db, user_id, conversation_id)).id


async def lately(db: AsyncSession, user_id: UUID, conversation_id: UUID | None) -> UUID:
    """The conversation that is named; else the one that the athlete was in a while ago, by voice or in
    writing; else a new one. Raises `UnknownConversation`."""
    if conversation_id is not None:
        return (await get_conversation(db, user_id, conversation_id)).id
    found = await db.scalar(
        select(Conversation.id)
        .where(
            Conversation.user_id == user_id,
            Conversation.is_active,
            Conversation.updated_at > func.now() - LATELY,
        )
        .order_by(Conversation.updated_at.desc(), Conversation.id)
        .limit(1)
    )
    return found or (await start_conversation(db, user_id, "general")).id


async def start_conversation(
    db: AsyncSession,
    user_id: UUID,
    context_type: ContextType,
    context_id: UUID | None = None,
    title: str | None = None,
) -> Conversation:
    """A new conversation about the row `context_id`, or about nothing in particular.

    Raises `UnknownContext` when the athlete has no such row.
    """
    if context_id is not None:
        table = CONTEXTS.get(context_type)
        if (
            table is None
            or await db.scalar(select(table.id).where(table.id == context_id, table.user_id == user_id))
            is None
        ):
            raise UnknownContext(context_type)
    row = Conversation(user_id=user_id, context_type=context_type, context_id=context_id, title=title)
    db.add(row)
    await db.flush()
    await db.refresh(row)
    return row


async def give_title(db: AsyncSession, conversation_id: UUID, words: str) -> None:
    """Calls a conversation by what was said first in it, unless it has a title."""
    title = shortened(words)
    if title:
        await db.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.title.is_(None))
            .values(title=title, updated_at=Conversation.updated_at)
        )


def shortened(words: str) -> str:
    """The beginning of `words`, whole words, as a title."""
    text = " ".join(words.split())
    if len(text) > MAX_TITLE:
        text = f"{text[:MAX_TITLE].rsplit(' ', 1)[0]}…"
    return text[:1].upper() + text[1:]


async def get_conversation(db: AsyncSession, user_id: UUID, conversation_id: UUID) -> Conversation:
    """One conversation. Raises `UnknownConversation`."""
    row = await db.scalar(
        select(Conversation).where(Conversation.id == conversation_id, Conversation.user_id == user_id)
    )
    if row is None:
        raise UnknownConversation("There is no such conversation. Connect without one to begin anew.")
    return row


async def list_conversations(
    db: AsyncSession, user_id: UUID, wanted: ConversationFilter, page: PageRequest
) -> Slice[tuple[Conversation]]:
    """Conversations by when something was last said in them. Raises `InvalidCursor`."""
    query = select(Conversation).where(Conversation.user_id == user_id)
    if wanted.is_active is not None:
        query = query.where(Conversation.is_active.is_(wanted.is_active))
    if wanted.context_type is not None:
        query = query.where(Conversation.context_type == wanted.context_type)
    return await fetch_slice(db, query, SORTS, page)


async def list_messages(
    db: AsyncSession, user_id: UUID, conversation_id: UUID, page: PageRequest
) -> Slice[tuple[Message]]:
    """What was said in a conversation. Raises `UnknownConversation` and `InvalidCursor`."""
    await get_conversation(db, user_id, conversation_id)
    query = select(Message).where(Message.conversation_id == conversation_id, Message.user_id == user_id)
    return await fetch_slice(db, query, MESSAGE_SORTS, page)


async def change_conversation(
    db: AsyncSession, row: Conversation, changes: Mapping[str, Any]
) -> Conversation:
    """Sets `title` or `is_active` of a conversation."""
    for name, value in changes.items():
        setattr(row, name, value)
    await db.flush()
    return row


async def delete_conversation(db: AsyncSession, row: Conversation) -> None:
    """Deletes a conversation and its messages."""
    await db.delete(row)
    await db.flush()


async def history(db: AsyncSession, conversation_id: UUID) -> list[Said]:
    """The newest messages of a conversation, oldest first.

    A turn whose reply was lost (the connection or the server ended before it was heard) is followed by what
    its calls came to.
    """
    rows = await db.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.sequence.desc())
        .limit(HISTORY_LIMIT)
    )
    messages = [
        Said(row.item_id or str(row.id), row.role, row.content, row.metadata_ or {})
        for row in reversed(list(rows))
    ]
    answered = {said.metadata.get("reply_to") for said in messages}
    lost = [said.item_id for said in messages if said.role == "user" and said.item_id not in answered]
    done = await _done_in(db, conversation_id, lost) if lost else {}
    told: list[Said] = []
    for said in messages:
        told.append(said)
        if said.role == "user" and (words := done.get(said.item_id)):
            told.append(Said(f"{said.item_id}_done", "assistant", words, {"reply_to": said.item_id}))
    return told


async def _done_in(db: AsyncSession, conversation_id: UUID, turns: Sequence[str]) -> dict[str, str]:
    """What the calls of these turns came to, in words, by turn; of those that wrote something."""
    rows = await db.execute(
        select(VoiceCommand.item_id, ToolCall.result["say"].astext)
        .join(ToolCall, ToolCall.voice_command_id == VoiceCommand.id)
        .where(VoiceCommand.conversation_id == conversation_id, VoiceCommand.item_id.in_(turns))
        .order_by(ToolCall.sequence)
    )
    done: dict[str, list[str]] = defaultdict(list)
    for item_id, words in rows:
        if words:
            done[item_id].append(words)
    return {item_id: " ".join(words) for item_id, words in done.items()}


MESSAGES = cast(Table, Message.__table__)


async def store_reply(db: AsyncSession, user_id: UUID, conversation_id: UUID, said: Said) -> None:
    """Keeps a reply and marks its conversation as used. The same `item_id` again replaces the text: a reply
    may turn out to have been cut short."""
    values = {
        "conversation_id": conversation_id,
        "user_id": user_id,
        "item_id": said.item_id,
        "role": said.role,
        "content": said.text,
        "metadata": said.metadata or None,
    }
    statement = insert(MESSAGES).values(values)
    await db.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id", "item_id"],
            set_={
                "content": statement.excluded.content,
                "metadata": func.coalesce(Message.metadata_, EMPTY).op("||")(
                    func.coalesce(statement.excluded.metadata, EMPTY)
                ),
            },
        )
    )
    await db.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(updated_at=func.now())
    )


async def reply_to(db: AsyncSession, conversation_id: UUID, item_id: str) -> Said | None:
    """The reply that was given to the turn `item_id`, or None."""
    row = await db.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.role == "assistant",
            Message.metadata_["reply_to"].astext == item_id,
        )
        .order_by(Message.sequence.desc())
        .limit(1)
    )
    return Said(row.item_id or "", row.role, row.content, row.metadata_ or {}) if row else None


async def running_timer(db: AsyncSession, user_id: UUID, now: datetime | None = None) -> datetime | None:
    """When the newest rest timer ends, or None when none is running."""
    now = now or datetime.now(UTC)
    result = await db.scalar(
        select(ToolCall.result)
        .where(
            ToolCall.user_id == user_id,
            ToolCall.tool == "start_rest_timer",
            ToolCall.undone_at.is_(None),
            ToolCall.created_at > now - timedelta(hours=2),
        )
        .order_by(ToolCall.sequence.desc())
        .limit(1)
    )
    timer = (result or {}).get("timer")
    if not timer:
        return None
    ends_at = datetime.fromisoformat(timer["ends_at"])
    return ends_at if ends_at > now else None
