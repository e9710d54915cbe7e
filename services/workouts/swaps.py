"""Swaps: what is done in place of what, for the rest of a workout."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict
from db.models import Workout
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.images import Images
from services.workouts.sessions import NotOpen, active_workout


class SameExercise(Conflict):
    """An exercise cannot take its own place. The text is the question to ask."""


def planned(workout: Workout | None, exercise: Exercise) -> Exercise:
    """What `workout` does where `exercise` was planned: its substitute, if it was swapped."""
    swapped = workout.swaps.get(exercise.slug) if workout else None
    return packaged_catalogue().by_slug.get(swapped, exercise) if swapped else exercise


async def swap(
    db: AsyncSession, user_id: UUID, original: Exercise | None, substitute: Exercise, images: Images
) -> tuple[Workout, Exercise | None]:
    """Goes on with `substitute`, in the open workout or one that is opened, in place of `original` (left out:
    the exercise it is on) wherever that comes up again. Sets that were logged stay what they were.

    Returns the workout, and what was swapped out if anything was. Raises `SameExercise`.
    """
    workout = await active_workout(db, user_id)
    if workout is not None:
        return workout, await swap_in(db, workout, original, substitute, images)
    _check_differ(original, substitute)
    workout = Workout(user_id=user_id)
    db.add(workout)
    await db.flush()
    images.made(workout)
    return workout, await swap_in(db, workout, original, substitute, images)


async def swap_in(
    db: AsyncSession, workout: Workout, original: Exercise | None, substitute: Exercise, images: Images
) -> Exercise | None:
    """The same in a workout that is known. Returns what was swapped out. Raises `SameExercise`, `NotOpen`."""
    if workout.status != "active":
        raise NotOpen(f"This workout is {workout.status} already.")
    if original is None and workout.current_exercise_id is not None:
        original = packaged_catalogue().by_id[workout.current_exercise_id]
    _check_differ(original, substitute)
    images.before(workout, "swaps", "current_exercise_id")
    if original is not None:
        workout.swaps = after_swap(workout.swaps, original.slug, substitute.slug)
    workout.current_exercise_id = substitute.id
    await db.flush()
    return original


def _check_differ(original: Exercise | None, substitute: Exercise) -> None:
    if original is not None and original.slug == substitute.slug:
        raise SameExercise(f"That is {substitute.name.lower()} already. What would you like instead?")


def after_swap(swaps: dict[str, str], original: str, substitute: str) -> dict[str, str]:
    """`swaps`, each slug with its substitute's, once `substitute` takes the place of `original`.

    What `original` stood in for is `substitute` from now on; going back to what was planned is no swap.
    """
    after = {planned: substitute if now == original else now for planned, now in swaps.items()}
    if swaps.get(substitute) != original:
        after[original] = substitute
    return {planned: now for planned, now in after.items() if planned != now}
