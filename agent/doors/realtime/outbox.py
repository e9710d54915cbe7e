"""Events on their way to the client, in order and within bounds."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

MAX_WAITING_CHARACTERS = 4 << 20
"""A client that lets this much pile up (about a minute of audio) is not reading."""


class Sendable(Protocol):
    """A pydantic model of an event."""

    def model_dump_json(self, *, by_alias: bool | None = None, exclude_unset: bool = False) -> str: ...


class Outbox:
    """A queue of serialised events with one reader."""

    def __init__(self, limit: int = MAX_WAITING_CHARACTERS) -> None:
        self._limit = limit
        self._messages: deque[str] = deque()
        self._waiting = 0
        self._changed = asyncio.Event()
        self.overrun = asyncio.Event()
        """Set once the client is too slow; from then on events are dropped and the connection has to end."""

    def send(self, event: Sendable) -> None:
        """Queues an event. Never waits, so that events keep the order in which they happened."""
        if self.overrun.is_set():
            return
        message = event.model_dump_json(by_alias=True, exclude_unset=True)
        if self._waiting + len(message) > self._limit:
            self.overrun.set()
            self._messages.clear()
            return
        self._messages.append(message)
        self._waiting += len(message)
        self._changed.set()

    async def next(self) -> str:
        """The next message."""
        while not self._messages:
            self._changed.clear()
            await self._changed.wait()
        return self._messages[0]

    def sent(self) -> None:
        """The message that `next` gave has been written."""
        if self._messages:
            self._waiting -= len(self._messages.popleft())
        self._changed.set()

    async def emptied(self) -> None:
        """Waits until everything has been written."""
        while self._messages:
            self._changed.clear()
            await self._changed.wait()
