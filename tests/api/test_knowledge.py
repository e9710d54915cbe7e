"""Knowledge over HTTP: answers, chunks that fit, exercises and cues by what they are."""

from __future__ import annotations

from typing import Any

import pytest

from db.session import Database
from services.coach import DONT_KNOW
from tests.api.conftest import Athlete


@pytest.fixture
def database(indexed: Database) -> Database:
    """A database whose search indexes are up to date."""
    return indexed


async def get(athlete: Athlete, path: str, **query: Any) -> dict[str, Any]:
    response = await athlete.get(f"/api/{path}", params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_chunks_that_fit_come_best_first(ana: Athlete) -> None:
    items = (await get(ana, "knowledge/search", q="how much protein do I need", limit=3))["items"]
    assert len(items) == 3
    assert items[0]["chunk"]["chunk_id"] == "protein-per-day"
    assert items[0]["answers"]
    scores = [one["score"] for one in items]
    assert scores == sorted(scores, reverse=True)


async def test_a_category_narrows_them(ana: Athlete) -> None:
    items = (await get(ana, "knowledge/search", q="how much protein", category="injury", limit=20))["items"]
    assert {one["chunk"]["category"] for one in items} == {"injury"}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": ""},
        {"q": "protein", "limit": 0},
        {"q": "protein", "category": "astrology"},
        {"q": "a" * 501},
    ],
)
async def test_what_cannot_be_asked_is_refused(ana: Athlete, query: dict[str, Any]) -> None:
    for path in ("search", ""):
        response = await ana.get(f"/api/knowledge/{path}".rstrip("/"), params=query)
        assert response.status_code == 422 or (path == "" and "limit" in query)


async def test_a_question_is_answered_with_its_chunks(ana: Athlete) -> None:
    found = await get(ana, "knowledge", q="how much protein do I need")
    assert found["known"]
    assert found["chunks"][0]["chunk_id"] == "protein-per-day"
    assert found["answer"].split(". ")[0] in found["chunks"][0]["content"]
    nothing = await get(ana, "knowledge", q="who is the president")
    assert nothing == {"answer": DONT_KNOW, "known": False, "is_red_flag": False, "chunks": []}
    flag = await get(ana, "knowledge", q="my chest hurts when I lift")
    assert (flag["is_red_flag"], flag["chunks"][0]["chunk_id"]) == (True, "chest-pain")


async def test_one_chunk_by_its_id(ana: Athlete) -> None:
    assert (await get(ana, "knowledge/creatine-dose"))["title"] == "How to take creatine"
    assert (await ana.get("/api/knowledge/nothing")).status_code == 404


async def test_exercises_are_found_by_what_they_train(ana: Athlete) -> None:
    items = (await get(ana, "search/exercises/described", q="something for my rear delts with a cable"))[
        "items"
    ]
    assert items[0]["slug"] == "cable-reverse-fly"
    assert len(items) == 5


async def test_cues_are_found_by_what_they_say(ana: Athlete) -> None:
    items = (await get(ana, "search/cues", q="how do I breathe", exercise="barbell-back-squat", limit=2))[
        "items"
    ]
    assert {one["slug"] for one in items} == {"barbell-back-squat"}
    only = (await get(ana, "search/cues", q="keep the bar close", type="setup", limit=10))["items"]
    assert {one["cue_type"] for one in only} == {"setup"}
    assert (await ana.get("/api/search/cues", params={"q": "x", "exercise": "no-such"})).status_code == 404


async def test_it_is_for_athletes(ana: Athlete) -> None:
    ana.client.headers.pop("Authorization")
    for path in ("knowledge?q=protein", "knowledge/search?q=protein", "search/exercises/described?q=legs"):
        assert (await ana.get(f"/api/{path}")).status_code == 401
