"""A file of another app as workouts and sets: read, grouped and checked, nothing of it written.

What a set is recognised by when it comes again is the app, the start of its workout as the file has it, the
exercise's name there, and its position among the sets of that exercise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from core.units import METERS_PER_MILE, WeightUnit
from services.transfer.errors import BadRow, FileRefused, FileTooLarge, RowProblem
from services.transfer.formats import Format, ReadSet, ReadWorkout, Row, recognise
from services.transfer.table import Line, Table
from services.transfer.values import METERS, clean

MAX_ROWS = 200_000
"""Thirty years of training five times a week, 25 sets each. All of them fit into memory at once."""
MAX_BYTES = 128 * 1024 * 1024
MAX_PROBLEMS = 100
"""So many rows that cannot be used are listed; the others are counted."""
MAX_NAMES = 2_000
MAX_NAME = 200
DAY = 86_400.0
MAX_NOTES = 10_000
EARLIEST = datetime(1950, 1, 1)


@dataclass(slots=True)
class HistorySet:
    """A set of the file. `exercise` is the name there, folded; `position` counts within it, from 1."""

    line: int
    exercise: str
    position: int
    read: ReadSet


@dataclass(slots=True)
class HistoryWorkout:
    """A workout of the file: `starts_at` is naive when the file names no zone."""

    starts_at: datetime
    name: str | None = None
    notes: str | None = None
    ends_at: datetime | None = None
    sets: list[HistorySet] = field(default_factory=list)


@dataclass(slots=True)
class Name:
    """An exercise as the file calls it (`written`; `key` is that, folded), and how many sets it has."""

    key: str
    written: str
    sets: int = 0


@dataclass
class History:
    """All of a file. `skipped` counts rows that are no sets, by what they are."""

    form: Format
    encoding: str
    separator: str
    workouts: list[HistoryWorkout] = field(default_factory=list)
    names: dict[str, Name] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[RowProblem] = field(default_factory=list)
    bad_rows: int = 0

    @property
    def sets(self) -> int:
        """How many sets there are."""
        return sum(len(workout.sets) for workout in self.workouts)

    @property
    def unit(self) -> WeightUnit | None:
        """The unit of all weights, when the file says it and it is one."""
        units = {one.read.unit for workout in self.workouts for one in workout.sets if one.read.weight}
        return units.pop() if len(units) == 1 else None

    @property
    def needs_unit(self) -> bool:
        """Whether a weight or a distance has no unit in the file."""
        return any(
            (one.read.weight and not one.read.unit) or (one.read.distance and not one.read.meters_per_unit)
            for workout in self.workouts
            for one in workout.sets
        )

    def found(self, problems: Sequence[RowProblem]) -> None:
        """Notes rows that cannot be used; the first of the file are listed."""
        self.bad_rows += len(problems)
        self.problems = sorted((*self.problems, *problems), key=lambda one: one.line)[:MAX_PROBLEMS]


def read_history(file: BinaryIO, now: datetime | None = None) -> History:
    """Reads a table of another app; rows that cannot be used are among its `problems`.

    Workouts are in the order of time, sets in the order of the file. Raises `FileRefused`, and `FileTooLarge`
    after counting the rows one by one, before any is kept.
    """
    check_size(file)
    table = Table(file)
    form, columns = recognise(table)
    if (count := sum(1 for _ in table)) > MAX_ROWS:
        raise FileTooLarge(
            f"The file has {count:,} rows; an import takes {MAX_ROWS:,} at most. Split it by years and "
            "import the parts: nothing is written twice."
        )
    history = History(form, table.encoding, table.separator)
    reader = _Reader(history, (now or datetime.now(UTC)) + timedelta(days=1))
    width = len(table.header(table.separator))
    problems: list[RowProblem] = []
    for line in table:
        try:
            _check_width(line, width)
            reader.take(line.number, Row(columns, line.cells, decimal_comma=table.separator != ","))
        except BadRow as error:
            problems.append(RowProblem(line.number, str(error)))
    history.found(problems)
    if not count:
        raise FileRefused("The file has a header and no rows: there is nothing to import.")
    history.workouts = sorted(reader.workouts.values(), key=_order)
    return history


def check_size(file: BinaryIO) -> None:
    """Raises `FileTooLarge` for a file of more than `MAX_BYTES`."""
    if (size := file.seek(0, 2)) > MAX_BYTES:
        raise FileTooLarge(f"The file has {size:,} bytes; an import takes {MAX_BYTES:,} at most.")


def start_key(starts_at: datetime) -> str:
    """The start of a workout in a key: as written, or in UTC when a zone was written."""
    return (starts_at.astimezone(UTC) if starts_at.tzinfo else starts_at).isoformat()


def fold(name: str) -> str:
    """An exercise's name without case and superfluous spaces."""
    return clean(name).casefold()


