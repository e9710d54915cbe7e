"""Answers kept for a time. Losing one costs only the time to find it again: a cache that is away is empty."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import cast
from uuid import UUID

from pydantic import JsonValue

from services.cache.keys import Key
from services.cache.stores import CacheStore, dumps
from services.keyvalue import StoreUnavailable

logger = logging.getLogger(__name__)

MAX_TTL = timedelta(days=7)
MISSING = object()
"""What `get` returns for a key that is not there: None is a value like others."""

WARN_EVERY_SECONDS = 60.0
REST_SECONDS = 5.0
"""How long a store that did not answer is left alone."""


class Cache:
    """Keeps JSON values. Values that are made under way are made once in a process."""

    def __init__(self, store: CacheStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._making: dict[str, asyncio.Task[JsonValue]] = {}
        self._resting_until = 0.0
        self._warned_at: float | None = None

    async def get(self, key: Key) -> JsonValue | object:
        """The value of `key`, or `MISSING`."""
        found = await self._quietly(lambda: self._store.get(key))
        return MISSING if found is None else cast(JsonValue, json.loads(found))

    async def set(self, key: Key, value: JsonValue, ttl: timedelta) -> None:
        """Keeps `value` for `ttl`, a week at most. Raises `ValueError` for what is no JSON."""
        if not timedelta(0) < ttl <= MAX_TTL:
            raise ValueError(f"a value is kept for up to {MAX_TTL.days} days, not {ttl}")
        written = dumps(value)
        await self._quietly(lambda: self._store.set(key, written, ttl))

    async def delete(self, *keys: Key) -> None:
        """Forgets values. Raises `StoreUnavailable`: who deletes has to know that it did not happen."""
        if keys:
            await self._store.delete(*keys)

    async def forget(self, athlete_id: UUID) -> None:
        """Forgets all that is filed under an athlete. Raises `StoreUnavailable`."""
        await self._store.forget(athlete_id)

    async def get_or_make(
        self, key: Key, ttl: timedelta, make: Callable[[], Awaitable[JsonValue]]
    ) -> JsonValue:
        """The value of `key`; when there is none, `make` makes it and it is kept for `ttl`.

        Who asks while it is being made waits for the same value, or gets the same error; an error is not
        kept. Making goes on when the caller is cancelled: others may wait for it.
        """
        task = self._making.get(key.text)
        if task is None:
            task = asyncio.create_task(self._find_or_make(key, ttl, make), name=f"cache {key.text}")
            self._making[key.text] = task
            task.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(task)

    async def _find_or_make(
        self, key: Key, ttl: timedelta, make: Callable[[], Awaitable[JsonValue]]
    ) -> JsonValue:
        found = await self.get(key)
        if found is not MISSING:
            return cast(JsonValue, found)
        value = await make()
        await self.set(key, value, ttl)
        return value

    def _made(self, key: Key, task: asyncio.Task[JsonValue]) -> None:
        self._making.pop(key.text, None)
        if not task.cancelled():
            task.exception()  # whoever waited has it; if nobody does any more, it is nobody's

    async def _quietly(self, call: Callable[[], Awaitable[str | None]]) -> str | None:
        if self._clock() < self._resting_until:
            return None
        try:
            return await call()
        except StoreUnavailable as error:
            now = self._clock()
            self._resting_until = now + REST_SECONDS
            if self._warned_at is None or now - self._warned_at >= WARN_EVERY_SECONDS:
                self._warned_at = now
                logger.warning("the cache is away, all is found anew: %s", error, exc_info=error.__cause__)
            return None
