"""What to say about how an exercise is done."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import CueType, ExerciseCue

IN_ORDER = {cue_type: place for place, cue_type in enumerate(get_args(CueType))}
"""As an exercise goes: setting up, doing it, breathing; then what goes wrong."""


async def list_cues(
    db: AsyncSession, exercise_id: UUID, cue_type: CueType | None = None
) -> list[ExerciseCue]:
    """The cues of an exercise in the order of doing it, of one type if given."""
    query = select(ExerciseCue).where(ExerciseCue.exercise_id == exercise_id)
    if cue_type is not None:
        query = query.where(ExerciseCue.cue_type == cue_type)
    rows = await db.scalars(query.order_by(ExerciseCue.id))
    return sorted(rows, key=lambda cue: IN_ORDER[cue.cue_type])
