"""What to do instead of an exercise: what the catalogue knows, weighed by the athlete's own state.

`suggest` reads three things and ranks by them: the substitutions of the catalogue with their similarity, how
much each asks of the parts of the body that hurt, and what the athlete has lately done and has equipment for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    BodyPart,
    ExerciseBodyPartStress,
    ExerciseSubstitution,
    InjuryLog,
    StressLevel,
    SubstitutionReason,
    UserProfile,
    WorkoutSet,
)
from services.exercises.catalogue import Exercise, packaged_catalogue

MAX_SUGGESTIONS = 3
FAMILIAR = timedelta(days=60)
"""What was done within this time is known to the athlete."""

Direction = Literal["easier", "harder"]

STRESS_COST: dict[StressLevel | None, float] = {None: 0.0, "low": 0.05, "medium": 0.35, "high": 1.0}
"""What stress on a part that hurts takes off a score; `high` is never suggested."""
SAME_REASON = 0.15
"""What it adds that the catalogue names the substitute for this very reason."""
FAMILIAR_BONUS = 0.05
SAME_GEAR_COST = 0.3
"""What it costs to need the equipment that is missing."""
LEAST_SCORE = 0.2
WITHOUT_GEAR = frozenset({"none", "bodyweight"})


@dataclass(frozen=True, slots=True)
class Wish:
    """Why something else is wanted. `body_part` hurts; `equipment` is what there is; `direction` for
    `difficulty`, None when it was not said."""

    reason: SubstitutionReason
    body_part: BodyPart | None = None
    equipment: str | None = None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An exercise to do instead, and why it in a few words."""

    exercise: Exercise
    why: str
    score: float


@dataclass(frozen=True, slots=True)
class Athlete:
    """What matters of the athlete: parts that hurt, equipment owned (none listed: any), what is familiar."""

    hurting: tuple[BodyPart, ...] = ()
    equipment: frozenset[str] = frozenset()
    familiar: frozenset[UUID] = frozenset()


@dataclass(slots=True)
class Candidate:
    """An exercise that could stand in: how similar it is, and for which reasons the catalogue names it."""

    exercise: Exercise
    similarity: float
    reasons: set[tuple[SubstitutionReason | None, BodyPart | None]] = field(default_factory=set)


async def suggest(
    db: AsyncSession, user_id: UUID, exercise: Exercise, wish: Wish, limit: int = MAX_SUGGESTIONS
) -> list[Suggestion]:
    """What `user_id` can do instead of `exercise`, the best first; empty when nothing fits."""
    athlete = await _athlete(db, user_id, wish)
    candidates = await _candidates(db, exercise)
    stress = await _stress(db, [exercise.id, *(c.exercise.id for c in candidates)], athlete.hurting)
    return rank(exercise, wish, athlete, candidates, stress)[:limit]


def rank(
    original: Exercise,
    wish: Wish,
    athlete: Athlete,
    candidates: Sequence[Candidate],
    stress: Mapping[tuple[UUID, BodyPart], StressLevel],
) -> list[Suggestion]:
    """The candidates that fit, the best first. `stress` holds levels by exercise and part of the body."""
    ranked = []
    for candidate in candidates:
        if not _fits(original, wish, athlete, candidate.exercise):
            continue
        levels = [stress.get((candidate.exercise.id, part)) for part in athlete.hurting]
        if "high" in levels:
            continue
        score = candidate.similarity - sum(STRESS_COST[level] for level in levels)
        if (wish.reason, wish.body_part) in candidate.reasons or (wish.reason, None) in candidate.reasons:
            score += SAME_REASON
        if candidate.exercise.id in athlete.familiar:
            score += FAMILIAR_BONUS
        if wish.reason == "equipment" and not wish.equipment and _needs_same(original, candidate.exercise):
            score -= SAME_GEAR_COST
        if score >= LEAST_SCORE:
            why = _why(original, wish, athlete, candidate.exercise)
            ranked.append(Suggestion(candidate.exercise, why, round(score, 3)))
    return sorted(ranked, key=lambda s: (-s.score, s.exercise.name))


def _fits(original: Exercise, wish: Wish, athlete: Athlete, exercise: Exercise) -> bool:
    gear = set(exercise.equipment)
    if wish.equipment and not gear & {
        wish.equipment,
        *(WITHOUT_GEAR if wish.equipment == "bodyweight" else ()),
    }:
        return False
    if athlete.equipment and not wish.equipment and not gear & (athlete.equipment | WITHOUT_GEAR):
        return False
    return wish.direction is None or _direction(original, exercise) in (None, wish.direction)


def _needs_same(original: Exercise, exercise: Exercise) -> bool:
    return not WITHOUT_GEAR & set(exercise.equipment) and bool(
        set(original.equipment) & set(exercise.equipment)
    )


def _direction(original: Exercise, exercise: Exercise) -> Direction | None:
    """Whether `exercise` is a step down or up from `original`, where the catalogue orders them."""
    if exercise.base_movement != original.base_movement:
        return None
    before, after = original.progression_order, exercise.progression_order
    if before is None or after is None or before == after:
        return None
    return "harder" if after > before else "easier"


def _why(original: Exercise, wish: Wish, athlete: Athlete, exercise: Exercise) -> str:
    if wish.reason == "injury" and athlete.hurting:
        return f"easier on the {athlete.hurting[0].replace('_', ' ')}"
    if wish.reason == "equipment":
        gear = [one for one in exercise.equipment if one not in WITHOUT_GEAR]
        return f"only needs a {gear[0].replace('_', ' ')}" if gear else "needs no equipment"
    direction = _direction(original, exercise)
    if wish.reason == "difficulty" and direction:
        return direction
    if exercise.id in athlete.familiar:
        return "you have done it lately"
    return f"works the {exercise.primary_muscle.replace('_', ' ')} too"


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
    return Athlete(tuple(hurting), frozenset(owned or ()), frozenset(lately))


async def _candidates(db: AsyncSession, exercise: Exercise) -> list[Candidate]:
    """What the catalogue names as substitutes; where it names none, what trains the same in the same way."""
    rows = await db.execute(
        select(
            ExerciseSubstitution.substitute_exercise_id,
            ExerciseSubstitution.similarity_score,
            ExerciseSubstitution.reason,
            ExerciseSubstitution.affected_body_part,
        ).where(ExerciseSubstitution.original_exercise_id == exercise.id)
    )
    found: dict[UUID, Candidate] = {}
    by_id = packaged_catalogue().by_id
    for substitute_id, similarity, reason, part in rows:
        if substitute_id not in by_id:
            continue
        candidate = found.setdefault(substitute_id, Candidate(by_id[substitute_id], similarity))
        candidate.similarity = max(candidate.similarity, similarity)
        candidate.reasons.add((reason, part))
    return list(found.values()) or _alike(exercise)


def _alike(exercise: Exercise) -> list[Candidate]:
    return [
        Candidate(other, 0.6 if other.base_movement == exercise.base_movement else 0.5)
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
