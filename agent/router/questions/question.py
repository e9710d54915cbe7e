"""A sentence seen as a question: its concepts, exercises and numbers, and what none of them explains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from agent.router.context import Clause
from agent.router.numbers import Number
from agent.router.questions.concepts import Found, find
from core.units import WeightUnit
from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseSpan

_UNITS: dict[str, WeightUnit] = {
    **dict.fromkeys(("kilo", "kilos", "kg", "kgs", "kilogram", "kilograms"), "kg"),
    **dict.fromkeys(("pound", "pounds", "lb", "lbs"), "lbs"),
}
_CORRECTING = frozenset({"mean", "meant", "sorry", "no", "wait", "actually", "rather", "correction"})
_NUMBERED = frozenset(
    {"one_rep_max", "record", "this", "last", "so_far", "workout", "go_with", "instead", "ask"}
)
"""Concepts whose own words contain numbers ("one rep max"): those are not quantities."""


@dataclass(frozen=True)
class Question:
    """What a clause asks about."""

    clause: Clause

    @cached_property
    def found(self) -> list[Found]:
        """The concepts in the clause; places count from its start."""
        return find(self.clause.words)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the concepts."""
        return frozenset(one.name for one in self.found)

    def has(self, *names: str) -> bool:
        """Whether all of the concepts are there."""
        return all(name in self.names for name in names)

    def any(self, *names: str) -> bool:
        """Whether one of the concepts is there."""
        return any(name in self.names for name in names)

    @cached_property
    def spans(self) -> list[ExerciseSpan]:
        """The exercises that are named, in order; the last word wins where one corrects the other."""
        clause = self.clause
        spans = [
            span
            for start, span in sorted(clause.sentence.exercises.items())
            if span.exercise is not None
            and clause.start <= start
            and span.end <= clause.end
            and not self._walked_through(span)
        ]
        if len(spans) > 1 and self._corrected(spans[-2].end, spans[-1].start):
            return spans[-1:]
        return spans

    def _walked_through(self, span: ExerciseSpan) -> bool:
        """Whether "walk" is none: "walk me through a Romanian deadlift"."""
        words = self.clause.sentence.words
        return span.words == "walk" and words[span.end : span.end + 2] in (
            ("me", "through"),
            ("us", "through"),
        )

    @property
    def exercise(self) -> Exercise | None:
        """The exercise that is named, if just one is."""
        return self.spans[0].exercise if len(self.spans) == 1 else None

    @cached_property
    def numbers(self) -> list[Number]:
        """The quantities, in order; the later one where it corrects the one before."""
        clause = self.clause
        inside = {
            i + clause.start for one in self.found if one.name in _NUMBERED for i in range(one.start, one.end)
        }
        numbers: list[Number] = []
        for start, number in sorted(clause.sentence.numbers.items()):
            if not clause.start <= start < clause.end or start in inside:
                continue
            if numbers and start < numbers[-1].end:
                continue
            if numbers and self._corrected(numbers[-1].end, start):
                numbers.pop()
            numbers.append(number)
        return numbers

    def _corrected(self, start: int, end: int) -> bool:
        between = self.clause.sentence.words[start:end]
        return bool(_CORRECTING & set(between)) and len(between) <= 4

    def unit_after(self, number: Number) -> WeightUnit | None:
        """The unit said after a number."""
        following = self.clause.sentence.words[number.end : number.end + 1]
        return _UNITS.get(following[0]) if following else None

    def word_after(self, number: Number) -> str:
        """The word after a number and its unit."""
        words = self.clause.sentence.words
        i = number.end + (self.unit_after(number) is not None)
        return words[i] if i < len(words) else ""

    @cached_property
    def strange(self) -> list[str]:
        """Words that nothing explains."""
        clause = self.clause
        explained = {i + clause.start for one in self.found for i in range(one.start, one.end)}
        for span in clause.sentence.exercises.values():
            explained |= set(range(span.start, span.end))
        for number in clause.sentence.numbers.values():
            explained |= set(range(number.start, number.end))
        return [
            word
            for i, word in enumerate(clause.words, clause.start)
            if i not in explained and word != "," and word not in _UNITS
        ]
