"""Saying whether somebody may: for whom it counts, and what happens while nobody can count."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
from redis import Redis
from sqlalchemy import text
from starlette.responses import PlainTextResponse

from core.errors import NotConfigured
from core.network import network_of
from core.settings import Settings
from db.session import Database
from services.keyvalue import StoreUnavailable, open_store
from services.ratelimit import (
    LIMITS,
    Limit,
    LimitsUnavailable,
    RateLimiter,
    TooManyRequests,
    Verdict,
    rate_limiter,
)
from services.ratelimit.counters import Count, Counter
from services.ratelimit.limits import limits_of
from tests.stores.upstash import Upstash

SOME = {
    "some": Limit("some", 3, 60),
    "other": Limit("other", 3, 60),
    "sign_in": Limit("sign_in", 3, 60, when_down="refuse"),
}


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class BrokenCounter:
    """Counts nothing. `calls` says how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0
        self.broken = True

    async def hit(self, key: str, limit: int, window_ms: int, at_ms: int | None = None) -> Count:
        self.calls += 1
        if self.broken:
            raise StoreUnavailable("away")
        return Count(True, 1, 0, window_ms)


@pytest.fixture
def clock() -> Iterator[Clock]:
    return Clock()


async def test_each_limit_counts_for_each_athlete_and_address(counter: Counter) -> None:
    limiter = RateLimiter(counter, SOME)
    ann, ben = uuid4(), uuid4()
    for _ in range(3):
        assert (verdict := await limiter.hit("some", ann)) is not None
        assert verdict.allowed
    assert (verdict := await limiter.hit("some", ann)) is not None
    assert (verdict.allowed, verdict.remaining) == (False, 0)
    assert 0 < verdict.retry_seconds <= 66
    for name, subject in (("some", ben), ("other", ann), ("some", "192.0.2.1")):
        assert (verdict := await limiter.hit(name, subject)) is not None
        assert (verdict.allowed, verdict.remaining) == (True, 2)


async def test_one_too_many_says_when_to_come_again(counter: Counter) -> None:
    limiter = RateLimiter(counter, {"some": Limit("some", 1, 3600)})
    await limiter.check("some", "a")
    with pytest.raises(TooManyRequests, match=r"Try again in 6\d minutes") as caught:
        await limiter.check("some", "a")
    assert 3600 <= caught.value.verdict.retry_seconds <= 3960


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "in a second."), (2, "in 2 seconds."), (90, "in 90 seconds."), (91, "in 2 minutes.")],
)
def test_the_wait_in_words(seconds: int, words: str) -> None:
    assert words in str(TooManyRequests(Verdict(SOME["some"], False, 0, seconds, 60)))


async def test_what_has_no_limit_is_free() -> None:
    counter = BrokenCounter()
    assert await RateLimiter(counter, {}).hit("some", "a") is None
    assert counter.calls == 0


async def test_without_a_counter_things_go_on_and_signing_in_does_not(clock: Clock) -> None:
    limiter = RateLimiter(BrokenCounter(), SOME, clock)
    assert await limiter.hit("some", "a") is None
    with pytest.raises(LimitsUnavailable, match="few seconds"):
        await limiter.hit("sign_in", "a")


async def test_a_counter_that_is_away_is_left_alone_for_a_while(clock: Clock) -> None:
    counter = BrokenCounter()
    limiter = RateLimiter(counter, SOME, clock)
    for _ in range(10):
        assert await limiter.hit("some", "a") is None
    assert counter.calls == 1
    counter.broken = False
    clock.now += 6
    assert await limiter.hit("some", "a") is not None
    assert await limiter.hit("some", "a") is not None
    assert counter.calls == 3


async def test_a_counter_that_is_back_for_signing_in_is_back_for_all(clock: Clock) -> None:
    counter = BrokenCounter()
    limiter = RateLimiter(counter, SOME, clock)
    assert await limiter.hit("some", "a") is None
    counter.broken = False
    assert await limiter.hit("sign_in", "a") is not None
    assert await limiter.hit("some", "a") is not None


