"""What can wait lets the first sound of a reply go first: both take time on the same thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

WAIT_SECONDS = 1.0
"""A voice that has not begun by then may never."""


class FirstSound:
    """The beginning of the replies of one conversation that are spoken, if `speaks` says that they are."""

    def __init__(self) -> None:
        self.speaks: Callable[[], bool] = lambda: False
        self._heard = asyncio.Event()
        self._hurries = 0

    def sounds(self) -> None:
        """A piece of sound was made."""
        self._heard.set()

    async def wait(self) -> None:
        """Returns with the next sound, after a second at the latest, and at once where nothing is spoken."""
        if self._hurries or not self.speaks():
            return
        self._heard.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                await self._heard.wait()

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Nothing waits within the block."""
        self._hurries += 1
        self._heard.set()
        try:
            yield
        finally:
            self._hurries -= 1
