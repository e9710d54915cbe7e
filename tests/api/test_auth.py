"""Accounts over HTTP: registering, signing in and out, refresh tokens, sessions, passwords."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

import argon2
import httpx
import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.app import create_api
from core.settings import Settings
from db.session import Database
from services.identity import REVOKED_WITHIN_SECONDS, Identity
from tests.api.answers import named_fields
from tests.api.conftest import SECRET, client_from

ANA, PASSWORD = "ana@example.com", "four words you remember"
OTHER_PASSWORD = "another few words"
HALF = b'{"email": "a@b", "password": "\\ud800 is half a character"}'
HOUR = timedelta(hours=1)


@pytest.fixture
async def elsewhere(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of another machine, with cookies of its own."""
    async with client_from(app, "192.168.1.20", "fit.example.com") as client:
        yield client


async def register(client: httpx.AsyncClient, email: str = ANA, **more: Any) -> dict[str, Any]:
    """Makes an account; the answer."""
    response = await client.post("/api/auth/register", json={"email": email, "password": PASSWORD} | more)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def login(
    client: httpx.AsyncClient, email: str = ANA, password: str = PASSWORD, **more: Any
) -> httpx.Response:
    """Signs in."""
    return await client.post("/api/auth/login", json={"email": email, "password": password} | more)


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    """Exchanges a refresh token."""
    return await client.post("/api/auth/refresh", json={"refresh_token": token})


def bearer(answer: dict[str, Any]) -> dict[str, str]:
    """The header for the access token of an answer."""
    return {"Authorization": f"Bearer {answer['access_token']}"}


async def status(client: httpx.AsyncClient, answer: dict[str, Any]) -> int:
    """How a request with the access token of an answer is answered."""
    return (await client.get("/api/me", headers=bearer(answer))).status_code


async def execute(database: Database, statement: str) -> None:
    """Runs a statement as the server itself."""
    async with database.transaction(None) as session:
        await session.execute(text(statement))


async def test_from_registration_to_the_revoked_session(client: httpx.AsyncClient) -> None:
    registered = await register(client, name="Ana")
    assert (registered["user"]["email"], registered["user"]["name"]) == (ANA, "Ana")
    assert registered["user"]["role"] == "athlete"
    assert (await client.get("/api/me", headers=bearer(registered))).json()["email"] == ANA

    signed_in = (await login(client, "ANA@example.com ")).json()
    assert signed_in["user"] == registered["user"]
    refreshed = (await refresh(client, signed_in["refresh_token"])).json()
    assert await status(client, refreshed) == 200

    listed = (await client.get("/api/auth/sessions", headers=bearer(refreshed))).json()["items"]
    assert [one["current"] for one in listed] == [True, False]
    gone = listed[0]["id"]
    revoked = await client.delete(f"/api/auth/sessions/{gone}", headers=bearer(registered))
    assert revoked.status_code == 204
    assert await status(client, refreshed) == 401
    assert (await refresh(client, refreshed["refresh_token"])).status_code == 401
    assert await status(client, registered) == 200
    left = (await client.get("/api/auth/sessions", headers=bearer(registered))).json()["items"]
    assert [one["id"] for one in left] == [listed[1]["id"]]


