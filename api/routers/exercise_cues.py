"""How an exercise is done, in short sentences."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query as QueryParameters

from api.calls import AthleteCall, Etags
from api.models import Output, Page, Query
from api.routers.exercise import ExerciseReference
from api.routing import api_router
from db.models import CueType, ExerciseCue
from services.exercises.browse import get_exercise
from services.exercises.cues import get_cues

router = api_router("/exercises", "exercises")


class CueOut(Output):
    """One thing to say about how an exercise is done."""

    id: UUID
    exercise_id: UUID
    cue_text: str
    cue_type: CueType

    @classmethod
    def of(cls, row: ExerciseCue) -> CueOut:
        """The cue `row`."""
        return cls(id=row.id, exercise_id=row.exercise_id, cue_text=row.cue_text, cue_type=row.cue_type)


class CuePage(Page[CueOut]):
    """The cues of an exercise: all of them."""


class CueQuery(Query):
    """Which cues."""

    type: CueType | None = None


@router.get("/{exercise}/cues")
async def list_exercise_cues(
    exercise: ExerciseReference,
    call: AthleteCall,
    query: Annotated[CueQuery, QueryParameters()],
    etags: Etags,
) -> CuePage:
    """The cues of an exercise in the order of doing it: setup, execution, breathing, common mistakes."""
    async with call.transaction() as db:
        row = await get_exercise(db, exercise)
        cues = await get_cues(db, row.id, query.type)
    return etags.of(CuePage(items=[CueOut.of(cue) for cue in cues], next_cursor=None))
