"""A Redis for what may be lost: one interface, over Redis's own protocol or Upstash's REST.

Every call ends within `SECONDS`, one way or the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError

from core.errors import DatabaseUnavailable, NotConfigured, VoiceFitError
from core.settings import Settings

if TYPE_CHECKING:
    from redis.commands.core import AsyncScript

SECONDS = 1.0
"""How long a call may take. What waits for it is a person."""

SCAN_COUNT = 500

DATABASE_ERRORS = (
    *(PostgresError, InterfaceError, SQLAlchemyError),
    *(OSError, TimeoutError, DatabaseUnavailable),
)


class StoreUnavailable(VoiceFitError):
    """What keeps rate limits and the cache does not answer."""


class KeyValue(Protocol):
    """The few commands that are needed. All raise `StoreUnavailable`."""

    async def evaluate(self, script: str, key: str, *arguments: str | int) -> list[Any]:
        """Runs a Lua script on one key; it returns a list of integers."""

    async def get(self, key: str) -> str | None:
        """The value of a key."""

    async def set(self, key: str, value: str, ttl_ms: int) -> None:
        """Sets a key for `ttl_ms` milliseconds."""

    async def delete(self, *keys: str) -> None:
        """Deletes keys."""

    async def delete_matching(self, pattern: str) -> None:
        """Deletes all keys that a glob pattern matches. It looks at every key there is: use it rarely."""

    async def aclose(self) -> None:
        """Closes the connections."""


class RedisStore:
    """Redis, by its address (`redis://`, `rediss://`, `unix://`)."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        """Raises `NotConfigured` for what is not an address of Redis."""
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError

        self._errors = (RedisError, OSError, TimeoutError)
        self._seconds = seconds
        try:
            self._client = Redis.from_url(
                url,
                decode_responses=True,
                socket_timeout=seconds,
                socket_connect_timeout=seconds,
                retry=Retry(NoBackoff(), 1),
            )
        except ValueError as error:
            raise NotConfigured(
                "REDIS_URL is not an address of Redis. Write it as redis://HOST:6379/0 (rediss:// with TLS), "
                "or unset it to keep rate limits and the cache in the database."
            ) from error
        self._scripts: dict[str, AsyncScript] = {}

    async def evaluate(self, script: str, key: str, *arguments: str | int) -> list[Any]:
        known = self._scripts.get(script)
        if known is None:
            known = self._scripts[script] = self._client.register_script(script)
        with _bounded(self._errors):
            async with asyncio.timeout(self._seconds):
                return list(await known(keys=[key], args=list(arguments)))

    async def get(self, key: str) -> str | None:
        with _bounded(self._errors):
            async with asyncio.timeout(self._seconds):
                value = await self._client.get(key)
        return None if value is None else str(value)

    async def set(self, key: str, value: str, ttl_ms: int) -> None:
        with _bounded(self._errors):
            async with asyncio.timeout(self._seconds):
                await self._client.set(key, value, px=ttl_ms)

    async def delete(self, *keys: str) -> None:
        if keys:
            with _bounded(self._errors):
                async with asyncio.timeout(self._seconds):
                    await self._client.delete(*keys)

    async def delete_matching(self, pattern: str) -> None:
        with _bounded(self._errors):
            found = [key async for key in self._client.scan_iter(pattern, count=SCAN_COUNT)]
        await self.delete(*found)

    async def aclose(self) -> None:
        await self._client.aclose()


class UpstashStore:
    """Upstash Redis, over HTTPS. Its client knows no time limit of its own."""

    def __init__(self, url: str, token: str, seconds: float = SECONDS) -> None:
        from httpx import HTTPError
        from upstash_redis.asyncio import Redis
        from upstash_redis.errors import UpstashError

        # An answer that is no JSON is a ValueError, one that is not as agreed a KeyError or TypeError.
        self._errors = (HTTPError, UpstashError, OSError, TimeoutError, ValueError, KeyError, TypeError)
        self._seconds = seconds
        self._client = Redis(url, token, rest_retries=0, allow_telemetry=False)

    async def evaluate(self, script: str, key: str, *arguments: str | int) -> list[Any]:
        with _bounded(self._errors):
            async with asyncio.timeout(self._seconds):
                return list(await self._client.eval(script, keys=[key], args=[str(one) for one in arguments]))

    async def get(self, key: str) -> str | None:
        with _bounded(self._errors):
            async with asyncio.timeout(self._seconds):
                value: str | None = await self._client.get(key)
        return value

    async def set(self, key: str, value: str, ttl_ms: int) -> None:
        with _bounded(self._errors):
            async with asyncio.timeout(self._seconds):
                await self._client.set(key, value, px=ttl_ms)

    async def delete(self, *keys: str) -> None:
        if keys:
            with _bounded(self._errors):
                async with asyncio.timeout(self._seconds):
                    await self._client.delete(*keys)

    async def delete_matching(self, pattern: str) -> None:
        cursor = 0
        while True:
            with _bounded(self._errors):
                async with asyncio.timeout(self._seconds):
                    cursor, found = await self._client.scan(cursor, match=pattern, count=SCAN_COUNT)
            await self.delete(*found)
            if cursor == 0:
                return

    async def aclose(self) -> None:
        await self._client.close()


def open_store(settings: Settings) -> KeyValue | None:
    """The Redis of `settings`; None when they name none.

    Raises `NotConfigured` for an address without its token, or one that is none.
    """
    if settings.redis_url:
        return RedisStore(settings.redis_url)
    if settings.upstash_redis_rest_url:
        if not settings.upstash_redis_rest_token:
            raise NotConfigured(
                "UPSTASH_REDIS_REST_URL is set and UPSTASH_REDIS_REST_TOKEN is not. Set both, or neither to "
                "keep rate limits and the cache in the database."
            )
        return UpstashStore(settings.upstash_redis_rest_url, settings.upstash_redis_rest_token)
    return None


@contextmanager
def database_store(does: str) -> Iterator[None]:
    """Within the block, whatever goes wrong with the database is that of a store which `does` something."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise StoreUnavailable(
            f"The database that {does} does not answer ({type(error).__name__})."
        ) from error


@contextmanager
def _bounded(errors: tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise StoreUnavailable(
            f"The Redis that keeps rate limits and the cache does not answer ({type(error).__name__})."
        ) from error