async def test_an_access_token_is_short_and_has_the_claims_of_supabase(client: httpx.AsyncClient) -> None:
    answer = await register(client)
    claims = jwt.decode(answer["access_token"], SECRET, ["HS256"], audience="authenticated")
    assert claims["exp"] - claims["iat"] == answer["expires_in"] == 900
    assert (claims["sub"], claims["email"]) == (answer["user"]["id"], ANA)
    assert (claims["role"], claims["aud"]) == ("authenticated", "authenticated")
    listed = (await client.get("/api/auth/sessions", headers=bearer(answer))).json()["items"]
    assert [one["id"] for one in listed] == [claims["session_id"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ana"),
        ("email", "ana@ex\0ample.com"),
        ("email", "a@" + "b" * 300),
        ("email", None),
        ("email", 7),
        ("password", "short"),
        ("password", "x" * 257),
        ("password", 12345678),
        ("name", ""),
        ("name", "A\0na"),
        ("name", "x" * 101),
        ("cookie", "yes"),
        ("role", "admin"),
    ],
)
async def test_what_cannot_be_registered_is_named(
    client: httpx.AsyncClient, database: Database, field: str, value: object
) -> None:
    response = await client.post(
        "/api/auth/register", json={"email": ANA, "password": PASSWORD, field: value}
    )
    assert response.status_code == 422
    assert named_fields(response) == {field}
    assert PASSWORD not in response.text
    async with database.transaction(None) as session:
        assert (await session.execute(text("select email from users"))).all() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"email": "a@b", "password": "\xff"}', HALF])
