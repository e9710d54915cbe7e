"""What the recogniser is told to expect: an example of gym speech, and the athlete's own words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

MAX_WORDS_CHARACTERS = 160
"""Room for the athlete's words: a longer prompt takes longer to read and is followed less."""


def compose(words: Sequence[str]) -> str:
    """The prompt for a session whose athlete is likely to say `words`, the most important first."""
    chosen: list[str] = []
    room = MAX_WORDS_CHARACTERS
    for word in dict.fromkeys(" ".join(word.split()) for word in words):
        room -= len(word) + 2
        if room < 0:
            break
        if word:
            chosen.append(word)
    listed = ", ".join(chosen) + ". " if chosen else ""
    return listed + _gym_speech()


@lru_cache
def _gym_speech() -> str:
    return " ".join((files("prompts") / "stt.txt").read_text(encoding="utf-8").split())
