"""What to say about how an exercise is done."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import CueType, ExerciseCue

IN_ORDER = case(
    {cue_type: place for place, cue_type in enumerate(get_args(CueType))}, value=ExerciseCue.cue_type
)
"""Setup, execution, breathing, common mistakes: as one would go through them."""


async def get_cues(db: AsyncSession, exercise_id: UUID, cue_type: CueType | None = None) -> list[ExerciseCue]:
    """The cues of an exercise, or those of one type, in the order in which to say them."""
    query = select(ExerciseCue).where(ExerciseCue.exercise_id == exercise_id)
    if cue_type is not None:
        query = query.where(ExerciseCue.cue_type == cue_type)
    return list(await db.scalars(query.order_by(IN_ORDER, ExerciseCue.position)))
