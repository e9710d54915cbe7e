"""Suggestions for an athlete: what the catalogue names as substitutes, and what the athlete's rows say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import BodyPart, ExerciseBodyPartStress, InjuryLog, StressLevel, UserProfile, WorkoutSet
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.exercises.gear import gear_owned
from services.exercises.substitutes import Athlete, Candidate, Suggestion, Wish, rank
from services.exercises.substitutions import SubstitutionFilter, list_substitutions

MAX_SUGGESTIONS = 3
FAMILIAR = timedelta(days=60)
"""What was done within this time is known to the athlete."""
ALIKE, LESS_ALIKE = 0.6, 0.5
"""Similarity of exercises that the catalogue does not name as substitutes: of one movement, or one muscle."""
NEXT_STEP, EACH_STEP = 0.9, 0.08
"""Similarity of the next step of a progression, and what each further one takes off."""


async def suggest(
    db: AsyncSession, user_id: UUID, exercise: Exercise, wish: Wish, limit: int = MAX_SUGGESTIONS
) -> list[Suggestion]:
    """What `user_id` can do instead of `exercise`, the best first; empty when nothing fits."""
    athlete = await _athlete(db, user_id, wish)
    candidates = await _candidates(db, exercise, wish)
    stress = await _stress(db, [exercise.id, *(c.exercise.id for c in candidates)], athlete.hurting)
    return rank(exercise, wish, athlete, candidates, stress)[:limit]


async def _athlete(db: AsyncSession, user_id: UUID, wish: Wish) -> Athlete:
    injured = await db.scalars(
        select(InjuryLog.body_part)
        .where(InjuryLog.user_id == user_id, InjuryLog.is_active)
        .order_by(InjuryLog.created_at.desc())
    )
    hurting = dict.fromkeys([*([wish.body_part] if wish.body_part else []), *injured])
    owned = await db.scalar(select(UserProfile.equipment).where(UserProfile.user_id == user_id))
    lately = await db.scalars(
        select(WorkoutSet.exercise_id)
        .where(WorkoutSet.user_id == user_id, WorkoutSet.completed_at > datetime.now(UTC) - FAMILIAR)
        .distinct()
    )
    return Athlete(tuple(hurting), gear_owned(owned or ()), frozenset(lately))


async def _candidates(db: AsyncSession, exercise: Exercise, wish: Wish) -> list[Candidate]:
    """What the catalogue names as substitutes, and for difficulty the steps of the same progression; where
    there are none, what trains the same in the same way."""
    found: dict[UUID, Candidate] = {}
    by_id = packaged_catalogue().by_id
    for row, substitute in await list_substitutions(db, exercise.id, SubstitutionFilter()):
        if substitute.id not in by_id:  # a row of somebody's own database
            continue
        candidate = found.setdefault(substitute.id, Candidate(by_id[substitute.id], row.similarity_score))
        candidate.similarity = max(candidate.similarity, row.similarity_score)
        candidate.reasons.add((row.reason, row.affected_body_part))
    for candidate in _steps(exercise) if wish.reason == "difficulty" else ():
        found.setdefault(candidate.exercise.id, candidate)
    return list(found.values()) or _alike(exercise)


def _steps(exercise: Exercise) -> list[Candidate]:
    if exercise.progression_order is None:
        return []
    ladder = [
        (abs(other.progression_order - exercise.progression_order), other)
        for other in packaged_catalogue()
        if other.base_movement == exercise.base_movement
        and other.progression_order is not None
        and other.slug != exercise.slug
    ]
    return [
        Candidate(other, NEXT_STEP - EACH_STEP * max(0, steps - 1), {("difficulty", None)})
        for steps, other in ladder
    ]


def _alike(exercise: Exercise) -> list[Candidate]:
    return [
        Candidate(other, ALIKE if other.base_movement == exercise.base_movement else LESS_ALIKE)
        for other in packaged_catalogue()
        if other.slug != exercise.slug
        and other.primary_muscle == exercise.primary_muscle
        and other.movement_pattern == exercise.movement_pattern
    ]


async def _stress(
    db: AsyncSession, exercises: Collection[UUID], parts: Collection[BodyPart]
) -> dict[tuple[UUID, BodyPart], StressLevel]:
    if not parts:
        return {}
    table = ExerciseBodyPartStress
    rows = await db.execute(
        select(table.exercise_id, table.body_part, table.stress_level).where(
            table.exercise_id.in_(exercises), table.body_part.in_(parts)
        )
    )
    return {(exercise_id, part): level for exercise_id, part, level in rows}
