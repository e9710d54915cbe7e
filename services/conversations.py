"""Conversations and their messages: what was said, by whom, and (for a reply) how much of it was heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import VoiceFitError
from db.models import Conversation, Message, MessageRole, ToolCall

HISTORY_LIMIT = 50
EMPTY: ColumnElement[Any] = literal_column("'{}'::jsonb")


class UnknownConversation(VoiceFitError):
    """No such conversation of this athlete."""


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
    found = await db.scalar(
        select(Conversation.id).where(Conversation.id == conversation_id, Conversation.user_id == user_id)
    )
    if found is None:
        raise UnknownConversation("There is no such conversation. Connect without one to begin anew.")
    return found


async def history(db: AsyncSession, conversation_id: UUID) -> list[Said]:
    """The newest messages of a conversation, oldest first."""
    rows = await db.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.sequence.desc())
        .limit(HISTORY_LIMIT)
    )
    return [
        Said(row.item_id or str(row.id), row.role, row.content, row.metadata_ or {})
        for row in reversed(list(rows))
    ]


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
