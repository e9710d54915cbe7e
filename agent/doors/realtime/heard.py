"""Which words of a spoken reply were heard when its playing stopped."""

from __future__ import annotations

import re

WORD = re.compile(r"\S+\s*")
SILENT_E = re.compile(r"(?<=[^aeiouyl\W])e(?=\W*$)", re.IGNORECASE)
VOWELS = re.compile(r"[aeiouy]+", re.IGNORECASE)

SYLLABLES_PER_SECOND = 4.5
"""The rate of speech assumed while a reply is still being synthesised, so that its length is not known."""

LONG_PAUSE = 1.5
"""The pause after a sentence, in syllables."""

SHORT_PAUSE = 0.7
"""The pause after a comma, in syllables."""


def syllables(word: str) -> float:
    """How long a word takes to say, in syllables, with the pause that its punctuation asks for.

    A digit is about one syllable. Groups of vowels are the usual approximation for English.
    """
    core = word.strip()
    spelled = SILENT_E.sub("", core)
    count = float(len(VOWELS.findall(spelled))) + sum(character.isdigit() for character in core)
    count = max(count, 1.0)
    if core.endswith((".", "!", "?", ":")):
        return count + LONG_PAUSE
    return count + SHORT_PAUSE if core.endswith((",", ";")) else count


def words_heard(text: str, played: float, total: float | None) -> str:
    """The words of `text` said within the first `played` seconds of its audio.

    `total` is the length of the audio in seconds, or None while that is unknown. Time is shared out in
    proportion to syllables. A word counts when at least half of it was said.
    """
    if played <= 0:
        return ""
    words = WORD.findall(text)
    weights = [syllables(word) for word in words]
    whole = sum(weights)
    if total is not None and played >= total:
        return text
    rate = whole / total if total else SYLLABLES_PER_SECOND
    said = played * rate
    heard: list[str] = []
    for word, weight in zip(words, weights, strict=True):
        if said < weight / 2:
            break
        heard.append(word)
        said -= weight
    return "".join(heard).rstrip()
