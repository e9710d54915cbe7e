"""Finding things by what people call them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query as QueryParameters
from pydantic import Field

from api.calls import AthleteCall
from api.context import AppContext
from api.models import Output, Query
from api.routing import api_router
from api.schemas.gear import Gear
from services.exercises.finding import find_exercises, known_of
from services.exercises.search import Decision, MatchType

router = api_router("/search", "search")
MAX_MATCHES = 10


class NameQuery(Query):
    """What was said or written."""

    q: str = Field(
        min_length=1,
        max_length=120,
        description="A whole name, as anybody writes or says it.",
        examples=["Bench Press (Dumbbell)", "skullcrushers"],
    )
    equipment: Gear | None = Field(None, description="What is used, if that was said apart from the name.")
    limit: int = Field(5, ge=1, le=MAX_MATCHES)


class NameMatchOut(Output):
    """An exercise that may be meant. `confidence` is how likely that is, from 0 to 1."""

    slug: str
    name: str
    confidence: float
    match_type: MatchType


class NameAnswerOut(Output):
    """`match`: the first one is meant. `ask`: one of these, probably. `none`: nothing is like it."""

    decision: Decision
    matches: list[NameMatchOut]


@router.get("/exercises")
async def search_exercises(
    call: AthleteCall, context: AppContext, query: Annotated[NameQuery, QueryParameters()]
) -> NameAnswerOut:
    """Which exercise the athlete means: by their own names, by what they do today and did lately, and by
    likeness. `GET /api/exercises?q=` is for names that are only begun."""
    async with call.transaction() as db:
        known = await known_of(db, call.athlete_id, query.equipment)
    answer = await find_exercises(context.cache, query.q, known, query.limit)
    matches = [
        NameMatchOut(
            slug=one.exercise.slug,
            name=one.exercise.name,
            confidence=one.confidence,
            match_type=one.match_type,
        )
        for one in answer.found
    ]
    return NameAnswerOut(decision=answer.decision, matches=matches)
