"""Which plates go on each side of a bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.units import WeightUnit

BARS: Mapping[WeightUnit, float] = {"lbs": 45.0, "kg": 20.0}
"""The bar that is meant when none is said: an Olympic bar (IWF Technical and Competition Rules: 20 kg)."""

PAIRS = 12
PLATES: Mapping[WeightUnit, Mapping[float, int]] = {
    "lbs": dict.fromkeys((45.0, 35.0, 25.0, 10.0, 5.0, 2.5), PAIRS),
    "kg": dict.fromkeys((25.0, 20.0, 15.0, 10.0, 5.0, 2.5, 1.25), PAIRS),
}
"""The plates of an ordinary gym, and how many pairs: of each, as many as fit on a bar."""

STEPS = 100
"""Weights are added up in hundredths, as whole numbers."""


@dataclass(frozen=True, slots=True)
class BarLoad:
    """A loaded bar: its whole weight, and the plates on each side, heaviest first."""

    weight: float
    side: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LoadChoice:
    """How a weight is loaded: `exact`, or else the nearest that can be loaded `below` and `above` it."""

    bar: float
    exact: BarLoad | None
    below: BarLoad | None = None
    above: BarLoad | None = None


def load_bar(weight: float, bar: float, plates: Mapping[float, int]) -> LoadChoice:
    """How to load `weight` on `bar` with so many pairs of `plates`, all in one unit.

    Of several ways it is the one with the heaviest plates first. Below the bar there is nothing; above all
    plates together neither.
    """
    wanted = (weight - bar) / 2 * STEPS
    sides = _sides(plates, max(wanted, 0) + max(plates, default=0) * STEPS)
    if (exact := sides.get(round(wanted))) is not None and abs(wanted - round(wanted)) < 1e-6:
        return LoadChoice(bar, _load(bar, exact))
    below = max((total for total in sides if total < wanted), default=None)
    above = min((total for total in sides if total > wanted), default=None)
    return LoadChoice(
        bar,
        None,
        below=_load(bar, sides[below]) if below is not None else None,
        above=_load(bar, sides[above]) if above is not None else None,
    )


def _load(bar: float, side: tuple[float, ...]) -> BarLoad:
    return BarLoad(round(bar + 2 * sum(side), 4), side)


def _sides(plates: Mapping[float, int], most: float) -> dict[int, tuple[float, ...]]:
    """Every weight of a side up to `most` that can be made, in hundredths, with its plates."""
    sides: dict[int, tuple[float, ...]] = {0: ()}
    for plate, pairs in sorted(plates.items()):
        step = round(plate * STEPS)
        made: dict[int, tuple[float, ...]] = {}
        for count in range(pairs, -1, -1):  # what has more of the heavier plate comes first and stays
            for total, side in sides.items():
                if total + count * step <= most:
                    made.setdefault(total + count * step, (plate,) * count + side)
        sides = made
    return sides