async def test_what_is_no_body_is_a_problem(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = await client.post("/api/auth/login", content=body, headers=headers)
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("password", ["8 chars!", "x" * 256, "пароль из слов", " " * 8])
async def test_length_is_all_that_a_password_needs(client: httpx.AsyncClient, password: str) -> None:
    await register(client, password=password)
    assert (await login(client, password=password)).status_code == 200
    assert (await login(client, password=password + "x")).status_code == 401


async def test_it_does_not_matter_which_keyboard_typed_the_password(client: httpx.AsyncClient) -> None:
    await register(client, password="caf\u00e9 con leche")
    assert (await login(client, password="cafe\u0301 con leche")).status_code == 200


async def test_an_email_has_one_account(client: httpx.AsyncClient, identity: Identity) -> None:
    await register(client)
    await identity.athlete_by_email("ben@example.com")  # as `voicefit token` makes one
    for email in ("ANA@EXAMPLE.COM", "ben@example.com"):
        response = await client.post("/api/auth/register", json={"email": email, "password": OTHER_PASSWORD})
        assert response.status_code == 409
        assert "already" in response.json()["detail"]
        assert (await login(client, email, OTHER_PASSWORD)).status_code == 401


async def test_registrations_at_once_make_one_account(client: httpx.AsyncClient) -> None:
    body = {"email": ANA, "password": PASSWORD}
    answers = await asyncio.gather(*(client.post("/api/auth/register", json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_an_unknown_email_is_answered_as_a_wrong_password_with_as_much_work(
    client: httpx.AsyncClient, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(client)
    await identity.athlete_by_email("ben@example.com")  # has no password
    work: list[argon2.Parameters] = []
    verify = argon2.PasswordHasher.verify

    def watched(hasher: argon2.PasswordHasher, password_hash: str, password: str) -> bool:
        work.append(argon2.extract_parameters(password_hash))
        return verify(hasher, password_hash, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", watched)
    answers = [await login(client, email, "wrong password") for email in (ANA, "ben@example.com", "no@body")]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert len({answer.content.count(b",") for answer in answers}) == 1
    assert len(work) == 3
    assert len(set(map(repr, work))) == 1


async def test_a_hash_of_older_parameters_is_renewed_at_the_next_sign_in(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client)
    old = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    await execute(database, f"update account_passwords set password_hash = '{old}'")
    assert (await login(client)).status_code == 200
    async with database.transaction(None) as session:
        new = await session.scalar(text("select password_hash from account_passwords"))
    assert "m=19456,t=2,p=1" in new
    assert (await login(client)).status_code == 200


async def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_session(
    client: httpx.AsyncClient,
) -> None:
    other = await register(client)
    first = (await login(client)).json()
    second = (await refresh(client, first["refresh_token"])).json()
    third = (await refresh(client, second["refresh_token"])).json()
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    assert await status(client, third) == 200

    reused = await refresh(client, first["refresh_token"])
    assert reused.status_code == 401
    assert "used before" in reused.json()["detail"]
    for answer in (first, second, third):
        assert (await refresh(client, answer["refresh_token"])).status_code == 401
        assert await status(client, answer) == 401
    assert await status(client, other) == 200
    assert (await refresh(client, other["refresh_token"])).status_code == 200


async def test_of_refreshes_at_once_one_wins_and_the_others_are_reuse(client: httpx.AsyncClient) -> None:
    token = (await register(client))["refresh_token"]
    answers = await asyncio.gather(*(refresh(client, token) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert (await refresh(client, won["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["", "no", "\0", "é" * 50, "x" * 300])
async def test_what_is_no_refresh_token_is_refused(client: httpx.AsyncClient, token: str) -> None:
    response = await refresh(client, token)
    assert response.status_code in {401, 422}


async def test_secrets_are_kept_as_hashes(client: httpx.AsyncClient, database: Database) -> None:
    answer = await register(client)
    async with database.transaction(None) as session:
        for table in ("account_passwords", "account_refresh_tokens", "account_sessions", "account_attempts"):
            kept = str((await session.execute(text(f"select {table}::text from {table}"))).all())
            assert len(kept) > 60
            for secret in (PASSWORD, answer["refresh_token"], answer["access_token"]):
                assert secret not in kept
                assert secret.encode().hex() not in kept


async def test_signing_out_ends_the_session_of_either_token(client: httpx.AsyncClient) -> None:
    by_access, by_refresh = await register(client), (await login(client)).json()
    assert (await client.post("/api/auth/logout", headers=bearer(by_access))).status_code == 204
    body = {"refresh_token": by_refresh["refresh_token"]}
    assert (await client.post("/api/auth/logout", json=body)).status_code == 204
    for answer in (by_access, by_refresh):
        assert await status(client, answer) == 401
        assert (await refresh(client, answer["refresh_token"])).status_code == 401
    assert (await client.post("/api/auth/logout")).status_code == 204
    assert (await client.post("/api/auth/logout", json={"refresh_token": "no"})).status_code == 204


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


async def test_a_changed_password_signs_the_others_out(client: httpx.AsyncClient) -> None:
    other, mine = await register(client), (await login(client)).json()
    body = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    response = await client.post("/api/auth/password", json=body, headers=bearer(mine))
    assert response.status_code == 204
    assert await status(client, mine) == 200
    assert (await refresh(client, mine["refresh_token"])).status_code == 200
    assert await status(client, other) == 401
    assert (await refresh(client, other["refresh_token"])).status_code == 401
    assert (await login(client)).status_code == 401
    assert (await login(client, password=OTHER_PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"current_password": "wrong", "new_password": OTHER_PASSWORD}, 403, None),
        ({"new_password": OTHER_PASSWORD}, 403, None),
        ({"current_password": PASSWORD, "new_password": "short"}, 422, "new_password"),
        ({"current_password": PASSWORD}, 422, "new_password"),
        ({"current_password": PASSWORD, "new_password": OTHER_PASSWORD, "x": 1}, 422, "x"),
    ],
)
async def test_a_password_is_not_changed_by_who_does_not_know_it(
    client: httpx.AsyncClient, body: dict[str, object], code: int, field: str | None
) -> None:
    other, mine = await register(client), (await login(client)).json()
    response = await client.post("/api/auth/password", json=body, headers=bearer(mine))
    assert response.status_code == code
    assert named_fields(response) == ({field} if field else set())
    assert await status(client, other) == 200
    assert (await login(client)).status_code == 200


async def test_who_has_no_password_sets_the_first_without_one(client: httpx.AsyncClient) -> None:
    await client.post("/api/session/local")
    first = await client.post("/api/auth/password", json={"new_password": PASSWORD})
    assert first.status_code == 204
    second = await client.post("/api/auth/password", json={"new_password": OTHER_PASSWORD})
    assert second.status_code == 403
    assert (await login(client, "athlete@localhost")).status_code == 200
