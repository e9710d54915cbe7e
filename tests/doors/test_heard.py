"""From seconds to words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.doors.realtime.heard import words_heard

SENTENCES = st.lists(
    st.sampled_from(["set", "logged", "225", "for", "8.", "repetitions,", "barbell", "press!"]), max_size=20
).map(" ".join)
TIMES = st.floats(min_value=0, max_value=30)


@given(SENTENCES, TIMES, st.floats(min_value=0.1, max_value=30) | st.none())
def test_what_was_heard_is_the_beginning_in_whole_words(
    text: str, played: float, total: float | None
) -> None:
    heard = words_heard(text, played, total)
    assert text.startswith(heard)
    assert text.split()[: len(heard.split())] == heard.split()


@given(SENTENCES, TIMES, TIMES, st.floats(min_value=0.1, max_value=30))
def test_more_time_is_more_words(text: str, one: float, other: float, total: float) -> None:
    earlier, later = sorted((one, other))
    assert words_heard(text, later, total).startswith(words_heard(text, earlier, total))


@given(SENTENCES, st.floats(min_value=0.1, max_value=30))
def test_all_and_nothing(text: str, total: float) -> None:
    assert words_heard(text, 0, total) == ""
    assert words_heard(text, total, total) == text


def test_half_a_sentence() -> None:
    text = "Nice work today. Rest for ninety seconds, then go again."
    assert words_heard(text, 2.0, 4.0) == "Nice work today. Rest for ninety"
    assert words_heard(text, 1.0, None) == "Nice work today."


def test_long_words_take_longer() -> None:
    assert words_heard("Go substitution", 0.5, 1.0) == "Go"
    assert words_heard("substitution go", 0.5, 1.0) == "substitution"
