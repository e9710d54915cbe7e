"""Supersets: exercises that are done in turn, found out from the order of the sets.

Bench, row, bench, row is a superset once it has gone round twice; so are three or four exercises in a circle.
Each exercise keeps its own numbering.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import WorkoutSet
from services.images import Images

LARGEST = 4
"""As many exercises at most; more in turn are a circuit, where nobody rests between them."""


async def join_superset(db: AsyncSession, new: Sequence[WorkoutSet], images: Images) -> None:
    """Puts the set that was just logged, after one of another exercise, into the superset it goes on with.

    When it completes the second round of a new one, the sets of both rounds go into it.
    """
    if len(new) > 1:  # several in a row are not done in turn
        return
    (row,) = new
    before = list(
        await db.scalars(
            select(WorkoutSet)
            .where(WorkoutSet.workout_id == row.workout_id, WorkoutSet.sequence < row.sequence)
            .order_by(WorkoutSet.sequence.desc())
            .limit(2 * LARGEST - 1)
        )
    )
    members = _rounds([row, *before])
    if not members:
        return
    group = members[1].superset_group
    if group is None:
        highest = select(func.max(WorkoutSet.superset_group)).where(WorkoutSet.workout_id == row.workout_id)
        group = (await db.scalar(highest) or 0) + 1
    for one in members:
        if one.superset_group is None:
            if one is not row:
                images.before(one, "superset_group")
            one.superset_group = group
    await db.flush()


def _rounds(newest_first: Sequence[WorkoutSet]) -> list[WorkoutSet]:
    """The sets of the last two rounds, if they were two rounds of different exercises."""
    for size in range(2, LARGEST + 1):
        last, earlier = newest_first[:size], newest_first[size : 2 * size]
        exercises = [one.exercise_id for one in last]
        if len(set(exercises)) == size and exercises == [one.exercise_id for one in earlier]:
            return [*last, *earlier]
    return []
