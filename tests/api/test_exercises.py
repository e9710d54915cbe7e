"""The catalogue over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from services.exercises.browse import rank
from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import packaged_matcher
from tests.api.conftest import Athlete, client_from


async def found(athlete: Athlete, **query: Any) -> list[dict[str, Any]]:
    response = await athlete.get("/api/exercises", params={"limit": 100} | query)
    assert response.status_code == 200, response.text
    return list(response.json()["items"])


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("bench press", "barbell-bench-press"),
        ("Bench", "barbell-bench-press"),
        ("flat bench", "barbell-bench-press"),
        ("dead lift", "conventional-deadlift"),
        ("romanian dead", "romanian-deadlift"),
        ("skullcrush", "skull-crusher"),
        ("face pul", "face-pull"),
        ("good mornin", "good-morning"),
    ],
)
async def test_words_find_an_exercise_also_when_only_begun(ana: Athlete, words: str, slug: str) -> None:
    if slug not in packaged_catalogue().by_slug:
        pytest.fail(f"the catalogue has no {slug}")
    assert (await found(ana, q=words, limit=5))[0]["slug"] == slug


def test_every_name_and_alias_finds_its_exercise_first() -> None:
    matcher = packaged_matcher()
    for exercise in packaged_catalogue():
        scores = rank(matcher, exercise.name)
        assert max(scores, key=lambda one: scores[one]) == exercise.id, exercise.name


@pytest.mark.parametrize("words", ["zzzzqqq", "%", "_", "'; drop table exercises", "🏋", "-", "a" * 120])
async def test_words_that_mean_nothing_find_nothing_or_little(ana: Athlete, words: str) -> None:
    response = await ana.get("/api/exercises", params={"q": words})
    assert response.status_code == 200
    assert response.json()["next_cursor"] is None
    assert len(response.json()["items"]) <= 20


async def test_filters_are_all_of_them_together(ana: Athlete) -> None:
    chest = await found(ana, muscle="chest")
    assert chest
    assert all("chest" in (one["primary_muscle"], *one["secondary_muscles"]) for one in chest)
    barbell = await found(
        ana, muscle="chest", equipment="barbell", pattern="horizontal_push", is_compound=True
    )
    assert {one["slug"] for one in barbell} < {one["slug"] for one in chest}
    assert all("barbell" in one["equipment"] and one["is_compound"] for one in barbell)
    dumbbell = await found(ana, q="bench", equipment="dumbbell")
    assert dumbbell
    assert all("dumbbell" in one["equipment"] for one in dumbbell)
    assert await found(ana, muscle="chest'; --") == []
    assert {one["measure"] for one in await found(ana, measure="duration")} == {"duration"}


async def test_one_exercise_by_slug_and_by_id(ana: Athlete) -> None:
    by_slug = (await ana.get("/api/exercises/barbell-bench-press")).json()
    assert by_slug["name"] == "Barbell Bench Press"
    assert "bench" in by_slug["synonyms"]
    assert (await ana.get(f"/api/exercises/{by_slug['id']}")).json() == by_slug
    assert (await ana.get(f"/api/exercises/{by_slug['id'].upper()}")).json() == by_slug


@pytest.mark.parametrize("reference", ["bench", "6f2a6c1e-6a0b-5b0e-9a53-6d3c1f0e7a11", "x" * 120, "%25"])
async def test_what_is_no_slug_is_not_found(ana: Athlete, reference: str) -> None:
    response = await ana.get(f"/api/exercises/{reference}")
    assert response.status_code == 404
    assert "?q=" in response.json()["detail"]


async def test_the_catalogue_is_for_those_who_are_signed_in(ana: Athlete) -> None:
    async with client_from(ana.client._transport.app) as nobody:  # type: ignore[attr-defined]
        assert (await nobody.get("/api/exercises")).status_code == 401
