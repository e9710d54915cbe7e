"""How often signing in may be tried."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.app import create_api
from core.settings import Settings
from db.session import Database
from tests.api.accounts import ANA, PASSWORD, bearer, execute, login, register
from tests.api.conftest import client_from

BEN = "ben@example.com"
WRONG = "wrong password"
TIME_PASSES = "update account_attempts set expires_at = expires_at - interval '1 hour'"


async def tries(client: httpx.AsyncClient, times: int, email: str = ANA) -> list[int]:
    """Wrong passwords, all at once; how they are answered."""
    answers = await asyncio.gather(*(login(client, email, WRONG) for _ in range(times)))
    return sorted(answer.status_code for answer in answers)


async def test_an_email_is_tried_ten_times_from_one_address(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await register(client)
    assert await tries(client, 13) == [401] * 10 + [429] * 3
    refused = await login(client)  # with the right password
    assert refused.status_code == 429
    assert 800 < int(refused.headers["retry-after"]) <= 900
    assert refused.json()["detail"] == "That was tried too often. Try again in 15 minutes."
    async with client_from(app, "192.168.1.20") as elsewhere:
        assert (await login(elsewhere)).status_code == 200
    assert (await login(client, BEN)).status_code == 401
    await execute(database, TIME_PASSES)
    assert (await login(client)).status_code == 200


async def test_all_servers_count_together(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    await register(client)
    async with client_from(create_api(database, settings, capacity=lambda: True)) as second:
        codes = [(await login(one, ANA, WRONG)).status_code for one in (client, second) * 6]
    assert codes == [401] * 10 + [429] * 2


async def test_signing_in_costs_no_attempt(client: httpx.AsyncClient) -> None:
    await register(client)
    for _ in range(12):
        assert (await login(client)).status_code == 200
    assert await tries(client, 11) == [401] * 10 + [429]


async def test_an_email_is_one_whatever_its_case(client: httpx.AsyncClient) -> None:
    assert await tries(client, 6, "ana@example.com") + await tries(client, 6, " ANA@example.com ") == (
        [401] * 10 + [429] * 2
    )


async def test_an_address_does_not_try_many_emails(app: FastAPI, client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(login(client, f"{n}@example.com", WRONG) for n in range(103)))
    assert sorted(answer.status_code for answer in answers) == [401] * 100 + [429] * 3
    async with client_from(app, "192.168.1.20") as elsewhere:
        assert (await login(elsewhere, BEN, WRONG)).status_code == 401


async def test_one_address_does_not_keep_an_athlete_out_but_many_do(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await register(client)
    await tries(client, 90)
    async with client_from(app, "192.168.1.20") as elsewhere:
        assert (await login(elsewhere)).status_code == 200
        # 200 failures in an hour are a guess from many machines.
        await execute(database, "update account_attempts set attempts = 200 where attempts = 10")
        assert (await login(elsewhere)).status_code == 429


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
    ],
)
async def test_an_address_is_what_one_client_cannot_choose(
    app: FastAPI, first: str, second: str, same: bool
) -> None:
    async with client_from(app, first) as one, client_from(app, second) as two:
        await tries(one, 10)
        assert await tries(two, 1) == [429 if same else 401]


async def test_registrations_from_an_address_are_limited(client: httpx.AsyncClient) -> None:
    body = {"password": PASSWORD}
    codes = [
        (await client.post("/api/auth/register", json=body | {"email": f"{n}@example.com"})).status_code
        for n in range(22)
    ]
    assert codes == [201] * 20 + [429] * 2


async def test_a_stolen_session_does_not_guess_the_password(client: httpx.AsyncClient) -> None:
    answer = await register(client)
    body = {"current_password": WRONG, "new_password": PASSWORD}
    codes = [
        (await client.post("/api/auth/password", json=body, headers=bearer(answer))).status_code
        for _ in range(12)
    ]
    assert codes == [403] * 10 + [429] * 2


async def test_counts_name_nobody_and_are_swept_when_they_are_over(
    client: httpx.AsyncClient, database: Database
) -> None:
    await tries(client, 1)
    await tries(client, 1, BEN)

    async def kept() -> str:
        async with database.transaction(None) as session:
            rows = (
                await session.execute(text("select encode(subject, 'escape') from account_attempts"))
            ).all()
        return str(rows)

    assert "ana" not in await kept()
    assert "127.0.0.1" not in await kept()
    await execute(database, TIME_PASSES)
    await tries(client, 1, "new@example.com")
    async with database.transaction(None) as session:
        assert await session.scalar(text("select count(*) from account_attempts")) == 3
