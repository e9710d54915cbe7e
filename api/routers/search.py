"""Finding things by what people call them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query as QueryParameters
from pydantic import Field

from api.calls import AthleteCall
from api.context import AppContext
from api.models import Output, Query
from api.problems import MAY_BE_MISSING
from api.routers.exercise import ExerciseOut
from api.routers.exercise_cues import CueOut
from api.routing import api_router
from api.schemas.gear import Gear
from db.models import CueType
from services.exercises.browse import get_exercise
from services.exercises.described import described, described_cues
from services.exercises.finding import find_exercises, known_of
from services.exercises.search import Decision, MatchType

router = api_router("/search", "search")
MAX_MATCHES = 10
MAX_DESCRIBED = 20


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


class DescriptionQuery(Query):
    """What is looked for, in any words."""

    q: str = Field(min_length=1, max_length=200, examples=["something for my rear delts with a cable"])
    limit: int = Field(5, ge=1, le=MAX_DESCRIBED)


class CueSearchQuery(DescriptionQuery):
    """What is looked for, of which exercise."""

    exercise: str | None = Field(None, min_length=1, max_length=120, description="Its id or its slug.")
    type: CueType | None = None


class DescribedOut(Output):
    """The exercises that fit best, best first."""

    items: list[ExerciseOut]


class FoundCueOut(CueOut):
    """A cue, and the exercise that it is of."""

    slug: str
    exercise: str


class FoundCuesOut(Output):
    """The cues that fit best, best first."""

    items: list[FoundCueOut]


@router.get("/exercises/described")
async def search_exercises_by_description(
    call: AthleteCall, context: AppContext, query: Annotated[DescriptionQuery, QueryParameters()]
) -> DescribedOut:
    """Exercises by what they train, take or look like."""
    found = await described(context.search, query.q, query.limit)
    return DescribedOut(items=[ExerciseOut.of(row) for row in found])


@router.get("/cues", openapi_extra=MAY_BE_MISSING)
async def search_cues(
    call: AthleteCall, context: AppContext, query: Annotated[CueSearchQuery, QueryParameters()]
) -> FoundCuesOut:
    """Cues by what they say."""
    exercise_id = None
    if query.exercise is not None:
        async with call.transaction() as db:
            exercise_id = (await get_exercise(db, query.exercise)).id
    found = await described_cues(context.search, query.q, exercise_id, query.type, query.limit)
    return FoundCuesOut(
        items=[
            FoundCueOut(**CueOut.of(cue).model_dump(), slug=exercise.slug, exercise=exercise.name)
            for cue, exercise in found
        ]
    )
