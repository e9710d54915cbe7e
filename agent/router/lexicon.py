"""What each word or phrase can be: an intent's dialect picks one of the tags of a phrase that has several.

Words that are not here, not numbers and not exercises get the tag `word` and keep a sentence from being a
command. The phrases themselves are in `phrases.py`, `phrases_of_change.py`, `families.py`,
`families_of_sets.py` and `families_of_endings.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from agent.router.families import FAMILIES
from agent.router.families_of_endings import ENDING_FAMILIES
from agent.router.families_of_sets import SET_FAMILIES
from agent.router.patterns import Automaton
from agent.router.phrases import DESCRIPTIONS, Value
from agent.router.phrases_of_change import CHANGES

Tag = Literal[
    "number",
    "exercise",
    "word",  # nothing of the dialect
    "comma",
    "filler",  # says nothing: "um", "please"
    "did",  # reports: "did", "got", "put me down for"
    "article",
    "for",
    "at",
    "with",
    "by",
    "of",
    "in",
    "on",
    "plus",
    "and",
    "then",  # one set ends, another begins
    "or",
    "not",
    "no",  # takes back what was said: "no", "I mean", "hang on"
    "only",
    "set",
    "ordinal",
    "rep",
    "repword",  # value: reps of "single", "double", "triple"
    "unit",  # value: "lbs" or "kg"
    "time",  # value: seconds
    "distance",  # value: metres
    "rpe",
    "rir",
    "empty_tank",  # "nothing left"
    "type",  # value: a set type, or "plain"
    "side",  # "each side", "per leg"
    "plate",
    "quarter",  # value: pounds of a plate that has a name
    "bar",
    "bodyweight",
    "gear",
    "unsure",  # "around", "maybe"
    "be",
    "that",  # points at the last set
    "change",
    "slot",  # value: what is to be changed
    "same",  # value: what stays the same, None for all of it
    "again",
    "more",
    "less",
    "this_time",
    "remark",  # how a set felt or was done: "touch and go"
    "label",  # value: the slot that the next number fills: "reps were"
    "attempt",  # what was tried for: "was going for"
    "fell_short",  # and what came of it: "but only got"
    "hard",  # "a solid" nine
    "spare",  # "could have done" three more
]


def _rows() -> Iterator[tuple[str, Tag, Value]]:
    known = {str(tag): tag for tag in get_args(Tag)}
    for tag, value, pattern in (*DESCRIPTIONS, *CHANGES, *FAMILIES, *SET_FAMILIES, *ENDING_FAMILIES):
        yield pattern, known[tag], value


LEXICON: Automaton[Tag, Value] = Automaton(_rows())
"""Every phrase with its tags and their values."""
