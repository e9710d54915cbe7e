"""Text as it is to be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.speech.say import say_number, sentences, spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("225 for 8", "two twenty five for eight"),
        ("82.5 kg", "eighty two point five kilos"),
        ("82.5kg for 5 at RPE 8.5", "eighty two point five kilos for five at R P E eight point five"),
        ("1 lb more", "one pound more"),
        ("3x10 at 135 lbs.", "three by ten at one thirty five pounds."),
        ("105 for 3", "one oh five for three"),
        ("100 kg", "one hundred kilos"),
        ("8-10 reps", "eight to ten reps"),
        ("2 pull-ups, +45", "two pull-ups, plus forty five"),
        ("Fran in 4:32", "Fran in four thirty two"),
        ("4:05/km", "four oh five per kilometer"),
        ("1:00:30", "one oh oh thirty"),
        ("1,250 kcal", "one thousand two fifty calories"),
        ("Your e1RM is 315.0 lbs", "Your estimated one rep max is three fifteen pounds"),
        ("Rest 90s", "Rest ninety seconds"),
        ("up 5%", "up five percent"),
        ("an easy 5k", "an easy five K"),
        ("the 2nd set", "the 2nd set"),
        ("**Got it**, `5` sets", "Got it , five sets"),
    ],
)
def test_numbers_units_and_shorthand_are_written_out(written: str, said: str) -> None:
    assert spoken(written) == said


def test_words_are_left_as_they_are() -> None:
    assert spoken("Nice work, that's a good session.") == "Nice work, that's a good session."


@given(st.integers(min_value=0, max_value=10**12))
def test_whole_numbers_become_words_only(number: int) -> None:
    words = say_number(str(number))
    assert words
    assert not any(letter.isdigit() for letter in words)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_different_weights_are_said_differently(one: int, other: int) -> None:
    assert (say_number(str(one)) == say_number(str(other))) is (one == other)


@given(st.decimals(min_value=0, max_value=1000, places=2))
def test_decimals_say_every_digit_that_counts(weight: object) -> None:
    whole, _, fraction = str(weight).partition(".")
    _, point, digits = say_number(str(weight)).partition(" point ")
    assert bool(point) is bool(int(fraction))
    assert len(digits.split()) == len(fraction.rstrip("0"))
    assert say_number(whole) == say_number(str(weight)).partition(" point ")[0]


@given(st.text(max_size=200))
def test_any_text_can_be_said(text: str) -> None:
    assert all(piece.strip() == piece and piece for piece in sentences(spoken(text)))


def test_a_reply_is_said_sentence_by_sentence() -> None:
    assert sentences("Got it. Two twenty five for eight! Next?") == [
        "Got it.",
        "Two twenty five for eight!",
        "Next?",
    ]


def test_a_long_first_sentence_is_cut_at_its_first_clause() -> None:
    text = "That is a new record, and the third one this week, which is more than in all of last month."
    first, *_ = sentences(text)
    assert first == "That is a new record,"
    assert " ".join(sentences(text)) == text


def test_nothing_to_say_is_no_sentence() -> None:
    assert sentences(spoken(" ... \n - ")) == []
