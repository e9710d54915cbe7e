"""Runs, what they are made of, and what they set: splits, intervals, shoes and records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import (
    Base,
    CreatedAt,
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
from db.models.health import MAX_HEART_RATE, MIN_HEART_RATE

RunStatus = Literal["active", "paused", "completed"]
RunType = Literal["easy", "tempo", "intervals", "long", "race"]
SurfaceType = Literal["road", "trail", "track", "treadmill"]
IntervalType = Literal["work", "recovery", "warmup", "cooldown"]
DistanceType = Literal["1k", "1mi", "5k", "10k", "half", "marathon"]


class Run(Base):
    """A run. An athlete has at most one that is not completed. Paces are minutes per kilometre.

    `duration_seconds` is from start to end, `moving_seconds` without the pauses. `pauses` is a list of
    `{"from", "to"}`; a run that is paused has `paused_at`, and one on which the athlete stands, as its newest
    points say, `auto_paused_at`. `route_data` is a list of points
    `{lat, lng, elevation, timestamp, pace, hr}`. `source` is `app` or where it was imported from, whose
    `external_id` it has: the same run imported twice is one row. `best_efforts` are
    `{distance_type: {"seconds", "at"}}`: the fastest stretch of each distance that records are kept of, and
    when it ended.
    """

    __tablename__ = "runs"
    __table_args__ = (
        of_same_athlete("workout_id", "workouts", ondelete="SET NULL"),
        of_same_athlete("shoe_id", "running_shoes"),
        one_of("status", RunStatus),
        CheckConstraint("end_time >= start_time", name="end_time"),
        not_negative("duration_seconds"),
        not_negative("moving_seconds"),
        measured("distance_meters"),
        measured("avg_pace_min_per_km"),
        measured("best_pace_min_per_km"),
        measured("grade_adjusted_pace_min_per_km"),
        between("avg_heart_rate", MIN_HEART_RATE, MAX_HEART_RATE),
        between("max_heart_rate", MIN_HEART_RATE, MAX_HEART_RATE),
        measured("elevation_gain_meters"),
        measured("elevation_loss_meters"),
        not_negative("avg_cadence"),
        measured("avg_power_watts"),
        one_of("run_type", RunType),
        one_of("surface_type", SurfaceType),
        UniqueConstraint("id", "user_id"),
        UniqueConstraint("user_id", "source", "external_id"),
        Index("uq_runs_one_live", "user_id", unique=True, postgresql_where=text("status <> 'completed'")),
        Index(None, "user_id", "start_time"),
        Index(None, "workout_id"),
        Index(None, "shoe_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    workout_id: Mapped[UUID | None]
    status: Mapped[RunStatus] = mapped_column(Text, server_default="completed")
    start_time: Mapped[datetime]
    end_time: Mapped[datetime | None]
    duration_seconds: Mapped[int | None]
    moving_seconds: Mapped[int | None]
    paused_at: Mapped[datetime | None]
    auto_paused_at: Mapped[datetime | None]
    pauses: Mapped[list[dict[str, Any]] | None]
    distance_meters: Mapped[Real | None]
    avg_pace_min_per_km: Mapped[Real | None]
    best_pace_min_per_km: Mapped[Real | None]
    grade_adjusted_pace_min_per_km: Mapped[Real | None]
    avg_heart_rate: Mapped[int | None]
    max_heart_rate: Mapped[int | None]
    elevation_gain_meters: Mapped[Real | None]
    elevation_loss_meters: Mapped[Real | None]
    avg_cadence: Mapped[int | None]
    avg_power_watts: Mapped[Real | None]
    route_data: Mapped[list[dict[str, Any]] | None]
    start_location: Mapped[dict[str, Any] | None]
    end_location: Mapped[dict[str, Any] | None]
    run_type: Mapped[RunType | None] = mapped_column(Text)
    planned_workout: Mapped[dict[str, Any] | None]
    weather: Mapped[dict[str, Any] | None]
    surface_type: Mapped[SurfaceType | None] = mapped_column(Text)
    shoe_id: Mapped[UUID | None]
    notes: Mapped[str | None]
    timezone: Mapped[str | None]
    source: Mapped[str] = mapped_column(server_default="app")
    external_id: Mapped[str | None]
    best_efforts: Mapped[dict[str, Any] | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class RunPoints(Base):
    """Some points of a run, as they were recorded: a batch of a live run, or a part of a file.

    `columns` is a JSON object of lists by column, whole numbers as differences from the value before
    (`services/running/points.py`): a marathon of a point a second takes about 150 kB.
    """

    __tablename__ = "run_points"
    __table_args__ = (
        of_same_athlete("run_id", "runs", ondelete="CASCADE"),
        positive("count"),
        CheckConstraint("last_at >= first_at", name="last_at"),
        Index("ix_run_points_run_id", "run_id", "sequence"),
        Index(None, "user_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    run_id: Mapped[UUID]
    sequence: Mapped[Sequence]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    count: Mapped[int]
    columns: Mapped[str]
    created_at: Mapped[CreatedAt]


class RunSplit(Base):
    """A kilometre or mile of a run, numbered from 1; the last one may be shorter."""

    __tablename__ = "run_splits"
    __table_args__ = (
        positive("split_number"),
        measured("distance_meters"),
        not_negative("duration_seconds"),
        measured("pace_min_per_km"),
        between("avg_heart_rate", MIN_HEART_RATE, MAX_HEART_RATE),
        not_negative("avg_cadence"),
        measured("avg_power_watts"),
        UniqueConstraint("run_id", "split_number"),
    )

    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    split_number: Mapped[int]
    distance_meters: Mapped[Real]
    duration_seconds: Mapped[int]
    pace_min_per_km: Mapped[Real | None]
    avg_heart_rate: Mapped[int | None]
    elevation_change_meters: Mapped[Real | None]
    avg_cadence: Mapped[int | None]
    avg_power_watts: Mapped[Real | None]


class RunInterval(Base):
    """A segment of an interval workout, numbered from 1. Paces are minutes per kilometre."""

    __tablename__ = "run_intervals"
    __table_args__ = (
        positive("interval_number"),
        one_of("interval_type", IntervalType),
        measured("target_pace"),
        measured("actual_pace"),
        measured("distance_meters"),
        not_negative("duration_seconds"),
        between("avg_heart_rate", MIN_HEART_RATE, MAX_HEART_RATE),
        UniqueConstraint("run_id", "interval_number"),
    )

    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    interval_number: Mapped[int]
    interval_type: Mapped[IntervalType] = mapped_column(Text)
    target_pace: Mapped[Real | None]
    actual_pace: Mapped[Real | None]
    distance_meters: Mapped[Real | None]
    duration_seconds: Mapped[int | None]
    avg_heart_rate: Mapped[int | None]


class RunningShoe(Base):
    """A pair of shoes. `max_mileage_km` is when to say that they are worn. A run is in the default pair,
    unless it is said to be in another."""

    __tablename__ = "running_shoes"
    __table_args__ = (
        measured("initial_mileage_km"),
        measured("current_mileage_km"),
        measured("max_mileage_km"),
        UniqueConstraint("id", "user_id"),
        Index(None, "user_id"),
        Index("uq_running_shoes_one_default", "user_id", unique=True, postgresql_where=text("is_default")),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    brand: Mapped[str]
    model: Mapped[str]
    nickname: Mapped[str | None]
    purchase_date: Mapped[date | None]
    initial_mileage_km: Mapped[Real] = mapped_column(server_default=text("0"))
    current_mileage_km: Mapped[Real] = mapped_column(server_default=text("0"))
    max_mileage_km: Mapped[Real] = mapped_column(server_default=text("800"))
    is_retired: Mapped[bool] = mapped_column(server_default=false())
    is_default: Mapped[bool] = mapped_column(server_default=false())
    notes: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class RunningPr(Base):
    """The fastest time over a distance when it was run. `previous_pr_id` is the one that it beat."""

    __tablename__ = "running_prs"
    __table_args__ = (
        of_same_athlete("run_id", "runs", ondelete="SET NULL"),
        of_same_athlete("previous_pr_id", "running_prs"),
        one_of("distance_type", DistanceType),
        positive("time_seconds"),
        measured("pace_min_per_km"),
        UniqueConstraint("id", "user_id"),
        UniqueConstraint("user_id", "distance_type", "achieved_at"),
        Index(None, "run_id"),
        Index(None, "previous_pr_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    run_id: Mapped[UUID | None]
    distance_type: Mapped[DistanceType] = mapped_column(Text)
    time_seconds: Mapped[int]
    pace_min_per_km: Mapped[Real | None]
    achieved_at: Mapped[datetime]
    previous_pr_id: Mapped[UUID | None]
    improvement_seconds: Mapped[int | None]
    created_at: Mapped[CreatedAt]
