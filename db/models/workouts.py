"""Workouts and the sets logged in them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
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
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.units import WeightUnit
from db.models.base import (
    Base,
    CreatedAt,
    Id,
    OwnerId,
    Sequence,
    UpdatedAt,
    between,
    measured,
    not_negative,
    one_of,
)

WorkoutStatus = Literal["active", "completed", "cancelled"]
SetType = Literal["working", "warmup", "drop", "failure", "amrap"]

MAX_REPS = 1000
MAX_RIR = 20


def unique_import_key(table: str) -> Index:
    """What comes again in another file is found: an `import_key` is unique for an athlete."""
    return Index(
        f"uq_{table}_user_id_import_key",
        "user_id",
        "import_key",
        unique=True,
        postgresql_where=text("import_key is not null"),
    )


class Workout(Base):
    """A training session. An athlete has at most one that is active. `duration` is in seconds."""

    __tablename__ = "workouts"
    __table_args__ = (
        one_of("status", WorkoutStatus),
        not_negative("duration"),
        # What lets a set name its workout and its athlete in one foreign key.
        UniqueConstraint("id", "user_id"),
        Index("uq_workouts_one_active", "user_id", unique=True, postgresql_where=text("status = 'active'")),
        Index(None, "user_id", "started_at"),
        Index(None, "import_id"),
        unique_import_key("workouts"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    name: Mapped[str | None]
    status: Mapped[WorkoutStatus] = mapped_column(Text, server_default="active")
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    completed_at: Mapped[datetime | None]
    duration: Mapped[int | None]
    current_exercise_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercises.id", ondelete="SET NULL"))
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
    import_key: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class WorkoutSet(Base):
    """One set as it was done. `weight` is in `weight_unit`, the unit that was said.

    `set_number` counts within the workout and the exercise, from 1; `sequence` is the order of logging.
    `duration_seconds` and `distance_meters` are for what is held, carried or covered.
    """

    __tablename__ = "workout_sets"
    __table_args__ = (
        # A set cannot be put into another athlete's workout, whatever the code above does.
        ForeignKeyConstraint(
            ["workout_id", "user_id"], ["workouts.id", "workouts.user_id"], ondelete="CASCADE"
        ),
        CheckConstraint("set_number >= 1", name="set_number"),
        between("reps", 0, MAX_REPS),
        measured("weight"),
        one_of("weight_unit", WeightUnit),
        between("rpe", 1, 10),
        between("rir", 0, MAX_RIR),
        one_of("set_type", SetType),
        measured("duration_seconds"),
        measured("distance_meters"),
        between("prescribed_reps", 0, MAX_REPS),
        measured("prescribed_weight"),
        Index(None, "workout_id", "sequence"),
        Index(None, "user_id", "exercise_id", "sequence"),
        Index(None, "voice_command_id"),
        Index(None, "tool_call_id"),
        Index(None, "import_id"),
        unique_import_key("workout_sets"),
    )

    id: Mapped[Id]
    workout_id: Mapped[UUID]
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercises.id"))
    user_id: Mapped[OwnerId]
    set_number: Mapped[int]
    reps: Mapped[int | None]
    weight: Mapped[float | None]
    weight_unit: Mapped[WeightUnit] = mapped_column(Text, server_default="lbs")
    rpe: Mapped[float | None] = mapped_column(REAL)
    rir: Mapped[int | None]
    set_type: Mapped[SetType] = mapped_column(Text, server_default="working")
    duration_seconds: Mapped[float | None]
    distance_meters: Mapped[float | None]
    is_pr: Mapped[bool] = mapped_column(server_default=false())
    notes: Mapped[str | None]
    voice_transcript: Mapped[str | None]
    voice_command_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("voice_commands.id", ondelete="SET NULL")
    )
    was_prescribed: Mapped[bool] = mapped_column(server_default=false())
    prescribed_reps: Mapped[int | None]
    prescribed_weight: Mapped[float | None] = mapped_column(REAL)
    tool_call_id: Mapped[UUID | None] = mapped_column(ForeignKey("tool_calls.id", ondelete="SET NULL"))
    sequence: Mapped[Sequence]
    completed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
    import_key: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
