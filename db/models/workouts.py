"""Workouts, the sets logged in them, and the records they set."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    REAL,
    ForeignKey,
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
    ExerciseId,
    Id,
    OwnerId,
    Real,
    Sequence,
    UpdatedAt,
    between,
    measured,
    not_negative,
    of_same_athlete,
    one_of,
    positive,
)

WorkoutStatus = Literal["active", "completed", "cancelled"]
SetType = Literal["working", "warmup", "drop", "failure", "amrap"]
PrType = Literal["1rm", "3rm", "5rm", "volume", "reps_at_weight"]

MAX_REPS = 1000
MAX_RIR = 20


class Workout(Base):
    """A training session. An athlete has at most one that is active. `duration` is in seconds.

    `timezone` is the one in which it was done, which the database takes from the profile.
    `source` is where it was logged: `app`, or the program it was imported from, whose `external_id` it has.
    `swaps` has the slugs of exercises that something else is done for today, each with the slug of that.
    """

    __tablename__ = "workouts"
    __table_args__ = (
        one_of("status", WorkoutStatus),
        not_negative("duration"),
        # What lets a set name its workout and its athlete in one foreign key.
        UniqueConstraint("id", "user_id"),
        UniqueConstraint("user_id", "source", "external_id"),
        Index("uq_workouts_one_active", "user_id", unique=True, postgresql_where=text("status = 'active'")),
        Index(None, "user_id", "started_at"),
        of_same_athlete("import_id", "imports", ondelete="SET NULL"),
        Index(None, "import_id"),
        Index(None, "started_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    name: Mapped[str | None]
    status: Mapped[WorkoutStatus] = mapped_column(Text, server_default="active")
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    completed_at: Mapped[datetime | None]
    duration: Mapped[int | None]
    current_exercise_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercises.id", ondelete="SET NULL"))
    notes: Mapped[str | None]
    timezone: Mapped[str | None]
    swaps: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    source: Mapped[str] = mapped_column(server_default="app")
    external_id: Mapped[str | None]
    import_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class WorkoutSet(Base):
    """One set as it was done. `weight` is in `weight_unit`, the unit that was said.

    `set_number` counts within the workout and the exercise, from 1; `sequence` is the order of logging.
    `duration_seconds` and `distance_meters` are for what is held, carried or covered. Sets with the same
    `superset_group` in a workout were done in turn. `is_per_side` says that reps and weight are of each side.
    `import_key` is what a set of another app is recognised by when it comes again.
    """

    __tablename__ = "workout_sets"
    __table_args__ = (
        # A set cannot be put into another athlete's workout, whatever the code above does.
        of_same_athlete("workout_id", "workouts", ondelete="CASCADE"),
        UniqueConstraint("id", "user_id"),
        positive("set_number"),
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
        positive("superset_group"),
        Index(None, "workout_id", "sequence"),
        Index(None, "user_id", "exercise_id", "sequence"),
        Index("ix_workout_sets_user_id_is_pr", "user_id", postgresql_where=text("is_pr")),
        Index(None, "voice_command_id"),
        Index(None, "tool_call_id"),
        of_same_athlete("import_id", "imports", ondelete="SET NULL"),
        Index(None, "import_id"),
        # Most sets have no key: only those that have one are in the index.
        Index(
            "uq_workout_sets_user_id_import_key",
            "user_id",
            "import_key",
            unique=True,
            postgresql_where=text("import_key is not null"),
        ),
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
    superset_group: Mapped[int | None]
    is_per_side: Mapped[bool] = mapped_column(server_default=false())
    tool_call_id: Mapped[UUID | None] = mapped_column(ForeignKey("tool_calls.id", ondelete="SET NULL"))
    sequence: Mapped[Sequence]
    completed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    import_id: Mapped[UUID | None]
    import_key: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class PrHistory(Base):
    """A record when it was set. `value` is a weight, weight times reps, or reps, by `pr_type`.

    Weights are in `weight_unit`. `previous_pr_id` is the record that this one beat. `achieved_at` is when its
    set was done, or just after the record before if they are of one moment.
    """

    __tablename__ = "pr_history"
    __table_args__ = (
        of_same_athlete("workout_set_id", "workout_sets", ondelete="SET NULL"),
        of_same_athlete("previous_pr_id", "pr_history"),
        one_of("pr_type", PrType),
        measured("value"),
        measured("weight"),
        one_of("weight_unit", WeightUnit),
        between("reps", 0, MAX_REPS),
        measured("estimated_1rm"),
        UniqueConstraint("id", "user_id"),
        UniqueConstraint("user_id", "exercise_id", "pr_type", "achieved_at"),
        Index(None, "user_id", "achieved_at"),
        Index(None, "workout_set_id"),
        Index(None, "previous_pr_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    exercise_id: Mapped[ExerciseId]
    workout_set_id: Mapped[UUID | None]
    pr_type: Mapped[PrType] = mapped_column(Text)
    value: Mapped[Real]
    weight: Mapped[Real | None]
    weight_unit: Mapped[WeightUnit] = mapped_column(Text, server_default="lbs")
    reps: Mapped[int | None]
    estimated_1rm: Mapped[Real | None]
    previous_pr_id: Mapped[UUID | None]
    improvement_percent: Mapped[Real | None]
    achieved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[CreatedAt]


class PersonalRecord(Base):
    """The current best, as the row of `pr_history` that set it has it.

    There is one for an athlete, exercise and type; of `reps_at_weight` one for each weight (none
    is body weight).
    """

    __tablename__ = "personal_records"
    __table_args__ = (
        of_same_athlete("workout_set_id", "workout_sets", ondelete="SET NULL"),
        of_same_athlete("pr_history_id", "pr_history", ondelete="CASCADE"),
        one_of("pr_type", PrType),
        measured("value"),
        measured("weight"),
        one_of("weight_unit", WeightUnit),
        between("reps", 0, MAX_REPS),
        measured("estimated_1rm"),
        Index(
            "uq_personal_records_one_best",
            "user_id",
            "exercise_id",
            "pr_type",
            unique=True,
            postgresql_where=text("pr_type <> 'reps_at_weight'"),
        ),
        Index(
            "uq_personal_records_one_best_at_weight",
            "user_id",
            "exercise_id",
            "weight_unit",
            "weight",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("pr_type = 'reps_at_weight'"),
        ),
        Index(None, "user_id", "exercise_id"),
        Index(None, "user_id", "achieved_at"),
        Index(None, "workout_set_id"),
        Index(None, "pr_history_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    exercise_id: Mapped[ExerciseId]
    workout_set_id: Mapped[UUID | None]
    pr_history_id: Mapped[UUID | None]
    pr_type: Mapped[PrType] = mapped_column(Text)
    value: Mapped[Real]
    weight: Mapped[Real | None]
    weight_unit: Mapped[WeightUnit] = mapped_column(Text, server_default="lbs")
    reps: Mapped[int | None]
    estimated_1rm: Mapped[Real | None]
    achieved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
