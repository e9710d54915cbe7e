"""Workouts and their sets, by the same services as the voice: what is done here can be undone there."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from api.calls import AthleteCall, ChangeCall, Etags, PostCall, Write
from api.exercises import meant_exercise
from api.models import Nothing
from api.routing import api_router
from api.schemas.workouts import (
    CurrentWorkoutOut,
    LoggedSets,
    NewSet,
    NewSwap,
    NewWorkout,
    SetChange,
    SetOut,
    SetPage,
    SetQuery,
    WorkoutChange,
    WorkoutItem,
    WorkoutOut,
    WorkoutPage,
    WorkoutQuery,
)
from core.errors import Invalid
from db.models import WorkoutSet
from services import workouts
from services.workouts import Entry, WorkoutFilter

router = api_router("/workouts", "workouts")


@router.get("")
async def list_workouts(call: AthleteCall, query: Annotated[WorkoutQuery, Query()]) -> WorkoutPage:
    """The athlete's workouts."""
    wanted = WorkoutFilter(query.status, query.started_from, query.started_before)
    async with call.transaction() as db:
        found = await workouts.list_workouts(db, call.athlete_id, wanted, query.page())
    return WorkoutPage.of(found, WorkoutItem.of_row)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={200: {"model": WorkoutOut, "description": "The one that was open already."}},
)
async def start_workout(new: NewWorkout, call: PostCall) -> WorkoutOut:
    """Starts a workout. One that is open already goes on, under the new name if there is one (200).

    With `completed_at` it enters a workout that is over, and leaves an open one alone.
    """

    async def start(write: Write) -> WorkoutOut:
        if new.completed_at is None:
            row, is_new = await workouts.start_workout(
                write.db, write.athlete_id, new.name, write.images, new.started_at
            )
            call.response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
        else:
            if new.started_at is None:
                raise Invalid("When did it start?", "started_at")
            row = await workouts.add_past_workout(
                write.db, write.athlete_id, new.name, new.started_at, new.completed_at, write.images
            )
        return WorkoutOut.of(row)

    made = await call.once_changed("start_workout", new, WorkoutOut, start)
    call.response.headers["Location"] = f"/api/workouts/{made.id}"
    return made


@router.get("/current")
async def get_current_workout(call: AthleteCall) -> CurrentWorkoutOut:
    """The workout that is open now, with its sets."""
    async with call.transaction() as db:
        found = await workouts.open_workout_with_sets(db, call.athlete_id)
    if found is None:
        return CurrentWorkoutOut(workout=None, sets=[])
    row, sets = found
    return CurrentWorkoutOut(workout=WorkoutOut.of(row), sets=[SetOut.of(one) for one in sets])


@router.get("/{workout_id}")
async def get_workout(workout_id: UUID, call: AthleteCall, etags: Etags) -> WorkoutOut:
    """One workout."""
    async with call.transaction() as db:
        row = await workouts.get_workout(db, call.athlete_id, workout_id)
    return etags.of(WorkoutOut.of(row))


@router.patch("/{workout_id}")
async def change_workout(workout_id: UUID, change: WorkoutChange, call: ChangeCall) -> WorkoutOut:
    """Renames a workout, moves it in time, cancels it or opens it again."""

    async def apply(write: Write) -> WorkoutOut:
        row = await workouts.get_workout(write.db, write.athlete_id, workout_id)
        call.check_is(WorkoutOut.of(row))
        changes = {name: getattr(change, name) for name in change.model_fields_set}
        return WorkoutOut.of(await workouts.change_workout(write.db, row, changes, write.images))

    return await call.once_changed("change_workout", change, WorkoutOut, apply)


