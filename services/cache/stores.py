"""Where cached values are kept: an unlogged table, or a Redis."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from pydantic import JsonValue

from db.session import Database
from services.cache.keys import Key
from services.keyvalue import KeyValue, database_store

PREFIX = "voicefit:cache:"


class CacheStore(Protocol):
    """Keeps JSON texts for a time. All raise `StoreUnavailable`."""

    async def get(self, key: Key) -> str | None:
        """The text of a key, or None when there is none or its time is over."""

    async def set(self, key: Key, value: str, ttl: timedelta) -> None:
        """Keeps a text for `ttl`."""

    async def delete(self, *keys: Key) -> None:
        """Forgets the texts of keys."""

    async def forget(self, athlete_id: UUID) -> None:
        """Forgets all that is filed under an athlete."""


GET = "select value from internal.cache_entries where key = $1 and expires_at > now()"
# An athlete who is gone by now has nothing kept.
SET = """
    insert into internal.cache_entries (key, athlete_id, value, expires_at)
    select $1::text, $2::uuid, $3::text, now() + $4::interval
    where $2::uuid is null or exists (select from public.users where id = $2::uuid)
    on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at
"""
DELETE = "delete from internal.cache_entries where key = any($1::text[])"
FORGET = "delete from internal.cache_entries where athlete_id = $1"


class DatabaseStore:
    """Keeps values in the unlogged table `internal.cache_entries`, which a crash of the database empties."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: Key) -> str | None:
        rows = await self._ask(GET, key.text)
        return str(rows[0][0]) if rows else None

    async def set(self, key: Key, value: str, ttl: timedelta) -> None:
        await self._ask(SET, key.text, key.athlete_id, value, ttl)

    async def delete(self, *keys: Key) -> None:
        await self._ask(DELETE, [key.text for key in keys])

    async def forget(self, athlete_id: UUID) -> None:
        await self._ask(FORGET, athlete_id)

    async def _ask(self, query: str, *values: object) -> list[Any]:
        with database_store("keeps the cache"):
            return await self._database.ask(query, *values)


class KeyValueStore:
    """Keeps values in a Redis."""

    def __init__(self, store: KeyValue) -> None:
        self._store = store

    async def get(self, key: Key) -> str | None:
        return await self._store.get(PREFIX + key.text)

    async def set(self, key: Key, value: str, ttl: timedelta) -> None:
        await self._store.set(PREFIX + key.text, value, max(1, int(ttl.total_seconds() * 1000)))

    async def delete(self, *keys: Key) -> None:
        await self._store.delete(*(PREFIX + key.text for key in keys))

    async def forget(self, athlete_id: UUID) -> None:
        await self._store.delete_matching(f"{PREFIX}*:{athlete_id}:*")


def dumps(value: JsonValue) -> str:
    """A value as JSON. Raises `ValueError` for what JSON cannot say, infinities among it."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
