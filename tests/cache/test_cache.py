"""Answers kept for a time: found again, never by others, never older than what they were made from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from sqlalchemy import text

from db.session import Database
from services.cache import MISSING, Cache, Key, cache_key, content_version, open_cache
from services.cache.stores import CacheStore
from services.keyvalue import RedisStore, StoreUnavailable, UpstashStore
from tests.db.fixtures import new_athlete
from tests.stores import PATIENCE
from tests.stores.upstash import Upstash

MINUTE = timedelta(minutes=1)
VALUES: list[JsonValue] = [
    *(None, True, 0, 1.5, "", "é☃", "nul \0, half \ud83d", [], {"a": [1, {"b": None}]}, "x" * 100_000),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture
def postgresql_cache(database: Database) -> Cache:
    return open_cache(database, None)


@pytest.fixture
async def redis_cache(redis_url: str, database: Database) -> AsyncIterator[Cache]:
    store = RedisStore(redis_url, PATIENCE)
    yield open_cache(database, store)
    await store.aclose()


@pytest.fixture
async def upstash_cache(upstash: Upstash, database: Database) -> AsyncIterator[Cache]:
    store = UpstashStore(upstash.url, upstash.token, PATIENCE)
    yield open_cache(database, store)
    await store.aclose()


@pytest.fixture(params=["postgresql", "redis", "upstash"])
def cache(request: pytest.FixtureRequest) -> Cache:
    """Each of the caches in turn."""
    found: Cache = request.getfixturevalue(f"{request.param}_cache")
    return found


@pytest.fixture
async def ann(database: Database) -> UUID:
    return await new_athlete(database)


def key(*asked: JsonValue, whose: UUID | None = None, version: str = "1") -> Key:
    return cache_key("answers", whose, *asked, version=version)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
async def test_a_value_comes_back_as_it_was(cache: Cache, value: JsonValue) -> None:
    await cache.set(key("a"), value, MINUTE)
    assert await cache.get(key("a")) == value


async def test_what_is_not_there_is_missing(cache: Cache) -> None:
    assert await cache.get(key("a")) is MISSING


async def test_a_value_is_replaced_and_forgotten(cache: Cache) -> None:
    await cache.set(key("a"), 1, MINUTE)
    await cache.set(key("a"), 2, MINUTE)
    await cache.set(key("b"), 3, MINUTE)
    assert await cache.get(key("a")) == 2
    await cache.delete(key("a"), key("never there"))
    assert await cache.get(key("a")) is MISSING
    assert await cache.get(key("b")) == 3


async def test_a_value_ends_with_its_time(cache: Cache) -> None:
    await cache.set(key("a"), 1, timedelta(milliseconds=30))
    await asyncio.sleep(0.06)
    assert await cache.get(key("a")) is MISSING


async def test_another_version_is_another_value(cache: Cache) -> None:
    await cache.set(key("a", version=content_version("old")), 1, MINUTE)
    assert await cache.get(key("a", version=content_version("new"))) is MISSING


async def test_an_athletes_answer_is_theirs_alone(cache: Cache, database: Database, ann: UUID) -> None:
    ben = await new_athlete(database)
    await cache.set(key("a", whose=ann), "ann's", MINUTE)
    await cache.set(key("a"), "everybody's", MINUTE)
    assert await cache.get(key("a", whose=ben)) is MISSING
    assert await cache.get(key("a", whose=ann)) == "ann's"
    assert await cache.get(key("a")) == "everybody's"


async def test_an_athlete_who_leaves_leaves_nothing(cache: Cache, database: Database, ann: UUID) -> None:
    ben = await new_athlete(database)
    for i in range(5):
        await cache.set(key(i, whose=ann), i, MINUTE)
    await cache.set(key(0, whose=ben), "ben's", MINUTE)
    await cache.forget(ann)
    assert [await cache.get(key(i, whose=ann)) for i in range(5)] == [MISSING] * 5
    assert await cache.get(key(0, whose=ben)) == "ben's"


async def test_an_account_that_is_deleted_takes_its_answers_along(
    postgresql_cache: Cache, database: Database, ann: UUID
) -> None:
    await postgresql_cache.set(key("a", whose=ann), 1, MINUTE)
    async with database.transaction(None) as db:
        await db.execute(text("delete from users where id = :id"), {"id": ann})
    assert await postgresql_cache.get(key("a", whose=ann)) is MISSING
    await postgresql_cache.set(key("a", whose=ann), 1, MINUTE)
    assert await postgresql_cache.get(key("a", whose=ann)) is MISSING


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
async def test_what_is_no_json_is_refused(postgresql_cache: Cache, value: JsonValue) -> None:
    with pytest.raises((ValueError, TypeError)):
        await postgresql_cache.set(key("a"), value, MINUTE)


@pytest.mark.parametrize("ttl", [timedelta(0), -MINUTE, timedelta(days=8)])
async def test_no_value_is_kept_for_ever(postgresql_cache: Cache, ttl: timedelta) -> None:
    with pytest.raises(ValueError, match="7 days"):
        await postgresql_cache.set(key("a"), 1, ttl)


# made once


async def test_what_many_ask_for_at_once_is_made_once(cache: Cache) -> None:
    made = []

    async def make() -> JsonValue:
        made.append(1)
        await asyncio.sleep(0.02)
        return "answer"

    answers = await asyncio.gather(*(cache.get_or_make(key("a"), MINUTE, make) for _ in range(20)))
    assert answers == ["answer"] * 20
    assert await cache.get_or_make(key("a"), MINUTE, make) == "answer"
    assert made == [1]


async def test_none_is_an_answer_too(postgresql_cache: Cache) -> None:
    made = []

    async def make() -> JsonValue:
        made.append(1)
        return None

    for _ in range(3):
        assert await postgresql_cache.get_or_make(key("a"), MINUTE, make) is None
    assert made == [1]


async def test_an_error_is_everybodys_who_waits_and_is_not_kept(postgresql_cache: Cache) -> None:
    tries = []

    async def fail() -> JsonValue:
        tries.append(1)
        await asyncio.sleep(0.01)
        raise ZeroDivisionError

    waiting = (postgresql_cache.get_or_make(key("a"), MINUTE, fail) for _ in range(3))
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in results] == [ZeroDivisionError] * 3
    assert tries == [1]

    async def make() -> JsonValue:
        return "now"

    assert await postgresql_cache.get_or_make(key("a"), MINUTE, make) == "now"


async def test_who_stops_waiting_takes_nothing_from_the_others(postgresql_cache: Cache) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def make() -> JsonValue:
        begun.set()
        await go_on.wait()
        return "answer"

    first = asyncio.create_task(postgresql_cache.get_or_make(key("a"), MINUTE, make))
    await begun.wait()
    second = asyncio.create_task(postgresql_cache.get_or_make(key("a"), MINUTE, make))
    await asyncio.sleep(0)
    first.cancel()
    go_on.set()
    assert await second == "answer"
    with pytest.raises(asyncio.CancelledError):
        await first


# a cache that is away


class Away:
    """A store that does not answer."""

    def __init__(self) -> None:
        self.calls = 0

    async def get(self, key: Key) -> str | None:
        self.calls += 1
        raise StoreUnavailable("away")

    async def set(self, key: Key, value: str, ttl: timedelta) -> None:
        self.calls += 1
        raise StoreUnavailable("away")

    async def delete(self, *keys: Key) -> None:
        raise StoreUnavailable("away")

    async def forget(self, athlete_id: UUID) -> None:
        raise StoreUnavailable("away")


async def test_a_cache_that_is_away_is_empty_and_left_alone_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [1000.0]
    store: CacheStore = (away := Away())
    cache = Cache(store, lambda: now[0])

    async def make() -> JsonValue:
        return "answer"

    for _ in range(5):
        assert await cache.get_or_make(key("a"), MINUTE, make) == "answer"
    assert away.calls == 1
    now[0] += 6
    assert await cache.get(key("a")) is MISSING
    assert away.calls == 2
    assert len(caplog.records) == 1


async def test_who_deletes_is_told_that_it_did_not_happen() -> None:
    cache = Cache(Away())
    with pytest.raises(StoreUnavailable):
        await cache.delete(key("a"))
    with pytest.raises(StoreUnavailable):
        await cache.forget(uuid4())


# keys


@given(st.lists(json_values, max_size=4), st.lists(json_values, max_size=4), st.text(), st.text())
def test_different_questions_have_different_keys(
    one: list[JsonValue], other: list[JsonValue], version: str, another: str
) -> None:
    same = repr(one) == repr(other) and version == another
    first = cache_key("a", None, *one, version=version)
    second = cache_key("a", None, *other, version=another)
    assert (first == second) == same


def test_nothing_that_was_asked_can_be_read_from_a_key() -> None:
    assert "knee" not in key("my knee hurts").text


@pytest.mark.parametrize("space", ["", "A", "a:b", "a*", "0a"])
def test_a_space_has_a_plain_name(space: str) -> None:
    with pytest.raises(ValueError, match="space"):
        cache_key(space, None, version="1")


def test_whose_it_is_has_to_be_said() -> None:
    with pytest.raises(TypeError):
        cache_key("answers", version="1")  # type: ignore[call-arg]


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_a_version_changes_with_its_content(one: list[bytes], other: list[bytes]) -> None:
    assert (content_version(*one) == content_version(*other)) == (one == other)
