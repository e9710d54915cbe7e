"""The estimated 1RM of an exercise, from what the athlete did of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.units import convert_weight
from db.models import Workout, WorkoutSet
from services.records.rules import estimate_of, lift_of

RECENT = timedelta(weeks=12)
"""An older set says what somebody could do, not what they can."""
MOST_SETS = 500


@dataclass(frozen=True, slots=True)
class Maximum:
    """The best estimate, in the unit of the set that it is made from."""

    estimate: float
    row: WorkoutSet


async def estimated_maximum(
    db: AsyncSession, user_id: UUID, exercise_id: UUID, now: datetime
) -> Maximum | None:
    """The best estimate from the last twelve weeks' sets, else from the last workout that allows one."""
    rows = await db.scalars(
        select(WorkoutSet)
        .join(Workout, Workout.id == WorkoutSet.workout_id)
        .where(
            WorkoutSet.user_id == user_id,
            WorkoutSet.exercise_id == exercise_id,
            WorkoutSet.weight > 0,
            Workout.status != "cancelled",
        )
        .order_by(WorkoutSet.completed_at.desc())
        .limit(MOST_SETS)
    )
    found: list[Maximum] = []
    for row in rows:
        lift = lift_of(row)
        estimate = estimate_of(lift) if lift else None
        if estimate is None:
            continue
        if found and row.completed_at < now - RECENT and row.workout_id != found[-1].row.workout_id:
            break
        found.append(Maximum(estimate, row))
    return max(found, key=_in_kg, default=None)


def _in_kg(maximum: Maximum) -> float:
    return convert_weight(maximum.estimate, maximum.row.weight_unit, "kg")
