"""Names that sound like what was heard: letters and sounds are compared, across the words' boundaries.

Recognisers write words they know for words they do not: "tries to push down" for "triceps pushdown".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from services.exercises.sounds import sound_key

_DIGITS = dict(zip("01234", ("o", "one", "two", "three", "four"), strict=True)) | dict(
    zip("56789", ("five", "six", "seven", "eight", "nine"), strict=True)
)
CANDIDATES = 12
"""Names looked at more closely, out of the hundreds that there are."""
SLACK = 6
"""By how many percent letters may make up for a less alike sound."""
LEAST_LIKENESS = 0.62
"""How alike the words must be that a name does not share with what was heard."""
FAVOUR = 0.05
"""What being the exercise of the moment adds to a score."""


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """A name, how alike it is to what was heard (0 to 1), and by how much it is ahead of the next meaning."""

    name: str
    score: float
    margin: float


def letters(words: Sequence[str]) -> str:
    """`words` as one word without digits: "2 mo" is "twomo"."""
    return "".join(_DIGITS.get(word, word) for word in words)


class SoundIndex:
    """Names by their sound. Built once (milliseconds) and shared; holds no state."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        """`meanings`: what each spoken name stands for; names of one meaning do not compete."""
        names = {re.sub(r"[^a-z0-9]", "", name): (name, meaning) for name, meaning in meanings.items()}
        self._letters = list(names)
        self._keys = [sound_key(squeezed) for squeezed in names]
        self._names = [name for name, _ in names.values()]
        self._meanings = [meaning for _, meaning in names.values()]

    def nearest(self, words: Sequence[str], floor: float, favoured: str | None = None) -> SoundAlike | None:
        """The name most like `words`, unless it scores below `floor`. `favoured` is a likely meaning."""
        heard = letters(words)
        key = sound_key(heard)
        hits = process.extract(
            key, self._keys, scorer=fuzz.ratio, limit=CANDIDATES, score_cutoff=100 * floor - SLACK
        )
        best: dict[str, tuple[float, str]] = {}
        for _, sound, i in hits:
            score = (0.5 * sound + 0.5 * fuzz.ratio(heard, self._letters[i])) / 100
            if score < floor or unlike(words, self._names[i]):
                continue
            score += FAVOUR if self._meanings[i] == favoured else 0.0
            if score > best.get(self._meanings[i], (0.0, ""))[0]:
                best[self._meanings[i]] = (score, self._names[i])
        if not best:
            return None
        ranked = sorted(best.values(), reverse=True)
        behind = ranked[1][0] if len(ranked) > 1 else 0.0
        return SoundAlike(ranked[0][1], min(1.0, ranked[0][0]), ranked[0][0] - behind)


def likeness(one: str, other: str) -> float:
    """How alike two squeezed words are in letters and sound, from 0 to 1."""
    return (fuzz.ratio(one, other) + fuzz.ratio(sound_key(one), sound_key(other))) / 200


def unlike(words: Sequence[str], name: str) -> bool:
    """Whether the words that `name` does not share are unlike: the "head" of "head press" is no "Z"."""
    ours, theirs = list(words), name.split()
    while ours and theirs and ours[-1] == theirs[-1]:
        ours.pop()
        theirs.pop()
    while ours and theirs and ours[0] == theirs[0]:
        del ours[0], theirs[0]
    return likeness(letters(ours), letters(theirs)) < LEAST_LIKENESS
