"""Exercises found in words and ranked for misheard ones."""

from __future__ import annotations

import pytest

from services.exercises.catalogue import Catalogue
from services.exercises.matcher import ExerciseMatcher


@pytest.fixture(scope="module")
def matcher(catalogue: Catalogue) -> ExerciseMatcher:
    return ExerciseMatcher(catalogue)


def test_every_name_and_alias_finds_its_exercise(matcher: ExerciseMatcher, catalogue: Catalogue) -> None:
    claimed = {}
    for exercise in catalogue:
        for name in (exercise.name.lower(), *exercise.aliases):
            claimed.setdefault(name, exercise.slug)
    missed = [name for name, slug in claimed.items() if matcher.match(name)[0].exercise.slug != slug]
    assert not missed


def test_the_longest_name_wins(matcher: ExerciseMatcher) -> None:
    spans = matcher.find_in(["incline", "dumbbell", "bench", "press", "then", "bench", "press"])
    assert [(s.exercise.slug, s.start, s.end) for s in spans if s.exercise] == [
        ("incline-dumbbell-bench-press", 0, 4),
        ("barbell-bench-press", 5, 7),
    ]


def test_a_family_word_names_no_exercise(matcher: ExerciseMatcher) -> None:
    (span,) = matcher.find_in(["press"])
    assert span.exercise is None
    assert len(matcher.family(span.family or "")) > 1


@pytest.mark.parametrize(
    ("heard", "slug"),
    [
        ("bench breast", "barbell-bench-press"),
        ("romanian deadlif", "romanian-deadlift"),
        ("remaining dead lift", "romanian-deadlift"),
        ("lateral razors", "lateral-raise"),
        ("overhead dress", "overhead-press"),
        ("hammer girls", "hammer-curl"),
    ],
)
def test_a_misheard_name_ranks_first(matcher: ExerciseMatcher, heard: str, slug: str) -> None:
    assert matcher.match(heard)[0].exercise.slug == slug


@pytest.mark.parametrize("heard", ["flobberwobblers", "insane", "zorbo", ""])
def test_what_is_no_name_scores_low(matcher: ExerciseMatcher, heard: str) -> None:
    assert all(m.score < 0.7 for m in matcher.match(heard))


def test_todays_exercises_are_preferred(matcher: ExerciseMatcher) -> None:
    heard = "seated curl"
    plain = {m.exercise.slug: m.score for m in matcher.match(heard)}
    slug = next(s for s in plain if plain[s] < 0.95)
    today = {m.exercise.slug: m.score for m in matcher.match(heard, context={slug})}
    assert today[slug] > plain[slug]
