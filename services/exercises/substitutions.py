"""What can be done instead of an exercise: for want of equipment, or to spare a part of the body."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import BodyPart, Exercise, ExerciseBodyPartStress, ExerciseSubstitution, SubstitutionReason

ALWAYS_THERE = ("bodyweight", "none")
"""Equipment that nobody has to have."""


@dataclass(frozen=True, slots=True)
class SubstitutionFilter:
    """Which substitutes: for this reason; sparing `body_part`; with no more than `equipment`."""

    reason: SubstitutionReason | None = None
    body_part: BodyPart | None = None
    equipment: Collection[str] | None = None


async def list_substitutions(
    db: AsyncSession, exercise_id: UUID, wanted: SubstitutionFilter
) -> list[tuple[ExerciseSubstitution, Exercise]]:
    """What can stand in for an exercise, the most similar first.

    With a body part, what is meant to spare it and is not known to stress it highly.
    """
    query = (
        select(ExerciseSubstitution, Exercise)
        .join(Exercise, Exercise.id == ExerciseSubstitution.substitute_exercise_id)
        .where(ExerciseSubstitution.original_exercise_id == exercise_id)
        .order_by(ExerciseSubstitution.similarity_score.desc(), Exercise.name, ExerciseSubstitution.id)
    )
    if wanted.reason is not None:
        query = query.where(ExerciseSubstitution.reason == wanted.reason)
    if wanted.body_part is not None:
        stressed = exists().where(
            ExerciseBodyPartStress.exercise_id == Exercise.id,
            ExerciseBodyPartStress.body_part == wanted.body_part,
            ExerciseBodyPartStress.stress_level == "high",
        )
        query = query.where(ExerciseSubstitution.affected_body_part == wanted.body_part, ~stressed)
    if wanted.equipment is not None:
        there = [*wanted.equipment, *ALWAYS_THERE]
        query = query.where(Exercise.equipment.contained_by(there))
    return [(row[0], row[1]) for row in await db.execute(query)]
