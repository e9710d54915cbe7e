"""Accounts over HTTP, as tests use them."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import text

from db.session import Database

ANA, PASSWORD = "ana@example.com", "four words you remember"
OTHER_PASSWORD = "another few words"


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
