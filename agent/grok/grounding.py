"""What the model says of the athlete must be so: each number that it tells them is one that it was given.

A sentence passes when its numbers were in the athlete's words, in what the tools found or in what was looked
up. General advice may have numbers of its own ("three sets of eight to ten"), but no loads and nothing that
is told as the athlete's. A sentence that says something was done passes only when something was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agent.router.lexer import Sentence, split_words
from agent.router.numbers import Number

DIGITS = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
LOAD = re.compile(r"\s*-?(?:lbs?|pounds?|kgs?|kilos?|kilograms?)\b", re.IGNORECASE)
MEASURE = re.compile(
    r"\s*-?(?:%|percent|grams?|g\b|mg\b|milligrams?|seconds?|secs?|minutes?|mins?|hours?|calories|kcal|ml\b"
    r"|millilit|lit(?:er|re)s?|bpm|beats|weeks?|days?|years?|degrees?|steps?|(?:st|nd|rd|th)\b)",
    re.IGNORECASE,
)
HEAVY = 30
"""A number above this that is no time, share or amount of food may be a load."""

OF_THE_ATHLETE = re.compile(
    r"\b(?:you|your|you've|you're|you'd|yours|yourself|last|yesterday|record|records|pr|prs|best|max|maximum"
    r"|logged|so far|already|history|1rm|e1rm)\b",
    re.IGNORECASE,
)
ADVICE = re.compile(
    r"\b(?:you|your|you'd|you're)\b.*\b(?:should|could|can|may|might|want|need|try|aim|would|keep|if)\b"
    r"|\b(?:try|aim|keep|rest|eat|drink|sleep|use|start|build|add|take)\b",
    re.IGNORECASE,
)
REPORT = re.compile(
    r"\b(?:you|you've)\s+(?:just\s+|already\s+)?(?:did|done|got|hit|had|ran|lifted|logged|slept|weigh(?:ed)?|benched"
    r"|squatted|deadlifted|pressed|made|finished|completed|averaged|have)\b"
    r"|\byour\s+(?:[\w-]+\s+){0,3}(?:best|record|pr|max|last|average|1rm|total|streak|weight|goal|pace|time)\b"
    r"|\blast (?:time|week|month|workout|session)\b|\byesterday\b",
    re.IGNORECASE,
)
_DONE = (
    "logged|saved|added|recorded|noted|removed|deleted|changed|updated|corrected|undone|undid|started|swapped"
)
CLAIM = re.compile(
    rf"^\W*(?:all |okay,? |ok,? |great,? |perfect,? )*(?:{_DONE}|finished|done|got it|consider it"
    r"|timer (?:set|started|running))\b"
    r"|\b(?:i|i've|i'll|i have|i will|we|we've|we have|just|been|is|are|now|was)\s+(?:now |just |also )*"
    rf"(?:{_DONE}|logging|saving|adding|set (?:a|your|the) timer|log|save|add|record|delete|remove|change"
    r"|update)\b",
    re.IGNORECASE,
)
NO_TEXT = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?", re.IGNORECASE
)
_NOT_COUNTED = frozenset({0.0, 1.0})
"""Said without counting: "that one", "one more"."""


def numbers_of(text: str) -> set[float]:
    """Every number in `text`, in digits or in words."""
    found = {_value(one) for one in DIGITS.findall(text)}
    return found.union(*map(_meanings, _spelled(text)))


def _value(digits: str) -> float:
    return float(digits.replace(",", ""))


def _spelled(text: str) -> list[Number]:
    words = tuple(split_words(DIGITS.sub(" , ", text)))
    return list(Sentence.of(words, ()).numbers.values())


def _meanings(number: Number) -> set[float]:
    return {number.value, *number.parts}


class Ground:
    """What the model has been given in a turn, and what has been done in it."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._given: set[float] = set()
        self.wrote = False
        """Whether a call of the turn has changed something."""
        for text in texts:
            self.give(text)

    def give(self, text: str) -> None:
        """The model was given `text`: numbers in it may be said."""
        self._given |= numbers_of(text)

    def give_data(self, data: Any) -> None:
        """The same of the values in `data`, as a tool or a look-up gave them. Identifiers and dates are none:
        the digits in them are nothing that anybody lifted."""
        if isinstance(data, Mapping):
            for value in data.values():
                self.give_data(value)
        elif isinstance(data, list | tuple):
            for value in data:
                self.give_data(value)
        elif isinstance(data, str):
            if not NO_TEXT.fullmatch(data):
                self.give(data)
        elif isinstance(data, int | float) and not isinstance(data, bool):
            self._given.add(float(data))

    def repeats(self, sentence: str) -> bool:
        """Whether `sentence` only says that something was done, which the tool that did it has told."""
        return self.wrote and bool(CLAIM.search(sentence))

    def holds(self, sentence: str) -> bool:
        """Whether `sentence` is borne out."""
        if not self.wrote and CLAIM.search(sentence):
            return False
        told_of = OF_THE_ATHLETE.search(sentence) and not ADVICE.search(sentence)
        personal = bool(told_of or REPORT.search(sentence))
        for found in DIGITS.finditer(sentence):
            value, rest = _value(found[0]), sentence[found.end() :]
            if value not in self._given and (personal or _is_load(value, rest)):
                return False
        for number in _spelled(sentence):
            known = number.value in self._given | _NOT_COUNTED
            known = known or (bool(number.parts) and self._given.issuperset(number.parts))
            if not known and (personal or number.value > HEAVY):
                return False
        return True


def _is_load(value: float, rest: str) -> bool:
    if LOAD.match(rest):
        return True
    return value > HEAVY and not MEASURE.match(rest)


END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=\S)")
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|approx|lbs?|etc|dr|no|st)\.$", re.IGNORECASE)


class Sentences:
    """Cuts words that come in pieces into whole sentences."""

    def __init__(self) -> None:
        self._rest = ""

    def add(self, words: str) -> list[str]:
        """The sentences that `words` complete."""
        self._rest += words
        whole: list[str] = []
        start = 0
        for end in END.finditer(self._rest):
            sentence = self._rest[start : end.start()].strip()
            if ABBREVIATION.search(sentence):
                continue
            if sentence:
                whole.append(sentence)
            start = end.end()
        self._rest = self._rest[start:]
        return whole

    def end(self) -> list[str]:
        """What is left when no more words come."""
        rest, self._rest = self._rest.strip(), ""
        return [rest] if rest else []
