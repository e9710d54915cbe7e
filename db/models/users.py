"""People, their preferences, and what keeps them going: onboarding, streaks and badges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, false, func, true
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column

from core.units import WeightUnit
from db.models.base import (
    Base,
    CreatedAt,
    Id,
    OwnerId,
    PersonKey,
    UpdatedAt,
    between,
    not_negative,
    one_of,
)

Role = Literal["athlete", "coach", "admin"]
ExperienceLevel = Literal["beginner", "intermediate", "advanced", "elite"]
Sex = Literal["female", "male", "other"]
DistanceUnit = Literal["mi", "km"]
DayStreakType = Literal["workout", "logging", "running"]
StreakType = Literal["workout", "logging", "running", "weekly"]
BadgeType = Literal["strength", "running", "streak", "milestone"]
BadgeTier = Literal["bronze", "silver", "gold", "platinum"]


class User(Base):
    """A person who can sign in. `email` is compared without case."""

    __tablename__ = "users"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(CITEXT, unique=True)
    name: Mapped[str | None]
    role: Mapped[Role] = mapped_column(Text, server_default="athlete")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class UserProfile(Base):
    """What VoiceFit knows of an athlete. `timezone` is an IANA name; `weight_kg` is body weight.

    `training_days` are ISO weekdays (1 is Monday): on the others a streak may rest. `weekly_goal` is the
    number of workouts a week. `schedules` has what these two were since a day, in the order of the days; the
    database keeps it as they change, so that a streak of then is judged by the schedule of then.
    `auto_pause`: a run pauses by itself while they stand. `share_corrections` allows the use of corrected
    commands for evaluation.
    """

    __tablename__ = "user_profiles"
    __table_args__ = (
        one_of("preferred_unit", WeightUnit),
        one_of("distance_unit", DistanceUnit),
        one_of("experience_level", ExperienceLevel),
        one_of("sex", Sex),
        between("height_cm", 30, 300),
        between("weight_kg", 1, 700),
        between("birth_year", 1900, 2100),
        CheckConstraint("training_days <@ array[1, 2, 3, 4, 5, 6, 7]", name="training_days"),
        between("weekly_goal", 1, 14),
    )

    user_id: Mapped[PersonKey]
    preferred_unit: Mapped[WeightUnit] = mapped_column(Text, server_default="lbs")
    distance_unit: Mapped[DistanceUnit] = mapped_column(Text, server_default="mi")
    auto_pause: Mapped[bool] = mapped_column(server_default=true())
    timezone: Mapped[str] = mapped_column(server_default="UTC")
    experience_level: Mapped[ExperienceLevel | None] = mapped_column(Text)
    goals: Mapped[list[str]] = mapped_column(server_default="{}")
    equipment: Mapped[list[str]] = mapped_column(server_default="{}")
    training_days: Mapped[list[int]] = mapped_column(server_default="{}")
    weekly_goal: Mapped[int | None]
    schedules: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    height_cm: Mapped[float | None]
    weight_kg: Mapped[float | None]
    birth_year: Mapped[int | None]
    sex: Mapped[Sex | None] = mapped_column(Text)
    share_corrections: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class UserOnboarding(Base):
    """How far an athlete is with the first steps. The steps are data of the service that asks them."""

    __tablename__ = "user_onboarding"

    user_id: Mapped[PersonKey]
    current_step: Mapped[str] = mapped_column(server_default="welcome")
    steps_completed: Mapped[list[str]] = mapped_column(server_default="{}")
    is_complete: Mapped[bool] = mapped_column(server_default=false())
    completed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class UserStreak(Base):
    """Days in a row, or weeks (`weekly`: those in which the weekly goal was met).

    `last_activity_date` and `started_on` are days on the athlete's own clock. `told` is the longest milestone
    of this streak that the athlete was told of.
    """

    __tablename__ = "user_streaks"
    __table_args__ = (
        one_of("streak_type", StreakType),
        not_negative("current_streak"),
        CheckConstraint("longest_streak >= current_streak", name="longest_streak"),
        not_negative("told"),
        UniqueConstraint("user_id", "streak_type"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    streak_type: Mapped[StreakType] = mapped_column(Text)
    current_streak: Mapped[int] = mapped_column(server_default="0")
    longest_streak: Mapped[int] = mapped_column(server_default="0")
    last_activity_date: Mapped[date | None]
    started_on: Mapped[date | None]
    told: Mapped[int] = mapped_column(server_default="0")
    told_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class UserBadge(Base):
    """A badge that was earned, once. `metadata` is what earned it (exercise, weight, reps).

    One that is `to_tell` is said at the end of a reply, which was at `told_at`; `reported_at` is when the
    athlete asked for what is new.
    """

    __tablename__ = "user_badges"
    __table_args__ = (
        one_of("badge_type", BadgeType),
        UniqueConstraint("user_id", "badge_id"),
        Index(None, "user_id", "earned_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    badge_id: Mapped[str]
    badge_type: Mapped[BadgeType] = mapped_column(Text)
    earned_at: Mapped[datetime] = mapped_column(server_default=func.now())
    metadata_: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    to_tell: Mapped[bool] = mapped_column(server_default=false())
    told_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]


class BadgeDefinition(Base):
    """A badge there is, by a readable `id`. `criteria` says as data what earns it."""

    __tablename__ = "badge_definitions"
    __table_args__ = (one_of("badge_type", BadgeType), one_of("tier", BadgeTier))

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str | None]
    badge_type: Mapped[BadgeType] = mapped_column(Text)
    icon_url: Mapped[str | None]
    criteria: Mapped[dict[str, Any] | None]
    tier: Mapped[BadgeTier] = mapped_column(Text, server_default="bronze")
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
