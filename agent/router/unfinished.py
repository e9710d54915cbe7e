"""How long to wait for more, by what was said so far: nobody stops for good after "two twenty five for"."""

from __future__ import annotations

import re

from agent.router.lexer import split_words
from agent.router.numbers import is_number_word
from agent.router.understanding import Understanding

HANGING_SECONDS = 1.6
"""Silence after a sentence that cannot end there."""

LACKING_SECONDS = 1.2
"""Silence after one that can, but lacks something that would be asked for. What comes later answers that."""

_HESITATES = re.compile(r"(?:^|\W)(?:u+h+|u+m+|uhm+|e+r+m*)\W*$", re.IGNORECASE)
_TRAILS_OFF = re.compile(r"(?:\.\.+|…|,|-|–|—)\s*$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HANGING = _words(
    "and or but plus minus by than then the a an my your our his her their per with without because cause if "
    "at for to from of about around into onto rpe"
)
"""Words that something follows, even where the sentence makes sense without."""

_HANGING_IF_SENSELESS = _words(
    "times x between on in like just some few i im ive id is are was were am do does did has have had"
)
"""Words that something follows unless the sentence makes sense as it stands."""

_PREPOSITIONS = _words("at for to from of about by with on in")
_QUESTIONS = _words("what whats which who whos where how hows when why")
"""A question may end in a preposition or a verb: "what am I on?", "what else can I do?"."""

_PHRASAL = _words("come hold hang go move carry keep turn")
"""Before "on" they are complete."""

_PARTS = _words("sets set reps rep pounds pound lbs lb kilos kilo kg kgs plates plate")


def patience(text: str, understanding: Understanding) -> float:
    """The silence after which `text`, which so far means `understanding`, is taken for all; in seconds.

    0 when it is complete as it stands.
    """
    words = [word for word in split_words(text) if word != ","]
    if _HESITATES.search(text) or (words and _hangs(words, understanding)):
        return HANGING_SECONDS
    if understanding.kind in ("calls", "chat", "ignore"):
        return 0.0
    if _TRAILS_OFF.search(text):
        return HANGING_SECONDS
    lacks = understanding.kind == "ask" and understanding.reason == "log_set"
    return LACKING_SECONDS if lacks or _only_numbers(words) else 0.0


def _hangs(words: list[str], understanding: Understanding) -> bool:
    last = words[-1]
    if last in _PREPOSITIONS and words[0] in _QUESTIONS:
        return False
    if last in _HANGING:
        return True
    if last not in _HANGING_IF_SENSELESS or understanding.kind not in ("ask", "hand_over"):
        return False
    return not _QUESTIONS.intersection(words) and not _PHRASAL.intersection(words[-2:-1])


def _only_numbers(words: list[str]) -> bool:
    """Whether there is nothing but numbers and what they count."""
    return bool(words) and all(word[0].isdigit() or is_number_word(word) or word in _PARTS for word in words)
