"""Sessions over HTTP: cookies, who is signed in where, and ending it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from http.cookies import SimpleCookie
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.app import create_api
from core.settings import Settings
from db.session import Database
from services.identity import REVOKED_WITHIN_SECONDS, Identity
from tests.api.accounts import (
    ANA,
    bearer,
    execute,
    login,
    refresh,
    register,
    status,
)
from tests.api.conftest import client_from

HOUR = timedelta(hours=1)


@pytest.fixture
async def elsewhere(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of another machine, with cookies of its own."""
    async with client_from(app, "192.168.1.20", "fit.example.com") as client:
        yield client


async def test_a_browser_gets_a_cookie_and_no_token(elsewhere: httpx.AsyncClient, database: Database) -> None:
    await register(elsewhere)
    response = await login(elsewhere, cookie=True)
    assert response.json()["user"]["email"] == ANA
    assert response.json()["access_token"] is response.json()["refresh_token"] is None
    cookie = SimpleCookie(response.headers["set-cookie"])["voicefit_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert cookie.value not in response.text
    assert (await elsewhere.get("/api/me")).json()["email"] == ANA

    assert (await elsewhere.post("/api/auth/logout")).status_code == 204
    assert (await elsewhere.get("/api/me")).status_code == 401
    elsewhere.cookies.set("voicefit_session", cookie.value)  # who kept it has nothing
    assert (await elsewhere.get("/api/me")).status_code == 401


async def test_the_pages_own_way_out_ends_the_session_too(client: httpx.AsyncClient) -> None:
    await client.post("/api/session/local")
    kept = client.cookies["voicefit_session"]
    await client.post("/api/session/end")
    assert (await client.get("/api/me", headers={"Authorization": f"Bearer {kept}"})).status_code == 401


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/auth/register"),
        ("POST", "/api/auth/login"),
        ("POST", "/api/auth/refresh"),
        ("POST", "/api/auth/logout"),
        ("POST", "/api/auth/password"),
        ("DELETE", f"/api/auth/sessions/{UUID(int=7)}"),
    ],
)
async def test_another_site_cannot_use_the_cookie(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]
) -> None:
    await register(client, cookie=True)
    response = await client.request(method, path, headers=headers, json={})
    assert response.status_code == 403
    assert "another site" in response.json()["detail"]
    assert (await client.get("/api/me")).status_code == 200


async def test_sessions_say_what_they_are_and_are_nobody_elses(client: httpx.AsyncClient) -> None:
    client.headers["User-Agent"] = "Pixel\t9 \x7f(gym)" + "x" * 300
    ana = await register(client)
    ben = await register(client, "ben@example.com")
    (mine,) = (await client.get("/api/auth/sessions", headers=bearer(ana))).json()["items"]
    assert mine["client"].startswith("Pixel 9 (gym)x")
    assert len(mine["client"]) == 200
    assert mine["created_at"] < mine["expires_at"]
    for session_id in (mine["id"], uuid4()):
        refused = await client.delete(f"/api/auth/sessions/{session_id}", headers=bearer(ben))
        assert refused.status_code == 404
    assert (await client.delete("/api/auth/sessions/1", headers=bearer(ben))).status_code == 422
    assert await status(client, ana) == 200
    assert (await client.get("/api/auth/sessions")).status_code == 401


async def test_a_session_that_is_over_is_not_listed_and_not_good(
    client: httpx.AsyncClient, database: Database
) -> None:
    over = await register(client)
    await execute(database, "update account_sessions set expires_at = now() - interval '1 second'")
    assert (await refresh(client, over["refresh_token"])).status_code == 401
    assert await status(client, over) == 401
    now = (await login(client)).json()
    assert len((await client.get("/api/auth/sessions", headers=bearer(now))).json()["items"]) == 1


async def test_another_server_learns_of_a_revocation_within_the_stated_time(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    seconds = 100.0
    identity = Identity(database, settings, clock=lambda: seconds)
    app = create_api(database, settings, capacity=lambda: True, identity=identity)
    async with client_from(app) as far:
        answer = await register(client)
        assert await status(far, answer) == 200
        await client.post("/api/auth/logout", headers=bearer(answer))
        assert await status(client, answer) == 401
        seconds += REVOKED_WITHIN_SECONDS
        assert await status(far, answer) == 401


async def test_an_account_that_is_deleted_takes_its_tokens_along(
    client: httpx.AsyncClient, database: Database, settings: Settings, identity: Identity
) -> None:
    with_session = await register(client)
    without = identity.issue_token(await identity.athlete_by_email(ANA), HOUR)
    await execute(database, "delete from users")
    async with client_from(create_api(database, settings, capacity=lambda: True)) as fresh:
        assert await status(fresh, with_session) == 401
        assert await status(fresh, {"access_token": without}) == 401
        assert (await refresh(fresh, with_session["refresh_token"])).status_code == 401


async def test_use_is_noted_once_an_hour(client: httpx.AsyncClient, database: Database) -> None:
    answer = await register(client)
    await execute(database, "update account_sessions set last_used_at = now() - interval '2 hours'")
    assert await status(client, answer) == 200
    async with database.transaction(None) as session:
        used_now = await session.scalar(
            text("select last_used_at > now() - interval '1 hour' from account_sessions")
        )
    assert used_now


async def test_more_sessions_than_an_athlete_has_clients_end_the_oldest(
    client: httpx.AsyncClient, database: Database, identity: Identity
) -> None:
    athlete_id = await identity.athlete_by_email(ANA)
    tokens = [await identity.start_session(athlete_id, None, HOUR) for _ in range(101)]
    answers = [await status(client, {"access_token": tokens[index]}) for index in (0, 1, 100)]
    assert answers == [401, 200, 200]
