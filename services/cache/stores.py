"""Where cached values are kept: an unlogged table, or a Redis."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.errors import DatabaseUnavailable
from db.session import Database
from services.cache.keys import Key
from services.keyvalue import KeyValue, StoreUnavailable

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


GET = text("select value from internal.cache_entries where key = :key and expires_at > now()")
# An athlete who is gone by now has nothing kept.
SET = text(
    """
    insert into internal.cache_entries (key, athlete_id, value, expires_at)
    select :key, cast(:athlete as uuid), cast(:value as text), now() + :ttl
    where cast(:athlete as uuid) is null
       or exists (select from public.users where id = cast(:athlete as uuid))
    on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at
    """
)
DELETE = text("delete from internal.cache_entries where key = any(:keys)")
FORGET = text("delete from internal.cache_entries where athlete_id = :athlete")


class DatabaseStore:
    """Keeps values in the unlogged table `internal.cache_entries`, which a crash of the database empties."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: Key) -> str | None:
        found = await self._run(GET, key=key.text)
        return None if found is None else str(found)

    async def set(self, key: Key, value: str, ttl: timedelta) -> None:
        await self._run(SET, key=key.text, athlete=key.athlete_id, value=value, ttl=ttl)

    async def delete(self, *keys: Key) -> None:
        await self._run(DELETE, keys=[key.text for key in keys])

    async def forget(self, athlete_id: UUID) -> None:
        await self._run(FORGET, athlete=athlete_id)

    async def _run(self, statement: object, **values: object) -> object:
        try:
            async with self._database.transaction(None, durable=False) as db:
                result = await db.execute(statement, values)  # type: ignore[call-overload]
                return result.scalar() if result.returns_rows else None
        except (SQLAlchemyError, OSError, DatabaseUnavailable) as error:
            raise StoreUnavailable("The database that keeps the cache does not answer.") from error


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
