"""What was found is kept: the documents are everybody's, so whoever asks the same finds the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from pydantic import JsonValue

from search import Keep
from services.cache import Cache, cache_key

KEPT = timedelta(hours=6)


def kept_in(cache: Cache) -> Keep:
    """Keeps what `Search` finds in `cache`."""

    async def keep(
        version: str, asked: list[JsonValue], make: Callable[[], Awaitable[JsonValue]]
    ) -> JsonValue:
        return await cache.get_or_make(cache_key("search", None, *asked, version=version), KEPT, make)

    return keep
