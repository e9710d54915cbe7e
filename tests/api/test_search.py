"""Exercises found over HTTP by what people call them, and athletes' own names."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from db.models import ExerciseName
from tests.api.conftest import Athlete


async def search(athlete: Athlete, q: str, **query: Any) -> dict[str, Any]:
    response = await athlete.get("/api/search/exercises", params={"q": q} | query)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def first(athlete: Athlete, q: str, **query: Any) -> tuple[str, str | None]:
    """The decision, and the slug of the first match."""
    answer = await search(athlete, q, **query)
    return answer["decision"], next((one["slug"] for one in answer["matches"]), None)


@pytest.mark.parametrize(
    ("q", "decision", "slug"),
    [
        ("Bench Press (Barbell)", "match", "barbell-bench-press"),
        ("Flat Barbell Bench Press", "match", "barbell-bench-press"),
        ("Pullup (Underhand Grip)", "match", "chin-up"),
        ("DB RDL", "match", "dumbbell-romanian-deadlift"),
        ("goblet sqaut", "match", "goblet-squat"),
        ("Hack Squat (Barbell)", "ask", "hack-squat"),
        ("press", "ask", None),
        ("sauna", "none", None),
    ],
)
async def test_what_is_decided(ana: Athlete, q: str, decision: str, slug: str | None) -> None:
    answer = await search(ana, q)
    assert answer["decision"] == decision
    assert set(answer) == {"decision", "matches"}
    assert (decision == "none") == (answer["matches"] == [])
    for one in answer["matches"]:
        assert set(one) == {"slug", "name", "confidence", "match_type"}
        assert 0 < one["confidence"] <= 1
    if slug is not None:
        assert answer["matches"][0]["slug"] == slug


async def test_the_same_answer_from_the_cache(ana: Athlete, ben: Athlete) -> None:
    once = await search(ana, "Landmine Squat")
    assert await search(ana, "Landmine Squat") == once
    assert await search(ben, "landmine  squats!") == once


async def test_what_the_athlete_does_and_did_comes_first(ana: Athlete, ben: Athlete) -> None:
    workout = await ana.workout()
    await ana.log(workout, exercise="landmine press", weight=45)
    assert await first(ana, "press") == ("match", "landmine-press")
    await ana.log(workout, exercise="squat", weight=135)
    assert await first(ana, "press") == ("ask", "landmine-press")
    await ana.post(f"{workout}/finish")
    assert await first(ana, "press") == ("ask", "landmine-press")
    assert (await first(ben, "press"))[1] != "landmine-press"


async def test_equipment_that_was_said_apart(ana: Athlete) -> None:
    answer = await search(ana, "press", equipment="kettlebell")
    assert answer["matches"][0]["slug"].startswith("kettlebell")


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x" * 121}, {"q": "press", "equipment": "rocket"}])
async def test_what_is_no_search(ana: Athlete, query: dict[str, str]) -> None:
    assert (await ana.get("/api/search/exercises", params=query)).status_code == 422


async def test_a_name_is_kept_found_and_forgotten(ana: Athlete, ben: Athlete) -> None:
    made = await ana.post("/api/exercise-names", {"words": "Press", "exercise": "overhead press"})
    assert made.status_code == 201, made.text
    assert (made.json()["words"], made.json()["exercise"]) == ("press", "overhead-press")
    answer = await search(ana, "press")
    assert answer == {
        "decision": "match",
        "matches": [
            {"slug": "overhead-press", "name": "Overhead Press", "confidence": 1.0, "match_type": "own"}
        ],
    }
    assert await first(ana, "presses") == ("match", "overhead-press")
    assert (await first(ben, "press"))[0] == "ask"
    (listed,) = (await ana.get("/api/exercise-names")).json()["items"]
    assert listed == made.json()
    assert (await ben.get("/api/exercise-names")).json()["items"] == []
    address = f"/api/exercise-names/{listed['id']}"
    assert (await ben.delete(address)).status_code == 404
    assert (await ana.delete(address)).status_code == 204
    assert (await first(ana, "press"))[0] == "ask"
    assert (await ana.says("undo_last", "undo")).say == "Took the name back."
    assert await first(ana, "press") == ("match", "overhead-press")


async def test_the_last_meaning_of_a_name_counts_and_can_be_undone(ana: Athlete) -> None:
    for exercise in ("overhead press", "bench press"):
        await ana.post("/api/exercise-names", {"words": "press", "exercise": exercise})
    assert await first(ana, "press") == ("match", "barbell-bench-press")
    assert len((await ana.get("/api/exercise-names")).json()["items"]) == 1
    await ana.says("undo_last", "undo-1")
    assert await first(ana, "press") == ("match", "overhead-press")
    await ana.says("undo_last", "undo-2")
    assert (await first(ana, "press"))[0] == "ask"


async def test_the_same_key_names_once(ana: Athlete) -> None:
    body = {"words": "press", "exercise": "overhead press"}
    one = await ana.post("/api/exercise-names", body, key="a-name")
    assert (await ana.post("/api/exercise-names", body, key="a-name")).json() == one.json()


@pytest.mark.parametrize(
    "body",
    [
        {"words": "same again", "exercise": "squat"},
        {"words": "225", "exercise": "squat"},
        {"words": "one two three four five six", "exercise": "squat"},
        {"words": "!!", "exercise": "squat"},
        {"words": "press", "exercise": "press"},
        {"words": "press"},
    ],
)
async def test_what_is_no_name(ana: Athlete, body: dict[str, str]) -> None:
    response = await ana.post("/api/exercise-names", body)
    assert response.status_code == 422
    async with ana.database.transaction(ana.id) as db:
        assert (await db.scalars(select(ExerciseName))).all() == []
