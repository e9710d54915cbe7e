"""What matters of what was heard: the numbers, the units and the names of exercises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from agent.router.lexer import split_words
from agent.router.numbers import read_number
from core.statistics import Share
from eval.names import find_exercise

UNITS = {
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "lbs"),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"), "kg"),
    **dict.fromkeys(("second", "seconds", "secs", "sec"), "seconds"),
    **dict.fromkeys(("minute", "minutes", "mins", "min"), "minutes"),
    **dict.fromkeys(("mile", "miles"), "miles"),
    **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), "km"),
    **dict.fromkeys(("meter", "meters", "metre", "metres"), "meters"),
    **dict.fromkeys(("rep", "reps", "repetitions"), "reps"),
}
LONGEST_NAME = 5
KINDS = ("numbers", "units", "exercises")


def words_that_matter(text: str) -> dict[str, Counter[str]]:
    """The numbers by value, units by what they are, and exercises by name, however they are written."""
    words = split_words(text)
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    i = 0
    while i < len(words):
        if (number := read_number(words, i)) is not None:
            found["numbers"][f"{number.value:g}"] += 1
            i = number.end
            continue
        name, length = exercise_at(words, i)
        if name is not None:
            found["exercises"][name] += 1
        elif words[i] in UNITS:
            found["units"][UNITS[words[i]]] += 1
        i += length
    return found


def key_word_errors(pairs: Iterable[tuple[str, str]]) -> dict[str, Share]:
    """For pairs of what was said and what was heard: how many of the words that matter were lost, by kind."""
    lost, total = Counter[str](), Counter[str]()
    for said, heard in pairs:
        wanted, got = words_that_matter(said), words_that_matter(heard)
        for kind in KINDS:
            total[kind] += wanted[kind].total()
            lost[kind] += (wanted[kind] - got[kind]).total()
    return {kind: Share(lost[kind], total[kind]) for kind in KINDS if total[kind]}


def error_rate_by_value(pairs: Iterable[tuple[str, str]]) -> float | None:
    """The word error rate with numbers compared by value and units by what they are, however written."""
    errors = total = 0
    for said, heard in pairs:
        wanted = _values(said)
        errors += Levenshtein.distance(wanted, _values(heard))
        total += len(wanted)
    return errors / total if total else None


def _values(text: str) -> list[str]:
    words = split_words(text)
    found: list[str] = []
    i = 0
    while i < len(words):
        number = read_number(words, i)
        found.append(UNITS.get(words[i], words[i]) if number is None else f"{number.value:g}")
        i = i + 1 if number is None else number.end
    return found


def exercise_at(words: Sequence[str], i: int) -> tuple[str | None, int]:
    """The exercise whose name begins at the word `i`, and how many words that is; None and 1 without one."""
    for length in range(min(LONGEST_NAME, len(words) - i), 0, -1):
        exercise = find_exercise(" ".join(words[i : i + length]))
        if exercise is not None:
            return exercise.slug, length
    return None, 1