@router.delete("/{workout_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_workout(workout_id: UUID, call: ChangeCall) -> None:
    """Deletes a workout and its sets. "Undo" brings them back."""

    async def delete(write: Write) -> Nothing:
        row = await workouts.get_workout(write.db, write.athlete_id, workout_id)
        call.check_is(WorkoutOut.of(row))
        await workouts.delete_workout(write.db, row, write.images)
        return Nothing()

    await call.once("delete_workout", None, Nothing, delete)


@router.post("/{workout_id}/finish")
async def finish_workout(workout_id: UUID, call: PostCall) -> WorkoutOut:
    """Finishes an open workout; 409 when it is not open."""

    async def finish(write: Write) -> WorkoutOut:
        row = await workouts.get_workout(write.db, write.athlete_id, workout_id)
        return WorkoutOut.of(await workouts.finish(write.db, row, write.images))

    return await call.once_changed("finish_workout", None, WorkoutOut, finish)


@router.post("/{workout_id}/swaps", status_code=HTTPStatus.CREATED)
async def swap_exercise(workout_id: UUID, new: NewSwap, call: PostCall) -> WorkoutOut:
    """Goes on with another exercise in an open workout, wherever the swapped one comes up again."""

    async def swap(write: Write) -> WorkoutOut:
        row = await workouts.get_workout(write.db, write.athlete_id, workout_id)
        original = meant_exercise(new.exercise) if new.exercise else None
        substitute = meant_exercise(new.substitute)
        swapped = await workouts.swap_in(write.db, row, original, substitute, write.images)
        write.report["swap"] = {
            "exercise": swapped.name if swapped else None,
            "substitute": substitute.name,
            "slug": substitute.slug,
        }
        return WorkoutOut.of(row)

    return await call.once("swap_exercise", new, WorkoutOut, swap)


@router.get("/{workout_id}/sets")
async def list_sets(
    workout_id: UUID, call: AthleteCall, query: Annotated[SetQuery, Query()], etags: Etags
) -> SetPage:
    """The sets of a workout."""
    async with call.transaction() as db:
        found = await workouts.list_sets(db, call.athlete_id, workout_id, query.exercise, query.page())
    return etags.of(SetPage.of(found, lambda row: SetOut.of(row[0])))


@router.post("/{workout_id}/sets", status_code=HTTPStatus.CREATED)
async def log_sets(workout_id: UUID, new: NewSet, call: PostCall) -> LoggedSets:
    """Logs a set, or several alike, in a workout."""

    async def log(write: Write) -> LoggedSets:
        workout, unit = await workouts.workout_and_unit(write.db, write.athlete_id, workout_id)
        said = new.model_dump(exclude={"exercise", "unit", "sets"})
        entry = Entry(
            exercise=meant_exercise(new.exercise, workouts.slug_of(workout.current_exercise_id)),
            unit=new.unit or unit,
            tool_call_id=write.call_id,
            workout=workout,
            **said,
        )
        logged = await workouts.log_sets(write.db, write.athlete_id, entry, new.sets, write.images)
        write.report["sets"] = _views(logged.sets)
        return LoggedSets(sets=[SetOut.of(row) for row in logged.sets], workout=WorkoutOut.of(logged.workout))

    return await call.once("log_set", new, LoggedSets, log)


@router.get("/{workout_id}/sets/{set_id}")
async def get_set(workout_id: UUID, set_id: UUID, call: AthleteCall, etags: Etags) -> SetOut:
    """One set."""
    async with call.transaction() as db:
        row = await workouts.get_set(db, call.athlete_id, workout_id, set_id)
    return etags.of(SetOut.of(row))


@router.patch("/{workout_id}/sets/{set_id}")
async def change_set(workout_id: UUID, set_id: UUID, change: SetChange, call: ChangeCall) -> SetOut:
    """Changes a set."""

    async def apply(write: Write) -> SetOut:
        row = await workouts.get_set(write.db, write.athlete_id, workout_id, set_id)
        call.check_is(SetOut.of(row))
        changes = {name: getattr(change, name) for name in change.model_fields_set - {"exercise", "unit"}}
        if change.unit:
            changes["weight_unit"] = change.unit
        exercise = meant_exercise(change.exercise) if change.exercise else None
        row = await workouts.change_set(write.db, row, changes, exercise, write.images)
        write.report["sets"] = _views([row])
        return SetOut.of(row)

    return await call.once_changed("correct_set", change, SetOut, apply)


@router.delete("/{workout_id}/sets/{set_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_set(workout_id: UUID, set_id: UUID, call: ChangeCall) -> None:
    """Deletes a set. "Undo" brings it back."""

    async def delete(write: Write) -> Nothing:
        row = await workouts.get_set(write.db, write.athlete_id, workout_id, set_id)
        call.check_is(SetOut.of(row))
        await workouts.delete_set(write.db, row, write.images)
        write.report["removed"] = [str(set_id)]
        return Nothing()

    await call.once("undo_last", None, Nothing, delete)


def _views(rows: list[WorkoutSet]) -> list[dict[str, Any]]:
    return [workouts.view(row).model_dump(mode="json") for row in rows]
