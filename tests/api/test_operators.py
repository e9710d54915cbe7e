"""What only those who run the server get to."""

from __future__ import annotations

import httpx
import pytest

from services.operators import assign_role
from tests.api.conftest import Athlete


@pytest.fixture
async def olga(ana: Athlete) -> Athlete:
    """An operator."""
    async with ana.database.transaction(None) as db:
        await assign_role(db, ana.id, "admin")
    return ana


async def test_an_operator_is_let_in(olga: Athlete) -> None:
    answer = await olga.get("/api/admin/me")
    assert answer.status_code == 200
    assert answer.json()["id"] == str(olga.id)


@pytest.mark.parametrize("role", ["athlete", "coach"])
async def test_nobody_else_is(client: httpx.AsyncClient, ben: Athlete, role: str) -> None:
    assert (await ben.post("/api/user/role", {"role": role})).status_code == 200
    answer = await ben.get("/api/admin/me")
    assert answer.status_code == 403
    assert "voicefit user role EMAIL admin" in answer.json()["detail"]
    assert (await client.get("/api/admin/me")).status_code == 401


async def test_nobody_becomes_one_over_the_api(ben: Athlete) -> None:
    assert (await ben.post("/api/user/role", {"role": "admin"})).status_code == 422
    assert (await ben.get("/api/admin/me")).status_code == 403


async def test_who_is_one_no_more_is_out_at_once(olga: Athlete) -> None:
    async with olga.database.transaction(None) as db:
        await assign_role(db, olga.id, "athlete")
    assert (await olga.get("/api/admin/me")).status_code == 403


@pytest.mark.parametrize("path", ["/admin", "/admin/turns", "/admin/eval"])
async def test_the_page_is_there(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "/app/admin/main.js" in answer.text
    assert (await client.get(path + ".php")).status_code == 404
