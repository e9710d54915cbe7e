"""How sure a decoder was of the numbers that it wrote, token by token."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

UNSAID_LOGPROB = -0.4
"""A last number that is less likely than this (two in three) is taken for unsaid. After "225 for" and a
silence the decoder writes one all the same, at -0.5 to -2. Of last numbers that were said and heard right 5 %
are below it when clean and 11 % in 10 dB of noise, of wrong ones 7 in 8."""


def log_probabilities(sequence: Sequence[int], logits: Sequence[Any]) -> list[float]:
    """The log probability of each token of `sequence`; `logits` are those of all tokens at each step."""
    return [
        _log_softmax(np.asarray(row, np.float64).ravel(), token)
        for token, row in zip(sequence, logits, strict=False)
    ]


def _log_softmax(row: np.ndarray[Any, np.dtype[np.float64]], token: int) -> float:
    shifted = row - row.max()
    return float(shifted[token] - math.log(np.exp(shifted).sum()))


def least_likely_number(pieces: Sequence[str], logprobs: Sequence[float]) -> float:
    """The log probability of the number that is least likely; 0 when there is none. `pieces` are the tokens'
    texts."""
    return min((p for piece, p in zip(pieces, logprobs, strict=True) if piece.strip().isdigit()), default=0.0)


def without_unsaid_number(pieces: Sequence[str], logprobs: Sequence[float]) -> int:
    """How many of the tokens to keep: all, or those before a last number that was probably not said."""
    end = len(pieces)
    while end and not any(letter.isalnum() for letter in pieces[end - 1]):
        end -= 1
    begin = end
    while begin and (pieces[begin - 1].strip().isdigit() or (begin < end and pieces[begin - 1] == ".")):
        begin -= 1
    words_before = any(letter.isalpha() for piece in pieces[:begin] for letter in piece)
    if begin == end or not words_before or min(logprobs[begin:end]) >= UNSAID_LOGPROB:
        return len(pieces)
    return begin
