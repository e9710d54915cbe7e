"""The rest timer's alarm: says when a rest is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime


class Alarm:
    """One alarm at a time; it is heard once."""

    def __init__(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        """Whether it is going to ring."""
        return self._timer is not None

    def set(self, at: datetime) -> None:
        """Rings at `at`, or now if that is past. A new time takes the place of the old one."""
        self.cancel()
        delay = max(0.0, (at - datetime.now(UTC)).total_seconds())
        self._timer = asyncio.get_running_loop().call_later(delay, self._over)

    def cancel(self) -> None:
        """It does not ring."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _over(self) -> None:
        self._timer = None
        self._ring()
