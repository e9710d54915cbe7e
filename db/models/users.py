"""People and their preferences."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column

from core.units import WeightUnit
from db.models.base import Base, CreatedAt, Id, UpdatedAt, between, one_of

Role = Literal["athlete", "coach", "admin"]
ExperienceLevel = Literal["beginner", "intermediate", "advanced", "elite"]
Sex = Literal["female", "male", "other"]


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
    """What VoiceFit knows of an athlete. `timezone` is an IANA name; `weight_kg` is body weight."""

    __tablename__ = "user_profiles"
    __table_args__ = (
        one_of("preferred_unit", WeightUnit),
        one_of("experience_level", ExperienceLevel),
        one_of("sex", Sex),
        between("height_cm", 30, 300),
        between("weight_kg", 1, 700),
        CheckConstraint("birth_date > date '1900-01-01'", name="birth_date"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    preferred_unit: Mapped[WeightUnit] = mapped_column(Text, server_default="lbs")
    timezone: Mapped[str] = mapped_column(server_default="UTC")
    experience_level: Mapped[ExperienceLevel | None] = mapped_column(Text)
    goals: Mapped[list[str]] = mapped_column(server_default="{}")
    height_cm: Mapped[float | None]
    weight_kg: Mapped[float | None]
    birth_date: Mapped[date | None]
    sex: Mapped[Sex | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
