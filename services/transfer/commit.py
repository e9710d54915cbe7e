"""Writing a history: all of it or nothing, and nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Table, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.units import WeightUnit
from db.models import Import, Workout, WorkoutSet
from db.session import Database
from services import badges, ledger, records
from services.exercises.catalogue import Exercise
from services.transfer.errors import FileRefused
from services.transfer.here import Here, look_around, set_key
from services.transfer.history import HistorySet, HistoryWorkout, meters, start_key
from services.transfer.preview import read_and_resolve
from services.transfer.resolving import SKIP, Choices, Resolved

WORKOUTS_AT_ONCE = 20
"""Their rows are made in about 10 ms: others are not kept waiting for the event loop."""
MAX_LISTED = 20
"""So many names or rows are told in one message."""

WORKOUTS = cast(Table, Workout.__table__)
SETS = cast(Table, WorkoutSet.__table__)
# Imports of one athlete wait for each other, but not for what is being logged: a lock of their own.
# A plan that was made while a table was small is not kept while it grows: the check of a foreign key would
# go on to read all of the athlete's workouts for every set.
BEGIN = text(
    "select pg_advisory_xact_lock(hashtextextended(:athlete, 1)), "
    "set_config('plan_cache_mode', 'force_custom_plan', true)"
)


class Receipt(BaseModel):
    """What an import wrote. `id` names it, to take it back; None when everything was here already.

    `already_here` counts sets that an earlier import wrote, `left_out` those of names mapped to nothing.
    """

    id: UUID | None
    app: str
    label: str
    workouts: int
    sets: int
    already_here: int
    left_out: int
    bad_rows: int


@dataclass(frozen=True, slots=True)
class _Into:
    """Where a history goes. `unit` is what sets without weight are noted in."""

    user_id: UUID
    import_id: UUID
    app: str
    unit: WeightUnit
    here: Here


_WithRows = tuple[HistoryWorkout, list[dict[str, Any]]]
"""A workout and the rows of its sets."""


async def commit(
    database: Database,
    user_id: UUID,
    file: BinaryIO,
    choices: Choices,
    file_name: str | None = None,
    now: datetime | None = None,
) -> Receipt:
    """Imports `file`, a table of another app, in one transaction.

    Raises `FileRefused`, and writes nothing, when a unit or the exercise of a name has to be said first, or
    when rows cannot be used and `choices` do not say to leave them out.
    """
    resolved = await read_and_resolve(file, choices, now)
    check_ready(resolved)
    async with database.transaction(user_id) as session:
        await session.execute(BEGIN, {"athlete": str(user_id)})
        return await _write(session, user_id, resolved, file_name)


def check_ready(resolved: Resolved) -> None:
    """Raises `FileRefused` unless everything is known that an import needs."""
    history = resolved.history
    if history.bad_rows and not resolved.choices.skip_bad_rows:
        listed = "; ".join(map(str, history.problems[:MAX_LISTED]))
        raise FileRefused(
            f"{_count(history.bad_rows, 'row')} cannot be used, so nothing was imported: {listed}. "
            "Mend the file, or say that such rows are to be left out.",
            problems=history.problems,
        )
    if resolved.lacks_unit:
        raise FileRefused("The file does not say whether its weights are in lbs or kg: say which.", "unit")
    if unknown := resolved.unknown:
        listed = ", ".join(repr(one.written) for one in unknown[:MAX_LISTED])
        more = f" and {len(unknown) - MAX_LISTED} more" if len(unknown) > MAX_LISTED else ""
        raise FileRefused(
            f"{_count(len(unknown), 'exercise')} of the file could not be matched: {listed}{more}. "
            f"Map each to an exercise's slug, or to {SKIP}.",
            "mapping",
        )


async def take_back(db: AsyncSession, user_id: UUID, import_id: UUID) -> tuple[int, int] | None:
    """Deletes what an import wrote, and the import. A workout that has other sets by now stays.

    Returns the number of workouts and of sets deleted, None when the athlete has no such import.
    """
    await db.execute(BEGIN, {"athlete": str(user_id)})
    mine = select(Import.id).where(Import.id == import_id, Import.user_id == user_id)
    if await db.scalar(mine) is None:
        return None
    await ledger.lock_calls(db, user_id)
    places = await records.places_of(db, SETS.c.import_id == import_id)
    sets = await db.execute(delete(SETS).where(SETS.c.import_id == import_id).returning(SETS.c.id))
    empty = ~select(SETS.c.id).where(SETS.c.workout_id == WORKOUTS.c.id).exists()
    gone = delete(WORKOUTS).where(WORKOUTS.c.import_id == import_id, empty).returning(WORKOUTS.c.id)
    workouts = await db.execute(gone)
    await db.execute(delete(Import).where(Import.id == import_id))
    await records.recompute(db, user_id, places)
    await badges.reconcile(db, user_id)
    return len(workouts.all()), len(sets.all())


async def _write(db: AsyncSession, user_id: UUID, resolved: Resolved, file_name: str | None) -> Receipt:
    history = resolved.history
    here = await look_around(db, user_id, history.form.app)
    row = Import(
        user_id=user_id,
        app=history.form.app,
        file_name=file_name,
        unit=resolved.choices.unit if history.needs_unit else None,
        workouts=0,
        sets=0,
    )
    db.add(row)
    await db.flush()
    unit = resolved.choices.unit or history.unit or here.unit
    into = _Into(user_id, row.id, history.form.app, unit, here)
    wanted = 0
    for some in _chunks(history.workouts):
        wanted += await _write_some(db, into, [(one, _set_rows(into, resolved, one)) for one in some])
    row.workouts = await _written(db, WORKOUTS, row.id)
    row.sets = await _written(db, SETS, row.id)
    receipt = Receipt(
        id=row.id if row.sets else None,
        app=history.form.app,
        label=history.form.label,
        workouts=row.workouts,
        sets=row.sets,
        already_here=wanted - row.sets,
        left_out=history.sets - wanted,
        bad_rows=history.bad_rows,
    )
    if row.sets:
        await ledger.lock_calls(db, user_id)
        await records.recompute(db, user_id, await records.places_of(db, SETS.c.import_id == row.id))
    else:
        await db.delete(row)
    await db.flush()
    await badges.reconcile(db, user_id)
    return receipt


def _chunks(workouts: list[HistoryWorkout]) -> Iterator[list[HistoryWorkout]]:
    for i in range(0, len(workouts), WORKOUTS_AT_ONCE):
        yield workouts[i : i + WORKOUTS_AT_ONCE]


async def _write_some(db: AsyncSession, into: _Into, some: list[_WithRows]) -> int:
    """Writes what is new of some workouts, in the order of time; returns how many sets they have."""
    new = [(one, fresh) for one, rows in some if (fresh := _new(into, rows))]
    await _make_workouts(db, into, [one for one, _ in new])
    ids = into.here.workouts
    values = [row | {"workout_id": ids[start_key(one.starts_at)]} for one, rows in new for row in rows]
    if values:
        # With RETURNING many rows go in one statement: row by row is several times slower.
        await db.execute(insert(SETS).on_conflict_do_nothing().returning(SETS.c.id), values)
    return sum(len(rows) for _, rows in some)


def _new(into: _Into, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["import_key"] not in into.here.sets]


async def _make_workouts(db: AsyncSession, into: _Into, workouts: list[HistoryWorkout]) -> None:
    """Makes those of `workouts` that are not here."""
    here = into.here.workouts
    rows = [_workout_row(into, one) for one in workouts if start_key(one.starts_at) not in here]
    if rows:
        made = await db.execute(insert(WORKOUTS).returning(WORKOUTS.c.external_id, WORKOUTS.c.id), rows)
        here |= {row.external_id: row.id for row in made}


def _workout_row(into: _Into, workout: HistoryWorkout) -> dict[str, Any]:
    started_at = into.here.utc(workout.starts_at)
    # An hour that clocks skip or repeat may turn a short workout around.
    ended_at = max(started_at, into.here.utc(workout.ends_at)) if workout.ends_at else None
    return {
        "user_id": into.user_id,
        "name": workout.name,
        "status": "completed",
        "started_at": started_at,
        "completed_at": ended_at or started_at,
        "duration": round((ended_at - started_at).total_seconds()) if ended_at else None,
        "notes": workout.notes,
        "source": into.app,
        "external_id": start_key(workout.starts_at),
        "import_id": into.import_id,
    }


def _set_rows(into: _Into, resolved: Resolved, workout: HistoryWorkout) -> list[dict[str, Any]]:
    numbers: Counter[UUID] = Counter()
    rows = []
    for one, exercise in resolved.sets(workout):
        row = _set_row(into, resolved, workout, one, exercise)
        numbers[row["exercise_id"]] += 1
        rows.append(row | {"set_number": numbers[row["exercise_id"]]})
    return rows


def _set_row(
    into: _Into, resolved: Resolved, workout: HistoryWorkout, one: HistorySet, exercise: Exercise
) -> dict[str, Any]:
    unit = resolved.unit_of(one)
    return {
        "user_id": into.user_id,
        "exercise_id": exercise.id,
        "reps": one.read.reps,
        "weight": one.read.weight,
        "weight_unit": unit or into.unit,
        "rpe": one.read.rpe,
        "set_type": one.read.set_type,
        "duration_seconds": one.read.duration_seconds,
        "distance_meters": meters(one.read, unit),
        "notes": one.read.notes,
        "superset_group": None if one.read.superset is None else one.read.superset + 1,
        # The apps do not say when in the workout a set was done.
        "completed_at": into.here.utc(workout.starts_at),
        "import_id": into.import_id,
        "import_key": set_key(into.app, workout, one),
    }


async def _written(db: AsyncSession, table: Table, import_id: UUID) -> int:
    query = select(func.count()).select_from(table).where(table.c.import_id == import_id)
    return await db.scalar(query) or 0


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
