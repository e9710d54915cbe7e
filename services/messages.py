"""The messages of conversations: what was said, by whom, and (for a reply) how much of it was heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    Conversation,
    Message,
    MessageRole,
    ToolCall,
    VoiceCommand,
)
from services.conversations import get_conversation
from services.paging import PageRequest, Slice, Sort, fetch_slice

HISTORY_LIMIT = 50
EMPTY: ColumnElement[Any] = literal_column("'{}'::jsonb")
MESSAGES = cast(Table, Message.__table__)
MESSAGE_SORTS = {
    "sequence": Sort((Message.sequence,)),
    "-sequence": Sort((Message.sequence,), descending=True),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation. `item_id` is the protocol's name for it."""

    item_id: str
    role: MessageRole
    text: str
    metadata: dict[str, Any]


async def list_messages(
    db: AsyncSession, user_id: UUID, conversation_id: UUID, page: PageRequest
) -> Slice[tuple[Message]]:
    """What was said in a conversation. Raises `UnknownConversation` and `InvalidCursor`."""
    await get_conversation(db, user_id, conversation_id)
    query = select(Message).where(Message.conversation_id == conversation_id, Message.user_id == user_id)
    return await fetch_slice(db, query, MESSAGE_SORTS, page)


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
