"""The first steps over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from db.session import Database
from tests.api.accounts import bearer, register
from tests.api.answers import named_fields

ORDER = ["welcome", "units", "experience", "goals", "equipment", "schedule", "injuries", "done"]
ANSWERS: Mapping[str, dict[str, Any]] = {
    "welcome": {"name": "Ana"},
    "units": {"preferred_unit": "kg", "distance_unit": "km", "timezone": "Europe/Madrid"},
    "experience": {"experience_level": "advanced", "birth_year": 1990, "sex": "female", "weight_kg": 64.5},
    "goals": {"goals": ["strength", "health"]},
    "equipment": {"equipment": ["barbell", "rings"]},
    "schedule": {"training_days": [1, 3, 5], "weekly_goal": 3},
    "injuries": {"injuries": [{"body_part": "shoulder", "side": "left", "severity": "moderate"}]},
    "done": {},
}


@pytest.fixture
async def ana(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that is signed in."""
    client.headers.update(bearer(await register(client)))
    return client


async def state(client: httpx.AsyncClient) -> dict[str, Any]:
    """How far the athlete is."""
    answer = await client.get("/api/onboarding")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def send(client: httpx.AsyncClient, path: str, body: object = None) -> dict[str, Any]:
    """Answers a step, or moves on; how far the athlete is then."""
    answer = await client.post(f"/api/onboarding/{path}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def completed(found: dict[str, Any]) -> list[str]:
    """The steps that were answered."""
    return [step["step"] for step in found["steps"] if step["completed"]]


async def injuries(database: Database) -> list[tuple[Any, ...]]:
    """The injuries that are known."""
    async with database.transaction(None) as session:
        rows = await session.execute(
            text("select body_part, side, severity, notes, is_active from injury_logs order by created_at")
        )
        return [tuple(row) for row in rows]


async def test_step_by_step_to_the_end(ana: httpx.AsyncClient, database: Database) -> None:
    found = await state(ana)
    assert [step["step"] for step in found["steps"]] == ORDER
    assert (found["current_step"], found["is_complete"], completed(found)) == ("welcome", False, [])
    for number, step in enumerate(ORDER):
        assert found["current_step"] == step
        assert not found["is_complete"]
        found = await send(ana, step, ANSWERS[step])
        assert completed(found) == ORDER[: number + 1]
    assert (found["current_step"], found["is_complete"]) == ("done", True)
    assert found["completed_at"]
    assert await state(ana) == found

    profile = (await ana.get("/api/user/profile")).json()
    assert profile == found["profile"]
    for step in ORDER[:6]:
        assert ANSWERS[step].items() <= profile.items()
    assert await injuries(database) == [("shoulder", "left", "moderate", None, True)]


async def test_a_step_says_what_it_asks_and_takes(ana: httpx.AsyncClient) -> None:
    for step in (await state(ana))["steps"]:
        assert step["question"].endswith("?") or step["question"].endswith(".")
        asked = step["answers"]["properties"] if step["answers"].get("properties") else {}
        assert set(ANSWERS[step["step"]]) <= set(asked)
        assert set(step["profile_fields"]) == set(asked) - {"injuries"}
        assert step["can_be_skipped"] == (step["step"] != "done")


async def test_steps_are_skipped_and_gone_back_to(ana: httpx.AsyncClient) -> None:
    assert (await send(ana, "welcome/back"))["current_step"] == "welcome"
    assert (await send(ana, "welcome/skip"))["current_step"] == "units"
    assert (await send(ana, "welcome/skip"))["current_step"] == "units"  # a retry
    await send(ana, "units", {"preferred_unit": "kg"})
    found = await send(ana, "experience/skip")
    assert (found["current_step"], completed(found)) == ("goals", ["units"])
    assert (await send(ana, "goals/back"))["current_step"] == "experience"
    assert (await send(ana, "experience/back"))["current_step"] == "units"
    found = await send(ana, "units", {"preferred_unit": "lbs"})
    assert (found["current_step"], completed(found)) == ("experience", ["units"])
    assert found["profile"]["preferred_unit"] == "lbs"
    refused = await ana.post("/api/onboarding/done/skip")
    assert refused.status_code == 409
    found = await send(ana, "done", {})
    assert (found["is_complete"], completed(found)) == (True, ["units", "done"])


async def test_answers_may_be_changed_when_all_is_done(ana: httpx.AsyncClient) -> None:
    done = await send(ana, "done", {})
    again = await send(ana, "done", {})
    assert again["completed_at"] == done["completed_at"]
    found = await send(ana, "goals", {"goals": ["muscle"]})
    assert (found["is_complete"], found["completed_at"]) == (True, done["completed_at"])
    assert found["profile"]["goals"] == ["muscle"]


async def test_answers_sent_twice_are_written_once(ana: httpx.AsyncClient, database: Database) -> None:
    await asyncio.gather(*(send(ana, "injuries", ANSWERS["injuries"]) for _ in range(4)))
    more = [{"body_part": "shoulder", "side": "right"}, {"body_part": "knee", "notes": " old ACL "}]
    await send(ana, "injuries", {"injuries": [*ANSWERS["injuries"]["injuries"], *more, more[1]]})
    await send(ana, "injuries", {"injuries": []})
    assert await injuries(database) == [
        ("shoulder", "left", "moderate", None, True),
        ("shoulder", "right", "minor", None, True),
        ("knee", None, "minor", "old ACL", True),
    ]


async def test_what_is_left_out_stays_as_it_was(ana: httpx.AsyncClient) -> None:
    await ana.patch("/api/user/profile", json={"timezone": "Europe/Madrid", "height_cm": 171})
    await send(ana, "units", {"preferred_unit": "kg"})
    found = await send(ana, "experience", {"experience_level": "beginner"})
    assert (found["profile"]["timezone"], found["profile"]["height_cm"]) == ("Europe/Madrid", 171)


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("welcome", {"name": ""}, "name"),
        ("welcome", {"role": "admin"}, "role"),
        ("units", {}, "preferred_unit"),
        ("units", {"preferred_unit": "stone"}, "preferred_unit"),
        ("units", {"preferred_unit": "kg", "timezone": "Mars/Olympus"}, "timezone"),
        ("experience", {"experience_level": "beginner", "birth_year": 1492}, "birth_year"),
        ("goals", {"goals": []}, "goals"),
        ("goals", {"goals": ["fame"]}, "goals"),
        ("equipment", {"equipment": None}, "equipment"),
        ("schedule", {"weekly_goal": 3, "training_days": [7, 8]}, "training_days"),
        ("injuries", {"injuries": [{"body_part": "soul"}]}, "injuries"),
        ("injuries", {"injuries": [{"body_part": "knee"}, {"body_part": "hip", "notes": "\0"}]}, "injuries"),
        ("injuries", {"injuries": [{"body_part": "knee"}] * 21}, "injuries"),
        ("done", {"step": "done"}, "step"),
    ],
)
async def test_a_bad_answer_names_its_field_and_nothing_is_changed(
    ana: httpx.AsyncClient, database: Database, step: str, body: dict[str, Any], field: str
) -> None:
    before = await state(ana)
    answer = await ana.post(f"/api/onboarding/{step}", json=body)
    assert answer.status_code == 422
    assert named_fields(answer) == {field}
    assert await state(ana) == before
    assert await injuries(database) == []


@pytest.mark.parametrize("path", ["nothing", "nothing/skip", "units/forward"])
async def test_there_are_no_other_steps(ana: httpx.AsyncClient, path: str) -> None:
    assert (await ana.post(f"/api/onboarding/{path}", json={})).status_code in {404, 405, 422}


async def test_two_athletes_are_apart(client: httpx.AsyncClient) -> None:
    ana, ben = bearer(await register(client)), bearer(await register(client, "ben@example.com"))
    client.headers.update(ana)
    await send(client, "injuries", ANSWERS["injuries"])
    await send(client, "done", {})
    client.headers.update(ben)
    found = await state(client)
    assert (found["current_step"], found["is_complete"], completed(found)) == ("welcome", False, [])
    del client.headers["Authorization"]
    assert (await client.get("/api/onboarding")).status_code == 401
    assert (await client.post("/api/onboarding/done", json={})).status_code == 401
