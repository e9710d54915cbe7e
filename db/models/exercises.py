"""The catalogue of exercises as rows: shared by everybody, written only by the content loader."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import (
    Base,
    CreatedAt,
    ExerciseId,
    Id,
    Real,
    UpdatedAt,
    between,
    not_negative,
    one_of,
    positive,
)

Measure = Literal["weight_reps", "reps", "duration", "distance", "distance_duration", "calories"]
ActivationLevel = Literal["primary", "secondary", "stabilizer"]
CueType = Literal["setup", "execution", "breathing", "common_mistake"]
MediaType = Literal["video", "image", "gif"]
SubstitutionReason = Literal["injury", "equipment", "difficulty", "preference"]
StressLevel = Literal["low", "medium", "high"]
BodyPart = Literal[
    "neck",
    "shoulder",
    "elbow",
    "wrist",
    "chest",
    "upper_back",
    "lower_back",
    "hip",
    "groin",
    "hamstring",
    "quad",
    "knee",
    "shin",
    "calf",
    "achilles",
    "ankle",
    "foot",
]


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


class ExerciseMuscle(Base):
    """A muscle that an exercise works, and how much. `muscle_group` is a muscle of the catalogue."""

    __tablename__ = "exercise_muscles"
    __table_args__ = (one_of("activation_level", ActivationLevel), Index(None, "muscle_group"))

    exercise_id: Mapped[ExerciseId] = mapped_column(primary_key=True)
    muscle_group: Mapped[str] = mapped_column(primary_key=True)
    activation_level: Mapped[ActivationLevel] = mapped_column(Text, server_default="primary")
    content_hash: Mapped[str | None]


class ExerciseCue(Base):
    """One thing to say about how an exercise is done. `position` orders those of one type, from 1."""

    __tablename__ = "exercise_cues"
    __table_args__ = (
        one_of("cue_type", CueType),
        positive("position"),
        Index(None, "exercise_id", "cue_type"),
    )

    id: Mapped[Id]
    exercise_id: Mapped[ExerciseId]
    cue_text: Mapped[str]
    cue_type: Mapped[CueType] = mapped_column(Text)
    position: Mapped[int] = mapped_column(server_default="1")
    upstash_indexed: Mapped[bool] = mapped_column(server_default=false())
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class ExerciseMedia(Base):
    """A film or picture of an exercise."""

    __tablename__ = "exercise_media"
    __table_args__ = (
        one_of("media_type", MediaType),
        not_negative("duration_seconds"),
        Index(None, "exercise_id"),
    )

    id: Mapped[Id]
    exercise_id: Mapped[ExerciseId]
    media_type: Mapped[MediaType] = mapped_column(Text)
    media_url: Mapped[str]
    thumbnail_url: Mapped[str | None]
    duration_seconds: Mapped[int | None]
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class ExerciseSubstitution(Base):
    """An exercise that can stand in for another. `affected_body_part` is the one that it protects.

    `similarity_score` is 0-1.
    """

    __tablename__ = "exercise_substitutions"
    __table_args__ = (
        one_of("reason", SubstitutionReason),
        one_of("affected_body_part", BodyPart),
        between("similarity_score", 0, 1),
        CheckConstraint("original_exercise_id <> substitute_exercise_id", name="substitute_exercise_id"),
        UniqueConstraint(
            "original_exercise_id",
            "substitute_exercise_id",
            "reason",
            "affected_body_part",
            name="uq_exercise_substitutions_pair",
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "substitute_exercise_id"),
    )

    id: Mapped[Id]
    original_exercise_id: Mapped[ExerciseId]
    substitute_exercise_id: Mapped[ExerciseId]
    reason: Mapped[SubstitutionReason | None] = mapped_column(Text)
    affected_body_part: Mapped[BodyPart | None] = mapped_column(Text)
    similarity_score: Mapped[Real] = mapped_column(server_default=text("0.8"))
    notes: Mapped[str | None]
    content_hash: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class ExerciseBodyPartStress(Base):
    """How much an exercise asks of a part of the body."""

    __tablename__ = "exercise_body_part_stress"
    __table_args__ = (
        one_of("body_part", BodyPart),
        one_of("stress_level", StressLevel),
        UniqueConstraint("exercise_id", "body_part"),
    )

    id: Mapped[Id]
    exercise_id: Mapped[ExerciseId]
    body_part: Mapped[BodyPart] = mapped_column(Text)
    stress_level: Mapped[StressLevel] = mapped_column(Text)
    content_hash: Mapped[str | None]
