"""The microphone of the device that is listened to, on its way to the session."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from livekit.agents import AgentSession
from livekit.agents.utils import aio
from livekit.agents.voice import io

from agent.doors.cleaning import Cleaner, Cleaning
from agent.doors.microphone import MicrophoneFull, MicrophoneInput

STILL_SECONDS = 1.0
"""A microphone that sends nothing for so long in the middle of speech was turned off: the speech is over."""


class Ears:
    """Fills `microphone` from the room."""

    def __init__(
        self, source: io.AudioInput | None, agent: AgentSession[Any], *, suppress_noise: bool
    ) -> None:
        self.microphone = MicrophoneInput()
        if suppress_noise:  # echoes are taken out by LiveKit's own clients
            self.microphone.cleaner = Cleaner(Cleaning(noise=True))
        self._source = source
        self._agent = agent
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begins to listen, once the session has `microphone`."""
        if self._source is None:
            return
        self._source.on_attached()  # the session has another input in its place
        self._tasks = [
            asyncio.create_task(self._hear(self._source), name="room ears"),
            asyncio.create_task(self._watch(), name="room silence"),
        ]

    async def close(self) -> None:
        """Stops listening."""
        self.microphone.close()
        await aio.cancel_and_wait(*self._tasks)

    async def _hear(self, source: io.AudioInput) -> None:
        async for frame in source:
            with contextlib.suppress(MicrophoneFull):  # the session is stuck: what is older is worth more
                self.microphone.push(bytes(frame.data.cast("b")))

    async def _watch(self) -> None:
        """Ends the speech of a microphone that was turned off: otherwise the session would wait for it."""
        while True:
            await asyncio.sleep(STILL_SECONDS / 2)
            if self._agent.user_state == "speaking" and self.microphone.still_for >= STILL_SECONDS:
                self.microphone.push_silence(STILL_SECONDS)
