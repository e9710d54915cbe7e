"""Conversations with the agent and what was said in them."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.calls import AthleteCall, ChangeCall, Etags, PostCall, Write
from api.models import Id, Input, Name, Nothing, Output, Page, PageQuery, not_given
from api.routing import api_router
from db.models import ContextType, Conversation, Message, MessageRole
from services import conversations, messages
from services.conversations import ConversationFilter

router = api_router("/conversations", "conversations")


class ConversationOut(Output):
    """A thread of talk. `context_id` is the row it is about, by `context_type`."""

    id: UUID
    title: str | None
    context_type: ContextType | None
    context_id: UUID | None
    is_active: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Conversation) -> ConversationOut:
        """The conversation `row`."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ConversationPage(Page[ConversationOut]):
    """Conversations, a page of them."""


class ConversationQuery(PageQuery):
    """Which conversations, in which order."""

    sort: Literal["-updated_at", "updated_at"] = Field("-updated_at", description="`-` is newest first.")
    is_active: bool | None = None
    context_type: ContextType | None = None


class ConversationNew(Input):
    """A conversation. `context_id` is the row it is about, if it is about one."""

    context_type: ContextType = "general"
    context_id: Id | None = None
    title: Name | None = None


class ConversationChange(Input):
    """What is to be different; what is left out stays."""

    title: Name | None = None
    is_active: bool = Field(default_factory=not_given)


class MessageOut(Output):
    """One thing said. `item_id` is the Realtime protocol's name for it."""

    id: UUID
    conversation_id: UUID
    role: MessageRole
    content: str
    metadata: dict[str, Any] | None
    item_id: str | None
    created_at: datetime

    @classmethod
    def of(cls, row: Message) -> MessageOut:
        """The message `row`."""
        values = {name: getattr(row, name) for name in cls.model_fields if name != "metadata"}
        return cls(**values, metadata=row.metadata_)


class MessagePage(Page[MessageOut]):
    """Messages, a page of them."""


class MessageQuery(PageQuery):
    """The order of a conversation's messages."""

    sort: Literal["sequence", "-sequence"] = Field("sequence", description="The order of speaking.")


@router.get("")
async def list_conversations(
    call: AthleteCall, query: Annotated[ConversationQuery, Query()]
) -> ConversationPage:
    """The athlete's conversations."""
    wanted = ConversationFilter(query.is_active, query.context_type)
    async with call.transaction() as db:
        found = await conversations.list_conversations(db, call.athlete_id, wanted, query.page())
    return ConversationPage.of(found, lambda row: ConversationOut.of(row[0]))


@router.post("", status_code=HTTPStatus.CREATED)
async def start_conversation(new: ConversationNew, call: PostCall) -> ConversationOut:
    """Starts a conversation, about one of the athlete's workouts, programs or injuries, or about anything."""

    async def start(write: Write) -> ConversationOut:
        row = await conversations.start_conversation(
            write.db, write.athlete_id, new.context_type, new.context_id, new.title
        )
        return ConversationOut.of(row)

    return await call.once("start_conversation", new, ConversationOut, start)


@router.get("/{conversation_id}")
async def get_conversation(conversation_id: UUID, call: AthleteCall, etags: Etags) -> ConversationOut:
    """One conversation."""
    async with call.transaction() as db:
        row = await conversations.get_conversation(db, call.athlete_id, conversation_id)
    return etags.of(ConversationOut.of(row))


@router.get("/{conversation_id}/messages")
async def list_messages(
    conversation_id: UUID, call: AthleteCall, query: Annotated[MessageQuery, Query()]
) -> MessagePage:
    """What was said in a conversation."""
    async with call.transaction() as db:
        found = await messages.list_messages(db, call.athlete_id, conversation_id, query.page())
    return MessagePage.of(found, lambda row: MessageOut.of(row[0]))


@router.patch("/{conversation_id}")
async def change_conversation(
    conversation_id: UUID, change: ConversationChange, call: ChangeCall
) -> ConversationOut:
    """Gives a conversation a title, or puts it away."""

    async def apply(write: Write) -> ConversationOut:
        row = await conversations.get_conversation(write.db, write.athlete_id, conversation_id)
        call.check_is(ConversationOut.of(row))
        changes = {name: getattr(change, name) for name in change.model_fields_set}
        return ConversationOut.of(await conversations.change_conversation(write.db, row, changes))

    return await call.once_changed("change_conversation", change, ConversationOut, apply)


@router.delete("/{conversation_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_conversation(conversation_id: UUID, call: ChangeCall) -> None:
    """Deletes a conversation and its messages, for good. What was logged in it stays."""

    async def delete(write: Write) -> Nothing:
        row = await conversations.get_conversation(write.db, write.athlete_id, conversation_id)
        call.check_is(ConversationOut.of(row))
        await conversations.delete_conversation(write.db, row)
        return Nothing()

    await call.once("delete_conversation", None, Nothing, delete)
