"""Every place that can count."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from db.session import Database
from services.keyvalue import RedisStore, UpstashStore
from services.ratelimit.counters import Counter, DatabaseCounter, KeyValueCounter


@pytest.fixture(params=["postgresql", "redis", "upstash"])
async def counter(request: pytest.FixtureRequest) -> AsyncIterator[Counter]:
    """Each of the counters in turn."""
    if request.param == "postgresql":
        yield DatabaseCounter(request.getfixturevalue("database"))
    elif request.param == "redis":
        store = RedisStore(request.getfixturevalue("redis_url"))
        yield KeyValueCounter(store, tells_time=True)
        await store.aclose()
    else:
        upstash = request.getfixturevalue("upstash")
        remote = UpstashStore(upstash.url, upstash.token)
        yield KeyValueCounter(remote, tells_time=False)
        await remote.aclose()


@pytest.fixture
def database_counter(database: Database) -> DatabaseCounter:
    """The default."""
    return DatabaseCounter(database)
