"""Mends what speech recognisers mishear in a gym, before the words are understood.

`repair` applies what is certain: each rule is a pattern with the context that makes it safe ("ate" is eight
only where a number is due). `doubt` proposes what might have been said where the words make no sense, and
`SoundIndex` finds names by their sound; the router tries these and keeps only what it fully understands.
"""

from __future__ import annotations

from functools import lru_cache

from agent.speech.repair.certain import CERTAIN
from agent.speech.repair.doubtful import DOUBTFUL
from agent.speech.repair.rules import Repairs
from agent.speech.repair.sounds import SoundAlike, SoundIndex
from services.exercises.sounds import sound_key

__all__ = ["SoundAlike", "SoundIndex", "doubt", "repair", "sound_key"]


@lru_cache(maxsize=1)
def _certain() -> Repairs:
    return Repairs(CERTAIN)


@lru_cache(maxsize=1)
def _doubtful() -> Repairs:
    return Repairs(DOUBTFUL)


def repair(transcript: str) -> str:
    """`transcript` with the known mishearings mended. Pure; a fraction of a millisecond."""
    return _certain().mend(transcript.strip())


def doubt(repaired: str) -> str:
    """Another reading of a repaired transcript that makes no sense; the same text if there is none."""
    return _certain().mend(_doubtful().mend(repaired))
