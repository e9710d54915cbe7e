"""What the athletes of a load test say: sets, each a sentence without a pause, and the sound of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
from livekit import rtc

from eval.speaker import AUDIBLE, SAMPLE_RATE, Pcm, Speaker, Spoken

EXERCISES = {
    "bench press": "barbell-bench-press",
    "back squat": "barbell-back-squat",
    "deadlift": "conventional-deadlift",
    "barbell row": "barbell-row",
}
"""As they are said, and their slugs."""
AMOUNTS = ((185, 8), (225, 5), (135, 12), (155, 10), (95, 15), (205, 6), (245, 4), (275, 3))
HOP_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.12
"""A sentence with a longer pause in it would be two for a recogniser that ends utterances by silence."""

Set = tuple[str, int, float]
"""An exercise's slug, repetitions and weight."""


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A sentence, how it sounds, the set that it logs, and its loudness in steps of `HOP_SECONDS`."""

    text: str
    logs: Set
    spoken: Spoken
    envelope: npt.NDArray[np.float64]

    @cache  # noqa: B019 - a handful of lines, for as long as the process measures
    def at(self, sample_rate: int) -> Pcm:
        """Its samples, so many a second."""
        if sample_rate == SAMPLE_RATE:
            return self.spoken.samples
        resampler = rtc.AudioResampler(SAMPLE_RATE, sample_rate, num_channels=1)
        samples = self.spoken.samples
        whole = rtc.AudioFrame(samples.tobytes(), SAMPLE_RATE, 1, samples.size)
        frames = [*resampler.push(whole), *resampler.flush()]
        return np.concatenate([np.frombuffer(frame.data, np.int16) for frame in frames])


async def make_lines(speaker: Speaker) -> list[Line]:
    """All sentences that the speaker says in one breath."""
    lines = []
    for (name, slug), (weight, reps) in product(EXERCISES.items(), AMOUNTS):
        text = f"{name} {weight} for {reps}"
        spoken = await speaker.say(text)
        loudness = envelope(spoken.samples, SAMPLE_RATE)
        if longest_pause(loudness) <= LONGEST_PAUSE_SECONDS:
            lines.append(Line(text, (slug, reps, float(weight)), spoken, loudness))
    return lines


def envelope(samples: Pcm, sample_rate: int) -> npt.NDArray[np.float64]:
    """Root mean square of each `HOP_SECONDS`; the rest that fills no hop is left out."""
    hop = round(HOP_SECONDS * sample_rate)
    whole = samples[: samples.size // hop * hop].reshape(-1, hop).astype(np.float64)
    return np.asarray(np.sqrt(np.mean(whole**2, axis=1)))


def longest_pause(loudness: Sequence[float] | npt.NDArray[np.float64]) -> float:
    """The longest silence between the first and the last sound, in seconds."""
    loud = np.flatnonzero(np.asarray(loudness) >= AUDIBLE)
    return float(max(np.diff(loud), default=1) - 1) * HOP_SECONDS


def closest(lines: Sequence[Line], heard: npt.NDArray[np.float64]) -> Line:
    """The line whose loudness over time is most like what was heard, wherever in it that begins."""
    return max(lines, key=lambda line: likeness(line.envelope, heard))


def likeness(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """The highest normalised correlation of two envelopes over all shifts: 1 for the same one."""
    norm = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.max(np.correlate(one, other, mode="full"))) / norm if norm else 0.0
