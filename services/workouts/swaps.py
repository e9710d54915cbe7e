"""Swaps: what is done in place of what, for the rest of a workout."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict
from db.models import Workout
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.images import Images
from services.workouts.sessions import active_workout


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
    if original is None and workout is not None and workout.current_exercise_id is not None:
        original = packaged_catalogue().by_id[workout.current_exercise_id]
    if original is not None and original.slug == substitute.slug:
        raise SameExercise(f"That is {substitute.name.lower()} already. What would you like instead?")
    if workout is None:
        workout = Workout(user_id=user_id)
        db.add(workout)
        await db.flush()
        images.made(workout)
    else:
        images.before(workout, "swaps", "current_exercise_id")
    if original is not None:
        workout.swaps = after_swap(workout.swaps, original.slug, substitute.slug)
    workout.current_exercise_id = substitute.id
    await db.flush()
    return workout, original


def after_swap(swaps: dict[str, str], original: str, substitute: str) -> dict[str, str]:
    """`swaps`, each slug with its substitute's, once `substitute` takes the place of `original`.

    What `original` stood in for is `substitute` from now on; going back to what was planned is no swap.
    """
    after = {planned: substitute if now == original else now for planned, now in swaps.items()}
    if swaps.get(substitute) != original:
        after[original] = substitute
    return {planned: now for planned, now in after.items() if planned != now}
