"""The catalogue of exercises as rows: shared by everybody, written only by the catalogue loader."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, CreatedAt, Id, UpdatedAt, one_of

Measure = Literal["weight_reps", "reps", "duration", "distance", "distance_duration", "calories"]


class Exercise(Base):
    """One exercise. `id` is derived from `slug` (see `db.catalogue`): the same in every database.

    `synonyms` are the ways people say it, lower case. `normalized_name` is the name in lower case with only
    letters and digits; `phonetic_key` is how its words sound. `content_hash` is of the catalogue's
    line: the loader writes only what changed.
    """

    __tablename__ = "exercises"
    __table_args__ = (
        one_of("measure", Measure),
        CheckConstraint("parent_exercise_id <> id", name="parent_exercise_id"),
        Index(None, "synonyms", postgresql_using="gin"),
        Index(None, "parent_exercise_id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    synonyms: Mapped[list[str]] = mapped_column(server_default="{}")
    description: Mapped[str | None]
    equipment: Mapped[list[str]] = mapped_column(server_default="{}")
    primary_muscle: Mapped[str]
    secondary_muscles: Mapped[list[str]] = mapped_column(server_default="{}")
    movement_pattern: Mapped[str | None]
    base_movement: Mapped[str | None]
    parent_exercise_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercises.id", ondelete="SET NULL"))
    progression_order: Mapped[int | None]
    is_compound: Mapped[bool] = mapped_column(server_default=false())
    is_unilateral: Mapped[bool] = mapped_column(server_default=false())
    measure: Mapped[Measure] = mapped_column(Text, server_default="weight_reps")
    normalized_name: Mapped[str | None]
    phonetic_key: Mapped[str | None]
    upstash_indexed: Mapped[bool] = mapped_column(server_default=false())
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
