"""WebRTC's noise suppression and echo cancellation, on what a client sends that does neither itself."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from livekit import rtc
from livekit.rtc.apm import AudioProcessingModule

from agent.doors.pcm import SAMPLE_RATE
from core.settings import Settings

FRAME = SAMPLE_RATE // 100
"""Samples in the 10 ms that are processed at a time."""

REMEMBERED_SECONDS = 2.0
"""How long what was played is kept: no echo comes later."""

MAX_DRIFT_SECONDS = 0.5
"""A microphone this far behind its own clock paused, and its clock begins anew."""

Clock = Callable[[], float]
Pcm16 = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is done to a microphone's sound before anybody listens to it."""

    noise: bool = False
    echo: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Cleaning:
        """What the settings ask for."""
        return cls(settings.noise_suppression == "webrtc", settings.echo_cancellation == "webrtc")

    @property
    def any(self) -> bool:
        """Whether anything is done."""
        return self.noise or self.echo


NOTHING = Cleaning()


class Playout:
    """What the client plays, and when."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._pieces: deque[tuple[float, Pcm16]] = deque()

    def add(self, at: float, pcm: bytes) -> None:
        """`pcm` is played from `at` on."""
        oldest = self._clock() - REMEMBERED_SECONDS
        while self._pieces and self._pieces[0][0] + self._pieces[0][1].size / SAMPLE_RATE < oldest:
            self._pieces.popleft()
        self._pieces.append((at, np.frombuffer(pcm, np.int16)))

    def cut(self) -> None:
        """What was to be played after now is not."""
        now = self._clock()
        self._pieces = deque(
            (at, pcm[: round((now - at) * SAMPLE_RATE)]) for at, pcm in self._pieces if at < now
        )

    def between(self, at: float, size: int) -> Pcm16:
        """The `size` samples played from `at` on; silence where nothing was."""
        found = np.zeros(size, np.int16)
        for began, pcm in self._pieces:
            offset = round((began - at) * SAMPLE_RATE)
            low, high = max(0, offset), min(size, offset + pcm.size)
            if low < high:
                found[low:high] = pcm[low - offset : high - offset]
        return found


class Cleaner:
    """One microphone's filter: what goes in comes out, up to 10 ms later.

    An echo is told by what `playout` says was played when the sound arrived. WebRTC finds out by itself how
    much later than that the echo comes, up to about half a second.
    """

    def __init__(
        self, cleaning: Cleaning, playout: Playout | None = None, clock: Clock = time.monotonic
    ) -> None:
        self.cleaning = cleaning
        self._playout = playout if cleaning.echo else None
        self._clock = clock
        self._filter = AudioProcessingModule(
            noise_suppression=cleaning.noise, echo_cancellation=cleaning.echo, high_pass_filter=True
        )
        self._rest = bytearray()
        self._began: float | None = None
        self._taken = 0

    def clean(self, pcm: bytes) -> bytes:
        """The next sound, filtered: whole pieces of 10 ms, the rest is kept for the next time."""
        self._rest += pcm
        self._keep_time()
        whole = len(self._rest) - len(self._rest) % (2 * FRAME)
        taken = bytes(self._rest[:whole])
        del self._rest[:whole]
        return b"".join(self._filtered(taken[i : i + 2 * FRAME]) for i in range(0, whole, 2 * FRAME))

    def flush(self) -> bytes:
        """What is left, filtered."""
        if not self._rest:
            return b""
        size = len(self._rest)
        return self.clean(bytes(2 * FRAME - size))[:size]

    def _keep_time(self) -> None:
        """The microphone's clock: its first sample's time, such that none arrives before it was recorded."""
        began = self._clock() - (self._taken + len(self._rest) // 2) / SAMPLE_RATE
        if self._began is None or began < self._began or began > self._began + MAX_DRIFT_SECONDS:
            self._began = began

    def _filtered(self, pcm: bytes) -> bytes:
        if self._playout is not None and self._began is not None:
            played = self._playout.between(self._began + self._taken / SAMPLE_RATE, FRAME)
            self._filter.process_reverse_stream(_frame(played.tobytes()))
            self._filter.set_stream_delay_ms(0)
        self._taken += FRAME
        frame = _frame(pcm)
        self._filter.process_stream(frame)
        return bytes(frame.data.cast("b"))


def _frame(pcm: bytes) -> rtc.AudioFrame:
    return rtc.AudioFrame(bytearray(pcm), SAMPLE_RATE, 1, FRAME)
