"""Supersets: exercises that are done in turn, found out from the order of the sets.

Bench, row, bench, row is a superset once it has gone round twice; so are three or four exercises in a circle.
Each exercise keeps its own numbering.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import WorkoutSet
from services.images import Images

LARGEST = 4
"""As many exercises at most; more in turn are a circuit, where nobody rests between them."""


async def superset_for(db: AsyncSession, workout_id: UUID, exercise_id: UUID, images: Images) -> int | None:
    """The superset that a set of this exercise goes on with, if it were logged now, or None.

    When it completes the second round of a new one, the sets before it are put into it.
    """
    newest_first = list(
        await db.scalars(
            select(WorkoutSet)
            .where(WorkoutSet.workout_id == workout_id)
            .order_by(WorkoutSet.sequence.desc())
            .limit(2 * LARGEST - 1)
        )
    )
    members = _rounds(exercise_id, newest_first)
    if not members:
        return None
    group = members[0].superset_group
    if group is None:
        highest = select(func.max(WorkoutSet.superset_group)).where(WorkoutSet.workout_id == workout_id)
        group = (await db.scalar(highest) or 0) + 1
    for one in members:
        if one.superset_group is None:
            images.before(one, "superset_group")
            one.superset_group = group
    await db.flush()
    return group


def _rounds(exercise_id: UUID, newest_first: Sequence[WorkoutSet]) -> list[WorkoutSet]:
    """The sets that make two rounds of different exercises with a new one of `exercise_id`; newest first."""
    exercises = [exercise_id, *(one.exercise_id for one in newest_first)]
    for size in range(2, LARGEST + 1):
        last, earlier = exercises[:size], exercises[size : 2 * size]
        if len(set(last)) == size and last == earlier:
            return list(newest_first[: 2 * size - 1])
    return []
