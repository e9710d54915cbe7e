"""What an import would do, before anything is written."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from pydantic import BaseModel

from core.units import WeightUnit
from db.session import Database
from services.exercises.catalogue import Exercise
from services.exercises.search import packaged_search
from services.transfer.here import Here, look_around, minute, set_key
from services.transfer.history import Name, read_history, start_key
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
        here = await look_around(session, user_id, resolved.history.form.app)
    return await asyncio.to_thread(_compare, resolved, here)


async def read_and_resolve(file: BinaryIO, choices: Choices, now: datetime | None = None) -> Resolved:
    """Reads `file` away from the event loop: a large one takes seconds. Raises `FileRefused`."""
    return await asyncio.to_thread(lambda: resolve(read_history(file, now), choices))


def _compare(resolved: Resolved, here: Here) -> Preview:
    history = resolved.history
    app, workouts = history.form.app, history.workouts
    sets = {set_key(app, one, done) for one in workouts for done, _ in resolved.sets(one)}
    new = [one for one in workouts if start_key(one.starts_at) not in here.workouts]
    days = [here.day(one.starts_at).date() for one in workouts]
    return Preview(
        app=app,
        label=history.form.label,
        encoding=history.encoding,
        unit=history.unit,
        needs_unit=history.needs_unit,
        workouts=len(workouts),
        sets=history.sets,
        new_workouts=sum(any(resolved.sets(one)) for one in new),
        new_sets=len(sets - here.sets),
        same_time=sum(minute(here.utc(one.starts_at)) in here.elsewhere for one in workouts),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        names=[_view(resolved, name) for name in _sorted(resolved) if name.sets],
        skipped=dict(history.skipped),
        bad_rows=history.bad_rows,
        problems=[BadRowView(line=one.line, reason=one.reason) for one in history.problems],
    )


def _sorted(resolved: Resolved) -> list[Name]:
    """All names, those that have to be mapped first, then by their number of sets."""
    unknown = {one.key for one in resolved.unknown}
    names = resolved.history.names.values()
    return sorted(names, key=lambda one: (one.key not in unknown, -one.sets, one.key))


def _view(resolved: Resolved, name: Name) -> NameView:
    exercise, skipped = resolved.exercises.get(name.key), name.key in resolved.skipped
    suggestions = [] if exercise or skipped else packaged_search().suggest(name.written)
    return NameView(
        name=name.written,
        sets=name.sets,
        exercise=_choice(exercise) if exercise else None,
        skipped=skipped,
        suggestions=[_choice(one) for one in suggestions],
    )


def _choice(exercise: Exercise) -> ExerciseChoice:
    return ExerciseChoice(slug=exercise.slug, name=exercise.name)
