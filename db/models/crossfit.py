"""CrossFit: the library of workouts of the day (WODs), results, and each athlete's best."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false, func
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import (
    Base,
    CreatedAt,
    Id,
    OwnerId,
    UpdatedAt,
    not_negative,
    of_same_athlete,
    one_of,
    positive,
)

WodType = Literal["amrap", "emom", "for_time", "chipper", "ladder", "max_reps", "max_load"]
WodKind = Literal["girl", "hero", "open"]


class CrossfitWod(Base):
    """A WOD. `movements` is a list of `{exercise, reps, weight, notes}`, by the slugs of the catalogue.

    `rx_standards` is what counts as done as prescribed, by sex: `{male: {weight: 135}, female: {...}}`.
    """

    __tablename__ = "crossfit_wods"
    __table_args__ = (
        one_of("kind", WodKind),
        one_of("wod_type", WodType),
        positive("time_cap_minutes"),
        positive("rounds"),
        positive("interval_seconds"),
    )

    id: Mapped[Id]
    name: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[WodKind | None] = mapped_column(Text)
    wod_type: Mapped[WodType] = mapped_column(Text)
    description: Mapped[str | None]
    movements: Mapped[list[dict[str, Any]]]
    time_cap_minutes: Mapped[int | None]
    rounds: Mapped[int | None]
    interval_seconds: Mapped[int | None]
    is_benchmark: Mapped[bool] = mapped_column(server_default=false())
    is_hero_wod: Mapped[bool] = mapped_column(server_default=false())
    difficulty_level: Mapped[str | None]
    rx_standards: Mapped[dict[str, Any] | None]
    scaling_options: Mapped[dict[str, Any] | None]
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class WodLog(Base):
    """A WOD that was done, with the result that its type has: a time, rounds and reps, or loads."""

    __tablename__ = "wod_logs"
    __table_args__ = (
        of_same_athlete("workout_id", "workouts", ondelete="SET NULL"),
        positive("result_time_seconds"),
        not_negative("result_rounds"),
        not_negative("result_reps"),
        UniqueConstraint("id", "user_id"),
        Index(None, "user_id", "logged_at"),
        Index(None, "wod_id"),
        Index(None, "workout_id"),
        Index(None, "voice_command_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    wod_id: Mapped[UUID | None] = mapped_column(ForeignKey("crossfit_wods.id", ondelete="SET NULL"))
    workout_id: Mapped[UUID | None]
    logged_at: Mapped[datetime] = mapped_column(server_default=func.now())
    timezone: Mapped[str | None]
    result_time_seconds: Mapped[int | None]
    result_rounds: Mapped[int | None]
    result_reps: Mapped[int | None]
    result_load: Mapped[dict[str, Any] | None]
    was_rx: Mapped[bool] = mapped_column(server_default=false())
    scaling_notes: Mapped[str | None]
    notes: Mapped[str | None]
    raw_voice_input: Mapped[str | None]
    voice_command_id: Mapped[UUID | None] = mapped_column(ForeignKey("voice_commands.id"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class WodBenchmark(Base):
    """An athlete's best result in a WOD, as the log that set it has it."""

    __tablename__ = "wod_benchmarks"
    __table_args__ = (
        of_same_athlete("wod_log_id", "wod_logs", ondelete="SET NULL"),
        positive("best_time_seconds"),
        not_negative("best_rounds"),
        not_negative("best_reps"),
        UniqueConstraint("user_id", "wod_id"),
        Index(None, "wod_id"),
        Index(None, "wod_log_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    wod_id: Mapped[UUID] = mapped_column(ForeignKey("crossfit_wods.id", ondelete="CASCADE"))
    wod_log_id: Mapped[UUID | None]
    best_time_seconds: Mapped[int | None]
    best_rounds: Mapped[int | None]
    best_reps: Mapped[int | None]
    achieved_at: Mapped[datetime]
