"""Comparing the arguments of an expected call with those of the call that was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.units import WeightUnit, convert_weight
from eval.names import exercise_slug

TOLERANCE = 0.01
"""Numbers this close, in the expected unit, are equal."""

MAX_SETS = 100
"""More sets than this in one call are not taken apart."""

_ROUNDING = 1e-9
"""Keeps a difference of exactly 0.01 equal in binary floating point."""

FREE_TEXT = frozenset({"query", "notes", "description", "name", "goal"})
WEIGHTS = frozenset({"weight", "weight_change", "bar_weight"})
EXERCISES = frozenset({"exercise", "substitute"})

FACTS = WEIGHTS | {
    "reps", "sets", "rpe", "rir", "set_type", "rounds", "rx", "distance_meters", "duration_seconds",
    "duration_minutes", "result_time_seconds", "seconds", "target_pace", "intervals", "side", "severity",
    "calories", "protein_grams", "carbs_grams", "fat_grams", "quality_score", "value",
}  # fmt: skip
"""Arguments that state something about what was done: unsaid, they must not be given."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "log_set": {"sets": 1, "set_type": "working"},
    "repeat_set": {"sets": 1},
}
"""What the tool contract says an argument is when it is left out."""

TAKES_EXERCISE = frozenset({
    "log_set", "correct_set", "get_last_performance", "get_personal_records", "estimate_one_rep_max",
    "suggest_exercise_substitution", "swap_exercise", "get_exercise_cues",
})  # fmt: skip
"""Tools whose `exercise`, left out, is the one the workout is on."""


class Verdict(StrEnum):
    """How one argument compares."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Context:
    """What left-out arguments mean: the athlete's own unit, and the slug of the exercise in question."""

    unit: WeightUnit = "lbs"
    exercise: str | None = None


def compare_args(
    tool: str, expected: Mapping[str, Any], got: Mapping[str, Any], context: Context
) -> dict[str, Verdict]:
    """A verdict for each expected argument, and for each one given besides that adds a fact.

    Arguments that are not compared (free text) and harmless extras have no verdict. Null means left out.
    """
    want, have = _present(tool, expected), _present(tool, got)
    defaults = DEFAULTS.get(tool, {})
    verdicts: dict[str, Verdict] = {}
    for name, value in want.items():
        actual = have.get(name, defaults.get(name))
        if name == "unit":
            verdicts[name] = _compare_unit(want, have, context)
        elif name in EXERCISES:
            verdicts[name] = _compare_exercise(name, value, actual, context)
        elif actual is None:
            verdicts[name] = Verdict.MISSING
        elif name in WEIGHTS:
            verdicts[name] = _verdict(_same_weight(value, actual, want, have, context))
        else:
            verdicts[name] = _verdict(same_value(value, actual))
    for name in have.keys() - want.keys():
        if not _harmless(tool, name, want, have, context):
            verdicts[name] = Verdict.INVENTED
    return verdicts


def same_value(expected: object, got: object) -> bool:
    """Equal: numbers to 0.01, text without case, objects key by key; true and false are not numbers."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int | float) and isinstance(got, int | float):
        return abs(expected - got) <= TOLERANCE + _ROUNDING
    if isinstance(expected, str) and isinstance(got, str):
        return expected.strip().casefold() == got.strip().casefold()
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        given = {k: v for k, v in got.items() if v is not None}
        return expected.keys() == given.keys() and all(same_value(v, given[k]) for k, v in expected.items())
    return expected == got


def sets_of(args: Mapping[str, Any]) -> int:
    """How many sets a `log_set` or `repeat_set` call stands for; 1 when left out or no sensible number."""
    sets = args.get("sets")
    return sets if isinstance(sets, int) and 1 <= sets <= MAX_SETS else 1


def valid_weights(args: Mapping[str, Any]) -> bool:
    """Whether the weights among `args` are numbers, and `unit` is one of the contract's."""
    numbers = all(_is_number(args[name]) for name in WEIGHTS if args.get(name) is not None)
    return numbers and args.get("unit") in (None, "lbs", "kg")


def _present(tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are given and compared."""
    free = FREE_TEXT | {"reason"} if tool == "skip_workout" else FREE_TEXT
    return {name: value for name, value in args.items() if value is not None and name not in free}


def _verdict(equal: bool) -> Verdict:
    return Verdict.RIGHT if equal else Verdict.WRONG


def _slug(name: object) -> object:
    """A catalogue slug, or the words themselves when they name nothing."""
    return (exercise_slug(name) or name.strip().casefold()) if isinstance(name, str) else name


def _compare_exercise(name: str, expected: object, got: object, context: Context) -> Verdict:
    actual = context.exercise if got is None and name == "exercise" else _slug(got)
    if actual is None:
        return Verdict.MISSING
    return _verdict(_slug(expected) == actual)


def _same_weight(
    expected: object, got: object, want: Mapping[str, Any], have: Mapping[str, Any], context: Context
) -> bool:
    if not isinstance(got, int | float) or not (valid_weights(want) and valid_weights(have)):
        return False
    unit, actual_unit = want.get("unit", context.unit), have.get("unit", context.unit)
    return same_value(expected, convert_weight(got, actual_unit, unit))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _compare_unit(want: Mapping[str, Any], have: Mapping[str, Any], context: Context) -> Verdict:
    """Right when it is the unit said, or when the weights beside it are the same once converted.

    Left out, it is the athlete's own, but only where there is a weight: `correct_set(unit)` alone changes the
    unit, and nothing otherwise.
    """
    if "unit" not in have and not WEIGHTS & have.keys():
        return Verdict.MISSING
    if same_value(want["unit"], have.get("unit", context.unit)):
        return Verdict.RIGHT
    shared = WEIGHTS & want.keys() & have.keys()
    converted = shared and all(_same_weight(want[w], have[w], want, have, context) for w in shared)
    return _verdict(bool(converted))


def _harmless(
    tool: str, name: str, want: Mapping[str, Any], have: Mapping[str, Any], context: Context
) -> bool:
    """Whether an argument that was not expected adds nothing that was not said."""
    value = have[name]
    if name == "exercise" and tool in TAKES_EXERCISE:
        return context.exercise is not None and _slug(value) == context.exercise
    if name == "unit":
        return (
            same_value(value, context.unit)
            or _compare_unit({**want, "unit": context.unit}, have, context) == "right"
        )
    if name in FACTS:
        return same_value(value, DEFAULTS.get(tool, {}).get(name))
    return True
