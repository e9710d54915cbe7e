"""The sounds of a gym, made from a seed, and speech mixed with them at a stated level."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import VoiceFitError

Sound = npt.NDArray[np.float64]
SAMPLE_RATE = 24_000
PEAK = 32_767.0
SILENT = 300.0
"""Samples below this are no speech: levels are those of what is spoken, not of the pauses."""
VOICES_IN_BABBLE = 4


def plates(size: int, chance: np.random.Generator) -> Sound:
    """Iron on iron now and then: bursts of partials that ring and die away."""
    sound = chance.normal(0, 0.01, size)
    place = 0
    while place < size:
        place += int(chance.uniform(0.15, 0.9) * SAMPLE_RATE)
        ring = np.arange(int(chance.uniform(0.15, 0.5) * SAMPLE_RATE)) / SAMPLE_RATE
        partials = chance.uniform(400, 6_000, 6)
        clang = sum(np.sin(2 * np.pi * f * ring + chance.uniform(0, 6)) for f in partials)
        clang = (clang + chance.normal(0, 2, ring.size) * np.exp(-ring * 120)) * np.exp(-ring * 14)
        end = min(size, place + ring.size)
        if place < size:
            sound[place:end] += chance.uniform(0.4, 1.0) * clang[: end - place]
    return sound


def music(size: int, chance: np.random.Generator) -> Sound:
    """A beat, a bass and chords, at a pace for training."""
    time = np.arange(size) / SAMPLE_RATE
    beat = 60 / chance.uniform(115, 150)
    phase = time % beat
    kick = np.sin(2 * np.pi * 60 * phase) * np.exp(-phase * 18) * 2
    hat = chance.normal(0, 1, size) * np.exp(-((time + beat / 2) % beat) * 60) * 0.6
    root = chance.choice([98.0, 110.0, 123.5, 130.8])
    steps = np.array([1.0, 1.335, 1.498, 1.189])[(time // (4 * beat)).astype(int) % 4]
    chord = sum(np.sin(2 * np.pi * root * steps * ratio * time) / ratio for ratio in (1, 2, 2.52, 3, 4))
    return np.asarray(kick + hat + 0.5 * chord)


def treadmill(size: int, chance: np.random.Generator) -> Sound:
    """A motor's hum, a belt, and feet that land."""
    time = np.arange(size) / SAMPLE_RATE
    hum = sum(np.sin(2 * np.pi * 100 * n * time + chance.uniform(0, 6)) / n for n in (1, 2, 3, 5))
    step = 60 / chance.uniform(150, 180)
    phase = time % step
    feet = chance.normal(0, 1, size) * np.exp(-phase * 35) * 1.5
    spectrum = np.fft.rfft(chance.normal(0, 1, size))
    belt = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(spectrum.size), 1)), size)
    return np.asarray(0.5 * hum + feet + 20 * belt)


MADE: dict[str, Callable[[int, np.random.Generator], Sound]] = {
    "plates": plates,
    "music": music,
    "treadmill": treadmill,
}
KINDS = (*MADE, "babble")


def babble(size: int, chance: np.random.Generator, voices: list[Sound]) -> Sound:
    """Several people who talk at once: other sentences, from anywhere in them, one over the other."""
    sound = np.zeros(size)
    for index in chance.permutation(len(voices))[:VOICES_IN_BABBLE]:
        sound += np.roll(np.resize(voices[index], size), int(chance.integers(size)))
    return sound


def mix(speech: Sound, noise: Sound, snr_db: float) -> Sound:
    """Speech in noise, the speech `snr_db` louder; made quieter as a whole where it would be clipped."""
    spoken = speech[np.abs(speech) > SILENT]
    if not spoken.size or not np.any(noise):
        return speech
    power = float(np.mean(spoken**2)) / 10 ** (snr_db / 10)
    mixed = speech + noise * np.sqrt(power / np.mean(noise**2))
    return np.asarray(mixed * min(1.0, PEAK / float(np.max(np.abs(mixed)))))


def overlap(speech: Sound, talk: Sound, seconds: float, db: float) -> Sound:
    """`talk` over `speech`, from `seconds` after its first sound on, `db` louder; it may go on for longer."""
    spoken, talked = speech[np.abs(speech) > SILENT], talk[np.abs(talk) > SILENT]
    if not spoken.size or not talked.size:
        return speech
    begins = int(np.argmax(np.abs(speech) > SILENT)) + int(seconds * SAMPLE_RATE)
    louder = np.sqrt(np.mean(spoken**2) / np.mean(talked**2)) * 10 ** (db / 20)
    room = speech.size - int(np.flatnonzero(np.abs(speech) > SILENT)[-1])
    together = np.zeros(max(speech.size, begins + talk.size + room))
    together[: speech.size] += speech
    together[begins : begins + talk.size] += talk * louder
    return np.asarray(together * min(1.0, PEAK / float(np.max(np.abs(together)))))


def trimmed(sound: Sound) -> Sound:
    """`sound` without the silence before and after it."""
    loud = np.flatnonzero(np.abs(sound) > SILENT)
    return sound[loud[0] : loud[-1] + 1] if loud.size else sound[:0]


def read_sound(path: Path) -> Sound:
    """The sound of a WAV, mono, at `SAMPLE_RATE`. Raises `VoiceFitError` when it is not 16-bit PCM."""
    try:
        with wave.open(str(path)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise VoiceFitError(f"{path} cannot be read as a WAV file: {error}") from error
    if width != 2:
        raise VoiceFitError(f"{path} must be 16-bit PCM; it has {8 * width} bits.")
    samples = np.frombuffer(data, np.int16).astype(np.float64).reshape(-1, channels).mean(axis=1)
    return resampled(samples, rate / SAMPLE_RATE)


def write_sound(path: Path, sound: Sound) -> None:
    """Keeps `sound` as a 16-bit mono WAV, whole or not at all."""
    unfinished = path.with_suffix(".part")
    with wave.open(str(unfinished), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        file.writeframes(np.clip(sound, -PEAK, PEAK).astype(np.int16).tobytes())
    unfinished.replace(path)


def at_rate(sound: Sound, rate: int, wanted: int) -> Sound:
    """`sound` of `rate` samples a second at `wanted`, without what that cannot hold: always the same."""
    size = round(sound.size * wanted / rate)
    if rate == wanted or not size:
        return sound[:size]
    spectrum = np.fft.rfft(sound)[: size // 2 + 1]
    return np.asarray(np.fft.irfft(spectrum, size) * (size / sound.size))


def resampled(sound: Sound, factor: float) -> Sound:
    """`sound` played `factor` times as fast, pitch and all, by linear interpolation."""
    if factor == 1.0 or not sound.size:
        return sound
    places = np.arange(0, sound.size - 1, factor)
    return np.asarray(np.interp(places, np.arange(sound.size), sound))