def meters(read: ReadSet, unit: WeightUnit | None) -> float | None:
    """A set's distance in metres. Without a unit of its own, kilometres go with kilos, miles with pounds."""
    if read.distance is None:
        return None
    assumed = METERS_PER_MILE if unit == "lbs" else METERS["km"]
    return read.distance * (read.meters_per_unit or assumed)


def _check_width(line: Line, width: int) -> None:
    if len(line.cells) < width or any(cell.strip() for cell in line.cells[width:]):
        raise BadRow(f"it has {len(line.cells)} cells where the header has {width}")


def _order(workout: HistoryWorkout) -> tuple[datetime, str]:
    # Naive and aware times do not compare. Within one file they are of a kind, but for damaged ones.
    return workout.starts_at.replace(tzinfo=None), start_key(workout.starts_at)


class _Reader:
    """Groups sets into workouts. Positions count sets that cannot be used: mending one moves no other."""

    def __init__(self, history: History, latest: datetime) -> None:
        self.workouts: dict[str, HistoryWorkout] = {}
        self._history = history
        self._latest = latest
        self._positions: Counter[tuple[str, str]] = Counter()
        self._notes: dict[tuple[str, str], str | None] = {}

    def take(self, line: int, row: Row) -> None:
        """Takes one row in. Raises `BadRow`."""
        form = self._history.form
        if form.is_rest(row):
            self._history.skipped["rest timers"] += 1
            return
        starts_at, written = row.moment("starts_at"), clean(row.required("exercise"))
        key, exercise = start_key(starts_at), fold(written)
        self._positions[key, exercise] += 1
        read = form.read(row)
        if form.repeats_notes:
            read = self._once((key, exercise), read)
        if read.is_empty:
            self._history.skipped["sets without reps, time or distance"] += 1
            return
        self._check(starts_at)
        _check_length("the exercise's name", written, MAX_NAME)
        _check_length("the notes", read.notes, MAX_NOTES)
        workout = self.workouts.get(key) or self._open(key, starts_at, row)
        name = self._name(exercise, written)
        name.sets += 1
        workout.sets.append(HistorySet(line, name.key, self._positions[key, exercise], read))

    def _once(self, place: tuple[str, str], read: ReadSet) -> ReadSet:
        """`read` without notes that the set before it had."""
        before = self._notes.get(place)
        self._notes[place] = read.notes
        return replace(read, notes=None) if read.notes == before else read

    def _open(self, key: str, starts_at: datetime, row: Row) -> HistoryWorkout:
        said = self._history.form.read_workout(row)
        name = clean(said.name) if said.name else None
        _check_length("the workout's name", name, MAX_NAME)
        _check_length("the workout's notes", said.notes, MAX_NOTES)
        workout = HistoryWorkout(starts_at, name, said.notes, _end(starts_at, said))
        self.workouts[key] = workout
        return workout

    def _name(self, key: str, written: str) -> Name:
        names = self._history.names
        if key not in names:
            if len(names) == MAX_NAMES:
                raise FileRefused(f"The file names more than {MAX_NAMES:,} exercises: it is no training log.")
            names[key] = Name(key, written)
        return names[key]

    def _check(self, at: datetime) -> None:
        if at.replace(tzinfo=None) < EARLIEST:
            raise BadRow(f"the date {at:%Y-%m-%d} is before {EARLIEST.year}")
        if at.replace(tzinfo=at.tzinfo or UTC) > self._latest:
            raise BadRow(f"the date {at:%Y-%m-%d} is in the future")


def _end(starts_at: datetime, said: ReadWorkout) -> datetime | None:
    """When the workout ended; None when that is not said, or cannot be right, as of a timer left running."""
    if said.duration_seconds is not None:
        return starts_at + timedelta(seconds=said.duration_seconds) if said.duration_seconds <= DAY else None
    if said.ends_at is None or (said.ends_at.tzinfo is None) != (starts_at.tzinfo is None):
        return None
    return said.ends_at if timedelta() <= said.ends_at - starts_at <= timedelta(seconds=DAY) else None


def _check_length(what: str, text: str | None, most: int) -> None:
    if text is not None and len(text) > most:
        raise BadRow(f"{what} has {len(text)} characters; {most} is the most")
