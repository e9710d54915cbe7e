"""Spoken numbers: whatever weight is said, in whatever way, is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.router.lexer import Sentence, split_words
from agent.router.numbers import read_number
from tests.router import speaker

WEIGHTS = st.one_of(
    st.integers(1, 1000).map(float),
    st.integers(1, 400).map(lambda n: n * 2.5),
    st.integers(1, 2000).map(lambda n: n * 0.5),
    st.integers(1, 400).map(lambda n: n * 0.25),
)


@given(weight=WEIGHTS, data=st.data())
def test_any_weight_said_in_any_way_is_read_back(weight: float, data: st.DataObject) -> None:
    said = data.draw(st.sampled_from(sorted(set(speaker.ways(weight)))))
    words = split_words(said)
    number = read_number(words, 0)
    assert number is not None
    assert (number.value, number.end) == (weight, len(words)), said


@given(weight=st.integers(20, 999), reps=st.integers(1, 30), data=st.data())
def test_a_weight_for_reps_is_two_numbers(weight: int, reps: int, data: st.DataObject) -> None:
    said = data.draw(st.sampled_from(sorted(set(speaker.ways(weight)))))
    sentence = Sentence.of(split_words(f"{said} for {speaker.below_hundred(reps)}"), [])
    assert sorted({n.value for n in sentence.numbers.values()}) == sorted({float(weight), float(reps)})


@given(dumbbell=st.integers(1, 100))
def test_a_plural_is_a_pair_of_dumbbells(dumbbell: int) -> None:
    words = speaker.plural(dumbbell).split()
    number = read_number(words, 0)
    assert number is not None
    assert (number.value, number.plural, number.end) == (dumbbell, True, len(words))


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("eight nine ten", [8, 9, 10]),
        ("8 7 7", [8, 7, 7]),
        ("twelve fifteen", [12, 15]),
        ("three fifteen", [315]),
        ("last two 80", [2, 80]),
        ("1,000", [1000]),
        ("two hundred pounds and fifty", [200, 50]),
        ("five and one forty", [5, 140]),
        ("two two five for five", [225, 5]),
    ],
)
def test_where_one_number_ends_and_another_begins(said: str, values: list[float]) -> None:
    sentence = Sentence.of(split_words(said), [])
    assert [n.value for n in sentence.numbers.values()] == values


@pytest.mark.parametrize(
    ("said", "seconds"), [("four ten", 250), ("1:42", 102), ("one thirty", 90), ("1:02:03", 3723)]
)
def test_a_number_in_two_halves_may_be_a_clock(said: str, seconds: float) -> None:
    number = read_number(split_words(said), 0)
    assert number is not None
    assert number.clock == seconds