async def test_the_log_says_so_once_a_minute(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "services.ratelimit.limiter")
    limiter = RateLimiter(BrokenCounter(), SOME, clock)
    for _ in range(12):  # two minutes
        assert await limiter.hit("some", "a") is None
        clock.now += 10
    assert len(caplog.records) == 2


async def test_nothing_of_the_athlete_is_in_the_key(database: Database) -> None:
    limiter = rate_limiter(Settings(), database, None)
    await limiter.hit("sign_in", "192.0.2.77")
    async with database.transaction(None) as db:
        (key,) = await db.scalars(text("select key from internal.rate_limits"))
    assert key.startswith("sign_in:")
    assert "192" not in key.removeprefix("sign_in:")[:3]
    assert len(key) == len("sign_in:") + 32


@pytest.mark.parametrize(
    "away", ["redis", "upstash", "upstash hangs", "upstash says nonsense", "wrong token"]
)
async def test_a_redis_that_is_away_is_said_to_be(away: str, upstash: Upstash, database: Database) -> None:
    settings = {"upstash_redis_rest_url": upstash.url, "upstash_redis_rest_token": upstash.token}
    if away == "redis":
        settings = {"redis_url": "redis://127.0.0.1:1/0"}
    elif away == "upstash":
        settings["upstash_redis_rest_url"] = "http://127.0.0.1:1"
    elif away == "upstash hangs":
        upstash.answer = lambda: asyncio.sleep(3)
    elif away == "upstash says nonsense":
        upstash.answer = lambda: PlainTextResponse("<html>Bad gateway</html>", 502)
    else:
        settings["upstash_redis_rest_token"] = "another"
    chosen = Settings.model_validate(settings)
    store = open_store(chosen)
    assert store is not None
    limiter = rate_limiter(chosen, database, store)
    async with asyncio.timeout(5):
        assert await limiter.hit("read", uuid4()) is None
        with pytest.raises(LimitsUnavailable):
            await limiter.hit("sign_in", "192.0.2.1")
    await store.aclose()


async def test_a_redis_that_comes_back_counts_again(redis_url: str, database: Database) -> None:
    chosen = Settings.model_validate({"redis_url": redis_url})
    store = open_store(chosen)
    assert store is not None
    limiter = rate_limiter(chosen, database, store)
    assert await limiter.hit("read", "a") is not None
    client = Redis.from_url(redis_url)
    client.client_kill_filter(_type="normal", skipme=True)
    client.script_flush()
    client.close()
    verdict = await limiter.hit("read", "a")
    assert verdict is not None
    assert verdict.remaining == LIMITS["read"].amount - 2
    await store.aclose()


# settings


def test_a_setting_changes_limits_by_name() -> None:
    limits = limits_of(" write=60/minute, export=3/hour ")
    assert limits["write"] == Limit("write", 60, 60)
    assert limits["export"] == Limit("export", 3, 3600)
    assert limits["read"] == LIMITS["read"]
    assert limits_of("sign_in=5/day")["sign_in"].when_down == "refuse"
    assert limits_of("") == LIMITS
    assert limits_of("off") == {}


@pytest.mark.parametrize(
    "setting", ["nonsense", "write=60", "write=0/minute", "wrote=60/minute", "write=-1/hour"]
)
def test_a_setting_that_makes_no_sense_is_named(setting: str) -> None:
    with pytest.raises(NotConfigured, match="VOICEFIT_RATE_LIMITS"):
        limits_of(setting)


def test_an_upstash_without_its_token_is_named() -> None:
    with pytest.raises(NotConfigured, match="UPSTASH_REDIS_REST_TOKEN"):
        open_store(Settings.model_validate({"upstash_redis_rest_url": "https://example.upstash.io"}))


def test_what_is_no_redis_is_named_and_not_repeated() -> None:
    with pytest.raises(NotConfigured, match="REDIS_URL") as caught:
        open_store(Settings.model_validate({"redis_url": "http://user:secret@example.com"}))
    assert "secret" not in str(caught.value)


def test_without_a_redis_there_is_none() -> None:
    assert open_store(Settings()) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (None, "unknown"),
        ("a socket", "a socket"),
    ],
)
def test_what_one_client_can_choose_from_is_one(address: str | None, network: str) -> None:
    assert network_of(address) == network
