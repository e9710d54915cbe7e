"""What an import would do, before anything is written."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.units import WeightUnit
from db.models import UserProfile
from db.session import Database
from services.exercises.catalogue import Exercise
from services.transfer.history import Name, read_history, start_key
from services.transfer.keys import begun_elsewhere, minute, set_key, sets_here, workouts_here
from services.transfer.names import packaged_names
from services.transfer.resolving import Choices, Resolved, resolve


class ExerciseChoice(BaseModel):
    """An exercise of the catalogue: what a name is mapped to is its `slug`."""

    slug: str
    name: str


class NameView(BaseModel):
    """An exercise as the file calls it. `exercise` is what it is here, if that is sure or was said.

    A name that is neither `skipped` nor has an `exercise` has to be mapped; `suggestions` are the likeliest.
    """

    name: str
    sets: int
    exercise: ExerciseChoice | None
    skipped: bool
    suggestions: list[ExerciseChoice]


class BadRowView(BaseModel):
    """A row that cannot be used: the line of the file it begins on, and why."""

    line: int
    reason: str


class Preview(BaseModel):
    """What a file holds and what an import of it would write: `new_workouts` and `new_sets`.

    `unit` is that of the file's weights, None when it has none or several; `needs_unit` says that one has to
    be given. `same_time` counts workouts that begin in the same minute as one that is here from elsewhere:
    perhaps the same workout, which came by way of another app. `skipped` counts rows that are no sets.
    """

    app: str
    label: str
    encoding: str
    unit: WeightUnit | None
    needs_unit: bool
    workouts: int
    sets: int
    new_workouts: int
    new_sets: int
    same_time: int
    first_day: date | None
    last_day: date | None
    names: list[NameView]
    skipped: dict[str, int]
    bad_rows: int
    problems: list[BadRowView]

    @property
    def unknown(self) -> list[NameView]:
        """The names that somebody has to map."""
        return [name for name in self.names if name.exercise is None and not name.skipped]


async def preview(
    database: Database, user_id: UUID, file: BinaryIO, choices: Choices, now: datetime | None = None
) -> Preview:
    """Reads `file`, a table of another app, and compares it with what is here. Raises `FileRefused`."""
    resolved = await read_and_resolve(file, choices, now)
    async with database.transaction(user_id) as session:
        zone, _ = await zone_and_unit(session, user_id)
        return await _compare(session, user_id, resolved, zone)


async def read_and_resolve(file: BinaryIO, choices: Choices, now: datetime | None = None) -> Resolved:
    """Reads `file` away from the event loop: a large one takes seconds. Raises `FileRefused`."""
    return await asyncio.to_thread(lambda: resolve(read_history(file, now), choices))


async def zone_and_unit(db: AsyncSession, user_id: UUID) -> tuple[ZoneInfo, WeightUnit]:
    """The athlete's time zone and preferred unit."""
    query = select(UserProfile.timezone, UserProfile.preferred_unit).where(UserProfile.user_id == user_id)
    row = (await db.execute(query)).one_or_none()
    return (ZoneInfo(row[0]), row[1]) if row else (ZoneInfo("UTC"), "lbs")


def utc(at: datetime, zone: ZoneInfo) -> datetime:
    """`at` in UTC; without a zone of its own it is a time of the athlete's."""
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


async def _compare(db: AsyncSession, user_id: UUID, resolved: Resolved, zone: ZoneInfo) -> Preview:
    history = resolved.history
    app = history.form.app
    workouts = {start_key(workout.starts_at): workout for workout in history.workouts}
    sets = [set_key(app, one, done) for one in history.workouts for done, _ in resolved.sets(one)]
    here = await workouts_here(db, user_id, app, list(workouts))
    days = [utc(one.starts_at, zone).astimezone(zone).date() for one in history.workouts]
    return Preview(
        app=app,
        label=history.form.label,
        encoding=history.encoding,
        unit=history.unit,
        needs_unit=history.needs_unit,
        workouts=len(workouts),
        sets=history.sets,
        new_workouts=sum(any(resolved.sets(one)) for start, one in workouts.items() if start not in here),
        new_sets=len(sets) - len(await sets_here(db, user_id, sets)),
        same_time=await _same_time(db, user_id, app, [utc(one.starts_at, zone) for one in history.workouts]),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        names=[_view(resolved, name) for name in _sorted(resolved) if name.sets],
        skipped=dict(history.skipped),
        bad_rows=history.bad_rows,
        problems=[BadRowView(line=one.line, reason=one.reason) for one in history.problems],
    )


async def _same_time(db: AsyncSession, user_id: UUID, app: str, starts: list[datetime]) -> int:
    if not starts:
        return 0
    elsewhere = await begun_elsewhere(db, user_id, app, min(starts), max(starts))
    return sum(minute(at) in elsewhere for at in starts)


def _sorted(resolved: Resolved) -> list[Name]:
    """All names, those that have to be mapped first, then by their number of sets."""
    unknown = {one.key for one in resolved.unknown}
    names = resolved.history.names.values()
    return sorted(names, key=lambda one: (one.key not in unknown, -one.sets, one.key))


def _view(resolved: Resolved, name: Name) -> NameView:
    exercise, skipped = resolved.exercises.get(name.key), name.key in resolved.skipped
    suggestions = [] if exercise or skipped else packaged_names().suggest(name.written)
    return NameView(
        name=name.written,
        sets=name.sets,
        exercise=_choice(exercise) if exercise else None,
        skipped=skipped,
        suggestions=[_choice(one) for one in suggestions],
    )


def _choice(exercise: Exercise) -> ExerciseChoice:
    return ExerciseChoice(slug=exercise.slug, name=exercise.name)
