"""What an athlete could do instead of an exercise: by their injuries, their equipment and what they know."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query as QueryParameters
from pydantic import Field

from api.calls import AthleteCall
from api.models import Output, Page, Query
from api.routers.exercise import ExerciseReference
from api.routing import api_router
from api.schemas.gear import Gear
from db.models import BodyPart, SubstitutionReason
from services.exercises.catalogue import Exercise, UnknownExercise, packaged_catalogue
from services.exercises.substitutes import Direction, Wish
from services.exercises.suggesting import suggest

MAX_SUGGESTIONS = 20

router = api_router("/exercises", "exercises")


class SuggestionQuery(Query):
    """Why something else is wanted."""

    reason: SubstitutionReason = "preference"
    body_part: BodyPart | None = Field(None, description="What hurts.")
    equipment: Gear | None = Field(None, description="All that there is to train with.")
    missing: Gear | None = Field(None, description="What is taken or not there.")
    direction: Direction | None = Field(None, description="For `difficulty`: which way.")
    limit: int = Field(3, ge=1, le=MAX_SUGGESTIONS)


class SuggestionOut(Output):
    """An exercise that could be done instead, and why it. `score` only compares."""

    id: UUID
    slug: str
    name: str
    why: str
    score: float


class SuggestionPage(Page[SuggestionOut]):
    """What could be done instead, the best first; nothing when nothing fits."""


@router.get("/{exercise}/suggestions")
async def list_suggestions(
    exercise: ExerciseReference, call: AthleteCall, query: Annotated[SuggestionQuery, QueryParameters()]
) -> SuggestionPage:
    """What this athlete could do instead: by their injuries, their equipment and what they did lately."""
    original = _known(exercise)
    wish = Wish(query.reason, query.body_part, query.equipment, query.missing, query.direction)
    async with call.transaction() as db:
        found = await suggest(db, call.athlete_id, original, wish, query.limit)
    items = [
        SuggestionOut(
            id=one.exercise.id, slug=one.exercise.slug, name=one.exercise.name, why=one.why, score=one.score
        )
        for one in found
    ]
    return SuggestionPage(items=items, next_cursor=None)


def _known(reference: str) -> Exercise:
    known = packaged_catalogue().by_reference(reference)
    if known is None:
        raise UnknownExercise
    return known
