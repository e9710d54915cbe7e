"""Conversations: opened, resumed, listed, named, put away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, NotFound
from db.models import (
    ContextType,
    Conversation,
    GeneratedProgram,
    InjuryLog,
    VoiceCommand,
    Workout,
)
from services.paging import PageRequest, Slice, Sort, fetch_slice

LATELY = timedelta(hours=6)
"""A conversation that somebody was in since then is gone on with when none is named."""
SENT_AGAIN = timedelta(hours=24)
"""For how long a turn that is sent again without its conversation's name is found."""
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


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """Which conversations: still in use or put away, and about what."""

    is_active: bool | None = None
    context_type: ContextType | None = None


async def open_conversation(db: AsyncSession, user_id: UUID, conversation_id: UUID | None) -> UUID:
    """A new conversation, or the one to be resumed. Raises `UnknownConversation`."""
    if conversation_id is None:
        row = Conversation(user_id=user_id, context_type="workout")
        db.add(row)
        await db.flush()
        return row.id
    return (await get_conversation(db, user_id, conversation_id)).id


async def lately(
    db: AsyncSession, user_id: UUID, conversation_id: UUID | None, item_id: str | None = None
) -> UUID:
    """The conversation that is named; else the one in which the turn `item_id` was taken, should it be sent
    again; else the one that the athlete was in a while ago, by voice or in writing; else a new one.

    Raises `UnknownConversation`.
    """
    if conversation_id is not None:
        return (await get_conversation(db, user_id, conversation_id)).id
    if item_id is not None and (taken := await _taken_in(db, user_id, item_id)) is not None:
        return taken
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


async def _taken_in(db: AsyncSession, user_id: UUID, item_id: str) -> UUID | None:
    return await db.scalar(
        select(VoiceCommand.conversation_id)
        .where(
            VoiceCommand.user_id == user_id,
            VoiceCommand.created_at > func.now() - SENT_AGAIN,
            VoiceCommand.item_id == item_id,
            VoiceCommand.conversation_id.is_not(None),
        )
        .limit(1)
    )


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
