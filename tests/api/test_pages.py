"""Pages of lists: together they are the list, whatever is added while they are read."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from db.models import Conversation, Message, VoiceCommand, Workout
from services.paging import encode
from tests.api.conftest import Athlete

START = datetime(2025, 3, 1, tzinfo=UTC)
LISTS = {
    "/api/workouts": ("-started_at", "started_at"),
    "/api/voice-commands": ("-created_at", "created_at"),
    "/api/conversations": ("-updated_at", "updated_at"),
    "/api/exercises": ("name", "-name"),
}


async def fill(athlete: Athlete, count: int = 23) -> None:
    """Rows for every list, some of them at the same moment."""
    moments = [START + timedelta(hours=i // 3) for i in range(count)]
    rows: list[tuple[Any, Callable[[datetime], dict[str, Any]]]] = [
        (Workout, lambda at: {"status": "completed", "started_at": at}),
        (VoiceCommand, lambda at: {"raw_transcript": "bench", "created_at": at}),
        (Conversation, lambda at: {"updated_at": at}),
    ]
    async with athlete.database.transaction(athlete.id) as db:
        for model, fields in rows:
            await db.execute(insert(model), [{"user_id": athlete.id} | fields(at) for at in moments])


async def pages(athlete: Athlete, path: str, limit: int, **query: Any) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    cursor: dict[str, str] = {}
    while True:
        response = await athlete.get(path, params=query | {"limit": limit} | cursor)
        assert response.status_code == 200, response.text
        found.append(response.json()["items"])
        assert len(found[-1]) <= limit
        if response.json()["next_cursor"] is None:
            return found
        cursor = {"cursor": response.json()["next_cursor"]}


@pytest.mark.parametrize("limit", [7, 23, 100])
@pytest.mark.parametrize(("path", "sort"), [(path, sort) for path, sorts in LISTS.items() for sort in sorts])
async def test_the_pages_together_are_the_list(
    ana: Athlete, ben: Athlete, path: str, sort: str, limit: int
) -> None:
    await fill(ana)
    await fill(ben, 3)
    found = await pages(ana, path, limit, sort=sort)
    ids = [one["id"] for page in found for one in page]
    assert len(ids) == len(set(ids)) == (449 if path.endswith("exercises") else 23)
    assert all(len(page) == limit for page in found[:-1])
    values = [one[sort.removeprefix("-")] for page in found for one in page]
    assert values == sorted(values, reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", ["-started_at", "started_at"])
async def test_what_is_added_meanwhile_moves_nothing(ana: Athlete, sort: str) -> None:
    await fill(ana)
    before = [one["id"] for page in await pages(ana, "/api/workouts", 100, sort=sort) for one in page]
    seen: list[str] = []
    cursor: str | None = None
    for round_ in range(10):
        query = {"sort": sort, "limit": 5} | ({"cursor": cursor} if cursor else {})
        answer = (await ana.get("/api/workouts", params=query)).json()
        seen += [one["id"] for one in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
        for days in (-30, 30):  # before all others and after
            times = {
                "started_at": (START + timedelta(days=days, minutes=round_)).isoformat(),
                "completed_at": (START + timedelta(days=days, hours=1)).isoformat(),
            }
            assert (await ana.post("/api/workouts", times)).status_code == 201
    assert [one for one in seen if one in set(before)] == before
    assert len(seen) == len(set(seen))


async def test_pages_of_sets_and_messages(ana: Athlete) -> None:
    workout = await ana.workout()
    for reps in range(1, 12):
        await ana.log(workout, reps=reps)
    found = await pages(ana, f"{workout}/sets", 4)
    assert [one["reps"] for page in found for one in page] == list(range(1, 12))
    newest = await pages(ana, f"{workout}/sets", 4, sort="-sequence")
    assert [one["reps"] for page in newest for one in page] == list(range(11, 0, -1))
    conversation = uuid4()
    async with ana.database.transaction(ana.id) as db:
        db.add(Conversation(id=conversation, user_id=ana.id))
        await db.flush()
        for number in range(9):
            db.add(
                Message(
                    conversation_id=conversation,
                    user_id=ana.id,
                    role="user",
                    content=str(number),
                    metadata_={"n": 1},
                )
            )
            await db.flush()
    said = await pages(ana, f"/api/conversations/{conversation}/messages", 4)
    assert [one["content"] for page in said for one in page] == list("012345678")
    assert said[0][0]["metadata"] == {"n": 1}


def written(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


MOMENT, KEY = START.isoformat(), str(UUID(int=7))


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "!!!",
        "ü",
        written(),
        written("-started_at"),
        written("-started_at", MOMENT),
        written("-started_at", MOMENT, KEY, KEY),
        written("started_at", MOMENT, KEY),
        written("-started_at", KEY, MOMENT),
        written("-started_at", 5, KEY),
        written("-started_at", None, KEY),
        written("-started_at", "2025-03-01T00:00:00", KEY),
        written("-started_at", "0001-01-01T00:00:00+23:59", KEY) + "x",
        written("-started_at", MOMENT, "x" * 600),
        written("-started_at", MOMENT, KEY + "\0"),
        written({"-started_at": MOMENT}),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(ana: Athlete, cursor: str) -> None:
    response = await ana.get("/api/workouts", params={"cursor": cursor})
    assert response.status_code == 422
    assert [(one["in"], one["pointer"]) for one in response.json()["errors"]] == [("query", "/cursor")]


async def test_the_most_distant_moments_are_no_trouble(ana: Athlete) -> None:
    for moment in ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+23:59"):
        cursor = written("-started_at", moment, KEY)
        assert (await ana.get("/api/workouts", params={"cursor": cursor})).status_code in {200, 422}
        filtered = await ana.get("/api/workouts", params={"started_from": moment})
        assert filtered.status_code in {200, 422}


async def test_a_number_that_is_too_large_for_a_cursor_is_refused(ana: Athlete) -> None:
    workout = await ana.workout()
    for number in (2**63, -(2**70), True, 1.5, "1"):
        response = await ana.get(f"{workout}/sets", params={"cursor": written("sequence", number)})
        assert response.status_code == 422
    nothing = await ana.get(f"{workout}/sets", params={"cursor": encode("sequence", [2**62])})
    assert nothing.json() == {"items": [], "next_cursor": None}


async def test_a_cursor_opens_nothing_of_others(ana: Athlete, ben: Athlete) -> None:
    await fill(ana)
    cursor = (await ana.get("/api/workouts?limit=5")).json()["next_cursor"]
    assert (await ben.get("/api/workouts", params={"cursor": cursor})).json()["items"] == []


async def test_workouts_are_filtered(ana: Athlete) -> None:
    await fill(ana, 9)
    await ana.workout()
    between = {
        "started_from": (START + timedelta(hours=1)).isoformat(),
        "started_before": (START + timedelta(hours=2)).isoformat(),
    }
    assert len((await pages(ana, "/api/workouts", 50, **between))[0]) == 3
    assert len((await pages(ana, "/api/workouts", 50, status="active"))[0]) == 1
    assert (await pages(ana, "/api/workouts", 2, status="completed", **between))[0][0]["set_count"] == 0
    assert UUID((await pages(ana, "/api/workouts", 50, status="active"))[0][0]["id"])
