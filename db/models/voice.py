"""The conversation: threads, messages, what each turn was understood as, and the calls it made."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    REAL,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, CreatedAt, Id, OwnerId, Sequence, UpdatedAt, between, not_negative, one_of

ContextType = Literal["general", "workout", "program", "injury"]
MessageRole = Literal["user", "assistant", "system"]
CorrectionType = Literal["exercise", "reps", "weight", "full"]


class Conversation(Base):
    """A thread of talk. `context_id` is the row it is about (a workout, a program), by `context_type`."""

    __tablename__ = "conversations"
    __table_args__ = (
        one_of("context_type", ContextType),
        # What lets a message name its conversation and its athlete in one foreign key.
        UniqueConstraint("id", "user_id"),
        Index(None, "user_id", "updated_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    title: Mapped[str | None]
    context_type: Mapped[ContextType | None] = mapped_column(Text)
    context_id: Mapped[UUID | None]
    is_active: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class Message(Base):
    """One thing said. `item_id` is the protocol's name for it, unique in its conversation.

    Read a conversation by `sequence`: messages committed together share their `created_at`.
    """

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["conversation_id", "user_id"], ["conversations.id", "conversations.user_id"], ondelete="CASCADE"
        ),
        one_of("role", MessageRole),
        UniqueConstraint("conversation_id", "item_id"),
        Index(None, "conversation_id", "sequence"),
        Index(None, "user_id"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID]
    user_id: Mapped[OwnerId]
    role: Mapped[MessageRole] = mapped_column(Text)
    content: Mapped[str]
    # `metadata` is the declarative base's own attribute, so only the column has that name.
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    item_id: Mapped[str | None]
    sequence: Mapped[Sequence]
    created_at: Mapped[CreatedAt]


class VoiceCommand(Base):
    """One turn: what was heard, what it was taken to mean, who decided (`route`) and why (`reason`).

    `confidence` is 0-1; `timings` are milliseconds by stage; `search_results` the names considered, best
    first. `workout_id`, `workout_set_id` and `exercise_id` are the rows it touched.
    """

    __tablename__ = "voice_commands"
    __table_args__ = (
        between("confidence", 0, 1),
        not_negative("search_latency_ms"),
        not_negative("latency_ms"),
        one_of("correction_type", CorrectionType),
        UniqueConstraint("conversation_id", "item_id"),
        Index(None, "user_id", "created_at"),
        Index(None, "workout_id"),
        Index(None, "workout_set_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    item_id: Mapped[str | None]
    workout_id: Mapped[UUID | None] = mapped_column(ForeignKey("workouts.id", ondelete="SET NULL"))
    # Sets name their command and commands their set: one of the two keys has to be added afterwards.
    workout_set_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("workout_sets.id", ondelete="SET NULL", use_alter=True)
    )
    exercise_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercises.id", ondelete="SET NULL"))
    raw_transcript: Mapped[str]
    audio_url: Mapped[str | None]
    parsed_output: Mapped[dict[str, Any] | None]
    confidence: Mapped[float | None] = mapped_column(REAL)
    model_used: Mapped[str | None]
    search_results: Mapped[list[dict[str, Any]] | None]
    search_latency_ms: Mapped[int | None]
    was_corrected: Mapped[bool] = mapped_column(server_default=false())
    corrected_output: Mapped[dict[str, Any] | None]
    correction_type: Mapped[CorrectionType | None] = mapped_column(Text)
    route: Mapped[str | None]
    reason: Mapped[str | None]
    latency_ms: Mapped[int | None]
    timings: Mapped[dict[str, Any] | None]
    created_at: Mapped[CreatedAt]


class ToolCall(Base):
    """A call that writes, once: the row is committed together with what the call did.

    `idempotency_key` names the call within the athlete; a second one finds this row and its `result`.
    `undo` says how to take the effect back; `undone_at` that it has been.
    """

    __tablename__ = "tool_calls"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        CheckConstraint("idempotency_key <> ''", name="idempotency_key"),
        Index(None, "user_id", "sequence"),
        Index(None, "conversation_id"),
        Index(None, "voice_command_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    voice_command_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("voice_commands.id", ondelete="SET NULL")
    )
    idempotency_key: Mapped[str]
    tool: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None]
    undo: Mapped[dict[str, Any] | None]
    undone_at: Mapped[datetime | None]
    sequence: Mapped[Sequence]
    created_at: Mapped[CreatedAt]
