"""How words sound.

The sound of a word is its consonants in classes that are easily confused (voiced and voiceless, as in
Soundex), with every run of vowels as one mark.
"""

from __future__ import annotations

import re

_SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[cs]?tion", "jn"),
        (r"tch|ch|sh|j|dge", "j"),
        (r"ph", "f"),
        (r"ck|q|x", "k"),
        (r"kn", "n"),
        (r"wr", "r"),
        (r"mb\b", "m"),
        (r"gh", ""),
        (r"c(?=[eiy])", "s"),
        (r"th", "t"),
    )
)
_CLASSES = str.maketrans("bdgczvyioue", "ptkksfaaaaa", "h")
_REPEATED = re.compile(r"(.)\1+")


def sound_key(word: str) -> str:
    """The sound of a squeezed lower-case word: "thrusters" and "threstors" have the same one."""
    for pattern, sound in _SPELLINGS:
        word = pattern.sub(sound, word)
    return _REPEATED.sub(r"\1", word.translate(_CLASSES))
