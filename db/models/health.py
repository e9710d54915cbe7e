"""Health and recovery: what wearables measure, what athletes report, and the days summed up."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import (
    Base,
    CreatedAt,
    Day,
    Id,
    OwnerId,
    Real,
    UpdatedAt,
    between,
    measured,
    not_negative,
    of_same_athlete,
    one_of,
)
from db.models.exercises import BodyPart

TrainingRecommendation = Literal["rest", "light", "moderate", "hard"]
MetricType = Literal["hrv", "rhr", "sleep_score", "strain", "recovery", "body_weight_kg"]
InjuryType = Literal["strain", "sprain", "tendonitis", "pain"]
Severity = Literal["minor", "moderate", "severe"]
Side = Literal["left", "right"]
MealType = Literal["breakfast", "lunch", "dinner", "snack"]

MIN_HEART_RATE, MAX_HEART_RATE = 20, 300
"""Beats a minute beyond which a measurement is a fault."""


class ReadinessScore(Base):
    """How ready an athlete is on a day: `score` is 0-100, what they report is 1-10 (10 is much).

    `source` is `manual` or the wearable that `recovery_percent` and `strain_score` are from.
    """

    __tablename__ = "readiness_scores"
    __table_args__ = (
        between("score", 0, 100),
        between("sleep_quality", 1, 10),
        measured("sleep_hours"),
        between("energy_level", 1, 10),
        between("stress_level", 1, 10),
        between("soreness_level", 1, 10),
        between("motivation_level", 1, 10),
        between("recovery_percent", 0, 100),
        measured("strain_score"),
        one_of("training_recommendation", TrainingRecommendation),
        UniqueConstraint("user_id", "date", "source"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    date: Mapped[Day]
    score: Mapped[Real | None]
    sleep_quality: Mapped[int | None]
    sleep_hours: Mapped[Real | None]
    energy_level: Mapped[int | None]
    stress_level: Mapped[int | None]
    soreness_level: Mapped[int | None]
    motivation_level: Mapped[int | None]
    notes: Mapped[str | None]
    recovery_percent: Mapped[Real | None]
    strain_score: Mapped[Real | None]
    training_recommendation: Mapped[TrainingRecommendation | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(server_default="manual")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class HealthMetric(Base):
    """One measurement of a day. `source` is `manual` or the provider (`whoop`, `garmin`, `apple_health`)."""

    __tablename__ = "health_metrics"
    __table_args__ = (
        one_of("metric_type", MetricType),
        measured("value"),
        UniqueConstraint("user_id", "date", "metric_type", "source"),
        Index(None, "user_id", "metric_type", "date"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    date: Mapped[Day]
    metric_type: Mapped[MetricType] = mapped_column(Text)
    value: Mapped[Real]
    source: Mapped[str]
    recorded_at: Mapped[datetime | None]
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class SleepSession(Base):
    """One sleep. `external_id` is the provider's: the same sleep sent twice is one row."""

    __tablename__ = "sleep_sessions"
    __table_args__ = (
        CheckConstraint("end_time >= start_time", name="end_time"),
        between("duration_minutes", 0, 2880),
        between("quality_score", 0, 100),
        between("efficiency_percent", 0, 100),
        not_negative("deep_sleep_minutes"),
        not_negative("rem_sleep_minutes"),
        not_negative("light_sleep_minutes"),
        not_negative("awake_minutes"),
        UniqueConstraint("user_id", "source", "external_id"),
        Index(None, "user_id", "start_time"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    start_time: Mapped[datetime]
    end_time: Mapped[datetime | None]
    timezone: Mapped[str | None]
    duration_minutes: Mapped[int | None]
    quality_score: Mapped[Real | None]
    efficiency_percent: Mapped[Real | None]
    deep_sleep_minutes: Mapped[int | None]
    rem_sleep_minutes: Mapped[int | None]
    light_sleep_minutes: Mapped[int | None]
    awake_minutes: Mapped[int | None]
    source: Mapped[str]
    external_id: Mapped[str | None]
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class ActivitySession(Base):
    """An activity that a wearable recorded. `activity_type` is the provider's word, lower case."""

    __tablename__ = "activity_sessions"
    __table_args__ = (
        of_same_athlete("workout_id", "workouts", ondelete="SET NULL"),
        CheckConstraint("end_time >= start_time", name="end_time"),
        not_negative("duration_minutes"),
        not_negative("calories_burned"),
        between("avg_heart_rate", MIN_HEART_RATE, MAX_HEART_RATE),
        between("max_heart_rate", MIN_HEART_RATE, MAX_HEART_RATE),
        measured("strain_score"),
        UniqueConstraint("user_id", "source", "external_id"),
        Index(None, "user_id", "start_time"),
        Index(None, "workout_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    workout_id: Mapped[UUID | None]
    activity_type: Mapped[str]
    start_time: Mapped[datetime]
    end_time: Mapped[datetime | None]
    duration_minutes: Mapped[int | None]
    calories_burned: Mapped[int | None]
    avg_heart_rate: Mapped[int | None]
    max_heart_rate: Mapped[int | None]
    strain_score: Mapped[Real | None]
    source: Mapped[str]
    external_id: Mapped[str | None]
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class HealthSnapshot(Base):
    """All metrics of a day together. `data_completeness_score` is 0-1."""

    __tablename__ = "health_snapshots"
    __table_args__ = (
        between("data_completeness_score", 0, 1),
        one_of("training_recommendation", TrainingRecommendation),
        UniqueConstraint("user_id", "date"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    date: Mapped[Day]
    snapshot_data: Mapped[dict[str, Any]]
    data_completeness_score: Mapped[Real | None]
    ai_summary: Mapped[str | None]
    training_recommendation: Mapped[TrainingRecommendation | None] = mapped_column(Text)
    generated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DailySummary(Base):
    """What an athlete did on a day of their own time zone. `total_volume` is sets x reps x weight."""

    __tablename__ = "daily_summaries"
    __table_args__ = (
        not_negative("workouts_completed"),
        measured("total_volume"),
        not_negative("total_sets"),
        not_negative("prs_hit"),
        measured("total_distance_meters"),
        not_negative("total_cardio_minutes"),
        not_negative("calories_burned"),
        between("avg_heart_rate", MIN_HEART_RATE, MAX_HEART_RATE),
        between("recovery_score", 0, 100),
        UniqueConstraint("user_id", "date"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    date: Mapped[Day]
    workouts_completed: Mapped[int] = mapped_column(server_default="0")
    total_volume: Mapped[Real | None]
    total_sets: Mapped[int | None]
    muscles_trained: Mapped[list[str] | None]
    prs_hit: Mapped[int] = mapped_column(server_default="0")
    total_distance_meters: Mapped[Real | None]
    total_cardio_minutes: Mapped[int | None]
    calories_burned: Mapped[int | None]
    avg_heart_rate: Mapped[int | None]
    recovery_score: Mapped[Real | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class InjuryLog(Base):
    """An injury or pain. `affected_exercises` are names of exercises to avoid while it is active."""

    __tablename__ = "injury_logs"
    __table_args__ = (
        one_of("body_part", BodyPart),
        one_of("side", Side),
        one_of("injury_type", InjuryType),
        one_of("severity", Severity),
        Index(None, "user_id", "created_at"),
        Index("ix_injury_logs_active", "user_id", postgresql_where=text("is_active")),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    body_part: Mapped[BodyPart] = mapped_column(Text)
    side: Mapped[Side | None] = mapped_column(Text)
    injury_type: Mapped[InjuryType | None] = mapped_column(Text)
    severity: Mapped[Severity] = mapped_column(Text)
    occurred_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(server_default=true())
    notes: Mapped[str | None]
    affected_exercises: Mapped[list[str] | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class NutritionLog(Base):
    """A meal, or what was eaten on a day. `food_items` is a list of `{name, quantity, calories, ...}`."""

    __tablename__ = "nutrition_logs"
    __table_args__ = (
        one_of("meal_type", MealType),
        not_negative("calories"),
        measured("protein_grams"),
        measured("carbs_grams"),
        measured("fat_grams"),
        measured("fiber_grams"),
        Index(None, "user_id", "log_date"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    log_date: Mapped[Day]
    meal_type: Mapped[MealType | None] = mapped_column(Text)
    calories: Mapped[int | None]
    protein_grams: Mapped[Real | None]
    carbs_grams: Mapped[Real | None]
    fat_grams: Mapped[Real | None]
    fiber_grams: Mapped[Real | None]
    food_items: Mapped[list[dict[str, Any]] | None]
    notes: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
