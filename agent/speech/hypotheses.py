"""What may have been said, and who says which of it makes sense."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Hypothesis(NamedTuple):
    """What may have been said. `avg_logprob` is the mean log probability of its tokens, `no_speech_prob` the
    recogniser's own probability, 0-1, that there was no speech at all, `number_logprob` the log probability
    of the number in it that is least likely; 0 when there is none."""

    text: str
    avg_logprob: float
    no_speech_prob: float = 0.0
    number_logprob: float = 0.0


class Choice(NamedTuple):
    """The place of the hypothesis to take. `sure`: a further search is not worth it."""

    place: int
    sure: bool


Choose = Callable[[Sequence[Hypothesis]], Choice]
"""Chooses among hypotheses, the best by sound first. Called from a worker thread."""


def best_sounding(_: Sequence[Hypothesis]) -> Choice:
    """Goes by sound alone."""
    return Choice(0, sure=True)
