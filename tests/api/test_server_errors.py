"""What goes wrong on our side: told in our words, logged with the request and without data. What is anybody
else's is not there."""

from __future__ import annotations

import io
import logging
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError

from core.logs import FORMAT, Ids
from db.embedded import EmbeddedServer
from db.session import Database
from tests.api.conftest import Athlete
from tests.db.fixtures import end_connections, new_athlete


async def test_errors_of_ours_name_the_request_and_nothing_else(
    app: FastAPI, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a secret of the inside")

    app.add_api_route("/broken", fail)
    app.router.routes.insert(0, app.router.routes.pop())
    response = await client.get("/broken", headers={"X-Request-ID": "phone-7"})
    assert response.status_code == 500
    assert response.json()["request_id"] == response.headers["x-request-id"] == "phone-7"
    assert "secret" not in response.text
    assert "content-security-policy" in response.headers
    assert "a secret of the inside" in caplog.text


async def test_log_lines_begin_with_the_request(app: FastAPI, client: httpx.AsyncClient) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(Ids())
    logger = logging.getLogger("tests.shoes")
    logger.addHandler(handler)

    async def warn() -> None:
        logger.warning("worn out")

    app.add_api_route("/warn", warn)
    app.router.routes.insert(0, app.router.routes.pop())
    await client.get("/warn", headers={"X-Request-ID": "phone-7"})
    logger.warning("outside")
    logger.removeHandler(handler)
    first, second = written.getvalue().splitlines()
    assert first.endswith("WARNING [phone-7] tests.shoes: worn out")
    assert second.endswith("WARNING [-] tests.shoes: outside")


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "új", '"'])
async def test_request_ids_unfit_for_a_log_are_replaced(client: httpx.AsyncClient, given: str) -> None:
    response = await client.get("/api/me", headers=[(b"X-Request-ID", given.encode())])
    assert response.headers["x-request-id"] == response.json()["request_id"]
    assert len(response.headers["x-request-id"]) == 32


STATEMENTS = {
    "insert into users (email) values ('ANA@example.com')": 409,
    "insert into user_profiles (user_id) values (gen_random_uuid())": 409,
    "update user_profiles set height_cm = 999": 422,
    "update users set email = null": 422,
    "select 1 / 0": 422,
    "select 99999999999::int": 422,
    "select cast('twelve' as int)": 422,
    "select nothing from nowhere": 500,
    "do $$ begin raise exception using errcode = '40P01'; end $$": 409,
    "do $$ begin raise exception using errcode = '40001'; end $$": 409,
    "do $$ begin raise exception using errcode = '57014'; end $$": 503,
}


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_what_slips_through_to_the_database_is_no_mystery(
    app: FastAPI, client: httpx.AsyncClient, database: Database, statement: str
) -> None:
    await new_athlete(database, "ana@example.com")

    async def run() -> None:
        async with database.transaction(None) as db:
            await db.execute(text(statement))

    app.add_api_route("/run", run)
    app.router.routes.insert(0, app.router.routes.pop())
    response = await client.get("/run")
    assert response.status_code == STATEMENTS[statement], response.text
    for inside in ("users", "constraint", "asyncpg", "sqlalchemy", "nowhere", "example.com"):
        assert inside not in response.text.lower()


async def test_a_connection_that_breaks_is_no_mystery_either(
    app: FastAPI, client: httpx.AsyncClient, database: Database, embedded_server: EmbeddedServer
) -> None:
    async def run() -> int | None:
        async with database.transaction(None) as db:
            await end_connections(embedded_server, database)
            return await db.scalar(text("select 1"))

    app.add_api_route("/run", run)
    app.router.routes.insert(0, app.router.routes.pop())
    response = await client.get("/run")
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


async def test_rows_of_others_cannot_be_written_and_that_tells_nothing(
    app: FastAPI, ana: Athlete, ben: Athlete
) -> None:
    async def write() -> None:
        async with ana.database.transaction(ana.id) as db:
            await db.execute(text("insert into workouts (user_id) values (:ben)"), {"ben": ben.id})

    app.add_api_route("/write", write)
    app.router.routes.insert(0, app.router.routes.pop())
    assert (await ana.get("/write")).status_code == 404


async def test_when_no_connection_is_free_it_says_when_to_come_back(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    def wait() -> None:
        raise TimeoutError("QueuePool limit of size 5 overflow 10 reached")

    app.add_api_route("/wait", wait)
    app.router.routes.insert(0, app.router.routes.pop())
    response = await client.get("/wait")
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert "QueuePool" not in response.text


FOREIGN = [
    ("GET", "{workout}", None),
    ("PATCH", "{workout}", {"name": "mine"}),
    ("DELETE", "{workout}", None),
    ("POST", "{workout}/finish", None),
    ("GET", "{workout}/sets", None),
    ("POST", "{workout}/sets", {"exercise": "bench press", "reps": 5}),
    ("GET", "{workout}/sets/{set}", None),
    ("PATCH", "{workout}/sets/{set}", {"reps": 1}),
    ("DELETE", "{workout}/sets/{set}", None),
    ("GET", "{mine}/sets/{set}", None),
    ("PATCH", "{mine}/sets/{set}", {"reps": 1}),
    ("DELETE", "{mine}/sets/{set}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), FOREIGN)
async def test_what_is_anothers_is_not_there(
    ana: Athlete, ben: Athlete, method: str, path: str, body: Any
) -> None:
    """The answer is the same, but for the request's id, as for what never was."""
    workout = await ana.workout()
    logged = await ana.log(workout)
    mine = await ben.workout()
    before = (await ana.get(workout)).json(), await ana.sets(workout)
    theirs = path.format(workout=workout, set=logged["id"], mine=mine)
    nobodys = path.format(workout=f"/api/workouts/{uuid4()}", set=uuid4(), mine=mine)
    answers = []
    for address in (theirs, nobodys):
        response = await ben.client.request(method, address, json=body)
        assert response.status_code == 404
        answers.append(response.json() | {"request_id": ""})
    assert answers[0] == answers[1]
    assert ((await ana.get(workout)).json(), await ana.sets(workout)) == before
