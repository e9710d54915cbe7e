"""Workouts and their sets: start, finish, log, correct, repeat, delete."""

from services.workouts.sessions import finish_workout, open_workout, start_workout
from services.workouts.sets import (
    Entry,
    NothingToChange,
    change_last_set,
    delete_last_set,
    last_set,
    log_sets,
)
from services.workouts.state import CurrentWorkout, SetView, Snapshot, current_workout, snapshot, view

__all__ = [
    "CurrentWorkout",
    "Entry",
    "NothingToChange",
    "SetView",
    "Snapshot",
    "change_last_set",
    "current_workout",
    "delete_last_set",
    "finish_workout",
    "last_set",
    "log_sets",
    "open_workout",
    "snapshot",
    "start_workout",
    "view",
]
