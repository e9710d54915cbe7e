"""The catalogue over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

from db.models import ExerciseBodyPartStress, ExerciseCue, ExerciseSubstitution
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


async def content(athlete: Athlete, *rows: Any) -> None:
    """Adds content as the loader does."""
    async with athlete.database.transaction(None) as db:
        await db.execute(delete(ExerciseSubstitution))
        await db.execute(delete(ExerciseCue))
        db.add_all(rows)


def exercise(slug: str) -> UUID:
    return packaged_catalogue().by_slug[slug].id


BENCH = "barbell-bench-press"


async def test_cues_come_in_the_order_of_doing_it(ana: Athlete) -> None:
    cues = [("common_mistake", "flare"), ("execution", "press"), ("breathing", "brace"), ("setup", "grip")]
    await content(
        ana,
        *(ExerciseCue(exercise_id=exercise(BENCH), cue_type=kind, cue_text=text) for kind, text in cues),
        ExerciseCue(exercise_id=exercise("push-up"), cue_type="setup", cue_text="hands"),
    )
    path = f"/api/exercises/{BENCH}/cues"
    answer = (await ana.get(path)).json()
    assert [one["cue_text"] for one in answer["items"]] == ["grip", "press", "brace", "flare"]
    assert answer["next_cursor"] is None
    assert (await ana.get(f"/api/exercises/{exercise(BENCH)}/cues")).json() == answer
    mistakes = (await ana.get(f"{path}?type=common_mistake")).json()["items"]
    assert [one["cue_text"] for one in mistakes] == ["flare"]
    assert (await ana.get("/api/exercises/plank/cues")).json()["items"] == []
    assert (await ana.get("/api/exercises/nothing/cues")).status_code == 404
    assert (await ana.get(f"{path}?type=posing")).json()["errors"][0]["pointer"] == "/type"
    assert (await ana.get(f"{path}?typ=setup")).json()["errors"][0]["pointer"] == "/typ"


async def test_substitutes_are_filtered_and_the_most_similar_come_first(ana: Athlete) -> None:
    rows = [
        ("push-up", "injury", "shoulder", 0.6),
        ("dumbbell-bench-press", "equipment", None, 0.9),
        ("push-up", "equipment", None, 0.7),
        ("machine-chest-press", "injury", "shoulder", 0.8),
        ("bench-dip", "injury", "shoulder", 0.95),
    ]
    for slug, *_ in rows:
        assert slug in packaged_catalogue().by_slug, slug
    stress = ExerciseBodyPartStress(
        exercise_id=exercise("bench-dip"), body_part="shoulder", stress_level="high"
    )
    async with ana.database.transaction(None) as db:
        await db.execute(delete(ExerciseBodyPartStress))
    await content(
        ana,
        stress,
        *(
            ExerciseSubstitution(
                original_exercise_id=exercise(BENCH),
                substitute_exercise_id=exercise(slug),
                reason=reason,
                affected_body_part=part,
                similarity_score=score,
            )
            for slug, reason, part, score in rows
        ),
    )

    async def substitutes(query: str = "") -> list[str]:
        response = await ana.get(f"/api/exercises/{BENCH}/substitutions{query}")
        assert response.status_code == 200, response.text
        return [one["exercise"]["slug"] for one in response.json()["items"]]

    everything = ["bench-dip", "dumbbell-bench-press", "machine-chest-press", "push-up", "push-up"]
    assert await substitutes() == everything
    assert await substitutes("?reason=equipment") == ["dumbbell-bench-press", "push-up"]
    # Dips were written down as sparing the shoulder, but they are known to stress it.
    assert await substitutes("?body_part=shoulder") == ["machine-chest-press", "push-up"]
    assert await substitutes("?body_part=knee") == []
    assert await substitutes("?reason=equipment&equipment=barbell") == ["push-up"]
    assert await substitutes("?equipment=dumbbell&reason=equipment") == ["dumbbell-bench-press", "push-up"]
    response = await ana.get(f"/api/exercises/{BENCH}/substitutions?body_part=tail")
    assert response.json()["errors"][0]["pointer"] == "/body_part"
    assert (await ana.get("/api/exercises/nothing/substitutions")).status_code == 404
