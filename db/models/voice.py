"""The conversation: threads, messages, what each turn was understood as, the calls it made, what it knows."""

from __future__ import annotations

from datetime import date, datetime
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
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import (
    Base,
    CreatedAt,
    ExerciseId,
    Id,
    OwnerId,
    Real,
    Sequence,
    UpdatedAt,
    between,
    not_negative,
    one_of,
)

ContextType = Literal["general", "workout", "program", "injury"]
MessageRole = Literal["user", "assistant", "system"]
CorrectionType = Literal["exercise", "reps", "weight", "full"]
FineTunedModelType = Literal["voice_parser", "exercise_matcher"]
NameSource = Literal["said", "corrected", "app"]
ChunkType = Literal["exercise_guide", "program", "nutrition", "recovery", "injury_prevention"]
KnowledgeCategory = Literal["strength", "running", "mobility", "injury", "nutrition", "recovery"]


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

    `door`, `outcome`, `error` (a type), `trace_id`, `call_timings` and `interrupted` say how it went, without
    a word of it: operators see them.
    """

    __tablename__ = "voice_commands"
    __table_args__ = (
        between("confidence", 0, 1),
        not_negative("search_latency_ms"),
        not_negative("latency_ms"),
        one_of("correction_type", CorrectionType),
        UniqueConstraint("conversation_id", "item_id"),
        Index(None, "user_id", "created_at"),
        Index(None, "created_at", "id"),
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
    door: Mapped[str | None]
    outcome: Mapped[str | None]
    error: Mapped[str | None]
    trace_id: Mapped[str | None]
    call_timings: Mapped[list[dict[str, Any]] | None]
    interrupted: Mapped[bool] = mapped_column(server_default=false())
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


class ExerciseName(Base):
    """What one athlete calls an exercise: `words`, in lower case with single spaces.

    `source` is how it was learned: said so, corrected to it twice, or entered in an app.
    """

    __tablename__ = "exercise_names"
    __table_args__ = (
        CheckConstraint("words <> '' and words = lower(words)", name="words"),
        one_of("source", NameSource),
        UniqueConstraint("user_id", "words"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    words: Mapped[str]
    exercise_id: Mapped[ExerciseId]
    source: Mapped[NameSource] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class FineTunedModel(Base):
    """A model trained on corrections, by its provider's `model_id`; of one athlete, or of all (no `user_id`).

    At most one of a type is active for all, and one for each athlete.
    """

    __tablename__ = "fine_tuned_models"
    __table_args__ = (
        one_of("model_type", FineTunedModelType),
        not_negative("training_data_count"),
        between("accuracy_score", 0, 1),
        Index(
            "uq_fine_tuned_models_one_active",
            "user_id",
            "model_type",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("is_active"),
        ),
        Index(None, "user_id"),
    )

    id: Mapped[Id]
    model_id: Mapped[str] = mapped_column(unique=True)
    model_type: Mapped[FineTunedModelType] = mapped_column(Text)
    base_model: Mapped[str]
    training_data_count: Mapped[int | None]
    accuracy_score: Mapped[Real | None]
    is_active: Mapped[bool] = mapped_column(server_default=false())
    # Not set to null: a model of one athlete must not become everybody's (decision 4).
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[CreatedAt]


class KnowledgeChunk(Base):
    """A short piece of knowledge, by a readable `chunk_id`, with where it is from (`source`, `source_year`).

    `questions` are ones that it answers. `is_red_flag` marks signs that need a professional.
    """

    __tablename__ = "knowledge_base"
    __table_args__ = (
        one_of("chunk_type", ChunkType),
        one_of("category", KnowledgeCategory),
        between("source_year", 1800, 2100),
        Index(None, "category"),
    )

    id: Mapped[Id]
    chunk_id: Mapped[str] = mapped_column(unique=True)
    chunk_type: Mapped[ChunkType] = mapped_column(Text)
    category: Mapped[KnowledgeCategory | None] = mapped_column(Text)
    title: Mapped[str | None]
    content: Mapped[str]
    tags: Mapped[list[str] | None]
    questions: Mapped[list[str]] = mapped_column(server_default="{}")
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    source: Mapped[str | None]
    source_year: Mapped[int | None]
    reviewed_on: Mapped[date | None]
    is_red_flag: Mapped[bool] = mapped_column(server_default=false())
    upstash_indexed: Mapped[bool] = mapped_column(server_default=false())
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
