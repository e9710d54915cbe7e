"""What the athlete calls exercises: "when I say press I mean overhead press"."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query as QueryParameters
from pydantic import Field

from api.calls import AthleteCall, ChangeCall, PostCall, Write
from api.exercises import meant_exercise
from api.models import Input, Nothing, Output, Page, PageQuery
from api.routing import api_router
from api.schemas.workouts import ExerciseReference
from db.models import ExerciseName, NameSource
from services.exercises import own_names
from services.workouts import slug_of

router = api_router("/exercise-names", "exercises")


class ExerciseNameOut(Output):
    """A name. `source`: `said` in a conversation, learned since it was `corrected` to this twice, or entered
    in an `app`."""

    id: UUID
    words: str
    exercise: str
    source: NameSource
    created_at: datetime

    @classmethod
    def of(cls, row: ExerciseName) -> ExerciseNameOut:
        """The name `row`."""
        return cls(
            id=row.id,
            words=row.words,
            exercise=slug_of(row.exercise_id) or "",
            source=row.source,
            created_at=row.created_at,
        )


class ExerciseNamePage(Page[ExerciseNameOut]):
    """Names, a page of them."""


class ExerciseNameQuery(PageQuery):
    """Which names, in which order."""

    sort: Literal["words", "-words"] = "words"


class NewExerciseName(Input):
    """What the athlete says, and the exercise that they mean by it."""

    words: str = Field(min_length=1, max_length=120, examples=["press"])
    exercise: ExerciseReference


@router.get("")
async def list_exercise_names(
    call: AthleteCall, query: Annotated[ExerciseNameQuery, QueryParameters()]
) -> ExerciseNamePage:
    """The athlete's own names for exercises."""
    async with call.transaction() as db:
        found = await own_names.list_names(db, call.athlete_id, query.page())
    return ExerciseNamePage.of(found, lambda row: ExerciseNameOut.of(row[0]))


@router.post("", status_code=HTTPStatus.CREATED)
async def add_exercise_name(new: NewExerciseName, call: PostCall) -> ExerciseNameOut:
    """Keeps what a name means from now on, whatever it meant before. Conversations that are open learn it
    when they are resumed."""

    async def learn(write: Write) -> ExerciseNameOut:
        exercise = meant_exercise(new.exercise)
        row = await own_names.learn_name(write.db, write.athlete_id, new.words, exercise, "app", write.images)
        write.report["names_changed"] = True
        return ExerciseNameOut.of(row)

    return await call.once("name_exercise", new, ExerciseNameOut, learn)


@router.delete("/{name_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_exercise_name(name_id: UUID, call: ChangeCall) -> None:
    """Forgets a name: the words mean what they mean to everybody."""

    async def forget(write: Write) -> Nothing:
        row = await own_names.get_name(write.db, write.athlete_id, name_id)
        call.check_is(ExerciseNameOut.of(row))
        await own_names.forget_name(write.db, row, write.images)
        write.report["names_changed"] = True
        return Nothing()

    await call.once("forget_exercise_name", None, Nothing, forget)
