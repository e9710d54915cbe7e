"""Before-images: what rows held before a call changed them, so that the call can be taken back.

An image is `{"workout_sets": {id: columns | null}, "workouts": {...}}`: `null` for a row that the call made,
the changed or all columns for a row that it changed or removed. Taking a call back restores its images.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    TextClause,
    and_,
    bindparam,
    delete,
    exists,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict
from db.models import (
    Base,
    ExerciseName,
    InjuryLog,
    Run,
    RunInterval,
    RunningShoe,
    RunPoints,
    RunSplit,
    User,
    UserOnboarding,
    UserProfile,
    Workout,
    WorkoutSet,
)
from services import records
from services.running.aftermath import settle

Image = dict[str, dict[str, dict[str, Any] | None]]
Model = type[Base]

MODELS: dict[str, Model] = {
    "users": User,
    "user_profiles": UserProfile,
    "user_onboarding": UserOnboarding,
    "injury_logs": InjuryLog,
    "workouts": Workout,
    "workout_sets": WorkoutSet,
    "running_shoes": RunningShoe,
    "runs": Run,
    "run_splits": RunSplit,
    "run_intervals": RunInterval,
    "run_points": RunPoints,
    "exercise_names": ExerciseName,
}
"""Whose rows can be put back, in the order in which they need each other."""
# Restoring it is the database's own business.
GENERATED = {"updated_at"}


class Images:
    """Collects the before-images of one call."""

    def __init__(self) -> None:
        self.image: Image = {}

    def made(self, row: Base) -> None:
        """`row` did not exist before."""
        self._table(row)[str(_key(row))] = None

    def before(self, row: Base, *columns: str) -> None:
        """`row` as it is now, about to be changed in `columns` (all of them when none is named)."""
        names = columns or tuple(c.key for c in inspect(row).mapper.column_attrs if c.key not in GENERATED)
        image = {name: _to_json(getattr(row, name)) for name in names}
        self._table(row).setdefault(str(_key(row)), image)

    def elsewhere(self, what: str, key: UUID) -> None:
        """The call did something that is not a row, such as a timer: whoever runs it takes it back."""
        self.image.setdefault(what, {})[str(key)] = None

    def _table(self, row: Base) -> dict[str, dict[str, Any] | None]:
        return self.image.setdefault(row.__tablename__, {})


async def restore(db: AsyncSession, user_id: UUID, image: Image) -> None:
    """Puts an athlete's rows back as they were, and with them the records that sets have set.

    A workout that the call made stays if it has sets. Raises `Conflict` when it would open a second workout
    or run.
    """
    places = await _places(db, image)
    await _restore_rows(db, user_id, image)
    places += await _places(db, _without_made(image))
    await records.recompute(db, user_id, records.earliest(places))
    if "runs" in image or "running_shoes" in image:
        await _follow_runs(db, user_id, image)


async def _follow_runs(db: AsyncSession, user_id: UUID, image: Image) -> None:
    """Puts right what hangs on runs. What was computed when a run ended goes when it is on again."""
    runs = image.get("runs", {}).items()
    on = [UUID(key) for key, columns in runs if columns and columns.get("status") in ("active", "paused")]
    if on:
        for model in (RunSplit, RunInterval):
            await db.execute(delete(model).where(model.run_id.in_(on)))
        await db.execute(update(Run).where(Run.id.in_(on)).values(route_data=None))
    await settle(db, user_id)


def _without_made(image: Image) -> Image:
    """Of `image` the rows that are there once it is restored: not those that the call made."""
    return {
        table: {key: columns for key, columns in rows.items() if columns is not None}
        for table, rows in image.items()
    }


async def _places(db: AsyncSession, image: Image) -> list[records.Place]:
    """Where the sets are now on which records may hang: those of `image`, and those of workouts that are
    cancelled, which do not count."""
    sets = image.get("workout_sets", {}).items()
    ids = [key for key, columns in sets if columns is None or records.RELEVANT & columns.keys()]
    workouts = [key for key, columns in image.get("workouts", {}).items() if columns and "status" in columns]
    if not ids and not workouts:
        return []
    in_cancelled = and_(WorkoutSet.workout_id.in_(workouts), Workout.status == "cancelled")
    found = await db.execute(
        select(WorkoutSet.exercise_id, WorkoutSet.completed_at)
        .join(Workout, Workout.id == WorkoutSet.workout_id)
        .where(or_(WorkoutSet.id.in_(ids), in_cancelled))
    )
    return [(row[0], row[1]) for row in found]


async def _restore_rows(db: AsyncSession, user_id: UUID, image: Image) -> None:
    for table, model in MODELS.items():
        for key, columns in image.get(table, {}).items():
            if columns is not None:
                await _put_back(db, user_id, model, UUID(key), columns)
    for table, model in reversed(MODELS.items()):
        for key, columns in image.get(table, {}).items():
            if columns is None:
                await _remove(db, model, UUID(key))


async def _remove(db: AsyncSession, model: Model, key: UUID) -> None:
    statement = delete(model).where(_key_of(model) == key)
    if model is Workout:
        statement = statement.where(~exists(select(1).where(WorkoutSet.workout_id == key)))
    await db.execute(statement)


async def _put_back(
    db: AsyncSession, user_id: UUID, model: Model, key: UUID, columns: dict[str, Any]
) -> None:
    types = {c.key: c.type.python_type for c in model.__table__.columns if c.key in columns}
    values = {name: _from_json(types[name], value) for name, value in columns.items()}
    if model is Workout and values.get("status") == "active":
        await _check_none_is_open(db, user_id, key)
    if model is Run and values.get("status") in ("active", "paused"):
        await _check_none_is_on(db, user_id, key)
    if model is Run and "id" in values:
        await _check_is_gone(db, user_id, values)
    if "id" in values:  # a whole row: it may have been deleted
        await db.execute(_whole(model, values), values)
    else:
        await db.execute(update(model).where(_key_of(model) == key).values(values))


async def _check_none_is_open(db: AsyncSession, user_id: UUID, key: UUID) -> None:
    other = select(Workout.id).where(
        Workout.user_id == user_id, Workout.status == "active", Workout.id != key
    )
    if await db.scalar(other.limit(1)) is not None:
        raise Conflict("Another workout is open. Finish it first.")


async def _check_none_is_on(db: AsyncSession, user_id: UUID, key: UUID) -> None:
    other = select(Run.id).where(Run.user_id == user_id, Run.status != "completed", Run.id != key)
    if await db.scalar(other.limit(1)) is not None:
        raise Conflict("Another run is on. Finish it first.")


async def _check_is_gone(db: AsyncSession, user_id: UUID, run: dict[str, Any]) -> None:
    """A run that was deleted may have been brought from its file again; its shoes may be gone."""
    same = select(Run.id).where(
        Run.user_id == user_id,
        Run.source == run["source"],
        Run.external_id == run["external_id"],
        Run.id != run["id"],
    )
    from_file = run["external_id"] is not None
    if from_file and await db.scalar(same.limit(1)) is not None:
        raise Conflict("That run is here again already.")
    for name, model in (("shoe_id", RunningShoe), ("workout_id", Workout)):
        if run[name] is not None and await db.get(model, run[name]) is None:
            run[name] = None


def _whole(model: Model, values: dict[str, Any]) -> TextClause:
    """Writes a row as it was, its `sequence` too: the set that was newest is the newest again."""
    names = ", ".join(values)
    rest = ", ".join(f"{name} = excluded.{name}" for name in values if name not in {"id", "sequence"})
    statement = text(
        f"insert into {model.__tablename__} ({names}) overriding system value "
        f"values ({', '.join(':' + name for name in values)}) on conflict (id) do update set {rest}"
    )
    return statement.bindparams(*(bindparam(name, type_=model.__table__.c[name].type) for name in values))


def _key_of(model: Model) -> ColumnElement[UUID]:
    """The primary key: of settings it is their athlete."""
    return next(iter(inspect(model).primary_key))


def _key(row: Base) -> UUID:
    key = inspect(row).identity
    if key is None:
        raise ValueError(f"{row!r} has not been flushed: it has no key yet")
    return UUID(str(key[0]))


def _to_json(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _from_json(kind: type, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return UUID(value) if kind is UUID else value
