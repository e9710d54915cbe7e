"""Records kept as sets are logged, changed, deleted and brought back, in the transaction that does it.

A set that is newer than every record is compared with the standing ones: one query, and one more statement
when it is a record. When something in the past changed, what follows it is replayed. Whoever calls holds the
athlete's lock (`services.ledger.once`) and has flushed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, cast
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Row, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from db.models import PersonalRecord, PrHistory, PrType, Workout, WorkoutSet
from services.exercises.catalogue import packaged_catalogue
from services.records.rules import (
    NAMESPACE,
    Bests,
    Lift,
    Record,
    counts,
    lift_of,
    measure_of,
    replay,
    slot_of,
)
from services.records.statements import DROP, DROP_STANDING, MARK, WRITE

Family = Literal["load", "reps", "volume"]
FAMILY: Mapping[PrType, Family] = {
    "1rm": "load",
    "3rm": "load",
    "5rm": "load",
    "reps_at_weight": "reps",
    "volume": "volume",
}
"""Types that are one piece of news: a triple that beats the 3RM and the 1RM is told of once."""

Place = tuple[UUID, datetime]
"""Where a set stands among the others: its exercise, and when it was done."""

RELEVANT = frozenset(
    {"exercise_id", "reps", "weight", "weight_unit", "rpe", "rir", "set_type", "completed_at", "workout_id"}
)
"""The columns of a set that records hang on."""

EVER = datetime(1900, 1, 1, tzinfo=UTC)

_SET = (
    *(WorkoutSet.id.label("set_id"), WorkoutSet.workout_id, WorkoutSet.exercise_id, WorkoutSet.completed_at),
    *(WorkoutSet.reps, WorkoutSet.weight, WorkoutSet.weight_unit, WorkoutSet.rpe, WorkoutSet.rir),
)
# Built once: it is in the way of every answer. What is compared is the set's own, which is not rounded.
STANDING = (
    select(
        PersonalRecord.id,
        PersonalRecord.pr_type,
        PersonalRecord.pr_history_id,
        PersonalRecord.achieved_at,
        *_SET,
    )
    .join(WorkoutSet, WorkoutSet.id == PersonalRecord.workout_set_id)
    .where(
        PersonalRecord.user_id == bindparam("user_id"),
        PersonalRecord.exercise_id == bindparam("exercise_id"),
        PersonalRecord.pr_history_id.is_not(None),
    )
)


async def logged(db: AsyncSession, workout: Workout, rows: Sequence[WorkoutSet]) -> list[Record]:
    """Notes the records that `rows`, just logged in one exercise of `workout`, have set, and marks the sets.

    Returns those that are news: the first of their family in this workout to beat what was done before it.
    """
    lifts = [lift for row in rows if (lift := lift_of(row)) is not None]
    if not lifts or workout.status == "cancelled":
        return []
    exercise_id, user_id = lifts[0].exercise_id, workout.user_id
    found = (await db.execute(STANDING, {"user_id": user_id, "exercise_id": exercise_id})).all()
    standing = [_held(row, row.pr_history_id) for row in found]
    bests = {one.slot: one for one in standing}
    first = min(lift.at for lift in lifts)
    if any(one.lift.at > first for one in standing):  # entered afterwards
        marked = await recompute(db, user_id, {exercise_id: first})
        mark(rows, marked)
        return []
    records = replay(bests, lifts)
    if not records:
        return []
    mark(rows, {one.lift.set_id for one in records if one.previous})
    ids = {one.slot: row.id for one, row in zip(standing, found, strict=True)}
    given = [
        _row(one, ids.get(one.slot) or _best_id(user_id, one) if bests[one.slot] is one else None)
        for one in records
    ]
    told = {FAMILY[one] for one in await _write(db, user_id, exercise_id, workout.id, given)}
    return [
        one
        for one in records
        if one.previous_workout not in {None, workout.id} and FAMILY[one.slot.pr_type] not in told
    ]


def earliest(places: Iterable[Place]) -> dict[UUID, datetime]:
    """Since when each exercise has to be computed again, when sets changed at these places."""
    since: dict[UUID, datetime] = {}
    for exercise_id, time in places:
        since[exercise_id] = min(time, since.get(exercise_id, time))
    return since


async def places_of(db: AsyncSession, sets: ColumnElement[bool]) -> dict[UUID, datetime]:
    """Since when each exercise has to be computed again, when certain `sets` come or go."""
    rows = await db.execute(
        select(WorkoutSet.exercise_id, func.min(WorkoutSet.completed_at))
        .where(sets)
        .group_by(WorkoutSet.exercise_id)
    )
    return {row[0]: row[1] for row in rows}


def mark(rows: Iterable[WorkoutSet], marked: Iterable[UUID]) -> None:
    """Tells `rows`, which are in memory, what the database knows: whether they are records."""
    known = set(marked)
    for row in rows:
        set_committed_value(row, "is_pr", row.id in known)


async def recompute(db: AsyncSession, user_id: UUID, since: Mapping[UUID, datetime | None]) -> set[UUID]:
    """Makes the records of each exercise in `since` what its sets say, from that time on (None: from ever).

    For sets that were changed, deleted, brought back or entered afterwards: `since` is the earliest time at
    which one of them was or is. Whoever writes many sets calls it once at the end. Returns the sets from then
    on that beat a record.
    """
    marked: set[UUID] = set()
    for exercise_id, time in since.items():
        marked |= await _recompute_one(db, user_id, exercise_id, time or EVER)
    return marked


async def _recompute_one(db: AsyncSession, user_id: UUID, exercise_id: UUID, since: datetime) -> set[UUID]:
    history = (
        await db.execute(
            select(PrHistory.id, PrHistory.pr_type, PrHistory.achieved_at, *_SET)
            .outerjoin(WorkoutSet, WorkoutSet.id == PrHistory.workout_set_id)
            .where(PrHistory.user_id == user_id, PrHistory.exercise_id == exercise_id)
            .order_by(PrHistory.achieved_at)
        )
    ).all()
    # A record whose set has gone cannot stand, whoever deleted the set.
    since = min([since, *(row.achieved_at for row in history if row.set_id is None)])
    before = [_held(row, row.id) for row in history if row.set_id and row.completed_at < since]
    bests = {one.slot: one for one in before}
    records = replay(bests, await _lifts(db, user_id, exercise_id, since))
    whose = {"user_id": user_id, "exercise_id": exercise_id}
    await db.execute(DROP, {**whose, "kept": [one.id for one in before]})
    await _rewrite(db, user_id, exercise_id, bests, records)
    marked = {one.lift.set_id for one in records if one.previous}
    await db.execute(MARK, {**whose, "since": since, "marked": list(marked)})
    return marked


async def _lifts(db: AsyncSession, user_id: UUID, exercise_id: UUID, since: datetime) -> list[Lift]:
    """The sets since then that count, in the order in which they were done."""
    rows = await db.execute(
        select(*_SET, WorkoutSet.set_type)
        .join(Workout, Workout.id == WorkoutSet.workout_id)
        .where(
            WorkoutSet.user_id == user_id,
            WorkoutSet.exercise_id == exercise_id,
            WorkoutSet.completed_at >= since,
            Workout.status != "cancelled",
        )
        .order_by(WorkoutSet.completed_at, WorkoutSet.sequence)
    )
    exercise = packaged_catalogue().by_id[exercise_id]
    return [_lift(row) for row in rows if counts(exercise, row.set_type, row.reps, row.weight)]


async def _rewrite(
    db: AsyncSession, user_id: UUID, exercise_id: UUID, bests: Bests, records: list[Record]
) -> None:
    """Writes `records`, and makes `bests` all that stand."""
    ids = {one.id: _best_id(user_id, one) for one in bests.values()}
    new = {one.id for one in records}
    given = [_row(one, ids.get(one.id)) for one in records]
    given += [_row(one, ids[one.id], is_new=False) for one in bests.values() if one.id not in new]
    whose = {"user_id": user_id, "exercise_id": exercise_id}
    await db.execute(DROP_STANDING, {**whose, "kept": list(ids.values())})
    if given:
        await _write(db, user_id, exercise_id, None, given)


async def _write(
    db: AsyncSession, user_id: UUID, exercise_id: UUID, workout_id: UUID | None, given: list[dict[str, Any]]
) -> list[PrType]:
    told = await db.scalars(
        WRITE,
        {"records": given, "user_id": user_id, "exercise_id": exercise_id, "workout_id": workout_id},
    )
    return list(told)


def _held(row: Row[*tuple[Any, ...]], record_id: UUID) -> Record:
    """A record as it is kept, with the set that set it."""
    lift, pr_type = _lift(row), cast(PrType, row.pr_type)
    return Record(record_id, slot_of(pr_type, lift), lift, measure_of(pr_type, lift), row.achieved_at)


def _lift(row: Row[*tuple[Any, ...]]) -> Lift:
    return Lift(
        row.set_id,
        row.workout_id,
        row.exercise_id,
        row.completed_at,
        row.reps,
        row.weight or None,
        row.weight_unit,
        row.rpe,
        row.rir,
    )


def _row(record: Record, best_id: UUID | None, *, is_new: bool = True) -> dict[str, Any]:
    """The row of `record` for `WRITE`: of `pr_history` if it is new, of `personal_records` if it stands."""
    lift = record.lift
    return {
        "id": str(record.id),
        "best_id": str(best_id) if best_id else None,
        "is_new": is_new,
        "exercise_id": str(lift.exercise_id),
        "workout_set_id": str(lift.set_id),
        "pr_type": record.slot.pr_type,
        "value": record.value,
        "weight": lift.weight,
        "weight_unit": lift.unit,
        "reps": lift.reps,
        "estimated_1rm": record.estimate,
        "previous_pr_id": str(record.previous) if record.previous else None,
        "improvement_percent": record.improvement,
        "achieved_at": record.achieved_at.isoformat(),
    }


def _best_id(user_id: UUID, record: Record) -> UUID:
    """The identifier of the standing record of a slot, the same whenever it is computed."""
    slot = record.slot
    return uuid5(NAMESPACE, f"{user_id} {record.lift.exercise_id} {slot.pr_type} {slot.load}")
