"""The catalogue of exercises."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from api.calls import AthleteCall, Etags
from api.models import Output, Page, PageQuery
from api.routing import api_router
from db.models import Exercise, Measure
from services.exercises import browse
from services.exercises.browse import ExerciseFilter
from services.exercises.matcher import packaged_matcher
from services.paging import PageRequest

router = api_router("/exercises", "exercises")

Words = Annotated[str | None, Field(None, min_length=1, max_length=120)]
ExerciseReference = Annotated[
    str,
    Path(min_length=1, max_length=120, description="Its id or its slug.", examples=["barbell-bench-press"]),
]


class ExerciseOut(Output):
    """An exercise. `synonyms` are what people call it; `measure` is what is counted."""

    id: UUID
    slug: str
    name: str
    synonyms: list[str]
    description: str | None
    equipment: list[str]
    primary_muscle: str
    secondary_muscles: list[str]
    movement_pattern: str | None
    base_movement: str | None
    parent_exercise_id: UUID | None
    progression_order: int | None
    is_compound: bool
    is_unilateral: bool
    measure: Measure

    @classmethod
    def of(cls, row: Exercise) -> ExerciseOut:
        """The exercise `row`."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ExercisePage(Page[ExerciseOut]):
    """Exercises, a page of them."""


class ExerciseQuery(PageQuery):
    """Which exercises, in which order."""

    sort: Literal["name", "-name"] = Field("name", description="With `q` it is the best match first.")
    q: Words = Field(description="What people call it, perhaps only begun. There is one page then.")
    muscle: Words = Field(description="Trained first or second.", examples=["chest"])
    equipment: Words = Field(description="Among what is needed.", examples=["barbell"])
    pattern: Words = Field(description="The movement's pattern.", examples=["horizontal_push"])
    measure: Measure | None = None
    is_compound: bool | None = None


@router.get("")
async def list_exercises(
    call: AthleteCall, query: Annotated[ExerciseQuery, Query()], etags: Etags
) -> ExercisePage:
    """Exercises by name, or those that words may mean."""
    wanted = ExerciseFilter(
        query.q, query.muscle, query.equipment, query.pattern, query.measure, query.is_compound
    )
    page = PageRequest(query.sort, query.limit, query.cursor)
    async with call.transaction() as db:
        found = await browse.list_exercises(db, packaged_matcher(), wanted, page)
    return etags.of(ExercisePage.of(found, lambda row: ExerciseOut.of(row[0])))


@router.get("/{exercise}")
async def get_exercise(exercise: ExerciseReference, call: AthleteCall, etags: Etags) -> ExerciseOut:
    """One exercise."""
    async with call.transaction() as db:
        row = await browse.get_exercise(db, exercise)
    return etags.of(ExerciseOut.of(row))
