"""Signing in and out over HTTP, and who is kept from it."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import httpx
import pytest
from fastapi import FastAPI

from services.identity import LOCAL_EMAIL, Identity
from tests.api.conftest import client_from

HOUR = timedelta(hours=1)


async def test_one_click_continues_as_the_local_athlete(
    client: httpx.AsyncClient, identity: Identity
) -> None:
    assert (await client.get("/api/me")).status_code == 401
    response = await client.post("/api/session/local")
    assert response.status_code == 200
    assert response.json() == {"id": str(await identity.local_athlete()), "email": LOCAL_EMAIL}
    assert (await client.get("/api/me")).json() == response.json()


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/session/local")
    cookie = SimpleCookie(response.headers["set-cookie"])["voicefit_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert not cookie["secure"]  # plain http on this machine


async def test_the_cookie_is_for_tls_alone_when_it_came_over_tls(app: FastAPI) -> None:
    async with client_from(app) as client:
        response = await client.post("https://localhost/api/session/local")
    assert SimpleCookie(response.headers["set-cookie"])["voicefit_session"]["secure"]


async def test_signing_out_takes_the_cookie_back(client: httpx.AsyncClient) -> None:
    await client.post("/api/session/local")
    assert (await client.post("/api/session/end")).status_code == 204
    assert (await client.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("192.168.1.20", "localhost:8080"),
        ("127.0.0.1", "fit.example.com"),
        ("127.0.0.1", "localhost.example.com"),
        ("127.0.0.1", "192.168.1.10:8080"),
        ("::ffff:10.0.0.1", "localhost:8080"),
    ],
)
async def test_other_machines_and_names_do_not_get_the_local_athlete(
    app: FastAPI, address: str, host: str
) -> None:
    async with client_from(app, address, host) as client:
        response = await client.post("/api/session/local")
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("address", "host"),
    [("::1", "[::1]:8080"), ("127.0.0.1", "127.0.0.1:8080"), ("::ffff:127.0.0.1", "localhost")],
)
async def test_every_name_of_this_machine_will_do(app: FastAPI, address: str, host: str) -> None:
    async with client_from(app, address, host) as client:
        assert (await client.post("/api/session/local")).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_a_proxy_on_this_machine_does_not_open_it_to_others(
    client: httpx.AsyncClient, header: str
) -> None:
    response = await client.post("/api/session/local", headers={header: "203.0.113.9"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/api/session/local", "/api/session/end", "/api/session"])
async def test_writes_from_other_sites_are_refused(
    client: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    response = await client.post(path, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


async def test_the_page_itself_may_write(client: httpx.AsyncClient) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8080"}
    assert (await client.post("/api/session/local", headers=headers)).status_code == 200


async def test_a_token_is_exchanged_for_the_cookie_from_anywhere(app: FastAPI, identity: Identity) -> None:
    athlete_id = await identity.athlete_by_email("ana@example.com")
    token = identity.issue_token(athlete_id, HOUR)
    async with client_from(app, "192.168.1.20", "192.168.1.10:8080") as client:
        signed_in = await client.post("/api/session", headers={"Authorization": f"Bearer {token}"})
        assert signed_in.status_code == 200
        assert (await client.get("/api/me")).json() == {"id": str(athlete_id), "email": "ana@example.com"}


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer a.b.c"])
async def test_bad_tokens_are_problems_that_name_the_way_in(
    client: httpx.AsyncClient, authorization: str
) -> None:
    response = await client.get("/api/me", headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_bad_header_is_not_rescued_by_a_good_cookie(client: httpx.AsyncClient) -> None:
    await client.post("/api/session/local")
    assert (await client.get("/api/me", headers={"Authorization": "Bearer no"})).status_code == 401


async def test_an_expired_token_says_so(client: httpx.AsyncClient, identity: Identity) -> None:
    token = identity.issue_token(await identity.local_athlete(), -HOUR)
    response = await client.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert "expired" in response.json()["detail"]
