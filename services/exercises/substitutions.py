"""What can stand in for an exercise, as the catalogue knows it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import BodyPart, Exercise, ExerciseSubstitution, SubstitutionReason


async def get_substitutions(
    db: AsyncSession,
    exercise_id: UUID,
    *,
    reason: SubstitutionReason | None = None,
    body_part: BodyPart | None = None,
) -> list[tuple[ExerciseSubstitution, Exercise]]:
    """Substitutions for an exercise, each with the exercise that stands in, the most similar first.

    With `body_part` those that spare it. An exercise comes once for each reason and body part it serves.
    """
    query = (
        select(ExerciseSubstitution, Exercise)
        .join(Exercise, Exercise.id == ExerciseSubstitution.substitute_exercise_id)
        .where(ExerciseSubstitution.original_exercise_id == exercise_id)
        .order_by(ExerciseSubstitution.similarity_score.desc(), Exercise.name)
    )
    if reason is not None:
        query = query.where(ExerciseSubstitution.reason == reason)
    if body_part is not None:
        query = query.where(ExerciseSubstitution.affected_body_part == body_part)
    return [(substitution, exercise) for substitution, exercise in await db.execute(query)]
