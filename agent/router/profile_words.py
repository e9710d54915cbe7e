"""What words say of an athlete: the patterns of `onboarding.txt` in a sentence, all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from agent.router.context import Clause
from agent.router.numbers import Number
from agent.router.patterns import expand
from agent.router.questions.concepts import find
from agent.router.vocabulary import NO, NOT_NAMES, OTHERS, POLITE, SMALL_TALK, YES

STRUCTURE = FILLER, RANGE, CORRECTION = ("filler", "range", "correction")
LISTS = frozenset({"goals", "equipment", "training_days", "injuries"})
WHOLE = frozenset({"training_days", "weekly_goal"})
PART = "part:"

YEARS_OF: Mapping[str, float] = {
    **dict.fromkeys(("year", "years", "yrs"), 1.0),
    **dict.fromkeys(("month", "months"), 1 / 12),
    **dict.fromkeys(("week", "weeks"), 1 / 52),
}
COUNTED = frozenset({"day", "days", "time", "times", "workout", "workouts", "session", "sessions", "x", "a"})
UNIT_OF: Mapping[str, str] = {
    **dict.fromkeys(("pound", "pounds", "lb", "lbs"), "lbs"),
    **dict.fromkeys(("kilo", "kilos", "kg", "kgs", "kilogram", "kilograms"), "kg"),
}
BETWEEN = frozenset({"or", "to"})
MAX_WEEKLY, MAX_YEARS = 14, 90

NAME_FILLER = frozenset(
    {"its", "im", "i", "am", "my", "name", "names", "is", "call", "me", "just", "this", "you", "can"}
)
ALSO_NAMES = frozenset(
    {
        "max",
        "will",
        "mark",
        "rob",
        "jack",
        "art",
        "grant",
        "chase",
        "frank",
        "pat",
        "sue",
        "dean",
        "rose",
        "bill",
    }
)
"""Names that are words as well."""
NOT_PEOPLE = frozenset(
    {"a", "an", "the", "at", "if", "before", "doctor", "taxi", "cab", "ambulance", "crazy"}
)
MAX_NAME_WORDS = 3

Meanings = Mapping[tuple[str, ...], Mapping[str, str]]
"""For each phrase, what it says by field."""


@lru_cache
def _table() -> Meanings:
    meanings: dict[tuple[str, ...], dict[str, str]] = {}
    field = value = ""
    text = files("agent").joinpath("router/onboarding.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]") and " " not in line and "|" not in line:
            field, _, value = line[1:-1].partition("=")
        elif line and not line.startswith("#"):
            for phrase in expand(line):
                meanings.setdefault(tuple(phrase.split()), {}).setdefault(field, value)
    return meanings


@lru_cache
def _longest() -> int:
    return max(map(len, _table()))


def answers(
    clause: Clause, start: int, fields: Collection[str], asked: str | None = None
) -> dict[str, Any] | None:
    """What the words from `start` on say of `fields`; None unless they say something, and nothing else.

    A bare number is of the field that was `asked` for.
    """
    found = _Found(fields, asked)
    parts = {one.start + clause.start: one for one in find(clause.words) if one.name.startswith(PART)}
    words, i = clause.sentence.words, start
    while i < clause.end:
        number = clause.sentence.numbers.get(i)
        phrase, meant = _phrase(words[i : clause.end], found.fields)
        part = parts.get(i)
        if words[i] == ",":
            i += 1
        elif part is not None and "injuries" in fields:
            found.hurts(part.name.removeprefix(PART), words[i - 1] if i > start else "")
            i = part.end + clause.start
        elif words[i] in ("left", "right", "both") and "injuries" in fields:
            i += 1
        elif number is not None and number.end - i >= phrase:
            taken = found.counts(clause, number)
            if taken is None:
                return None
            i = taken
        elif phrase:
            found.takes(meant)
            i += phrase
        else:
            return None
    return found.result()


def _phrase(words: Sequence[str], fields: Collection[str]) -> tuple[int, Mapping[str, str]]:
    """The longest phrase that `words` begin with and that says something of `fields`, or nothing at all."""
    for length in range(min(_longest(), len(words)), 0, -1):
        meant = _table().get(tuple(words[:length]), {})
        said = {field: value for field, value in meant.items() if field in fields}
        said = said or {name: "" for name in STRUCTURE if name in meant}
        if said:
            return length, said
    return 0, {}


class _Found:
    """What has been said so far."""

    def __init__(self, fields: Collection[str], asked: str | None) -> None:
        self.fields = fields
        self._asked = asked
        self._said: dict[str, Any] = {}
        self._range = self._corrected = False

    def takes(self, meant: Mapping[str, str]) -> None:
        """A phrase, by what it says of each field."""
        if CORRECTION in meant and self._said:
            self._corrected = True
        elif RANGE in meant:
            self._range = True
        for field, value in meant.items():
            if field in LISTS:
                self._add(field, [int(one) if field in WHOLE else one for one in value.split(",") if one])
            elif field not in (FILLER, RANGE, CORRECTION):
                self._set(field, float(value) if field in ("years", "weekly_goal") else value)

    def hurts(self, part: str, before: str) -> None:
        """A part of the body, and the word before it."""
        injury = {"body_part": part} | ({"side": before} if before in ("left", "right") else {})
        self._add("injuries", [injury])

    def counts(self, clause: Clause, number: Number) -> int | None:
        """A number with what is counted; returns where what follows it begins, None if it makes no sense."""
        least, end = number.value, number.end
        words, numbers = clause.sentence.words, clause.sentence.numbers
        while end + 1 < clause.end and words[end] in BETWEEN and end + 1 in numbers:
            least, end = min(least, numbers[end + 1].value), numbers[end + 1].end
        following = words[end] if end < clause.end else ""
        if following in YEARS_OF and "years" in self.fields:
            self._set("years", least * YEARS_OF[following])
            return end + 1
        if following in UNIT_OF and "weight" in self.fields:
            self._set("weight", least)
            self._set("unit", UNIT_OF[following])
            return end + 1
        field = self._asked if self._asked in self.fields else None
        if following in COUNTED and "weekly_goal" in self.fields:
            field = "weekly_goal"
        if field not in ("weekly_goal", "years", "weight"):
            return None
        self._set(field, least)
        return end

    def result(self) -> dict[str, Any] | None:
        """All of it, if there is anything and every number can be."""
        said = self._said
        weekly, years = said.get("weekly_goal", 1), said.get("years", 0)
        if not 1 <= weekly <= MAX_WEEKLY or weekly != int(weekly) or not 0 <= years <= MAX_YEARS:
            return None
        if "weekly_goal" in said:
            said["weekly_goal"] = int(weekly)
        if "training_days" in said:
            said["training_days"] = sorted(said["training_days"])
        if "years" in said:
            said["training_years"] = round(said.pop("years"), 2)
        return said or None

    def _set(self, field: str, value: Any) -> None:
        self._said[field] = value

    def _add(self, field: str, values: list[Any]) -> None:
        known = [] if self._corrected else self._said.get(field, [])
        if self._range and field == "training_days" and known and len(values) == 1:
            values = list(_days(known[-1], values[0]))
        self._range = self._corrected = False
        self._said[field] = [*known, *(value for value in values if value not in known)]


def _days(first: int, last: int) -> Iterator[int]:
    """The weekdays after `first`, up to `last`."""
    day = first
    while day != last:
        day = day % 7 + 1
        yield day


def person_name(words: Sequence[str]) -> str | None:
    """The name that somebody answers with; None when the words may be anything else."""
    said = [word for word in words if word != "," and word not in NAME_FILLER and word not in POLITE]
    if not 1 <= len(said) <= MAX_NAME_WORDS:
        return None
    ordinary = NOT_NAMES | SMALL_TALK | OTHERS | YES | NO | NOT_PEOPLE
    if any(not word.isalpha() or (word in ordinary and word not in ALSO_NAMES) for word in said):
        return None
    return " ".join(said)
