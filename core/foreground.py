"""What must not wait: athletes who are speaking, and their turns. Other work begins in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Foreground:
    """Knows whether somebody is being attended to in this process."""

    def __init__(self) -> None:
        self._holders = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Somebody is attended to during the block."""
        self.hold()
        try:
            yield
        finally:
            self.release()

    def hold(self) -> None:
        """Somebody is attended to, until `release`."""
        self._holders += 1
        self._quiet.clear()

    def release(self) -> None:
        """One of those who were attended to no longer is."""
        self._holders -= 1
        if self._holders == 0:
            self._quiet.set()

    async def quiet(self, at_most: float) -> None:
        """Waits until nobody is attended to, for `at_most` seconds."""
        try:
            async with asyncio.timeout(at_most):
                await self._quiet.wait()
        except TimeoutError:
            pass
