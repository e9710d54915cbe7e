"""Coaches and their clients: who may see what of whom, and what they tell each other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, func, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import (
    Base,
    CreatedAt,
    Id,
    OwnerId,
    Real,
    UpdatedAt,
    between,
    not_negative,
    of_same_athlete,
    one_of,
)
from db.models.programs import MAX_WEEKS, ProgramType

AssignmentStatus = Literal["active", "paused", "ended"]
InvitationStatus = Literal["pending", "accepted", "declined", "expired"]
NoteType = Literal["general", "workout", "progress", "concern"]


class ClientAssignment(Base):
    """A coach and a client. While it is active its permissions open the client's rows to the coach.

    They are what row-level security asks: see `app.clients` in `db/migrations/security.py`.
    """

    __tablename__ = "client_assignments"
    __table_args__ = (
        one_of("status", AssignmentStatus),
        CheckConstraint("coach_id <> client_id", name="client_id"),
        UniqueConstraint("coach_id", "client_id"),
        Index(None, "client_id"),
    )

    id: Mapped[Id]
    coach_id: Mapped[OwnerId]
    client_id: Mapped[OwnerId]
    status: Mapped[AssignmentStatus] = mapped_column(Text, server_default="active")
    assigned_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    can_view_workouts: Mapped[bool] = mapped_column(server_default=true())
    can_view_nutrition: Mapped[bool] = mapped_column(server_default=false())
    can_view_health: Mapped[bool] = mapped_column(server_default=false())
    can_edit_programs: Mapped[bool] = mapped_column(server_default=true())
    can_message: Mapped[bool] = mapped_column(server_default=true())
    notes: Mapped[str | None]
    updated_at: Mapped[UpdatedAt]


class CoachClientInvitation(Base):
    """A coach's invitation to a person who has an account (`client_id`) or an email address."""

    __tablename__ = "coach_client_invitations"
    __table_args__ = (
        one_of("status", InvitationStatus),
        CheckConstraint("coach_id <> client_id", name="client_id"),
        Index(None, "coach_id", "invited_at"),
        Index(None, "client_id"),
        Index("ix_coach_client_invitations_client_email", text("lower(client_email)")),
    )

    id: Mapped[Id]
    coach_id: Mapped[OwnerId]
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    client_email: Mapped[str | None]
    status: Mapped[InvitationStatus] = mapped_column(Text, server_default="pending")
    invite_code: Mapped[str | None] = mapped_column(unique=True)
    invited_at: Mapped[datetime] = mapped_column(server_default=func.now())
    responded_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    message: Mapped[str | None]


class CoachNote(Base):
    """A coach's note on a client, who sees it unless it `is_private`. What it is about is the client's."""

    __tablename__ = "coach_notes"
    __table_args__ = (
        of_same_athlete("related_workout_id", "workouts", ondelete="SET NULL", owner="client_id"),
        of_same_athlete("related_program_id", "generated_programs", ondelete="SET NULL", owner="client_id"),
        one_of("note_type", NoteType),
        Index(None, "coach_id", "client_id", "created_at"),
        Index(None, "client_id", "created_at"),
        Index(None, "related_workout_id"),
        Index(None, "related_program_id"),
    )

    id: Mapped[Id]
    coach_id: Mapped[OwnerId]
    client_id: Mapped[OwnerId]
    note_type: Mapped[NoteType | None] = mapped_column(Text)
    content: Mapped[str]
    is_private: Mapped[bool] = mapped_column(server_default=true())
    related_workout_id: Mapped[UUID | None]
    related_program_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class ProgramTemplate(Base):
    """A program that a coach wrote, to be given to clients; `is_public` ones everybody can read."""

    __tablename__ = "program_templates"
    __table_args__ = (
        one_of("program_type", ProgramType),
        between("duration_weeks", 1, MAX_WEEKS),
        between("days_per_week", 1, 7),
        not_negative("price_cents"),
        not_negative("times_used"),
        between("avg_rating", 0, 5),
        Index(None, "coach_id", "created_at"),
        Index("ix_program_templates_public", "program_type", postgresql_where=text("is_public")),
    )

    id: Mapped[Id]
    coach_id: Mapped[OwnerId]
    name: Mapped[str]
    description: Mapped[str | None]
    program_type: Mapped[ProgramType] = mapped_column(Text)
    duration_weeks: Mapped[int]
    days_per_week: Mapped[int]
    difficulty_level: Mapped[str | None]
    template_data: Mapped[dict[str, Any]]
    is_public: Mapped[bool] = mapped_column(server_default=false())
    price_cents: Mapped[int | None]
    times_used: Mapped[int] = mapped_column(server_default="0")
    avg_rating: Mapped[Real | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class ClientCheckIn(Base):
    """What a client reports to a coach on a day, levels 1-10, and what the coach says to it.

    `photos` is a list of addresses.
    """

    __tablename__ = "client_check_ins"
    __table_args__ = (
        CheckConstraint("coach_id <> client_id", name="client_id"),
        between("weight_kg", 1, 700),
        between("sleep_quality", 1, 10),
        between("energy_level", 1, 10),
        between("stress_level", 1, 10),
        between("soreness_level", 1, 10),
        UniqueConstraint("client_id", "check_in_date"),
        Index(None, "coach_id", "check_in_date"),
    )

    id: Mapped[Id]
    client_id: Mapped[OwnerId]
    coach_id: Mapped[OwnerId]
    check_in_date: Mapped[date]
    weight_kg: Mapped[Real | None]
    sleep_quality: Mapped[int | None]
    energy_level: Mapped[int | None]
    stress_level: Mapped[int | None]
    soreness_level: Mapped[int | None]
    photos: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    notes: Mapped[str | None]
    coach_feedback: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
