"""CrossFit's workouts of the day: `wods.csv`, their movements as JSON in a cell."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from db.catalogue.entries import Entry, ExerciseSlug, Line, Row, content_id, hashed, note_twice
from db.catalogue.faults import Faults
from db.catalogue.files import Cells, read_table
from db.models.crossfit import WodKind, WodType

FILE = "wods.csv"
COLUMNS = (
    "name",
    "kind",
    "wod_type",
    "rounds",
    "time_cap_minutes",
    "interval_seconds",
    "movements",
    "is_benchmark",
    "is_hero",
)

Count = Annotated[int, Field(ge=1, le=100_000)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Movement(Entry):
    """A movement of a WOD, with what is prescribed: loads in pounds, heights in inches.

    `scheme` is a number of repetitions that changes from round to round (`21-15-9`).
    """

    exercise: ExerciseSlug
    reps: Count | None = None
    scheme: Words | None = None
    distance_m: Count | None = None
    male_lb: Count | None = None
    female_lb: Count | None = None
    height_in: Count | None = None
    notes: Words | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.reps is None and self.scheme is None and self.distance_m is None:
            raise ValueError("says neither reps, scheme nor distance_m")
        if (self.male_lb is None) != (self.female_lb is None):
            raise ValueError("male_lb and female_lb belong together")
        return self

    def row(self) -> Row:
        """The movement as `crossfit_wods.movements` has it: units in names, loads by sex as `weight`."""
        loads = {"weight": {"male": self.male_lb, "female": self.female_lb, "unit": "lbs"}}
        said = {
            "exercise": self.exercise,
            "reps": self.reps,
            "scheme": self.scheme,
            "distance_meters": self.distance_m,
            **(loads if self.male_lb is not None else {}),
            "height_inches": self.height_in,
            "notes": self.notes,
        }
        return {name: value for name, value in said.items() if value is not None}


class Wod(Line):
    """A WOD. `rounds` is a number to do, `time_cap_minutes` also how long an AMRAP lasts."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    kind: WodKind
    wod_type: WodType
    rounds: Count | None
    time_cap_minutes: Count | None
    interval_seconds: Count | None
    movements: Annotated[list[Movement], Field(min_length=1)]
    is_benchmark: bool
    is_hero: bool

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.wod_type == "amrap" and self.time_cap_minutes is None:
            raise ValueError("an amrap needs time_cap_minutes")
        if self.is_hero != (self.kind == "hero"):
            raise ValueError("is_hero must say what kind says")
        return self


WOD = TypeAdapter(Wod)


def load_wods(folder: Path, slugs: Collection[str], faults: Faults) -> tuple[Wod, ...]:
    """The WODs of a content folder."""
    found: list[tuple[str, Wod]] = []
    for entry, cells in read_table(folder, FILE, COLUMNS, faults):
        value = {**cells, "movements": _movements(cells, entry, faults)}
        if value["movements"] is None:
            continue
        if (wod := faults.validated(WOD, value, FILE, entry, {"slugs": slugs})) is not None:
            found.append((entry, wod))
    note_twice(((FILE, entry, wod.name) for entry, wod in found), faults)
    return tuple(wod for _, wod in found)


def wod_rows(wods: Iterable[Wod]) -> list[Row]:
    """Rows of `crossfit_wods`."""
    return [
        hashed(
            {
                "id": content_id("crossfit_wods", wod.name.casefold()),
                "name": wod.name,
                "kind": wod.kind,
                "wod_type": wod.wod_type,
                "movements": [movement.row() for movement in wod.movements],
                "time_cap_minutes": wod.time_cap_minutes,
                "rounds": wod.rounds,
                "interval_seconds": wod.interval_seconds,
                "is_benchmark": wod.is_benchmark,
                "is_hero_wod": wod.is_hero,
                "rx_standards": _rx_standards(wod),
            }
        )
        for wod in wods
    ]


def _movements(cells: Cells, entry: str, faults: Faults) -> Any:
    try:
        return json.loads(cells["movements"] or "[]")
    except json.JSONDecodeError as error:
        faults.add(FILE, entry, f"movements: is not JSON: {error}")
        return None


def _rx_standards(wod: Wod) -> Row | None:
    """What counts as Rx, by sex: `weight` if one load is used throughout, otherwise `weights` by exercise."""
    loaded = {m.exercise: m for m in wod.movements if m.male_lb is not None}
    if not loaded:
        return None
    standards: Row = {}
    for sex in ("male", "female"):
        loads = {slug: getattr(movement, f"{sex}_lb") for slug, movement in loaded.items()}
        one = len(set(loads.values())) == 1
        standards[sex] = {"weight": next(iter(loads.values()))} if one else {"weights": loads}
        standards[sex]["unit"] = "lbs"
    return standards
