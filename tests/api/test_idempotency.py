"""`Idempotency-Key`: a request that is sent again is done once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.calls import KEY_TTL
from db.models import ToolCall, WorkoutSet
from tests.api.conftest import Athlete

SET = {"exercise": "bench press", "reps": 8, "weight": 225}


async def count(athlete: Athlete, model: type[ToolCall] | type[WorkoutSet]) -> int:
    async with athlete.database.transaction(athlete.id) as db:
        return await db.scalar(select(func.count()).select_from(model)) or 0


async def age(athlete: Athlete, by: timedelta) -> None:
    """Makes all the athlete's calls older."""
    async with athlete.database.transaction(None) as db:
        await db.execute(update(ToolCall).values(created_at=ToolCall.created_at - by))


async def test_the_same_request_again_is_answered_as_before(ana: Athlete) -> None:
    first = await ana.post("/api/workouts", {"name": "push"}, key="start")
    again = await ana.post("/api/workouts", {"name": "push"}, key="start")
    assert again.status_code == first.status_code == 201
    assert again.content == first.content
    for header in ("location", "etag"):
        assert again.headers[header] == first.headers[header]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    sets = f"{first.headers['location']}/sets"
    answers = [await ana.post(sets, SET, key="set") for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert await count(ana, WorkoutSet) == 1
    reordered = dict(reversed(SET.items()))
    assert (await ana.post(sets, reordered, key="set")).content == answers[0].content


async def test_the_status_is_kept_too(ana: Athlete) -> None:
    await ana.workout()
    for _ in range(2):
        assert (await ana.post("/api/workouts", {"name": "push"}, key="again")).status_code == 200
    assert (await ana.post("/api/workouts", {"name": "push"})).status_code == 200


async def test_what_was_answered_stands_though_things_have_changed(ana: Athlete) -> None:
    workout = await ana.workout()
    first = await ana.post(f"{workout}/sets", SET, key="set")
    await ana.delete(f"{workout}/sets/{first.json()['sets'][0]['id']}")
    assert (await ana.post(f"{workout}/sets", SET, key="set")).content == first.content
    assert await count(ana, WorkoutSet) == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("{0}/sets", SET | {"reps": 9}),
        ("{0}/sets", {"exercise": "bench press", "reps": 8}),
        ("{0}/sets", SET | {"rpe": None}),
        ("{1}/sets", SET),
        ("{0}/finish", None),
        ("/api/workouts", {}),
    ],
)
async def test_the_same_key_for_something_else_is_refused(
    ana: Athlete, path: str, body: dict[str, Any] | None
) -> None:
    workout = await ana.workout()
    past = {"started_at": "2025-03-02T09:00:00Z", "completed_at": "2025-03-02T10:00:00Z"}
    other = (await ana.post("/api/workouts", past)).headers["location"]
    await ana.post(f"{workout}/sets", SET, key="set")
    before = await count(ana, ToolCall)
    refused = await ana.post(path.format(workout, other), body, key="set")
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:problem-type:voicefit:idempotency-key-reused"
    error = refused.json()["errors"][0]
    assert (error["in"], error["pointer"]) == ("header", "/Idempotency-Key")
    assert (await count(ana, WorkoutSet), await count(ana, ToolCall)) == (1, before)


async def test_a_request_that_was_refused_uses_no_key(ana: Athlete) -> None:
    workout = await ana.workout()
    for wrong in (SET | {"reps": 0}, SET | {"weight": 2000}, SET | {"exercise": "press"}):
        assert (await ana.post(f"{workout}/sets", wrong, key="set")).status_code == 422
    assert (await ana.post(f"{workout}/sets", SET, key="set")).status_code == 201
    assert await count(ana, WorkoutSet) == 1


async def test_copies_at_the_same_time_are_done_once(ana: Athlete) -> None:
    workout = await ana.workout()
    answers = await asyncio.gather(*(ana.post(f"{workout}/sets", SET, key="set") for _ in range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await count(ana, WorkoutSet) == 1


async def test_sets_at_the_same_time_are_numbered_apart(ana: Athlete) -> None:
    workout = await ana.workout()
    await asyncio.gather(*(ana.post(f"{workout}/sets", SET, key=str(i)) for i in range(12)))
    assert sorted(one["set_number"] for one in await ana.sets(workout)) == list(range(1, 13))


async def test_keys_are_an_athletes_own(ana: Athlete, ben: Athlete) -> None:
    for athlete in (ana, ben):
        workout = await athlete.workout()
        assert (await athlete.post(f"{workout}/sets", SET, key="set")).status_code == 201
        assert await count(athlete, WorkoutSet) == 1


async def test_a_key_of_the_conversation_is_not_one_of_http(ana: Athlete) -> None:
    workout = await ana.workout()
    await ana.says("log_set", "shared", exercise="bench press", reps=5)
    assert (await ana.post(f"{workout}/sets", SET, key="shared")).status_code == 201
    assert await count(ana, WorkoutSet) == 2


async def test_keys_are_forgotten_after_a_day(ana: Athlete) -> None:
    workout = await ana.workout()
    await ana.post(f"{workout}/sets", SET, key="set")
    await age(ana, KEY_TTL - timedelta(minutes=1))
    assert "idempotency-replayed" in (await ana.post(f"{workout}/sets", SET, key="set")).headers
    await age(ana, timedelta(minutes=2))
    later = await ana.post(f"{workout}/sets", SET | {"reps": 3}, key="set")
    assert later.status_code == 201
    assert "idempotency-replayed" not in later.headers
    assert await count(ana, WorkoutSet) == 2
    assert "idempotency-replayed" in (await ana.post(f"{workout}/sets", SET | {"reps": 3}, key="set")).headers


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "ключ"])
async def test_keys_are_short_and_plain(ana: Athlete, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode())]
    response = await ana.client.post("/api/workouts", json={}, headers=headers)
    assert response.status_code == 422
    assert response.json()["errors"][0]["in"] == "header"
    assert response.json()["errors"][0]["pointer"].lower() == "/idempotency-key"


async def test_without_a_key_every_request_counts(ana: Athlete) -> None:
    workout = await ana.workout()
    for _ in range(2):
        await ana.post(f"{workout}/sets", SET)
    assert await count(ana, WorkoutSet) == 2
