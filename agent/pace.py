"""How fast an athlete's turns may come, over all their devices."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from uuid import UUID

from services.ratelimit import RateLimiter

logger = logging.getLogger(__name__)


class Pace:
    """Counts an athlete's turns. Counting takes no time from a turn: what it finds holds for the next one."""

    def __init__(
        self, limiter: RateLimiter | None, athlete_id: UUID, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Without a `limiter` turns may come as fast as they like."""
        self._limiter = limiter
        self._athlete_id = athlete_id
        self._clock = clock
        self._closed_until = 0.0
        self._counting: set[asyncio.Task[None]] = set()

    def begin(self) -> int | None:
        """Notes that a turn wants to begin: None if it may, else the seconds to wait first."""
        wait = self._closed_until - self._clock()
        if wait > 0:
            return math.ceil(wait)
        if self._limiter is not None:
            task = asyncio.create_task(self._count(self._limiter), name="count turn")
            self._counting.add(task)
            task.add_done_callback(self._counting.discard)
        return None

    async def settled(self) -> None:
        """Waits until all turns so far are counted."""
        while self._counting:
            await asyncio.gather(*self._counting)

    async def _count(self, limiter: RateLimiter) -> None:
        try:
            verdict = await limiter.hit("turn", self._athlete_id)
        except Exception:  # a turn is never lost for not being counted
            logger.exception("a turn could not be counted")
            return
        if verdict is not None and verdict.remaining == 0:
            self._closed_until = self._clock() + verdict.retry_seconds
