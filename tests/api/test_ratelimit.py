"""Rate limits over HTTP: who counts for what, and what one too many is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import TimeoutError

from api.app import create_api
from api.ratelimit import rule_for
from core.settings import Settings
from db.session import Database
from services.identity import Identity
from services.keyvalue import StoreUnavailable
from services.ratelimit import LIMITS, RateLimiter, rate_limiter
from services.ratelimit.counters import Count
from tests.api.conftest import client_from
from tests.db.fixtures import new_athlete

TINY = "read=3/minute,write=2/minute,anonymous=4/minute,sign_in=2/minute"
SignIn = Callable[[UUID], dict[str, str]]


@pytest.fixture
def limited(database: Database, settings: Settings) -> FastAPI:
    """The application with limits that are soon reached."""
    limiter = rate_limiter(settings.model_copy(update={"rate_limits": TINY}), database, None)
    return create_api(database, settings, capacity=lambda: True, limiter=limiter)


@pytest.fixture
async def client(limited: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_from(limited) as client:
        yield client


@pytest.fixture
def signed_in(identity: Identity) -> SignIn:
    """The header that signs an athlete in."""

    def header(athlete: UUID) -> dict[str, str]:
        return {"Authorization": f"Bearer {identity.issue_token(athlete, timedelta(hours=1))}"}

    return header


async def test_one_too_many_is_a_problem_that_says_when_to_come_again(
    client: httpx.AsyncClient, database: Database, signed_in: SignIn
) -> None:
    header = signed_in(await new_athlete(database))
    responses = [await client.get("/api/me", headers=header) for _ in range(4)]
    assert [one.status_code for one in responses] == [200, 200, 200, 429]
    assert [one.headers["ratelimit-remaining"] for one in responses] == ["2", "1", "0", "0"]
    refused = responses[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["status"], problem["title"], problem["limit"]) == (429, "Too Many Requests", "read")
    assert "Try again in" in problem["detail"]
    assert 1 <= int(refused.headers["retry-after"]) <= 66
    assert refused.headers["ratelimit-reset"] == refused.headers["retry-after"]
    assert refused.headers["ratelimit-limit"] == "3"
    assert refused.headers["ratelimit-policy"] == '3;w=60;name="read"'
    # It is a response like any other.
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert refused.headers["cache-control"] == "no-store"


async def test_athletes_at_one_address_do_not_take_from_each_other(
    client: httpx.AsyncClient, database: Database, signed_in: SignIn
) -> None:
    ann, ben = signed_in(await new_athlete(database)), signed_in(await new_athlete(database))
    for _ in range(4):
        last = await client.get("/api/me", headers=ann)
    assert last.status_code == 429
    assert (await client.get("/api/me", headers=ben)).status_code == 200


async def test_an_athlete_is_one_at_every_address(
    limited: FastAPI, database: Database, signed_in: SignIn
) -> None:
    header = signed_in(await new_athlete(database))
    statuses = []
    for number in range(4):
        async with client_from(limited, f"192.0.2.{number}") as client:
            statuses.append((await client.get("/api/me", headers=header)).status_code)
    assert statuses == [200, 200, 200, 429]


async def test_who_proves_nothing_counts_for_the_address(limited: FastAPI, client: httpx.AsyncClient) -> None:
    """Trying out tokens is limited like asking without one."""
    statuses = [
        (await client.get("/api/me", headers={"Authorization": f"Bearer guess{i}"})).status_code
        for i in range(3)
    ]
    statuses += [(await client.get("/api/me")).status_code for _ in range(2)]
    assert statuses == [401, 401, 401, 401, 429]
    async with client_from(limited, "192.0.2.9") as elsewhere:
        assert (await elsewhere.get("/api/me")).status_code == 401


async def test_one_network_is_one_address(limited: FastAPI) -> None:
    statuses = []
    for number in range(5):
        async with client_from(limited, f"2001:db8::{number}:1") as client:
            statuses.append((await client.get("/api/me")).status_code)
    assert statuses[-1] == 429


async def test_signing_in_counts_for_the_address_and_apart(
    client: httpx.AsyncClient, database: Database, signed_in: SignIn
) -> None:
    header = signed_in(await new_athlete(database))
    statuses = [(await client.post("/api/session/local", headers=header)).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert (await client.get("/api/me", headers=header)).status_code == 200


async def test_addresses_that_do_not_exist_count_too(client: httpx.AsyncClient) -> None:
    statuses = [(await client.get(f"/api/nothing/{i}")).status_code for i in range(5)]
    assert statuses == [404] * 4 + [429]


async def test_the_page_and_health_checks_are_free(client: httpx.AsyncClient) -> None:
    for path in ("/", "/app.js", "/health"):
        for _ in range(6):
            response = await client.get(path)
        assert response.status_code != 429
        assert "ratelimit-limit" not in response.headers


class NoCounter:
    async def hit(self, key: str, limit: int, window_ms: int, at_ms: int | None = None) -> Count:
        raise StoreUnavailable("away")


async def test_while_nobody_counts_all_goes_on_but_signing_in(database: Database, settings: Settings) -> None:
    limiter = RateLimiter(NoCounter(), LIMITS)
    app = create_api(database, settings, capacity=lambda: True, limiter=limiter)
    async with client_from(app) as client:
        assert (await client.get("/api/me")).status_code == 401
        refused = await client.post("/api/session/local")
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "5"
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("POST", "/api/auth/login", "sign_in"),
        ("POST", "/api/auth", "sign_in"),
        ("GET", "/api/auth/sessions", "read"),
        ("POST", "/api/authors", "write"),
        ("POST", "/api/import", "import"),
        ("POST", "/api/imports/preview", "import"),
        ("GET", "/api/export", "export"),
        ("POST", "/api/exports", "export"),
        ("POST", "/api/workouts", "write"),
        ("DELETE", "/api/workouts/1", "write"),
        ("GET", "/api/workouts", "read"),
        ("HEAD", "/api/workouts", "read"),
        ("POST", "/mcp", "write"),
        ("GET", "/api", "read"),
    ],
)
def test_what_counts_for_what(method: str, path: str, limit: str) -> None:
    rule = rule_for(method, path)
    assert rule is not None
    assert rule.limit == limit
    assert rule.limit in LIMITS


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/live", "/health", "/ready", "/metrics", "/apis", "/x/api/"]
)
def test_what_is_free(path: str) -> None:
    assert rule_for("GET", path) is None


async def test_when_no_connection_is_free_the_request_is_told_to_come_again(
    client: httpx.AsyncClient, database: Database, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = signed_in(await new_athlete(database))

    async def busy(*_: object) -> None:
        raise TimeoutError("QueuePool limit of size 20 overflow 0 reached")

    monkeypatch.setattr(Identity, "authenticate", busy)
    answer = await client.get("/api/me", headers=header)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
