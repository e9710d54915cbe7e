"""What no human lifts, does or rests: the limits above (or below) which VoiceFit asks instead of writing.

The ceilings lie where only a handful of record holders have been (raw squats and deadlifts end near 490 and
501 kg): a number above is far more often misheard than lifted, and a question costs little.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypedDict, Unpack

from core.units import WeightUnit, spoken_number

MAX_WEIGHT: dict[WeightUnit, float] = {"lbs": 1050.0, "kg": 476.0}
MAX_MACHINE_WEIGHT: dict[WeightUnit, float] = {"lbs": 2500.0, "kg": 1150.0}
MAX_HANDHELD_WEIGHT: dict[WeightUnit, float] = {"lbs": 300.0, "kg": 136.0}
"""One dumbbell or kettlebell: the heaviest sold weigh about 250 lb."""
MIN_WEIGHT: dict[WeightUnit, float] = {"lbs": 0.9, "kg": 0.4}
"""Of what is said: somewhat less than a pound, the lightest dumbbell sold. Logs of other apps have less."""
MAX_REPS = 200
MAX_FREE_REPS = 1000
MAX_SETS = 20
MAX_DURATION_SECONDS = 6 * 3600.0
MAX_DISTANCE_METERS = 100_000.0
MIN_REST_SECONDS = 5.0
MAX_REST_SECONDS = 3600.0

_UNIT_WORDS: dict[WeightUnit, str] = {"lbs": "pounds", "kg": "kilos"}


MACHINES = frozenset({"machine", "sled"})
HANDHELD = frozenset({"dumbbell", "kettlebell"})


class Bearing(TypedDict):
    """What kind of load an exercise takes, as the checks are told of it."""

    machine: bool
    handheld: bool


def bearing(equipment: Collection[str]) -> Bearing:
    """What an exercise with this equipment bears: machines more than a barbell, dumbbells alone less."""
    kinds = frozenset(equipment)
    return Bearing(machine=bool(MACHINES & kinds), handheld=bool(kinds) and kinds <= HANDHELD)


def check_weight(
    weight: float, unit: WeightUnit, *, machine: bool = False, handheld: bool = False
) -> str | None:
    """A question when `weight` cannot be right, else None.

    `machine`: sleds and leg presses hold more; `handheld`: one dumbbell or kettlebell holds less.
    """
    ceilings = MAX_MACHINE_WEIGHT if machine else MAX_HANDHELD_WEIGHT if handheld else MAX_WEIGHT
    ceiling = ceilings[unit]
    if weight < 0 or weight > ceiling:
        return _wrong_weight(weight, unit)
    return None


def check_spoken_weight(weight: float, unit: WeightUnit) -> str | None:
    """A question when `weight` is so little that it was hardly said, else None; nothing at all may be."""
    return _wrong_weight(weight, unit) if 0 < weight < MIN_WEIGHT[unit] else None


def _wrong_weight(weight: float, unit: WeightUnit) -> str:
    return f"{spoken_number(weight)} {_UNIT_WORDS[unit]} can't be right. What was the weight?"


def check_reps(reps: float, *, weighted: bool = True) -> str | None:
    """A question when `reps` cannot be right (fractional, below one, too many), else None."""
    ceiling = MAX_REPS if weighted else MAX_FREE_REPS
    if reps != int(reps) or reps < 1 or reps > ceiling:
        return f"{spoken_number(reps)} reps can't be right. How many reps was it?"
    return None


def check_rpe(rpe: float) -> str | None:
    """A question when `rpe` is not on the scale, 1 to 10 in halves, else None."""
    if not 1 <= rpe <= 10 or rpe * 2 != int(rpe * 2):
        return f"RPE {spoken_number(rpe)} isn't on the scale of 1 to 10. What was the RPE?"
    return None


def check_rir(rir: float) -> str | None:
    """A question when `rir` is not a whole number from 0 to 9, else None."""
    if not 0 <= rir <= 9 or rir != int(rir):
        return f"{spoken_number(rir)} reps in reserve can't be right. How many were left?"
    return None


def check_rest(seconds: float) -> str | None:
    """A question when a rest of `seconds` makes no sense, else None."""
    if not MIN_REST_SECONDS <= seconds <= MAX_REST_SECONDS:
        return f"A rest of {spoken_number(seconds)} seconds can't be right. How long should I time?"
    return None


class Quantities(TypedDict, total=False):
    """The numbers of a set. Weight is in `unit`; distance in metres, duration in seconds.

    `machine` is for sleds and leg presses, `handheld` for exercises with dumbbells or kettlebells alone.
    """

    reps: float | None
    weight: float | None
    unit: WeightUnit
    sets: float | None
    rpe: float | None
    rir: float | None
    duration_seconds: float | None
    distance_meters: float | None
    machine: bool
    handheld: bool


def check_set(**values: Unpack[Quantities]) -> str | None:
    """The question to ask about the first impossible value of a set, or None when all are possible."""
    found = first_impossible(**values)
    return found[1] if found else None


def first_impossible(**values: Unpack[Quantities]) -> tuple[str, str] | None:
    """The first impossible value of a set by name, and the question to ask; None when all are possible."""
    return next(((name, question) for name, question in _questions(values) if question), None)


def _questions(values: Quantities) -> Iterator[tuple[str, str | None]]:
    weight, reps = values.get("weight"), values.get("reps")
    if weight is not None:
        bears = Bearing(machine=values.get("machine", False), handheld=values.get("handheld", False))
        yield "weight", check_weight(weight, values.get("unit", "lbs"), **bears)
    if reps is not None:
        yield "reps", check_reps(reps, weighted=bool(weight))
    if (rpe := values.get("rpe")) is not None:
        yield "rpe", check_rpe(rpe)
    if (rir := values.get("rir")) is not None:
        yield "rir", check_rir(rir)
    if (sets := values.get("sets")) is not None and not (1 <= sets <= MAX_SETS and sets == int(sets)):
        yield "sets", f"{spoken_number(sets)} sets can't be right. How many sets was it?"
    duration, distance = values.get("duration_seconds"), values.get("distance_meters")
    if duration is not None and not 0 < duration <= MAX_DURATION_SECONDS:
        yield "duration_seconds", f"{spoken_number(duration)} seconds can't be right. How long was it?"
    if distance is not None and not 0 < distance <= MAX_DISTANCE_METERS:
        yield "distance_meters", f"{spoken_number(distance)} metres can't be right. How far was it?"
