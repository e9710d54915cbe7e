"""Suggestions and swaps over HTTP: the same as by voice, and taken back by voice."""

from __future__ import annotations

from typing import Any

import pytest

from db.models import InjuryLog
from tests.api.conftest import Athlete


async def suggestions(athlete: Athlete, exercise: str, **query: Any) -> list[dict[str, Any]]:
    response = await athlete.get(f"/api/exercises/{exercise}/suggestions", params=query)
    assert response.status_code == 200, response.text
    return list(response.json()["items"])


async def test_suggestions_are_those_of_the_voice(ana: Athlete) -> None:
    said = await ana.says(
        "suggest_exercise_substitution",
        "one",
        exercise="overhead press",
        reason="injury",
        body_part="shoulder",
    )
    sent = await suggestions(ana, "overhead-press", reason="injury", body_part="shoulder")
    assert [one["slug"] for one in sent] == [one.slug for one in said.suggestions]
    assert {one["why"] for one in sent} == {"easier on the shoulder"}


async def test_suggestions_are_the_athletes_own(ana: Athlete, ben: Athlete) -> None:
    async with ana.database.transaction(ana.id) as db:
        db.add(InjuryLog(user_id=ana.id, body_part="knee", severity="severe"))
    mine = {one["slug"] for one in await suggestions(ana, "barbell-back-squat", limit=20)}
    others = {one["slug"] for one in await suggestions(ben, "barbell-back-squat", limit=20)}
    assert "barbell-front-squat" in others - mine


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/exercises/no-such-exercise/suggestions", 404),
        ("/api/exercises/barbell-back-squat/suggestions?reason=boredom", 422),
        ("/api/exercises/barbell-back-squat/suggestions?missing=rocket", 422),
        ("/api/exercises/barbell-back-squat/suggestions?limit=0", 422),
    ],
)
async def test_what_cannot_be_suggested(ana: Athlete, path: str, status: int) -> None:
    assert (await ana.get(path)).status_code == status


async def test_a_swap_is_kept_with_the_workout(ana: Athlete) -> None:
    workout = await ana.workout()
    await ana.log(workout, exercise="overhead press", weight=95)
    swapped = await ana.post(f"{workout}/swaps", {"substitute": "landmine press"}, key="swap")
    assert swapped.status_code == 201, swapped.text
    body = swapped.json()
    assert (body["exercise"], body["swaps"]) == ("landmine-press", {"overhead-press": "landmine-press"})
    assert (await ana.post(f"{workout}/swaps", {"substitute": "landmine press"}, key="swap")).json() == body
    assert (await ana.get(workout)).json() == body
    assert (await ana.log(workout, exercise=None, weight=45))["slug"] == "landmine-press"


async def test_a_swap_over_http_is_undone_by_voice(ana: Athlete) -> None:
    workout = await ana.workout()
    await ana.log(workout, exercise="overhead press", weight=95)
    before = (await ana.get(workout)).json()
    await ana.post(f"{workout}/swaps", {"exercise": "squat", "substitute": "leg press"})
    assert (await ana.says("undo_last", "undo")).say == "Back to barbell back squat."
    after = (await ana.get(workout)).json()
    assert {k: v for k, v in after.items() if k != "updated_at"} == {
        k: v for k, v in before.items() if k != "updated_at"
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"substitute": "press"}, 422),
        ({"substitute": "bench press"}, 409),
        ({"substitute": "squat", "exercise": "barbell-back-squat"}, 409),
        ({}, 422),
    ],
)
async def test_what_cannot_be_swapped(ana: Athlete, body: dict[str, str], status: int) -> None:
    workout = await ana.workout()
    await ana.log(workout, exercise="bench press", weight=95)
    assert (await ana.post(f"{workout}/swaps", body)).status_code == status
    assert (await ana.get(workout)).json()["swaps"] == {}


async def test_a_finished_or_anothers_workout_swaps_nothing(ana: Athlete, ben: Athlete) -> None:
    workout = await ana.workout()
    assert (await ben.post(f"{workout}/swaps", {"substitute": "squat"})).status_code == 404
    await ana.post(f"{workout}/finish")
    assert (await ana.post(f"{workout}/swaps", {"substitute": "squat"})).status_code == 409
