"""Speech that is made before it is known that it will be said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable

from livekit import rtc

logger = logging.getLogger(__name__)

LONGEST_CHARACTERS = 120
"""Longer replies are not made beforehand: of them only the beginning would be in time."""

Speak = Callable[[str], AsyncGenerator[rtc.AudioFrame]]
"""The sound of a text, in the order of speaking."""


class Prepared:
    """The sound of one reply at most, the one that was prepared last."""

    def __init__(self, speak: Speak, tell: Callable[[bool], None] = lambda _: None) -> None:
        """`tell` is given, for each reply that was prepared, whether it was said."""
        self._speak = speak
        self._tell = tell
        self._text = ""
        self._frames: list[rtc.AudioFrame] = []
        self._more = asyncio.Event()
        self._making: asyncio.Task[None] | None = None

    def begin(self, text: str) -> None:
        """Begins to make the sound of `text`, unless that has begun already."""
        if text == self._text or len(text) > LONGEST_CHARACTERS:
            return
        self.drop()
        self._text, self._frames, self._more = text, [], asyncio.Event()
        self._making = asyncio.create_task(self._make(text, self._frames, self._more))
        self._making.add_done_callback(_note)

    def drop(self) -> None:
        """Lets go of what was prepared."""
        if self._making is not None:
            self._making.cancel()
            self._tell(False)
        self._text, self._making, self._frames = "", None, []

    async def aclose(self) -> None:
        """Lets go of it, and waits until nothing is made any more."""
        making = self._making
        self.drop()
        if making is not None:
            await asyncio.gather(making, return_exceptions=True)

    def take(self, text: str) -> AsyncGenerator[rtc.AudioFrame] | None:
        """The sound of `text`, as far as it is made already and then as it is; None when something else was
        prepared, or nothing. Whatever it was, it is let go of."""
        making, frames, same = self._making, self._frames, text == self._text
        if making is None or not same or (making.done() and making.exception() is not None):
            self.drop()
            return None
        self._text, self._making, self._frames = "", None, []
        self._tell(True)
        return _follow(frames, self._more, making)

    async def _make(self, text: str, frames: list[rtc.AudioFrame], more: asyncio.Event) -> None:
        try:
            async for frame in self._speak(text):
                frames.append(frame)
                more.set()
        finally:  # once this task is done
            asyncio.get_running_loop().call_soon(more.set)


def _note(making: asyncio.Task[None]) -> None:
    if not making.cancelled() and (error := making.exception()) is not None:
        logger.warning("what may be said next was not made: %r", error)


async def _follow(
    frames: list[rtc.AudioFrame], more: asyncio.Event, making: asyncio.Task[None]
) -> AsyncGenerator[rtc.AudioFrame]:
    told = 0
    try:
        while True:
            more.clear()
            while told < len(frames):
                told += 1
                yield frames[told - 1]
            if making.done():
                break
            await more.wait()
    finally:
        making.cancel()
    making.result()
