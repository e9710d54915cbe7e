"""Accounts over HTTP: registering, signing in and out, refresh tokens."""

from __future__ import annotations

import asyncio

import httpx
import jwt
import pytest
from sqlalchemy import text

from db.session import Database
from services.identity import Identity
from tests.api.accounts import (
    ANA,
    OTHER_PASSWORD,
    PASSWORD,
    bearer,
    login,
    refresh,
    register,
    status,
)
from tests.api.answers import named_fields
from tests.api.conftest import SECRET

HALF = b'{"email": "a@b", "password": "\\ud800 is half a character"}'


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
