"""Workouts and sets as they are sent and answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.models import Input, Moment, Name, Note, Output, Page, PageQuery, not_given
from core.units import WeightUnit
from db.models import SetType, Workout, WorkoutSet, WorkoutStatus
from services.exercises.catalogue import packaged_catalogue
from services.limits import (
    MAX_DISTANCE_METERS,
    MAX_DURATION_SECONDS,
    MAX_FREE_REPS,
    MAX_MACHINE_WEIGHT,
    MAX_SETS,
)
from services.workouts import SetView, slug_of

MAX_GROUP = 100

# What the document says of a number; whether a set is possible, the services decide by its exercise.
Reps = Annotated[int, Field(ge=1, le=MAX_FREE_REPS)]
Weight = Annotated[float, Field(ge=0, le=MAX_MACHINE_WEIGHT["lbs"], description="In `unit`.")]
Rpe = Annotated[float, Field(ge=1, le=10, multiple_of=0.5)]
Rir = Annotated[int, Field(ge=0, le=9)]
Duration = Annotated[float, Field(gt=0, le=MAX_DURATION_SECONDS)]
Distance = Annotated[float, Field(gt=0, le=MAX_DISTANCE_METERS)]
SupersetGroup = Annotated[
    int, Field(ge=1, le=MAX_GROUP, description="Sets of a workout with the same one were done in turn.")
]
ExerciseReference = Annotated[
    str,
    Field(
        min_length=1,
        max_length=120,
        description="Its id, its slug, or what people call it.",
        examples=["barbell-bench-press", "bench press"],
    ),
]


class WorkoutOut(Output):
    """A workout. `exercise` is the slug of the exercise it is on; the duration is known once it is over."""

    id: UUID
    name: str | None
    status: WorkoutStatus
    started_at: datetime
    completed_at: datetime | None
    duration_seconds: int | None
    exercise: str | None
    swaps: dict[str, str] = Field(
        description="Slugs of exercises that something else is done for in this workout, with that one's."
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Workout) -> WorkoutOut:
        """The workout `row`."""
        return cls(
            id=row.id,
            name=row.name,
            status=row.status,
            started_at=row.started_at,
            completed_at=row.completed_at,
            duration_seconds=row.duration,
            exercise=slug_of(row.current_exercise_id),
            swaps=row.swaps,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class WorkoutItem(WorkoutOut):
    """A workout in a list."""

    set_count: int

    @classmethod
    def of_row(cls, found: tuple[Workout, int]) -> WorkoutItem:
        """The workout and its number of sets."""
        row, count = found
        return cls(**dict(WorkoutOut.of(row)), set_count=count)


class WorkoutPage(Page[WorkoutItem]):
    """Workouts, a page of them."""


class WorkoutQuery(PageQuery):
    """Which workouts, in which order."""

    sort: Literal["-started_at", "started_at"] = Field("-started_at", description="`-` is newest first.")
    status: WorkoutStatus | None = None
    started_from: Moment | None = Field(None, description="Started then or later.")
    started_before: Moment | None = Field(None, description="Started earlier.")


class NewWorkout(Input):
    """A workout to start; with `completed_at`, one that is over."""

    name: Name | None = Field(None, examples=["push day"])
    started_at: Moment | None = Field(None, description="Left out, now.")
    completed_at: Moment | None = Field(None, description="When it ended: needs `started_at`.")


class WorkoutChange(Input):
    """What is to be different; what is left out stays. Finishing is `POST …/finish`."""

    name: Name | None = None
    started_at: Moment = Field(default_factory=not_given)
    completed_at: Moment = Field(default_factory=not_given)
    status: Literal["active", "cancelled"] = Field(
        default_factory=not_given, description="`active` opens a finished workout again."
    )


class SetOut(Output, SetView):
    """A set. `exercise` is the catalogue's name and `slug` its slug; weights are in `unit`.

    `is_pr`: it beat a record when it was done. With `is_per_side` reps and weight are of each side. What a
    program asked for is `prescribed_…`, what was done is without.
    """

    workout_id: UUID
    exercise_id: UUID
    notes: str | None
    was_prescribed: bool
    prescribed_reps: int | None
    prescribed_weight: float | None
    voice_command_id: UUID | None
    completed_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: WorkoutSet) -> SetOut:
        """The set `row`."""
        exercise = packaged_catalogue().by_id[row.exercise_id]
        return cls(
            id=row.id,
            workout_id=row.workout_id,
            exercise_id=row.exercise_id,
            exercise=exercise.name,
            slug=exercise.slug,
            set_number=row.set_number,
            reps=row.reps,
            weight=row.weight,
            unit=row.weight_unit,
            rpe=row.rpe,
            rir=row.rir,
            set_type=row.set_type,
            duration_seconds=row.duration_seconds,
            distance_meters=row.distance_meters,
            is_per_side=row.is_per_side,
            superset_group=row.superset_group,
            is_pr=row.is_pr,
            notes=row.notes,
            was_prescribed=row.was_prescribed,
            prescribed_reps=row.prescribed_reps,
            prescribed_weight=row.prescribed_weight,
            voice_command_id=row.voice_command_id,
            completed_at=row.completed_at,
            updated_at=row.updated_at,
        )


class SetPage(Page[SetOut]):
    """Sets, a page of them."""


class SetQuery(PageQuery):
    """Which sets of a workout, in which order."""

    sort: Literal["sequence", "-sequence"] = Field("sequence", description="The order of logging.")
    exercise: str | None = Field(None, max_length=120, description="Only this exercise: its id or slug.")


class NewSet(Input):
    """A set that was done, or several alike. It says how many, how long or how far."""

    exercise: ExerciseReference | None = Field(None, description="Left out, the one the workout is on.")
    reps: Reps | None = None
    weight: Weight | None = None
    unit: WeightUnit | None = Field(None, description="Left out, the athlete's preferred unit.")
    sets: int = Field(1, ge=1, le=MAX_SETS, description="How many sets alike.")
    rpe: Rpe | None = None
    rir: Rir | None = None
    set_type: SetType = "working"
    duration_seconds: Duration | None = None
    distance_meters: Distance | None = None
    is_per_side: bool = Field(False, description="Reps and weight are of each side.")
    superset_group: SupersetGroup | None = Field(
        None, description="Left out, it is found out from the order of the sets."
    )
    prescribed_reps: Reps | None = Field(None, description="What a program asked for.")
    prescribed_weight: Weight | None = None
    notes: Note | None = None
    completed_at: Moment | None = Field(None, description="When it was done; left out, now.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"exercise": "bench press", "reps": 8, "weight": 225, "unit": "lbs", "rpe": 8.5},
                {"exercise": "plank", "duration_seconds": 90, "sets": 3},
            ]
        }
    )


class LoggedSets(Output):
    """The sets that were logged, and their workout as it is now."""

    sets: list[SetOut]
    workout: WorkoutOut


class SetChange(Input):
    """What is to be different; what is left out stays, null takes a value away."""

    exercise: ExerciseReference = Field(default_factory=not_given)
    reps: Reps | None = None
    weight: Weight | None = None
    unit: WeightUnit = Field(default_factory=not_given)
    rpe: Rpe | None = None
    rir: Rir | None = None
    set_type: SetType = Field(default_factory=not_given)
    duration_seconds: Duration | None = None
    distance_meters: Distance | None = None
    is_per_side: bool = Field(default_factory=not_given)
    superset_group: SupersetGroup | None = None
    notes: Note | None = None


class NewSwap(Input):
    """What to go on with, and in place of what."""

    substitute: ExerciseReference
    exercise: ExerciseReference | None = Field(None, description="Left out, the one the workout is on.")


class CurrentWorkoutOut(Output):
    """The open workout and its sets in the order they were logged; neither when none is open."""

    workout: WorkoutOut | None
    sets: list[SetOut]
