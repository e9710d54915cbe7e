"""Training programs: what is prescribed, whether it is kept to, and the warm-ups and cool-downs around it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import (
    Base,
    CreatedAt,
    ExerciseId,
    Id,
    OwnerId,
    Real,
    UpdatedAt,
    between,
    not_negative,
    of_same_athlete,
    one_of,
    positive,
)

ProgramType = Literal["strength", "hypertrophy", "running", "hybrid"]
WeekFocus = Literal["volume", "intensity", "deload"]
WorkoutType = Literal["push", "pull", "legs", "upper", "lower", "full_body", "running", "crossfit"]
AdherenceStatus = Literal["pending", "completed", "skipped", "partial"]
AdjustmentType = Literal["increase", "decrease", "maintain"]
AdjustmentStatus = Literal["active", "completed", "dismissed"]

MAX_WEEKS = 104


class GeneratedProgram(Base):
    """A program of an athlete. `generation_prompt` holds the preferences that it was made from."""

    __tablename__ = "generated_programs"
    __table_args__ = (
        one_of("program_type", ProgramType),
        between("duration_weeks", 1, MAX_WEEKS),
        between("days_per_week", 1, 7),
        UniqueConstraint("id", "user_id"),
        Index(None, "user_id", "created_at"),
        Index("ix_generated_programs_active", "user_id", postgresql_where=text("is_active")),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    name: Mapped[str]
    program_type: Mapped[ProgramType] = mapped_column(Text)
    duration_weeks: Mapped[int]
    days_per_week: Mapped[int]
    generation_prompt: Mapped[dict[str, Any] | None]
    ai_model_used: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=false())
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class ProgramWeek(Base):
    """A week of a program, numbered from 1."""

    __tablename__ = "program_weeks"
    __table_args__ = (
        positive("week_number"),
        one_of("focus", WeekFocus),
        UniqueConstraint("program_id", "week_number"),
    )

    id: Mapped[Id]
    program_id: Mapped[UUID] = mapped_column(ForeignKey("generated_programs.id", ondelete="CASCADE"))
    week_number: Mapped[int]
    focus: Mapped[WeekFocus | None] = mapped_column(Text)
    notes: Mapped[str | None]


class ProgramDay(Base):
    """A day of training in a week. `day_of_week` is 1-7, 1 for Monday."""

    __tablename__ = "program_days"
    __table_args__ = (
        between("day_of_week", 1, 7),
        one_of("workout_type", WorkoutType),
        UniqueConstraint("program_week_id", "day_of_week"),
    )

    id: Mapped[Id]
    program_week_id: Mapped[UUID] = mapped_column(ForeignKey("program_weeks.id", ondelete="CASCADE"))
    day_of_week: Mapped[int]
    workout_name: Mapped[str | None]
    workout_type: Mapped[WorkoutType | None] = mapped_column(Text)
    notes: Mapped[str | None]


class ProgramExercise(Base):
    """An exercise prescribed for a day. `reps_target` is as people write it: `8-12`, `AMRAP`, `5x5`.

    `percentage_of_1rm` is in percent: 82.5 is 82.5 %. Exercises with the same `superset_group` are done in
    turn.
    """

    __tablename__ = "program_exercises"
    __table_args__ = (
        positive("exercise_order"),
        positive("sets"),
        not_negative("reps_min"),
        not_negative("reps_max"),
        between("rpe_target", 1, 10),
        not_negative("rest_seconds"),
        between("percentage_of_1rm", 0, 200),
        positive("superset_group"),
        UniqueConstraint("program_day_id", "exercise_order"),
        Index(None, "exercise_id"),
    )

    id: Mapped[Id]
    program_day_id: Mapped[UUID] = mapped_column(ForeignKey("program_days.id", ondelete="CASCADE"))
    exercise_id: Mapped[ExerciseId]
    exercise_order: Mapped[int]
    sets: Mapped[int]
    reps_min: Mapped[int | None]
    reps_max: Mapped[int | None]
    reps_target: Mapped[str | None]
    rpe_target: Mapped[Real | None]
    rest_seconds: Mapped[int | None]
    percentage_of_1rm: Mapped[Real | None]
    notes: Mapped[str | None]
    superset_group: Mapped[int | None]


class ProgramAdherence(Base):
    """Whether a day of a program was kept to, on the date it was planned for."""

    __tablename__ = "program_adherence"
    __table_args__ = (
        of_same_athlete("program_id", "generated_programs", ondelete="CASCADE"),
        of_same_athlete("workout_id", "workouts", ondelete="SET NULL"),
        one_of("status", AdherenceStatus),
        between("completion_percent", 0, 100),
        UniqueConstraint("program_id", "scheduled_date"),
        Index(None, "user_id", "scheduled_date"),
        Index(None, "program_day_id"),
        Index(None, "workout_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    program_id: Mapped[UUID]
    program_day_id: Mapped[UUID] = mapped_column(ForeignKey("program_days.id", ondelete="CASCADE"))
    workout_id: Mapped[UUID | None]
    scheduled_date: Mapped[date]
    status: Mapped[AdherenceStatus] = mapped_column(Text, server_default="pending")
    completion_percent: Mapped[Real | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class VolumeAdjustmentPlan(Base):
    """Advice on the weekly sets of a muscle group."""

    __tablename__ = "volume_adjustment_plans"
    __table_args__ = (
        not_negative("current_weekly_sets"),
        not_negative("recommended_sets"),
        one_of("adjustment_type", AdjustmentType),
        one_of("status", AdjustmentStatus),
        Index(None, "user_id", "created_at"),
        Index("ix_volume_adjustment_plans_active", "user_id", postgresql_where=text("status = 'active'")),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    muscle_group: Mapped[str]
    current_weekly_sets: Mapped[int | None]
    recommended_sets: Mapped[int | None]
    adjustment_type: Mapped[AdjustmentType] = mapped_column(Text)
    reason: Mapped[str | None]
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]
    status: Mapped[AdjustmentStatus] = mapped_column(Text, server_default="active")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class WarmupTemplate(Base):
    """A warm-up: of the system (no `user_id`, for everybody to read) or of an athlete.

    `exercises` is a list of `{name, sets, reps, notes}`.
    """

    __tablename__ = "warmup_templates"
    __table_args__ = (
        one_of("workout_type", WorkoutType),
        not_negative("duration_minutes"),
        Index(None, "user_id"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    workout_type: Mapped[WorkoutType | None] = mapped_column(Text)
    duration_minutes: Mapped[int | None]
    exercises: Mapped[list[dict[str, Any]]]
    is_default: Mapped[bool] = mapped_column(server_default=false())
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class CooldownTemplate(Base):
    """A cool-down, as `WarmupTemplate` is a warm-up."""

    __tablename__ = "cooldown_templates"
    __table_args__ = (
        one_of("workout_type", WorkoutType),
        not_negative("duration_minutes"),
        Index(None, "user_id"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    workout_type: Mapped[WorkoutType | None] = mapped_column(Text)
    duration_minutes: Mapped[int | None]
    exercises: Mapped[list[dict[str, Any]]]
    is_default: Mapped[bool] = mapped_column(server_default=false())
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
