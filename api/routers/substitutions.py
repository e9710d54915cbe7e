"""What can be done instead of an exercise."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query as QueryParameters
from pydantic import Field

from api.calls import AthleteCall, Etags
from api.models import Output, Page, Query
from api.routers.exercise import ExerciseOut, ExerciseReference
from api.routing import api_router
from db.models import BodyPart, Exercise, ExerciseSubstitution, SubstitutionReason
from services.exercises.browse import get_exercise
from services.exercises.substitutions import SubstitutionFilter, list_substitutions

router = api_router("/exercises", "exercises")
MAX_EQUIPMENT = 30


class SubstitutionOut(Output):
    """An exercise that can stand in for another. `affected_body_part` is what it spares; `similarity_score`
    is from 0 to 1."""

    id: UUID
    exercise: ExerciseOut
    reason: SubstitutionReason | None
    affected_body_part: BodyPart | None
    similarity_score: float
    notes: str | None

    @classmethod
    def of(cls, row: ExerciseSubstitution, exercise: Exercise) -> SubstitutionOut:
        """The substitution `row` by `exercise`."""
        return cls(
            id=row.id,
            exercise=ExerciseOut.of(exercise),
            reason=row.reason,
            affected_body_part=row.affected_body_part,
            similarity_score=round(row.similarity_score, 3),
            notes=row.notes,
        )


class SubstitutionPage(Page[SubstitutionOut]):
    """What can be done instead: all of it."""


class SubstitutionQuery(Query):
    """Which substitutes."""

    reason: SubstitutionReason | None = None
    body_part: BodyPart | None = Field(None, description="Spares it, and does not stress it highly.")
    equipment: list[Annotated[str, Field(min_length=1, max_length=40)]] | None = Field(
        None, max_length=MAX_EQUIPMENT, description="What there is (repeat it): needs nothing else."
    )


@router.get("/{exercise}/substitutions")
async def list_exercise_substitutions(
    exercise: ExerciseReference,
    call: AthleteCall,
    query: Annotated[SubstitutionQuery, QueryParameters()],
    etags: Etags,
) -> SubstitutionPage:
    """What can stand in for an exercise, the most similar first."""
    wanted = SubstitutionFilter(query.reason, query.body_part, query.equipment)
    async with call.transaction() as db:
        row = await get_exercise(db, exercise)
        found = await list_substitutions(db, row.id, wanted)
    return etags.of(SubstitutionPage(items=[SubstitutionOut.of(*one) for one in found], next_cursor=None))
