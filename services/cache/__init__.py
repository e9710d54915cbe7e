"""Answers that are kept for a time, in the database or in a Redis, never one athlete's for another."""

from __future__ import annotations

from db.session import Database
from services.cache.cache import MISSING, Cache
from services.cache.keys import Key, cache_key, content_version
from services.cache.stores import DatabaseStore, KeyValueStore
from services.keyvalue import KeyValue
from services.retention import Expired

__all__ = ["EXPIRED", "MISSING", "Cache", "Key", "cache_key", "content_version", "open_cache"]

EXPIRED = Expired("internal.cache_entries", "expires_at < now()")


def open_cache(database: Database, store: KeyValue | None) -> Cache:
    """A cache in `store`, or in the database when it is None."""
    return Cache(DatabaseStore(database) if store is None else KeyValueStore(store))
