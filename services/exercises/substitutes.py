"""What to do instead of an exercise: candidates weighed by why something else is wanted, and by the athlete.

No input or output here: `suggesting.py` reads what this ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from db.models import BodyPart, StressLevel, SubstitutionReason
from services.exercises.catalogue import Exercise
from services.exercises.gear import NOTHING, can_be_done, needed, needs

Direction = Literal["easier", "harder"]

STRESS_COST: dict[StressLevel | None, float] = {None: 0.0, "low": 0.05, "medium": 0.35, "high": 1.0}
"""What stress on a part that hurts takes off a score; `high` is never suggested."""
STRESS_ORDER: dict[StressLevel | None, int] = {None: 0, "low": 1, "medium": 2, "high": 3}
SAME_REASON = 0.15
"""What it adds that the catalogue names the substitute for this very reason."""
FAMILIAR_BONUS = 0.05
SAME_GEAR_COST = 0.3
"""What it costs to need the equipment of the exercise that cannot be done."""
UNUSED_GEAR_COST = 0.15
"""What it costs to leave the equipment that there is unused."""
UNKNOWN_DIRECTION_COST = 0.3
LEAST_SCORE = 0.2
GUIDED = frozenset({"machine", "smith_machine", "cable"})
"""Equipment that holds the path of the weight: less to learn and to balance than with free weights."""
FREE = frozenset({"barbell", "dumbbell", "kettlebell"})


@dataclass(frozen=True, slots=True)
class Wish:
    """Why something else is wanted.

    `body_part` hurts; `equipment` is all that there is; `missing` is what is taken or broken; `direction` is
    for `difficulty`, None when it was not said.
    """

    reason: SubstitutionReason
    body_part: BodyPart | None = None
    equipment: str | None = None
    missing: str | None = None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An exercise to do instead, and why it in a few words. `score` is only for comparing."""

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


Stress = Mapping[tuple[UUID, BodyPart], StressLevel]
"""How much exercises ask of parts of the body; nothing where they ask nothing."""


def rank(
    original: Exercise, wish: Wish, athlete: Athlete, candidates: Sequence[Candidate], stress: Stress
) -> list[Suggestion]:
    """The candidates that fit, the best first: none is `original`, puts high stress on a part that hurts,
    or cannot be done with the equipment there is."""
    ranked = []
    for candidate in candidates:
        exercise = candidate.exercise
        if exercise.id == original.id or not _spares(original, wish, athlete, exercise, stress):
            continue
        if not _equipped(wish, athlete, exercise):
            continue
        if wish.direction and direction(original, exercise) not in (None, wish.direction):
            continue
        score = _score(original, wish, athlete, candidate, stress)
        if score >= LEAST_SCORE:
            ranked.append(Suggestion(exercise, _why(original, wish, athlete, exercise), round(score, 3)))
    if wish.direction and any(direction(original, s.exercise) for s in ranked):
        ranked = [s for s in ranked if direction(original, s.exercise)]
    # Of equals first what people do most: they have most names for it.
    return sorted(ranked, key=lambda s: (-s.score, -len(s.exercise.aliases), s.exercise.name))


def _spares(original: Exercise, wish: Wish, athlete: Athlete, exercise: Exercise, stress: Stress) -> bool:
    """Whether it leaves alone what hurts, and asks less of the part that was complained of than before."""
    if any(stress.get((exercise.id, part)) == "high" for part in athlete.hurting):
        return False
    if wish.reason != "injury" or wish.body_part is None:
        return True
    before = STRESS_ORDER[stress.get((original.id, wish.body_part))]
    after = STRESS_ORDER[stress.get((exercise.id, wish.body_part))]
    return after < before or after <= STRESS_ORDER["low"]


def _equipped(wish: Wish, athlete: Athlete, exercise: Exercise) -> bool:
    if wish.equipment:
        return can_be_done(exercise, {wish.equipment})
    if wish.missing and needs(exercise, wish.missing):
        return False
    return not athlete.equipment or can_be_done(exercise, athlete.equipment)


def _score(original: Exercise, wish: Wish, athlete: Athlete, candidate: Candidate, stress: Stress) -> float:
    exercise = candidate.exercise
    score = candidate.similarity
    score -= sum(STRESS_COST[stress.get((exercise.id, part))] for part in athlete.hurting)
    if not candidate.reasons.isdisjoint({(wish.reason, wish.body_part), (wish.reason, None)}):
        score += SAME_REASON
    if exercise.id in athlete.familiar:
        score += FAMILIAR_BONUS
    if wish.reason == "equipment":
        if wish.equipment and wish.equipment not in {*exercise.equipment, *NOTHING}:
            score -= UNUSED_GEAR_COST
        if not wish.equipment and not wish.missing and needed(original) & needed(exercise):
            score -= SAME_GEAR_COST
    if wish.reason == "difficulty" and direction(original, exercise) is None:
        score -= UNKNOWN_DIRECTION_COST
    return score


def direction(original: Exercise, exercise: Exercise) -> Direction | None:
    """Whether `exercise` is a step down or up from `original`: by the catalogue's order of progressions, else
    by whether equipment guides the weight. None when neither says so."""
    before, after = original.progression_order, exercise.progression_order
    if exercise.base_movement == original.base_movement and before is not None and after is not None:
        if before == after:
            return None
        return "harder" if after > before else "easier"
    if exercise.movement_pattern != original.movement_pattern:
        return None
    gear, gear_after = set(original.equipment), set(exercise.equipment)
    if gear <= FREE and gear_after <= GUIDED:
        return "easier"
    return "harder" if gear <= GUIDED and gear_after <= FREE else None


def _why(original: Exercise, wish: Wish, athlete: Athlete, exercise: Exercise) -> str:
    if wish.reason == "injury" and wish.body_part:
        return f"easier on the {wish.body_part.replace('_', ' ')}"
    if wish.reason == "equipment":
        gear = sorted(needed(exercise))
        return f"needs only {gear[0].replace('_', ' ')}" if gear else "needs no equipment"
    step = direction(original, exercise)
    if wish.reason == "difficulty" and step:
        return step
    if exercise.id in athlete.familiar:
        return "you have done it lately"
    return f"works the {exercise.primary_muscle.replace('_', ' ')} too"
