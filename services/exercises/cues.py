"""What to say about how an exercise is done, and what comes next when it is asked again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import CueType, ExerciseCue
from services.exercises.catalogue import Exercise, packaged_catalogue

IN_ORDER = case(
    {cue_type: place for place, cue_type in enumerate(get_args(CueType))}, value=ExerciseCue.cue_type
)
"""Setup, execution, breathing, common mistakes: as one would go through them."""
DOING: tuple[CueType, ...] = ("setup", "execution")
"""What is said before the rest when no type was asked for, one of each in turn."""
MAX_RELATIVES = 6


@dataclass(frozen=True, slots=True)
class Cues:
    """Cues to say now, and the exercise that they were written for."""

    cues: tuple[ExerciseCue, ...]
    exercise: Exercise


async def get_cues(db: AsyncSession, exercise_id: UUID, cue_type: CueType | None = None) -> list[ExerciseCue]:
    """The cues of an exercise, or those of one type, in the order in which to say them."""
    query = select(ExerciseCue).where(ExerciseCue.exercise_id == exercise_id)
    if cue_type is not None:
        query = query.where(ExerciseCue.cue_type == cue_type)
    return list(await db.scalars(query.order_by(IN_ORDER, ExerciseCue.position)))


async def next_cues(
    db: AsyncSession, exercise: Exercise, cue_type: CueType | None, count: int, told: Collection[UUID] = ()
) -> Cues | None:
    """The next `count` cues, after those `told` already and from the start when all have been told.

    An exercise without cues has those of what it is a variation of, or of the same movement; None when
    nobody has written any.
    """
    family = [exercise, *relatives(exercise)]
    query = select(ExerciseCue).where(ExerciseCue.exercise_id.in_([one.id for one in family]))
    if cue_type is not None:
        query = query.where(ExerciseCue.cue_type == cue_type)
    rows = list(await db.scalars(query.order_by(IN_ORDER, ExerciseCue.position)))
    for one in family:
        if own := [row for row in rows if row.exercise_id == one.id]:
            ordered = own if cue_type else in_turn(own)
            left = [row for row in ordered if row.id not in told] or ordered
            return Cues(tuple(left[:count]), one)
    return None


def in_turn(cues: Sequence[ExerciseCue]) -> list[ExerciseCue]:
    """Cues of all types: the first setup and the first execution, the second ones, then the other types."""
    by_type: dict[str, list[ExerciseCue]] = {}
    for cue in cues:
        by_type.setdefault(cue.cue_type, []).append(cue)
    doing = [by_type.pop(kind, []) for kind in DOING]
    rounds = max(map(len, doing), default=0)
    ordered = [kind[turn] for turn in range(rounds) for kind in doing if turn < len(kind)]
    return ordered + [cue for kind in by_type.values() for cue in kind]


def relatives(exercise: Exercise) -> list[Exercise]:
    """What `exercise` is a variation of, then others of its movement, those with the same equipment first."""
    catalogue = packaged_catalogue()
    found: dict[str, Exercise] = {}
    parent = catalogue.by_slug.get(exercise.parent_slug or "")
    while parent is not None and parent.slug not in found:
        found[parent.slug] = parent
        parent = catalogue.by_slug.get(parent.parent_slug or "")
    found |= {one.slug: one for one in _of_same_movement(exercise, catalogue)}
    found.pop(exercise.slug, None)
    return list(found.values())[:MAX_RELATIVES]


def _of_same_movement(exercise: Exercise, catalogue: Iterable[Exercise]) -> list[Exercise]:
    def closeness(other: Exercise) -> tuple[int, int]:
        return -len(set(other.equipment) & set(exercise.equipment)), -len(other.aliases)

    return sorted((one for one in catalogue if one.base_movement == exercise.base_movement), key=closeness)
