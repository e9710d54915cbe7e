"""What the client is told: the reply's audio, paced, and its text."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from livekit import rtc
from livekit.agents.voice import io

from agent.doors.cleaning import Playout
from agent.doors.pcm import BYTES_PER_SECOND, SAMPLE_RATE, seconds

LEAD_SECONDS = 4.0
"""How far the client's buffer is filled ahead of what it plays: enough to ride out a weak mobile network."""

MAX_DELTA_SECONDS = 0.5
"""Audio in one `response.output_audio.delta`."""

MAX_QUEUED_SECONDS = 10.0
"""Synthesised audio that may wait here; beyond it the synthesiser has to wait."""


class PacedSpeaker(io.AudioOutput):
    """The reply's audio on its way to the client, with a clock of what the client has played.

    Audio leaves as fast as it is made until the client is `lead` seconds ahead, then as it is played. The
    clock runs from the first piece. A reply is cut (`clear_buffer`) at what was played, or at what the client
    said it heard (`stopped_at`), and `heard` turns that time into words.

    It cannot pause: clients of this protocol drop their buffer when the user speaks, so a reply that was
    interrupted is over.
    """

    def __init__(
        self,
        *,
        send: Callable[[bytes], None],
        sent_all: Callable[[], None],
        heard: Callable[[float, float | None], str],
        lead: float = LEAD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            label="realtime-speaker",
            capabilities=io.AudioOutputCapabilities(pause=False),
            sample_rate=SAMPLE_RATE,
        )
        self._send = send
        self._sent_all = sent_all
        self._heard = heard
        self._lead = lead
        self._clock = clock
        self.playout = Playout(clock)
        self._timer: asyncio.TimerHandle | None = None
        self._ending: asyncio.Handle | None = None
        self._space = asyncio.Event()
        self._space.set()
        self._queue = bytearray()
        self._reset()

    def _reset(self) -> None:
        self._queue.clear()
        self._sent = 0.0
        self._started: float | None = None
        self._open = False
        self._flushed = False
        self._announced = False
        self._stopped_at: float | None = None
        self._space.set()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    @property
    def playing(self) -> bool:
        """Whether a reply is being played or about to be."""
        return self._open

    @property
    def played(self) -> float:
        """Seconds of the current reply that the client has played by now."""
        if self._started is None:
            return 0.0
        return min(self._clock() - self._started, self._sent)

    def stopped_at(self, position: float) -> None:
        """The client stopped playing the current reply at `position` seconds."""
        self._stopped_at = position

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        """Takes a frame of the reply; waits while a lot is queued."""
        await super().capture_frame(frame)
        self._open = True
        self._queue += frame.data.cast("b")
        self._advance()
        if seconds(self._queue) > MAX_QUEUED_SECONDS:
            self._space.clear()
            await self._space.wait()

    def flush(self) -> None:
        """The reply's audio is complete."""
        super().flush()
        if self._open:
            # What livekit-agents breaks off it flushes too, and clears at once: that was not all of it.
            self._ending = asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        self._flushed = True
        self._advance()

    def clear_buffer(self) -> None:
        """Stops at once: the rest of the reply is not sent."""
        if not self._open:
            return
        position = self.played if self._stopped_at is None else min(self._stopped_at, self._sent)
        total = self._sent + seconds(self._queue) if self._flushed else None
        transcript = self._heard(position, total)
        self.playout.cut()
        self._reset()
        self.on_playback_finished(
            playback_position=position, interrupted=True, synchronized_transcript=transcript
        )

    def _advance(self) -> None:
        """Sends what is due, and comes back when more is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._queue and self._sent - self.played < self._lead:
            self._send_piece()
        if seconds(self._queue) <= MAX_QUEUED_SECONDS:
            self._space.set()
        ahead = self._sent - self.played
        if self._queue:
            self._wait(ahead - self._lead)
        elif self._flushed:
            if not self._announced:
                self._announced = True
                self._sent_all()
            if ahead > 0:
                self._wait(ahead)
            else:
                self._finish()

    def _send_piece(self) -> None:
        piece = bytes(self._queue[: int(MAX_DELTA_SECONDS * BYTES_PER_SECOND)])
        del self._queue[: len(piece)]
        if self._started is None:
            self._started = self._clock()
            self.on_playback_started(created_at=time.time())
        elif self._clock() - self._started > self._sent:
            self._started = self._clock() - self._sent  # the client ran out of audio and waited
        self.playout.add(self._started + self._sent, piece)
        self._sent += seconds(piece)
        self._send(piece)

    def _wait(self, delay: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(max(delay, 0.001), self._advance)

    def _finish(self) -> None:
        position = self._sent
        self._reset()
        self.on_playback_finished(playback_position=position, interrupted=False)

    def close(self) -> None:
        """Stops the clock."""
        if self._open:
            self.clear_buffer()
        self._reset()


class Captions(io.TextOutput):
    """The reply's text, passed on as it is written."""

    def __init__(self, *, write: Callable[[str], None], end: Callable[[], None]) -> None:
        super().__init__(label="realtime-captions", next_in_chain=None)
        self._write = write
        self._end = end

    async def capture_text(self, text: str) -> None:
        """Takes a piece of the reply's text."""
        self._write(str(text))

    def flush(self) -> None:
        """The text of this part of the reply is complete."""
        self._end()
