"""What the model may say of the athlete."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.grok.grounding import Ground, Sentences, numbers_of

GIVEN = ("What did I bench?", '{"weight": 225.0, "reps": 8, "say": "225 for 8 yesterday"}', "1,600 grams")


@pytest.mark.parametrize(
    ("sentence", "held"),
    [
        ("225 for 8 yesterday.", True),
        ("You did two twenty five for eight yesterday.", True),
        ("Your best bench is 225.", True),
        ("Your best bench is 315.", False),
        ("You did three fifteen for eight.", False),
        ("You have logged 4 sets so far.", False),
        ("Last time it was 12 reps.", False),
        ("Try 235 next time.", False),
        ("Try 107.5 kg.", False),
        ("Do 3 sets of 8 to 10.", True),
        ("You should rest 2 to 3 minutes.", True),
        ("Aim for 30 grams of protein.", True),
        ("Sleep 8 hours, that one matters.", True),
        ("About 70 percent is plenty.", True),
        ("You need 1,600 grams.", True),
        ("Logged 225 for 8.", False),
        ("I've added that to your workout.", False),
        ("Done!", False),
        ("It is saved.", False),
        ("Great work.", True),
    ],
)
def test_numbers_of_the_athlete_are_given_or_not_said(sentence: str, held: bool) -> None:
    assert Ground(GIVEN).holds(sentence) is held


def test_who_has_done_something_may_say_so() -> None:
    ground = Ground(GIVEN)
    ground.wrote = True
    assert ground.holds("Logged 225 for 8.")
    assert ground.repeats("Logged 225 for 8.")
    assert not ground.holds("Logged 315 for 8.")


@given(st.integers(31, 999), st.sampled_from(["Your max is {}.", "You hit {} last week.", "Take {} lbs."]))
def test_no_load_that_was_not_given(number: int, sentence: str) -> None:
    said = sentence.format(number)
    assert Ground(()).holds(said) is False
    assert Ground((f"{number}",)).holds(said) is True


TEXT = "Eat e.g. oats. That's 1.5 hours before! Really? Yes… fine"


@given(st.lists(st.integers(1, 9), min_size=60, max_size=60))
def test_sentences_are_the_same_however_the_words_come(sizes: list[int]) -> None:
    sentences, found, at = Sentences(), [], 0
    for size in sizes:
        found += sentences.add(TEXT[at : at + size])
        at += size
    found += sentences.add(TEXT[at:]) + sentences.end()
    assert found == ["Eat e.g. oats.", "That's 1.5 hours before!", "Really?", "Yes…", "fine"]


def test_numbers_are_read_in_digits_and_in_words() -> None:
    assert {225, 8, 62.5} <= numbers_of("two twenty five for 8, then 62.5")
