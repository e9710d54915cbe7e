"""Loads told by what hangs on the bar: "two plates and a quarter", "bar plus ten a side", "empty bar"."""

from __future__ import annotations

from typing import cast

from agent.router.cursor import Cursor, Item, Load
from agent.router.numbers import Number
from core.units import WeightUnit

PLATE_WEIGHT: dict[WeightUnit, float] = {"lbs": 45.0, "kg": 20.0}
"""What "a plate" weighs, by the athlete's unit (45 lb, 20 kg: the largest standard discs)."""
BAR_WEIGHT: dict[WeightUnit, float] = {"lbs": 45.0, "kg": 20.0}
"""The standard bar (IWF: 20 kg for men's competition, sold as 45 lb)."""
MOST_PLATES = 9
"""A number above it before "plate" is what the plate weighs."""
_CHANGE_PLATES: dict[WeightUnit, frozenset[float]] = {
    "lbs": frozenset({2.5, 5, 10, 15, 25, 35, 45, 55}),
    "kg": frozenset({0.5, 1, 1.25, 1.5, 2, 2.5, 5, 10, 15, 20, 25}),
}


def read_load(c: Cursor, unit: WeightUnit, barbell: bool) -> Item | None:
    """A load at the cursor. `unit` is the athlete's; `barbell` allows "forty five a side"."""
    return _held(c, unit, barbell) or _plates(c, unit, barbell) or _bar(c, unit)


def _held(c: Cursor, unit: WeightUnit, barbell: bool) -> Item | None:
    """One disc by its weight: "with a 25 pound plate". On a bar it hangs on each side."""
    number = c.number()
    if number is None or number.plural or number.value <= MOST_PLATES:
        return None
    named = c.tag(1) == "unit"
    i = 2 if named else 1
    if c.tag(i) != "plate" or c.at(i).value != 1.0:
        return None
    said = cast(WeightUnit, c.at(1).value) if named else None
    if number.value not in _CHANGE_PLATES[said or unit]:
        return None
    i += 1
    if not _side_at(c, i):
        return None if barbell else c.take(i, "weight", number.value, said)
    while _side_at(c, i):
        i += 1
    return c.take(i, "weight", Load(number.value))


def _plates(c: Cursor, unit: WeightUnit, barbell: bool) -> Item | None:
    count: float | None = None
    i = 0
    number = c.number()
    if c.tag() == "article" and c.tag(1) == "plate" and c.at().text not in ("the", "my", "this"):
        count, i = 1.0, 2
    elif number is not None and not number.plural and c.tag(1) == "plate":
        count, i = number.value, 2
    elif c.tag() == "plate" and c.at().value and not _pointed_at(c):
        count, i = 1.0, 1
    elif number is not None and number.plural and len(number.parts) == 2 and _side_at(c, 1):
        return _discs(c, unit, *number.parts)
    elif number is not None and barbell and _side_at(c, 1) and c.tag(-1) not in ("for", "by"):
        return _hung(c, unit, number)
    if count is None:
        return None
    side = count * PLATE_WEIGHT[unit]
    extra, i = _change(c, unit, i)
    while _side_at(c, i):
        i += 1
    return c.take(i, "weight", Load(side + extra, count if not extra else None))


def _pointed_at(c: Cursor) -> bool:
    """ "that plate", "the plate": a thing that lies there, and no load."""
    return bool(c.tag(-1)) and c.at(-1).text.split()[-1] in ("that", "this", "the", "my")


def _change(c: Cursor, unit: WeightUnit, i: int) -> tuple[float, int]:
    """The small plates after "two plates": "and a quarter", "and a ten", "plus a five"."""
    total = 0.0
    while c.tag(i) in ("and", "plus"):
        j = i + 1
        while c.tag(j) == "article":
            j += 1
        number = c.number(j)
        if c.tag(j) == "quarter" and unit == "lbs":
            total += float(c.at(j).value or 0)
        elif (
            number is not None
            and number.value in _CHANGE_PLATES[unit]
            and c.tag(j + 1) in ("side", "for", "", "comma", "unit")
        ):
            total += number.value
        else:
            return total, i
        i = j + 1
        if c.tag(i) == "unit":
            i += 1
    return total, i


def _discs(c: Cursor, unit: WeightUnit, count: float, disc: float) -> Item | None:
    """ "two forty fives on each side"."""
    if count > 10 or disc not in _CHANGE_PLATES[unit]:
        return None
    i = 1
    while _side_at(c, i):
        i += 1
    return c.take(i, "weight", Load(count * disc))


def _hung(c: Cursor, unit: WeightUnit, number: Number) -> Item:
    """ "forty five a side" on a bar. "one forty five a side" may be 145, or one 45: not sure."""
    i = 1
    while _side_at(c, i):
        i += 1
    if number.parts or number.value not in _CHANGE_PLATES[unit]:
        return c.skip(i, Item("unsure"))
    return c.take(i, "weight", Load(number.value))


def _side_at(c: Cursor, i: int) -> bool:
    return c.tag(i) == "side" or (c.tag(i) == "on" and c.tag(i + 1) == "side")


def _bar(c: Cursor, unit: WeightUnit) -> Item | None:
    """ "empty bar", "bar with tens", "bar plus ten kilos a side"."""
    if c.tag() != "bar":
        return None
    text = c.at().text
    if c.tag(1) in ("plus", "with", "and"):
        j = 2
        while c.tag(j) == "article":
            j += 1
        number = c.number(j)
        if number is not None and (number.plural or _side_after(c, j)):
            i = j + 1
            if c.tag(i) == "unit":
                i += 1
            while _side_at(c, i):
                i += 1
            return c.take(i, "weight", Load(number.value))
        if c.tag(j) == "quarter" and unit == "lbs":
            return c.take(j + 1 + _side_at(c, j + 1), "weight", Load(float(c.at(j).value or 0)))
        return None
    if text in ("bar", "olympic bar") and c.tag(1) != "for":
        return None
    return c.take(1, "weight", Load(0.0))


def _side_after(c: Cursor, j: int) -> bool:
    return _side_at(c, j + 1) or (c.tag(j + 1) == "unit" and _side_at(c, j + 2))
