"""What a number said alone changes: the reps, the weight, or the effort of the last set."""

from __future__ import annotations

import math

from agent.router.cursor import Item
from agent.router.lexer import Token
from agent.router.understanding import PerformedSet
from core.units import WeightUnit, convert_weight

UNSURE_BETWEEN = 0.25
"""Where a number is about as near to the reps as to the weight (in log ratios), it is asked about."""


def linked_role(items: list[Item], bare: Item) -> str | None:
    link = ""
    for item in items:
        if item is bare:
            break
        if item.tag == "link" and item.name:
            link = item.name
    return "reps" if link == "for" else None


def denied_role(denied: list[Token], last: PerformedSet) -> str | None:
    """ "six not eight": what the denied number was."""
    for token in denied:
        if token.tag == "rep":
            return "reps"
        if token.tag == "unit":
            return "weight"
        if token.number is not None:
            if last.reps is not None and token.number.value == last.reps:
                return "reps"
            if last.weight is not None and token.number.value == last.weight:
                return "weight"
            if last.rpe is not None and token.number.value == last.rpe:
                return "rpe"
    return None


def article_role(tokens: list[Token], bare: Item, last: PerformedSet) -> str | None:
    """ "that was a nine" rates the set; "make it a nine" may, when the set has an RPE."""
    if bare.token is None or bare.number is None:
        return None
    before = [t for t in tokens if t.end <= bare.token.start]
    if not before or not (before[-1].tag == "article" or before[-1].text.endswith((" a", " an"))):
        return None
    if not 1 <= bare.number.value <= 10:
        return None
    if any(t.tag == "be" or (t.tag == "that" and "was" in t.text) for t in before):
        return "rpe"
    return "rpe" if last.rpe is not None else "reps"


def closest(value: float, last: PerformedSet, unit: WeightUnit) -> str | None:
    """Whether `value` is nearer to the last set's reps or to its weight."""
    if last.duration_seconds and not last.reps:
        return "duration_seconds"
    if last.weight is None:
        return "reps" if value == int(value) else "weight"
    if last.reps is None or value != int(value):
        return "weight"
    weight = last.weight
    if last.unit != unit:
        weight = convert_weight(weight, last.unit, unit)
    to_reps = abs(math.log(value / last.reps)) if value else math.inf
    to_weight = abs(math.log(value / weight)) if value and weight else math.inf
    if last.unit == "lbs" and value % 2.5:
        to_weight += 0.5
    if abs(to_reps - to_weight) < UNSURE_BETWEEN:
        return None
    return "reps" if to_reps < to_weight else "weight"
