"""Bad requests: each is answered with a problem that names the field, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from api.bodies import MAX_SAFE_INTEGER
from api.middleware import MAX_BODY_BYTES, BodyLimitMiddleware
from tests.api.conftest import Athlete, client_from

JSON = {"Content-Type": "application/json"}


def errors(response: httpx.Response) -> list[tuple[str, str]]:
    """Where the problem says that something is wrong."""
    assert response.headers["content-type"] == "application/problem+json"
    return [(one["in"], one["pointer"]) for one in response.json().get("errors", [])]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"reps": "8"}, "/reps"),
        ({"reps": 8.5}, "/reps"),
        ({"reps": True}, "/reps"),
        ({"reps": [8]}, "/reps"),
        ({"reps": 0}, "/reps"),
        ({"reps": -8}, "/reps"),
        ({"reps": 10**15}, "/reps"),
        ({"reps": MAX_SAFE_INTEGER + 1}, "/reps"),
        ({"weight": "heavy"}, "/weight"),
        ({"weight": -5}, "/weight"),
        ({"weight": 10**400}, "/weight"),
        ({"rpe": 11}, "/rpe"),
        ({"rpe": 8.3}, "/rpe"),
        ({"unit": "stone"}, "/unit"),
        ({"set_type": "easy"}, "/set_type"),
        ({"sets": 21}, "/sets"),
        ({"exercise": ""}, "/exercise"),
        ({"exercise": "b" * 121}, "/exercise"),
        ({"exercise": {"slug": "bench"}}, "/exercise"),
        ({"notes": "a\0b"}, "/notes"),
        ({"notes": "n" * 2001}, "/notes"),
        ({"completed_at": "2025-02-30T10:00:00Z"}, "/completed_at"),
        ({"completed_at": "yesterday"}, "/completed_at"),
        ({"weigth": 225}, "/weigth"),
        ({"a/b~c": 1}, "/a~1b~0c"),
        ({"user_id": str(uuid4())}, "/user_id"),
    ],
)
async def test_wrong_fields_of_a_body_are_named(ana: Athlete, fields: dict[str, Any], pointer: str) -> None:
    workout = await ana.workout()
    response = await ana.post(f"{workout}/sets", {"exercise": "bench press", "reps": 8} | fields)
    assert response.status_code == 422
    assert errors(response) == [("body", pointer)]
    assert await ana.sets(workout) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"reps": 8', 400),
        (b"{'reps': 8}", 400),
        (b'{"reps": NaN}', 400),
        (b'{"weight": Infinity}', 400),
        (b'{"notes": "\\ud800"}', 400),
        (b'{"notes": "\xff"}', 400),
        (b'{"notes": "\xed\xa0\x80"}', 400),
        (b'{"notes": "a\x00b"}', 400),
        (b'{"reps": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 100_000, 400),
        (b'{"weight": 1e999}', 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"", 422),
    ],
    ids=lambda value: repr(value)[:24],
)
async def test_bodies_that_are_not_json_or_no_object(ana: Athlete, body: bytes, status: int) -> None:
    workout = await ana.workout()
    response = await ana.client.post(f"{workout}/sets", content=body, headers=JSON)
    assert response.status_code == status
    assert response.json()["detail"]
    assert await ana.sets(workout) == []


async def test_every_wrong_field_is_named_at_once(ana: Athlete) -> None:
    response = await ana.post(f"{await ana.workout()}/sets", {"reps": "8", "rpe": 11, "wieght": 1})
    assert sorted(errors(response)) == [("body", "/reps"), ("body", "/rpe"), ("body", "/wieght")]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "image/png", None])
async def test_other_media_types_are_refused(ana: Athlete, media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = await ana.client.post("/api/workouts", content=b'{"name": "push"}', headers=headers)
    assert response.status_code == 415
    assert response.headers["accept-post"] == "application/json"


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "application/merge-patch+json"])
async def test_kinds_of_json_are_taken(ana: Athlete, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    response = await ana.client.post("/api/workouts", content=b'{"name": "push"}', headers=headers)
    assert response.status_code == 201


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("sort=name", "sort"),
        ("status=lost", "status"),
        ("started_from=2025-13-01T00:00:00Z", "started_from"),
        ("started_before=2025-01-01", "started_before"),
        ("started_before=12345", "started_before"),
        ("started_since=2025-01-01T00:00:00Z", "started_since"),
        ("cursor=" + "a" * 1001, "cursor"),
        ("cursor=a%00b", "cursor"),
    ],
)
async def test_wrong_parameters_are_named(ana: Athlete, query: str, name: str) -> None:
    response = await ana.get(f"/api/workouts?{query}")
    assert response.status_code == 422
    assert errors(response) == [("query", f"/{name}")]


@pytest.mark.parametrize("path", ["/api/workouts/12", "/api/workouts/12/sets", "/api/voice-commands/a%00"])
async def test_ids_that_are_none_are_named(ana: Athlete, path: str) -> None:
    response = await ana.get(path)
    assert response.status_code == 422
    assert errors(response)[0][0] == "path"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/workouts", "GET, POST"),
        ("DELETE", "/api/workouts/current", "DELETE, GET, PATCH"),
        ("GET", f"/api/workouts/{UUID(int=7)}/finish", "POST"),
        ("POST", "/api/exercises/barbell-bench-press", "GET"),
        ("OPTIONS", "/api/me", "GET"),
    ],
)
async def test_a_wrong_method_names_the_right_ones(
    ana: Athlete, method: str, path: str, allowed: str
) -> None:
    response = await ana.client.request(method, path)
    if path.endswith("current"):  # `DELETE /api/workouts/{id}`, and `current` is no id
        assert response.status_code == 422
        return
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert response.json()["title"] == "Method Not Allowed"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/workouts/", "/api//workouts"])
async def test_there_is_nothing_elsewhere(ana: Athlete, method: str, path: str) -> None:
    response = await ana.client.request(method, path)
    assert response.status_code in ({404, 405} if path == "/api" else {404})
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_body_that_is_announced_as_too_large_is_not_read(ana: Athlete) -> None:
    body = json.dumps({"name": "x" * MAX_BODY_BYTES}).encode()
    response = await ana.client.post("/api/workouts", content=body, headers=JSON)
    assert response.status_code == 413
    assert "1024 KiB" in response.json()["detail"]
    assert "content-security-policy" in response.headers


async def test_a_body_that_goes_on_and_on_is_cut_off(ana: Athlete) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'{"name": "'
        while sent < 10 * MAX_BODY_BYTES:
            sent += 65_536
            yield b"x" * 65_536

    response = await ana.client.post("/api/workouts", content=endless(), headers=JSON)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


async def test_some_addresses_take_more() -> None:
    app = FastAPI()

    @app.post("/{path:path}")
    async def take(path: str, body: list[str]) -> int:
        return len(body)

    app.add_middleware(BodyLimitMiddleware, limit=100, larger={"/api/import": 1000})
    async with client_from(app) as client:
        for path, size, status in (
            ("/api/other", 90, 200),
            ("/api/other", 110, 413),
            ("/api/import/strong", 900, 200),
            ("/api/import/strong", 1100, 413),
        ):
            response = await client.post(path, json=["x" * size])
            assert response.status_code == status, (path, size)
