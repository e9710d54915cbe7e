"""A synthetic athlete's voice: sentences as 24 kHz PCM, clean or in noise."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from livekit.agents import utils

from agent.speech.load import load_tts
from core.errors import NotConfigured
from core.settings import Settings

SAMPLE_RATE = 24_000
AUDIBLE = 300
"""Samples louder than this are speech: what lies after the last of them is silence."""
PEAK = 32_767

Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence. `speech_seconds` is when its last sound ends, `first_seconds` when its first begins;
    `background` is the room afterwards."""

    samples: Pcm
    speech_seconds: float
    background: Pcm
    first_seconds: float = 0.0


class Speaker:
    """Says sentences with the server's own voice, `noise_db` louder than the noise; None: there is none."""

    def __init__(self, settings: Settings, noise_db: float | None = None) -> None:
        voice = load_tts(settings)
        if voice is None:
            raise NotConfigured("Speaking needs a voice: install the extra 'piper'.")
        self._voice = voice
        self._noise_db = noise_db

    async def say(self, text: str) -> Spoken:
        """`text` as speech. The noise is the same every time for the same text."""
        frame = utils.combine_frames([e.frame async for e in self._voice.synthesize(text)])
        samples = np.frombuffer(frame.data, np.int16)
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > AUDIBLE)
        end = float(loud[-1]) / SAMPLE_RATE if loud.size else 0.0
        if self._noise_db is None:
            return Spoken(samples, end, np.zeros(SAMPLE_RATE, np.int16))
        power = float(np.mean(samples.astype(np.float64) ** 2)) / 10 ** (self._noise_db / 10)
        noise = pink_noise(samples.size + SAMPLE_RATE, power, seed=zlib.crc32(text.encode()))
        noisy = np.clip(samples + noise[: samples.size], -PEAK, PEAK).astype(np.int16)
        return Spoken(noisy, end, noise[samples.size :].astype(np.int16))


def pink_noise(size: int, power: float, seed: int) -> npt.NDArray[np.float64]:
    """`size` samples of noise with equal power an octave and the mean square `power`."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(size))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 1))
    noise: npt.NDArray[np.float64] = np.fft.irfft(spectrum, size)
    return noise * float(np.sqrt(power / np.mean(noise**2)))
