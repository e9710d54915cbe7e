"""Health, the workout so far, the page's files, headers and errors."""

from __future__ import annotations

import base64
import hashlib
import re
from http import HTTPStatus

import httpx
import pytest
from fastapi import FastAPI, WebSocket
from starlette.testclient import TestClient

from core.errors import DatabaseUnavailable, VoiceFitError
from db.models import Workout, WorkoutSet
from db.session import Database
from services.exercises.catalogue import packaged_catalogue
from services.identity import Identity
from tests.api.conftest import Room
from tests.db.fixtures import new_athlete


async def test_health_is_200_when_a_session_can_start(client: httpx.AsyncClient) -> None:
    response = await client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_health_is_503_with_the_reason_when_it_is_full(client: httpx.AsyncClient, room: Room) -> None:
    room.left = False
    response = await client.get("/health")
    assert response.status_code == 503
    assert response.json()["detail"] == "All conversations are taken. Try again in a moment."
    assert int(response.headers["retry-after"]) > 0


async def test_health_is_503_when_the_database_is_gone(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: object) -> None:
        raise DatabaseUnavailable("The database is gone.")

    monkeypatch.setattr(database, "transaction", gone)
    response = await client.get("/health")
    assert response.status_code == 503
    assert "database" in response.json()["detail"]


async def test_no_open_workout_is_no_error(client: httpx.AsyncClient) -> None:
    await client.post("/api/session/local")
    response = await client.get("/api/workouts/current")
    assert response.json() == {"workout": None, "sets": []}


async def test_the_workout_so_far_has_its_sets_in_order_and_nobody_elses(
    client: httpx.AsyncClient, database: Database, identity: Identity
) -> None:
    mine, other = await identity.local_athlete(), await new_athlete(database)
    bench = packaged_catalogue().exercises[0]
    for athlete_id, weight in ((mine, 225.0), (other, 999.0)):
        async with database.transaction(athlete_id) as session:
            workout = Workout(user_id=athlete_id, name="push day")
            session.add(workout)
            await session.flush()
            for number in (1, 2):
                session.add(
                    WorkoutSet(
                        workout_id=workout.id,
                        user_id=athlete_id,
                        exercise_id=bench.id,
                        set_number=number,
                        reps=8,
                        weight=weight,
                        weight_unit="lbs",
                    )
                )
                await session.flush()
    await client.post("/api/session/local")
    current = (await client.get("/api/workouts/current")).json()
    assert current["workout"]["name"] == "push day"
    assert current["workout"]["status"] == "active"
    assert [(row["set_number"], row["weight"], row["reps"], row["slug"]) for row in current["sets"]] == [
        (1, 225.0, 8, bench.slug),
        (2, 225.0, 8, bench.slug),
    ]


async def test_the_workout_is_not_shown_to_nobody(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/workouts/current")).status_code == 401


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html"),
        ("/app/main.js", "text/javascript"),
        ("/app/audio/capture.worklet.js", "text/javascript"),
        ("/vendor/preact.js", "text/javascript"),
        ("/style/base.css", "text/css"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
async def test_the_page_and_its_files_are_served(
    client: httpx.AsyncClient, path: str, media_type: str
) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media_type)
    assert (await client.get(path, headers={"If-None-Match": response.headers["etag"]})).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/__init__.py",
        "/vendor.mjs",
        "/tsconfig.json",
        "/types.d.ts",
        "/../pyproject.toml",
        "/%2e%2e/README.md",
        "/app",
        "/no.js",
    ],
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/health", "/api/me", "/nothing"])
async def test_every_answer_has_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert "unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"


async def test_the_policy_allows_the_import_map_by_its_hash_and_no_other_inline_code(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/")
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>(.*?)</script>", response.text, re.DOTALL)
    allowed = re.findall(r"'(sha256-[^']+)'", response.headers["content-security-policy"])
    hashes = [
        f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}" for text in inline
    ]
    assert hashes == allowed
    assert not re.search(r"\son\w+=|style=|<style", response.text)


async def test_answers_about_a_person_are_not_kept_in_caches(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/me")).headers["cache-control"] == "no-store"


async def test_a_wrong_method_is_a_problem(client: httpx.AsyncClient) -> None:
    response = await client.post("/health")
    assert response.json()["status"] == response.status_code == 405
    assert response.json()["title"] == HTTPStatus.METHOD_NOT_ALLOWED.phrase


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (DatabaseUnavailable("The database sleeps. Wake it."), 503, "The database sleeps. Wake it."),
        (VoiceFitError("It broke. Mend it."), 500, "It broke. Mend it."),
        (ZeroDivisionError("a secret of the inside"), 500, "Something went wrong here."),
    ],
)
async def test_errors_are_problems_and_do_not_tell_secrets(
    app: FastAPI, client: httpx.AsyncClient, error: Exception, status: int, detail: str
) -> None:
    def fail() -> None:
        raise error

    app.add_api_route("/broken", fail)
    app.router.routes.insert(0, app.router.routes.pop())
    response = await client.get("/broken")
    assert response.json()["status"] == response.status_code == status
    assert response.json()["detail"].startswith(detail)
    assert "inside" not in response.text


async def test_invalid_fields_are_named(app: FastAPI, client: httpx.AsyncClient) -> None:
    async def count(number: int) -> int:
        return number

    app.add_api_route("/count", count)
    app.router.routes.insert(0, app.router.routes.pop())
    response = await client.get("/count?number=many")
    assert response.status_code == 422
    error = response.json()["errors"][0]
    assert (error["in"], error["pointer"]) == ("query", "/number")


def test_websockets_may_be_added_behind_the_page(app: FastAPI) -> None:
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    app.add_api_websocket_route("/v1/realtime", echo)
    with TestClient(app).websocket_connect("/v1/realtime") as websocket:
        websocket.send_text("hello")
        assert websocket.receive_text() == "hello"
