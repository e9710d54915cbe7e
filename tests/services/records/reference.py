"""Records computed from scratch, the slow and obvious way: every set against every set before it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import PersonalRecord, PrHistory, Workout, WorkoutSet
from services.exercises.catalogue import packaged_catalogue

KG = 0.45359237


@dataclass(frozen=True)
class Expected:
    """A record by what it is about; `beat` is the set whose record it beat."""

    set_id: UUID
    exercise_id: UUID
    pr_type: str
    value: float
    weight: float | None
    unit: str
    reps: int
    beat: UUID | None


def tenths(row: WorkoutSet) -> int:
    kilos = (row.weight or 0) * (KG if row.weight_unit == "lbs" else 1)
    return round(kilos * 10)


def history(rows: list[WorkoutSet]) -> list[Expected]:
    """Every record that the counting sets `rows` of one exercise, in order, have set."""
    found = []
    for place, row in enumerate(rows):
        before = rows[:place]
        for pr_type, least in (("1rm", 1), ("3rm", 3), ("5rm", 5)):
            rivals = [one for one in before if (one.reps or 0) >= least]
            if row.weight and (row.reps or 0) >= least and all(tenths(row) > tenths(r) for r in rivals):
                found.append(_expected(row, pr_type, row.weight, rivals, tenths))
        if row.weight and packaged_catalogue().by_id[row.exercise_id].measure == "weight_reps":
            rivals = [one for one in before if one.weight]
            if all(_volume(row) > _volume(r) for r in rivals):
                found.append(_expected(row, "volume", row.weight * (row.reps or 0), rivals, _volume))
        as_heavy = [one for one in before if tenths(one) >= tenths(row)]
        if all((row.reps or 0) > (r.reps or 0) for r in as_heavy):
            same = [one for one in as_heavy if tenths(one) == tenths(row)]
            held = [one for one in found if one.pr_type == "reps_at_weight"]
            rivals = [one for one in same if any(h.set_id == one.id for h in held)]
            found.append(_expected(row, "reps_at_weight", float(row.reps or 0), rivals, _reps))
    return found


def _volume(row: WorkoutSet) -> int:
    return tenths(row) * (row.reps or 0)


def _reps(row: WorkoutSet) -> int:
    return row.reps or 0


def _expected(row, pr_type, value, rivals, measure) -> Expected:  # type: ignore[no-untyped-def]
    best = max((measure(one) for one in rivals if measure(one)), default=None)
    beat = next((one.id for one in rivals if measure(one) == best), None) if best is not None else None
    return Expected(
        row.id, row.exercise_id, pr_type, value, row.weight or None, row.weight_unit, row.reps or 0, beat
    )


def standing(records: list[Expected], rows: dict[UUID, WorkoutSet]) -> set[tuple[UUID, str]]:
    """The records that nothing has beaten: the last of each type, and of each load."""
    last: dict[tuple[object, ...], tuple[UUID, str]] = {}
    for one in records:
        load = tenths(rows[one.set_id]) if one.pr_type == "reps_at_weight" else None
        last[one.exercise_id, one.pr_type, load] = (one.set_id, one.pr_type)
    return set(last.values())


async def check_records(db: AsyncSession) -> int:
    """Asserts that the records of the transaction's athlete are what their sets say; returns how many."""
    query = (
        select(WorkoutSet)
        .join(Workout, Workout.id == WorkoutSet.workout_id)
        .where(Workout.status != "cancelled", WorkoutSet.set_type != "warmup", WorkoutSet.reps > 0)
        .order_by(WorkoutSet.completed_at, WorkoutSet.sequence)
        .execution_options(populate_existing=True)
    )
    sets = list(await db.scalars(query))
    counting: dict[UUID, list[WorkoutSet]] = {}
    for row in sets:
        measure = packaged_catalogue().by_id[row.exercise_id].measure
        if measure == "reps" or (measure == "weight_reps" and row.weight):
            counting.setdefault(row.exercise_id, []).append(row)
    expected = [one for rows in counting.values() for one in history(rows)]
    kept = list(await db.scalars(select(PrHistory).execution_options(populate_existing=True)))
    by_id = {row.id: row for row in kept}
    assert {
        (
            row.workout_set_id,
            row.exercise_id,
            row.pr_type,
            round(row.value, 2),
            round(row.weight, 2) if row.weight is not None else None,
            row.weight_unit,
            row.reps,
            by_id[row.previous_pr_id].workout_set_id if row.previous_pr_id else None,
        )
        for row in kept
    } == {
        (
            one.set_id,
            one.exercise_id,
            one.pr_type,
            round(one.value, 2),
            round(one.weight, 2) if one.weight is not None else None,
            one.unit,
            one.reps,
            one.beat,
        )
        for one in expected
    }
    assert len(kept) == len(expected)
    now = list(await db.scalars(select(PersonalRecord).execution_options(populate_existing=True)))
    rows_by_id = {row.id: row for row in sets}
    assert sorted((str(row.workout_set_id), row.pr_type) for row in now) == sorted(
        (str(set_id), pr_type) for set_id, pr_type in standing(expected, rows_by_id)
    )
    for best in now:
        record = by_id[best.pr_history_id] if best.pr_history_id else None
        assert record is not None
        for name in ("value", "weight", "weight_unit", "reps", "estimated_1rm", "achieved_at"):
            assert getattr(best, name) == getattr(record, name)
    marked = set(await db.scalars(select(WorkoutSet.id).where(WorkoutSet.is_pr)))
    assert marked == {one.set_id for one in expected if one.beat}
    return len(expected)
