"""How sure a decoder was of the numbers that it wrote."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agent.speech.tokens import least_likely_number, log_probabilities, without_unsaid_number


def test_probabilities_are_those_of_the_tokens_taken() -> None:
    rows = [np.log([0.5, 0.25, 0.25]) + 3.0, np.log([0.1, 0.1, 0.8])]
    assert log_probabilities([1, 2], rows) == pytest.approx([math.log(0.25), math.log(0.8)])


def test_the_least_likely_number_counts() -> None:
    assert least_likely_number([" Bench", " 225", " for", " 8", "."], [-3, -0.1, -2, -0.4, -5]) == -0.4
    assert least_likely_number([" Bench", "."], [-3, -5]) == 0.0


@pytest.mark.parametrize(
    ("pieces", "logprobs", "kept"),
    [
        ([" 405", " for", " 2", "."], [-0.1, 0, -2.0, 0], 2),
        ([" 405", " for", " 2", "."], [-2.0, 0, -0.3, 0], 4),
        ([" 405", " for", " 2", "."], [-0.1, 0, -0.1, 0], 4),
        ([" for", " 62", ".", "5", "."], [0, -0.1, 0, -1.5, 0], 1),
        ([" 225", "."], [-2.0, 0], 2),
        ([" 225", " pounds", "."], [-2.0, 0, 0], 3),
        ([], [], 0),
    ],
)
def test_a_last_number_that_is_unlikely_is_cut_off(
    pieces: list[str], logprobs: list[float], kept: int
) -> None:
    assert without_unsaid_number(pieces, logprobs) == kept
