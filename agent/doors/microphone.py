"""What the client says, on its way to the session."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from livekit import rtc
from livekit.agents.voice import io

from agent.doors.cleaning import Cleaner
from agent.doors.pcm import BYTES_PER_SECOND, SAMPLE_RATE, seconds
from core.errors import VoiceFitError

FRAME_SECONDS = 0.04
"""Microphone audio goes on in pieces of at least this length: each piece costs a pass through the session."""

MAX_FRAME_SECONDS = 0.1
"""Longer appends are cut up, so that the voice activity detector sees a steady stream."""

MAX_WAITING_SECONDS = 60.0
"""Microphone audio that may wait for the session; a client that sends more has run far ahead of real time."""


class MicrophoneFull(VoiceFitError):
    """More audio came than could be waited for."""


class MicrophoneInput(io.AudioInput):
    """The client's audio on its way to the session."""

    def __init__(self) -> None:
        super().__init__(label="microphone")
        self.cleaner: Cleaner | None = None
        """What the client's audio goes through first."""
        self._frames: deque[tuple[bytes, bool]] = deque()
        self._rest = bytearray()
        self._pushed_at = time.monotonic()
        self._waiting = 0
        self._taken = 0
        self._received = 0
        self._closed = False
        self._changed = asyncio.Event()

    @property
    def position_ms(self) -> int:
        """How much audio the session has taken since the connection began."""
        return round(1000 * self._taken / BYTES_PER_SECOND)

    @property
    def still_for(self) -> float:
        """Seconds since the client last sent audio."""
        return time.monotonic() - self._pushed_at

    @property
    def received_ms(self) -> int:
        """How much audio the client has sent since the connection began."""
        return round(1000 * self._received / BYTES_PER_SECOND)

    def push(self, pcm: bytes) -> None:
        """Adds audio. Raises `MicrophoneFull` when too much is waiting; then none of it is taken."""
        if self._waiting + len(pcm) > MAX_WAITING_SECONDS * BYTES_PER_SECOND:
            raise MicrophoneFull(
                f"More than {MAX_WAITING_SECONDS:.0f} s of audio are waiting. Send audio as it is recorded."
            )
        self._received += len(pcm)
        self._pushed_at = time.monotonic()
        if self.cleaner is not None:
            pcm = self.cleaner.clean(pcm)
        self._rest += pcm
        self._waiting += len(pcm)
        if seconds(self._rest) >= FRAME_SECONDS:
            self._hand_on()

    def push_silence(self, duration: float) -> None:
        """Adds `duration` seconds of silence that the client did not send; they do not count as its audio."""
        self.flush()
        self._enqueue(bytes(2 * int(duration * SAMPLE_RATE)), from_client=False)

    def flush(self) -> None:
        """Hands on what was too short to be worth a frame."""
        if self.cleaner is not None:
            left = self.cleaner.flush()
            self._rest += left
            self._waiting += len(left)
        self._hand_on()

    def _hand_on(self) -> None:
        self._waiting -= len(self._rest)
        self._enqueue(bytes(self._rest), from_client=True)
        self._rest.clear()

    def _enqueue(self, pcm: bytes, *, from_client: bool) -> None:
        step = int(MAX_FRAME_SECONDS * SAMPLE_RATE) * 2
        self._frames.extend((pcm[start : start + step], from_client) for start in range(0, len(pcm), step))
        self._waiting += len(pcm)
        self._changed.set()

    def clear(self) -> None:
        """Forgets the audio that the session has not taken."""
        self._frames.clear()
        self._rest.clear()
        self._waiting = 0
        self._changed.set()

    async def drained(self) -> None:
        """Waits until the session has taken everything."""
        while self._waiting and not self._closed:
            self._changed.clear()
            await self._changed.wait()

    def close(self) -> None:
        """Ends the stream."""
        self._closed = True
        self._changed.set()

    async def __anext__(self) -> rtc.AudioFrame:
        while not self._frames:
            if self._closed:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        pcm, from_client = self._frames.popleft()
        self._waiting -= len(pcm)
        self._taken += len(pcm) if from_client else 0
        self._changed.set()
        return rtc.AudioFrame(pcm, SAMPLE_RATE, 1, len(pcm) // 2)
