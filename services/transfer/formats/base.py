"""What the formats share: how a header is recognised, and a row by the names of its columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.units import WeightUnit
from db.models import SetType
from services.transfer import values
from services.transfer.errors import BadRow


@dataclass(frozen=True, slots=True)
class ReadSet:
    """One set as a file has it; 0 is read as none.

    `distance` is in `meters_per_unit` metres; that, like `unit`, is None where the file does not say.
    """

    set_type: SetType = "working"
    reps: int | None = None
    weight: float | None = None
    unit: WeightUnit | None = None
    rpe: float | None = None
    duration_seconds: float | None = None
    distance: float | None = None
    meters_per_unit: float | None = None
    superset: int | None = None
    notes: str | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was done: a set that was planned and left out."""
        return not (self.reps or self.duration_seconds or self.distance)


@dataclass(frozen=True, slots=True)
class ReadWorkout:
    """What a row says of its workout: when it ended, or how long it took."""

    name: str | None = None
    notes: str | None = None
    ends_at: datetime | None = None
    duration_seconds: float | None = None


class Row:
    """The cells of one row by the names of their columns."""

    def __init__(self, columns: Columns, cells: Sequence[str], *, decimal_comma: bool) -> None:
        self._columns = columns
        self._cells = cells
        self._decimal_comma = decimal_comma

    def text(self, column: str) -> str:
        """The cell of `column` without outer spaces; empty when the file has no such column."""
        at = self._columns.at.get(column)
        return self._cells[at].strip() if at is not None else ""

    def optional(self, column: str) -> str | None:
        """The cell of `column`, None when there is nothing in it."""
        return self.text(column) or None

    def required(self, column: str) -> str:
        """The cell of `column`. Raises `BadRow` when there is nothing in it."""
        if text := self.text(column):
            return text
        raise BadRow(f"{self._columns.heading(column)} is empty")

    def number(self, column: str) -> float | None:
        """The number in `column`; None for an empty cell and for 0, which these apps write for "none"."""
        try:
            value = values.number(self.text(column), decimal_comma=self._decimal_comma)
        except BadRow as error:
            raise BadRow(f"{self._columns.heading(column)}: {error}") from None
        if value is not None and value < 0:
            raise BadRow(f"{self._columns.heading(column)} is negative ({value:g})")
        return value or None

    def integer(self, column: str) -> int | None:
        """The whole number in `column`, None for an empty cell and for 0."""
        value = self.number(column)
        if value is not None and value != int(value):
            raise BadRow(f"{self._columns.heading(column)} is not a whole number ({value:g})")
        return None if value is None else int(value)

    def seconds(self, column: str) -> float | None:
        """The length of time in `column`, None for an empty cell and for 0."""
        try:
            return values.seconds(self.text(column)) or None
        except BadRow as error:
            raise BadRow(f"{self._columns.heading(column)}: {error}") from None

    def moment(self, column: str) -> datetime:
        """The time in `column`. Raises `BadRow` when it is empty, too."""
        try:
            return values.moment(self.text(column))
        except BadRow as error:
            raise BadRow(f"{self._columns.heading(column)}: {error}") from None

    def unit(self, column: str) -> str:
        """The unit that the heading of `column` names in parentheses; empty when it names none."""
        return self._columns.units.get(column, "")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a file are (`at`), the units in their headings, and the headings as written."""

    at: Mapping[str, int]
    units: Mapping[str, str]
    headings: Mapping[str, str]

    def heading(self, column: str) -> str:
        """What the file calls `column`."""
        return self.headings.get(column, column)


@dataclass(frozen=True)
class Format:
    """One app's table. `names` has the headings by which each column goes, `required` the needed ones.

    Every format has the columns `starts_at`, when the workout began, and `exercise`. `telling` are columns
    that no other app's table has together. A heading may carry a unit in parentheses. `read` makes a set of a
    row, `read_workout` what it says of its workout; they raise `BadRow`. `is_rest` tells rest timers.
    With `repeats_notes` every set has the notes of its exercise; they are kept once.
    """

    app: str
    label: str
    names: Mapping[str, str]
    required: frozenset[str]
    telling: frozenset[str]
    read: Callable[[Row], ReadSet]
    read_workout: Callable[[Row], ReadWorkout] = lambda row: ReadWorkout()
    is_rest: Callable[[Row], bool] = lambda row: False
    repeats_notes: bool = False
    _columns: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known = {plain(name): column for column, names in self.names.items() for name in names.split("|")}
        object.__setattr__(self, "_columns", known)

    def columns(self, header: Sequence[str]) -> Columns:
        """The columns of `header` that this format knows; of two alike the first counts."""
        at: dict[str, int] = {}
        units: dict[str, str] = {}
        headings: dict[str, str] = {}
        for i, cell in enumerate(header):
            column, unit = self._column(cell)
            if column is not None and column not in at:
                at[column], units[column], headings[column] = i, unit, cell.strip()
        return Columns(at, units, headings)

    def _column(self, cell: str) -> tuple[str | None, str]:
        if whole := self._columns.get(plain(cell)):
            return whole, ""
        name, opening, unit = cell.strip().rpartition("(")
        if not (opening and unit.endswith(")")):
            return None, ""
        return self._columns.get(plain(name)), unit.removesuffix(")").strip()


def plain(name: str) -> str:
    """A heading without case, accents, spaces and punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if c.isalnum() or c == "#")
