"""Every place that can count."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from db.session import Database
from services.keyvalue import RedisStore, UpstashStore
from services.ratelimit.counters import Counter, DatabaseCounter, KeyValueCounter
from tests.stores import PATIENCE
from tests.stores.upstash import Upstash


@pytest.fixture
def postgresql_counter(database: Database) -> DatabaseCounter:
    return DatabaseCounter(database)


@pytest.fixture
async def redis_counter(redis_url: str) -> AsyncIterator[KeyValueCounter]:
    store = RedisStore(redis_url, PATIENCE)
    yield KeyValueCounter(store, tells_time=True)
    await store.aclose()


@pytest.fixture
async def upstash_counter(upstash: Upstash) -> AsyncIterator[KeyValueCounter]:
    store = UpstashStore(upstash.url, upstash.token, PATIENCE)
    yield KeyValueCounter(store, tells_time=False)
    await store.aclose()


@pytest.fixture(params=["postgresql", "redis", "upstash"])
def counter(request: pytest.FixtureRequest) -> Counter:
    """Each of the counters in turn."""
    found: Counter = request.getfixturevalue(f"{request.param}_counter")
    return found
