"""Whatever happens to sets, the records are those that they would have set from scratch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict, Invalid
from core.units import WeightUnit
from db.models import SetType, Workout, WorkoutSet, WorkoutStatus
from db.session import Database
from services import ledger, workouts
from services.exercises.catalogue import packaged_catalogue
from services.images import Images
from services.ledger import Key
from services.workouts import Entry, NothingToChange
from tests.db.fixtures import new_athlete
from tests.services.records.reference import check_records


@dataclass
class Athlete:
    """An athlete and the clock by which their sets are timed."""

    id: UUID
    now: datetime = datetime(2024, 1, 1, 7, tzinfo=UTC)

    async def do(self, db: AsyncSession, act: Act) -> None:
        """One call of the ledger; what cannot be done changes nothing."""
        self.now += timedelta(minutes=3)

        async def effect(_: UUID, images: Images) -> dict[str, Any]:
            await act.happen(self, db, images)
            return {}

        try:
            async with db.begin_nested():
                await ledger.once(db, self.id, Key(uuid4().hex), "test", {}, effect)
        except (Conflict, Invalid, NothingToChange, ZeroDivisionError):
            pass
        db.expunge_all()  # every call has a session of its own


class Act(Protocol):
    """Something that an athlete does by voice or in an app."""

    async def happen(self, athlete: Athlete, db: AsyncSession, images: Images) -> None: ...


@dataclass(frozen=True)
class Log:
    """Sets, done `minutes_ago`: some are entered afterwards, some are of the moment of the one before."""

    exercise: str
    weight: tuple[float | None, WeightUnit]
    reps: int
    count: int
    set_type: SetType
    rpe: float | None
    minutes_ago: int

    async def happen(self, athlete: Athlete, db: AsyncSession, images: Images) -> None:
        entry = Entry(
            packaged_catalogue().by_slug[self.exercise],
            unit=self.weight[1],
            reps=self.reps,
            weight=self.weight[0],
            rpe=self.rpe,
            set_type=self.set_type,
            completed_at=athlete.now - timedelta(minutes=self.minutes_ago),
        )
        await workouts.log_sets(db, athlete.id, entry, self.count, images)


@dataclass(frozen=True)
class Edit:
    """A change of the set that was logged `back` sets ago, and perhaps of its exercise."""

    back: int
    changes: dict[str, Any]
    exercise: str | None

    async def happen(self, athlete: Athlete, db: AsyncSession, images: Images) -> None:
        exercise = packaged_catalogue().by_slug[self.exercise] if self.exercise else None
        await workouts.change_set(db, await _set(db, self.back), self.changes, exercise, images)


@dataclass(frozen=True)
class Delete:
    """The end of the set that was logged `back` sets ago."""

    back: int

    async def happen(self, athlete: Athlete, db: AsyncSession, images: Images) -> None:
        await workouts.delete_set(db, await _set(db, self.back), images)


@dataclass(frozen=True)
class Undo:
    """The newest call taken back, whatever it was."""

    async def happen(self, athlete: Athlete, db: AsyncSession, images: Images) -> None:
        await ledger.undo_last(db, athlete.id)


@dataclass(frozen=True)
class Finish:
    """The end of the workout."""

    async def happen(self, athlete: Athlete, db: AsyncSession, images: Images) -> None:
        await workouts.finish_workout(db, athlete.id, images)


@dataclass(frozen=True)
class ChangeWorkout:
    """The last workout cancelled, opened again, or deleted."""

    status: WorkoutStatus | None

    async def happen(self, athlete: Athlete, db: AsyncSession, images: Images) -> None:
        newest = select(Workout).order_by(Workout.created_at.desc(), Workout.id).limit(1)
        (row,) = list(await db.scalars(newest)) or [None]
        if row is None:
            return
        if self.status is None:
            await workouts.delete_workout(db, row, images)
        else:
            await workouts.change_workout(db, row, {"status": self.status}, images)


async def _set(db: AsyncSession, back: int) -> WorkoutSet:
    sets = list(await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence.desc())))
    return sets[back % len(sets)]


EXERCISES = st.sampled_from(
    ["barbell-bench-press", "barbell-bench-press", "pull-up", "dumbbell-curl", "plank"]
)
WEIGHTS: st.SearchStrategy[tuple[float | None, WeightUnit]] = st.sampled_from(
    [
        *((100.0, "kg"), (102.06, "kg"), (102.5, "kg"), (60.0, "kg"), (20.0, "kg"), (0.0, "kg")),
        *((225.0, "lbs"), (220.0, "lbs"), (135.0, "lbs"), (45.0, "lbs"), (None, "lbs")),
    ]
)
REPS = st.integers(1, 14)
LOGS = st.builds(
    Log,
    EXERCISES,
    WEIGHTS,
    REPS,
    count=st.sampled_from([1, 1, 1, 3]),
    set_type=st.sampled_from(["working", "working", "working", "warmup", "drop", "failure", "amrap"]),
    rpe=st.sampled_from([None, None, 8.0]),
    minutes_ago=st.sampled_from([0, 0, 0, 0, 3, 6, 15_000]),
)
CHANGES = st.one_of(
    st.builds(lambda reps: {"reps": reps}, REPS),
    st.builds(lambda weight: {"weight": weight[0], "weight_unit": weight[1]}, WEIGHTS),
    st.sampled_from([{"set_type": "working"}, {"set_type": "warmup"}, {"rpe": 9.0}, {"notes": "heavy"}]),
)
BACK = st.integers(0, 40)
KINDS: list[st.SearchStrategy[Act]] = [
    *[LOGS] * 14,
    *[st.builds(Edit, BACK, CHANGES, st.none() | EXERCISES)] * 2,
    st.builds(Delete, BACK),
    *[st.just(Undo())] * 3,
    st.just(Finish()),
    st.builds(ChangeWorkout, st.sampled_from(["active", "cancelled", None])),
]
ACTS = st.sampled_from(KINDS).flatmap(lambda kind: kind)
SESSIONS = st.lists(st.lists(ACTS, min_size=4, max_size=14), min_size=4, max_size=12)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=45, deadline=None, suppress_health_check=list(HealthCheck))
@given(sessions=SESSIONS)
async def test_records_kept_set_by_set_are_those_computed_from_scratch(
    database: Database, sessions: list[list[Act]]
) -> None:
    athlete = Athlete(await new_athlete(database))
    for session in sessions:
        athlete.now += timedelta(days=2)
        async with database.transaction(athlete.id) as db:
            for act in session:
                await athlete.do(db, act)
            await check_records(db)
