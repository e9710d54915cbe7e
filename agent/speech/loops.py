"""Repetition: what a decoder writes twice although it was said once.

With a shortened context Whisper sometimes starts the sentence over. People repeat themselves too, so a repeat
is only taken out when there was no time to say it.
"""

from __future__ import annotations

import re

from agent.speech.say import spoken

MAX_SYLLABLES_PER_SECOND = 4.2
"""Of a recording with the pauses around its speech. Commands are said at 3; repeated ones come out at 5."""

_VOWELS = re.compile(r"[aeiouy]+")
_NOT_WORD = re.compile(r"\W")


def drop_repeats(text: str, seconds: float) -> str:
    """`text` with immediate repetitions said once, if it is too much text for `seconds` of audio."""
    if _syllables(text) <= MAX_SYLLABLES_PER_SECOND * seconds:
        return text
    words = text.split()
    shorter = _collapse(words)
    while len(shorter) < len(words):
        words, shorter = shorter, _collapse(shorter)
    return " ".join(words)


def _syllables(text: str) -> int:
    """An estimate: groups of vowels, numbers read out."""
    return sum(max(1, len(_VOWELS.findall(word.removesuffix("e")))) for word in spoken(text).lower().split())


def _collapse(words: list[str]) -> list[str]:
    """The words without the longest block that is repeated at once, a last repeat cut short included."""
    keys = [_NOT_WORD.sub("", word).lower() for word in words]
    for half in range(1, len(keys)):
        if "".join(keys[:half]) == "".join(keys[half:]):  # "185 for 9 1 85 for 9" as well
            return words[:half]
    for size in range(len(keys) // 2, 0, -1):
        for start in range(len(keys) - 2 * size + 1):
            block = keys[start : start + size]
            end = start + size
            while keys[end : end + size] == block:
                end += size
            if end > start + size:
                rest = keys[end:]
                if rest == block[: len(rest)]:
                    end = len(keys)
                return words[: start + size] + words[end:]
    return words
