"""Talk that asks for nothing: thanks, moods, counting aloud, the phone, the radio, other people."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from agent.router.context import Clause, Reading
from agent.router.numbers import Number, is_number_word
from agent.router.vocabulary import COUNTING, OTHERS, SMALL_TALK, WORKOUT_NAMES

_THANKS = frozenset({"thanks", "thank", "cheers", "ta", "appreciated"})
_PRAISE = frozenset({"nice", "cool", "great", "awesome", "sweet", "perfect", "boom", "yay", "woohoo"})
_LEAVE = frozenset({"leave", "keep", "leaving", "keeping"})
_AS_IT_IS = frozenset(
    {"it", "that", "them", "this", "like", "as", "is", "the", "way", "was", "so", "alone", "same"}
)
_MAX_SMALL_TALK = 9


def parse(clause: Clause) -> Reading | None:
    """`chat` with a word or two, `ignore`, or None when the words may ask for something."""
    words = [w for w in clause.words if w != ","]
    if not words:
        return Reading("ignore", "nothing")
    if _counting(clause, words):
        return Reading("ignore", "counting")
    if _LEAVE & set(words[:2]) and set(words) <= _LEAVE | _AS_IT_IS | SMALL_TALK:
        return Reading("chat", "left", reply="Okay.", confidence=0.9)
    if clause.state.suggestions and clause.sentence.exercises:
        return None  # "the push up one"
    if words[1:2] == ["day"] and words[0] in WORKOUT_NAMES and len(words) > 2:
        return None  # "push day, let's go"
    if len(words) <= _MAX_SMALL_TALK and all(w in SMALL_TALK for w in words):
        return _small_talk(words)
    return None


def _small_talk(words: list[str]) -> Reading:
    if _THANKS & set(words):
        return Reading("chat", "thanks", reply="Anytime.", confidence=0.95)
    if len(words) <= 2 and _PRAISE & set(words):
        return Reading("chat", "praise", reply="Nice.", confidence=0.9)
    return Reading("ignore", "small_talk", confidence=0.9)


def _counting(clause: Clause, words: list[str]) -> bool:
    """Three numbers or more in steps of one, and no other words than those one counts with."""
    said = _side_by_side(
        n for i, n in sorted(clause.sentence.numbers.items()) if clause.start <= i < clause.end
    )
    numbers = [n for n in said if clause.sentence.words[n.end : n.end + 1] != ("more",)]
    inside = {i for n in said for i in range(n.start, n.end)}
    others = [w for i, w in enumerate(clause.words, clause.start) if i not in inside and w != ","]
    if others.count("left") > 1:  # "three left, two left"; once, it tells what was held back
        others = [w for w in others if w != "left"]
    if not all(w in COUNTING or w in SMALL_TALK or is_number_word(w) for w in others):
        return False
    values = [n.value for n in numbers]
    steps = [b - a for a, b in pairwise(values)]
    counted = bool(steps) and all(abs(s) in (0, 1) for s in steps)
    if len(said) > 1 and not numbers and "more" in others:
        return True  # "one more two more"
    cheering = "on" in others and all(n.value <= 3 for n in said)
    return (
        (len(values) >= 3 and counted)
        or (counted and bool(others))
        or cheering
        or (len(values) >= 4 and bool(others) and sum(abs(s) == 1 for s in steps) >= 2)
    )


def _side_by_side(numbers: Iterable[Number]) -> list[Number]:
    """The numbers without those inside another ("a hundred and five" also starts at "hundred")."""
    apart: list[Number] = []
    for number in numbers:
        if not apart or number.start >= apart[-1].end:
            apart.append(number)
    return apart


def overheard(clause: Clause) -> bool:
    """Whether the words speak of or to somebody else."""
    return bool(OTHERS & set(clause.words))
