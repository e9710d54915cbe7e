"""Text that is spoken: what a speech synthesiser stumbles on, and sentences that say the same twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from db.catalogue.faults import Faults

MIN_WORDS_OF_A_SENTENCE = 4
"""Shorter ones ("Rest a minute.") may be said more than once."""

UNSPEAKABLE = re.compile(r"[^A-Za-z0-9 .,;:?!'-]")
SHORTENED = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|incl|resp)\b|\bw/", re.IGNORECASE)
UNIT = re.compile(
    r"\b\d[\d.,]* ?(?:kgs?|lbs?|cm|mm|g|mg|ml|km|mi|mins?|secs?|hrs?|bpm|rpm|ft|yd)\b", re.IGNORECASE
)
RANGE = re.compile(r"\b(?!90-90\b)\d+ ?- ?\d+")
"""A range is read as two numbers, or as a subtraction. (A 90-90 is a stretch.)"""
DASH = re.compile(r" -|- |--")
END = re.compile(r"(?<=[.?!])\s+")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _speakable(text: str) -> str:
    if found := UNSPEAKABLE.search(text):
        raise ValueError(f"{found.group()!r} cannot be spoken: write it in words")
    if found := SHORTENED.search(text) or UNIT.search(text):
        raise ValueError(f"{found.group()!r} is an abbreviation: write it in full")
    if found := RANGE.search(text) or DASH.search(text):
        raise ValueError(f"{found.group()!r} is read out wrongly: write `to` for a range, a comma for a dash")
    return text


def _ends(text: str) -> str:
    if not text.endswith((".", "?", "!")):
        raise ValueError("does not end with a full stop, a question mark or an exclamation mark")
    return text


Spoken = Annotated[str, AfterValidator(_one_line), AfterValidator(_speakable), AfterValidator(_ends)]
"""Whole sentences, on one line, that a synthesiser reads as they are meant."""

SpokenName = Annotated[
    str, StringConstraints(min_length=2, max_length=80), AfterValidator(_one_line), AfterValidator(_speakable)
]
"""A name or a title: words without a full stop."""


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [sentence for sentence in END.split(text) if sentence]


def words(text: str) -> list[str]:
    """The words of a text, in lower case, without punctuation."""
    return re.findall(r"[a-z0-9']+", text.lower())


def note_repeated(texts: Iterable[tuple[str, str, str]], faults: Faults) -> None:
    """Notes sentences that two entries have in common. `texts` are file, entry, text."""
    first: dict[str, str] = {}
    for file, entry, text in texts:
        for sentence in sentences(text):
            said = words(sentence)
            if len(said) < MIN_WORDS_OF_A_SENTENCE:
                continue
            place = f"{file}: {entry}"
            other = first.setdefault(" ".join(said), place)
            if other != place:
                faults.add(file, entry, f"{sentence!r} is also in {other}")
