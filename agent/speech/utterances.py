"""Cutting what a microphone sends into utterances, window by window.

Pure and synchronous: a voice activity detector gives a probability for each window of 32 ms, and this turns
the probabilities into the moments that recognition needs. It runs beside the session's own VAD, which decides
when the athlete's turn is over; here a pause only means "begin to recognise, it may be the end".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agent.speech.audio import MAX_SECONDS, SAMPLE_RATE, Samples

WINDOW = 512
"""Samples in a window of Silero VAD at 16 kHz."""

WINDOW_SECONDS = WINDOW / SAMPLE_RATE

Pcm16 = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Started:
    """Somebody began to speak."""


@dataclass(frozen=True, slots=True)
class Paused:
    """A silence that may be the end. `version` grows whenever speech goes on: equal versions, equal words."""

    samples: Samples
    version: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An utterance is complete. `silence` is the seconds of silence at its end."""

    samples: Samples
    version: int
    silence: float


Moment = Started | Paused | Ended


class Utterances:
    """The utterances of one stream of 16 kHz PCM16, mono.

    `probability` judges a window of `WINDOW` samples, 0-1. Speech begins after `begin_seconds` of it; silence
    of `pause_seconds` gives `Paused`, one of `end_seconds` `Ended`, as does `flush` or a length of
    `MAX_SECONDS`. `lead_seconds` from before the first word are kept: a VAD hears soft consonants late.
    """

    def __init__(
        self,
        probability: Callable[[Pcm16], float],
        *,
        begin_seconds: float = 0.05,
        pause_seconds: float = 0.1,
        end_seconds: float = 1.0,
        lead_seconds: float = 0.4,
        threshold: float = 0.5,
        release_threshold: float = 0.35,
    ) -> None:
        self._probability = probability
        self._begin = _windows(begin_seconds)
        self._pause = _windows(pause_seconds)
        self._end = _windows(end_seconds)
        self._longest = _windows(MAX_SECONDS)
        self._threshold = threshold
        self._release = release_threshold
        self._lead: deque[Pcm16] = deque(maxlen=_windows(lead_seconds))
        self._kept: list[Pcm16] = []
        self._rest = np.empty(0, np.int16)
        self._speaking = False
        self._loud = 0
        self._quiet = 0
        self._version = 0

    @property
    def speaking(self) -> bool:
        """Whether an utterance is open."""
        return self._speaking

    def push(self, pcm: Pcm16) -> Iterator[Moment]:
        """Take samples, of any number, and give the moments they bring."""
        self._rest = np.concatenate((self._rest, pcm)) if self._rest.size else pcm
        while self._rest.size >= WINDOW:
            window, self._rest = self._rest[:WINDOW], self._rest[WINDOW:]
            yield from self._take(window)

    def flush(self) -> Ended | None:
        """End the open utterance now, if there is one."""
        return self._finish() if self._speaking else None

    def _take(self, window: Pcm16) -> Iterator[Moment]:
        probability = self._probability(window)
        loud = probability >= self._threshold or (self._speaking and probability > self._release)
        if not self._speaking:
            self._lead.append(window)
            self._loud = self._loud + 1 if loud else 0
            if self._loud >= self._begin:
                self._open()
                yield Started()
            return
        self._kept.append(window)
        if loud:
            self._quiet = 0
            self._version += 1
        else:
            self._quiet += 1
            if self._quiet == self._pause:
                yield Paused(self._samples(), self._version)
        if self._quiet >= self._end or len(self._kept) >= self._longest:
            yield self._finish()

    def _open(self) -> None:
        self._speaking = True
        self._kept = list(self._lead)
        self._lead.clear()
        self._quiet = 0
        self._version += 1

    def _finish(self) -> Ended:
        ended = Ended(self._samples(), self._version, self._quiet * WINDOW_SECONDS)
        self._speaking = False
        self._kept = []
        self._loud = self._quiet = 0
        self._version += 1
        return ended

    def _samples(self) -> Samples:
        return np.concatenate(self._kept).astype(np.float32) / 32768.0


def _windows(seconds: float) -> int:
    return max(1, round(seconds / WINDOW_SECONDS))
