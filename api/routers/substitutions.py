"""What an athlete could do instead of an exercise, and how an exercise is done."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.calls import AthleteCall, Etags
from api.models import Output
from api.models import Query as Parameters
from api.routers.exercise import ExerciseReference
from api.routing import api_router
from db.models import BodyPart, CueType, SubstitutionReason
from services.exercises.catalogue import Exercise, UnknownExercise, packaged_catalogue
from services.exercises.cues import get_cues, relatives
from services.exercises.substitutes import Direction, Wish
from services.exercises.suggesting import suggest

Gear = Literal[
    "barbell",
    "dumbbell",
    "kettlebell",
    "bodyweight",
    "machine",
    "cable",
    "band",
    "smith_machine",
    "ez_bar",
    "trap_bar",
    "plate",
    "medicine_ball",
    "box",
    "rings",
    "suspension",
    "bench",
]
MAX_SUGGESTIONS = 20

router = api_router("/exercises", "substitutions")


class SubstitutionQuery(Parameters):
    """Why something else is wanted."""

    reason: SubstitutionReason = "preference"
    body_part: BodyPart | None = Field(None, description="What hurts.")
    equipment: Gear | None = Field(None, description="All that there is to train with.")
    missing: Gear | None = Field(None, description="What is taken or not there.")
    direction: Direction | None = Field(None, description="For `difficulty`: which way.")
    limit: int = Field(3, ge=1, le=MAX_SUGGESTIONS)


class SubstitutionOut(Output):
    """An exercise that could be done instead, and why it. `score` only compares."""

    id: UUID
    slug: str
    name: str
    why: str
    score: float


class Substitutions(Output):
    """What could be done instead, the best first; nothing when nothing fits."""

    exercise: str
    items: list[SubstitutionOut]


class CueOut(Output):
    """Something to say about how an exercise is done."""

    id: UUID
    cue_type: CueType
    text: str


class Cues(Output):
    """The cues of an exercise in the order in which to say them, and the slug of the exercise that they were
    written for: what it is a variation of, when it has none of its own."""

    exercise: str
    items: list[CueOut]


@router.get("/{exercise}/substitutions")
async def list_substitutions(
    exercise: ExerciseReference, call: AthleteCall, query: Annotated[SubstitutionQuery, Query()]
) -> Substitutions:
    """What this athlete could do instead: by their injuries, their equipment and what they did lately."""
    original = _known(exercise)
    wish = Wish(query.reason, query.body_part, query.equipment, query.missing, query.direction)
    async with call.transaction() as db:
        found = await suggest(db, call.athlete_id, original, wish, query.limit)
    items = [
        SubstitutionOut(
            id=one.exercise.id, slug=one.exercise.slug, name=one.exercise.name, why=one.why, score=one.score
        )
        for one in found
    ]
    return Substitutions(exercise=original.slug, items=items)


@router.get("/{exercise}/cues")
async def list_cues(
    exercise: ExerciseReference, call: AthleteCall, etags: Etags, cue_type: CueType | None = None
) -> Cues:
    """How an exercise is done."""
    asked = _known(exercise)
    async with call.transaction() as db:
        for one in (asked, *relatives(asked)):
            if rows := await get_cues(db, one.id, cue_type):
                items = [CueOut(id=row.id, cue_type=row.cue_type, text=row.cue_text) for row in rows]
                return etags.of(Cues(exercise=one.slug, items=items))
    return etags.of(Cues(exercise=asked.slug, items=[]))


def _known(reference: str) -> Exercise:
    known = packaged_catalogue().by_reference(reference)
    if known is None:
        raise UnknownExercise
    return known
