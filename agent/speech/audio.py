"""Small operations on samples that hearing needs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from livekit import rtc
from livekit.agents import utils

SAMPLE_RATE = 16_000
"""Samples a second of everything that is heard, in Hz."""

MAX_SECONDS = 28.0
"""The longest piece of speech recognised in one go: a little less than Whisper's window of 30 s."""

_SEARCH_SECONDS = 5.0
_FRAME_SECONDS = 0.05

Samples = npt.NDArray[np.float32]


def rms(samples: Samples) -> float:
    """Root mean square of samples in [-1, 1]: 0 is digital silence."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0


def quietest_cut(samples: Samples) -> int:
    """The index, within the last 5 s, where cutting hurts least: the middle of the quietest 50 ms."""
    frame = int(_FRAME_SECONDS * SAMPLE_RATE)
    start = max(0, samples.size - int(_SEARCH_SECONDS * SAMPLE_RATE))
    frames = (samples.size - start) // frame
    if frames == 0:
        return samples.size
    energy = np.square(samples[start : start + frames * frame].reshape(frames, frame)).sum(axis=1)
    return start + int(np.argmin(energy)) * frame + frame // 2


def pieces(samples: Samples) -> Iterator[Samples]:
    """The samples in order, in pieces of at most `MAX_SECONDS`, cut where it is quiet."""
    longest = int(MAX_SECONDS * SAMPLE_RATE)
    while samples.size > longest:
        cut = quietest_cut(samples[:longest])
        yield samples[:cut]
        samples = samples[cut:]
    if samples.size:
        yield samples


def to_samples(frame: rtc.AudioFrame) -> Samples:
    """A frame of any rate and number of channels as mono float32 samples in [-1, 1] at 16 kHz."""
    if frame.num_channels != 1 or frame.sample_rate != SAMPLE_RATE:
        frame = utils.combine_frames(_resample(frame))
    return np.frombuffer(frame.data, np.int16).astype(np.float32) / 32768.0


def _resample(frame: rtc.AudioFrame) -> list[rtc.AudioFrame]:
    if frame.num_channels != 1:
        mixed = np.frombuffer(frame.data, np.int16).reshape(-1, frame.num_channels).mean(axis=1)
        frame = rtc.AudioFrame(
            mixed.astype(np.int16).tobytes(), frame.sample_rate, 1, frame.samples_per_channel
        )
    if frame.sample_rate == SAMPLE_RATE:
        return [frame]
    resampler = rtc.AudioResampler(
        frame.sample_rate, SAMPLE_RATE, num_channels=1, quality=rtc.AudioResamplerQuality.HIGH
    )
    return [*resampler.push(frame), *resampler.flush()]
