"""Counting in a sliding window, in PostgreSQL or in a Redis: the same rule in both.

A window is counted in slices of a tenth of it. A slice that the window has left only in part counts in full:
no window, wherever it begins, holds more than the limit, and after a window and a tenth without a hit all is
free again. A hit that is refused is not counted. Time is the store's own where it tells the time, so that
servers whose clocks differ agree.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

from db.session import Database
from services.keyvalue import KeyValue, database_store

SLICES = 10
"""Slices of a window. As many and one more are counted."""


@dataclass(frozen=True, slots=True)
class Count:
    """What counting one hit came to. `used` includes it if it is allowed.

    `retry_ms`: milliseconds until a further hit would be allowed (0: now), `reset_ms`: until none counts.
    """

    allowed: bool
    used: int
    retry_ms: int
    reset_ms: int


class Counter(Protocol):
    """Counts hits."""

    async def hit(self, key: str, limit: int, window_ms: int, at_ms: int | None = None) -> Count:
        """Counts a hit of `key` if fewer than `limit` are in the window that ends at `at_ms` (left out: now).

        `at_ms` is in milliseconds since 1970. Raises `StoreUnavailable`.
        """


def slice_ms(window_ms: int) -> int:
    """The length of a slice: at least a millisecond."""
    return max(1, -(-window_ms // SLICES))


HIT = "select allowed, used, retry_ms, reset_ms from internal.count_hit($1, $2, $3, $4)"


class DatabaseCounter:
    """Counts in the unlogged table `internal.rate_limits`, which a crash of the database empties."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hit(self, key: str, limit: int, window_ms: int, at_ms: int | None = None) -> Count:
        with database_store("counts"):
            (row,) = await self._database.ask(HIT, key, limit, slice_ms(window_ms), at_ms)
        return Count(*row)


# The key is a hash: number of the slice -> hits.
SCRIPT = """
local limit, slice_ms, slices = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local flat = redis.call('HGETALL', KEYS[1])
local newest = math.floor(now / slice_ms)
for i = 1, #flat, 2 do
    newest = math.max(newest, tonumber(flat[i]))
end
local counts, used = {}, 0
for i = 1, #flat, 2 do
    local age = newest - tonumber(flat[i])
    if age <= slices then
        counts[age] = tonumber(flat[i + 1])
        used = used + counts[age]
    else
        redis.call('HDEL', KEYS[1], flat[i])
    end
end
local allowed = 0
if used < limit then
    allowed = 1
    used = used + 1
    counts[0] = (counts[0] or 0) + 1
    redis.call('HSET', KEYS[1], string.format('%.0f', newest), counts[0])
    redis.call('PEXPIRE', KEYS[1], slice_ms * (slices + 1))
end
local left, retry_in, reset_in = used, -1, -1
for gone = 0, slices + 1 do
    if gone > 0 then
        left = left - (counts[slices + 1 - gone] or 0)
    end
    if retry_in < 0 and left < limit then
        retry_in = gone
    end
    if reset_in < 0 and left == 0 then
        reset_in = gone
    end
end
local retry_ms = math.max(0, (newest + retry_in) * slice_ms - now)
return {allowed, used, retry_ms, (newest + reset_in) * slice_ms - now}
"""


class KeyValueCounter:
    """Counts in a Redis, by a script that runs as one."""

    def __init__(self, store: KeyValue, *, tells_time: bool) -> None:
        """`tells_time`: whether scripts there may ask for the time; otherwise they are given ours."""
        self._store = store
        self._tells_time = tells_time

    async def hit(self, key: str, limit: int, window_ms: int, at_ms: int | None = None) -> Count:
        if at_ms is None and not self._tells_time:
            at_ms = time.time_ns() // 1_000_000
        given = "" if at_ms is None else at_ms
        name = f"voicefit:limit:{key}"
        allowed, used, retry_ms, reset_ms = await self._store.evaluate(
            SCRIPT, name, limit, slice_ms(window_ms), SLICES, given
        )
        return Count(bool(allowed), int(used), int(retry_ms), int(reset_ms))
