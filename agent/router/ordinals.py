"""Places in a list, and which set it is, as they are said."""

from __future__ import annotations

from collections.abc import Sequence

from agent.router.numbers import MOST_SETS, UNITS, Number

ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "last": -1,
    "final": -1,
    "bottom": -1,
    "top": 0,
    "middle": 1,
}
"""The place that a word names, from 0; -1 is the last."""


def number_of_set(number: Number | None) -> bool:
    """Whether a set can have that number: "that was set three"."""
    return number is not None and number.value == int(number.value) and number.value <= MOST_SETS


def after_its_number(words: Sequence[str]) -> int:
    """Where what is said of a set begins: behind the "set two," of "set two, 225 for 7", else at once."""
    if words[0] != "set":
        return 0
    named = len(words) > 1 and words[1] == "number"
    i = 2 if named else 1
    if i + 1 >= len(words) or not (words[i] in UNITS or (words[i].isdigit() and int(words[i]) <= MOST_SETS)):
        return 0
    i += 1
    if words[i] == ",":
        i += 1
    elif not named and not words[i].isdigit():
        return 0
    return i if i < len(words) else 0
