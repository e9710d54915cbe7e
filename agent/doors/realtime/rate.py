"""A limit on how fast something may happen."""

from __future__ import annotations

import time
from collections.abc import Callable


class TokenBucket:
    """Holds `burst` tokens at most and gains `rate` a second; what happens takes tokens."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._at = clock()

    def take(self, tokens: float) -> None:
        """Takes tokens, as many as are left at least."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - tokens
        self._at = now

    @property
    def empty(self) -> bool:
        """Whether more was taken than there was."""
        return self._tokens < 0
