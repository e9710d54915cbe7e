"""Passwords: what is one, how it is kept, and changing it."""

from __future__ import annotations

import argon2
import httpx
import pytest
from sqlalchemy import text

from db.session import Database
from services.identity import Identity
from tests.api.accounts import (
    ANA,
    OTHER_PASSWORD,
    PASSWORD,
    bearer,
    execute,
    login,
    refresh,
    register,
    status,
)
from tests.api.answers import named_fields


@pytest.mark.parametrize("password", ["8 chars!", "x" * 256, "пароль из слов", " " * 8])
async def test_length_is_all_that_a_password_needs(client: httpx.AsyncClient, password: str) -> None:
    await register(client, password=password)
    assert (await login(client, password=password)).status_code == 200
    assert (await login(client, password=password + "x")).status_code == 401


async def test_it_does_not_matter_which_keyboard_typed_the_password(client: httpx.AsyncClient) -> None:
    await register(client, password="caf\u00e9 con leche")
    assert (await login(client, password="cafe\u0301 con leche")).status_code == 200


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
