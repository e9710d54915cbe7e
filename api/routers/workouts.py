"""The workout so far, for a page that was just opened."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.auth import CurrentAthlete
from api.context import AppContext
from services.workouts import SetView, current_workout

router = APIRouter(prefix="/api/workouts", tags=["workouts"])


class WorkoutOut(BaseModel):
    """A workout, in the shape of the tools' outputs."""

    id: UUID
    name: str | None
    status: str


class CurrentWorkoutOut(BaseModel):
    """The open workout and its sets in the order they were logged; neither when none is open."""

    workout: WorkoutOut | None = None
    sets: list[SetView] = []


@router.get("/current")
async def get_current_workout(athlete_id: CurrentAthlete, context: AppContext) -> CurrentWorkoutOut:
    """The workout that is open now."""
    async with context.database.transaction(athlete_id) as session:
        current = await current_workout(session, athlete_id)
    if current is None:
        return CurrentWorkoutOut()
    workout = WorkoutOut(id=current.id, name=current.name, status=current.status)
    return CurrentWorkoutOut(workout=workout, sets=current.sets)
