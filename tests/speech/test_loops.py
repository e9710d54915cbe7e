"""Repeats that a decoder made up are taken out; repeats that were said stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.speech.loops import drop_repeats


@pytest.mark.parametrize(
    ("decoded", "seconds", "kept"),
    [
        ("90 pounds, 12 reps. 90 pounds, 12 reps.", 1.9, "90 pounds, 12 reps."),
        ("same again same again same again same", 1.2, "same again"),
        ("Delete that set. Delete that set. Delete that", 1.5, "Delete that set."),
        ("then 10 10 10 10 10 10 10", 0.9, "then 10"),
    ],
)
def test_repeats_that_could_not_be_said_in_time_are_dropped(decoded: str, seconds: float, kept: str) -> None:
    assert drop_repeats(decoded, seconds) == kept


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("same again, same again", 2.4), ("eight, eight, eight", 2.5), ("225 for 8, 225 for 8", 4.0)],
)
def test_repeats_that_there_was_time_for_stay(said: str, seconds: float) -> None:
    assert drop_repeats(said, seconds) == said


@given(st.lists(st.sampled_from(["eight", "for", "225", "again"]), max_size=30), st.floats(0.1, 10))
def test_only_words_that_were_there_remain_and_once_is_enough(words: list[str], seconds: float) -> None:
    once = drop_repeats(" ".join(words), seconds)
    assert drop_repeats(once, seconds) == once
    assert set(once.split()) <= set(words)
