"""WebRTC's filters between a client and the session."""

from __future__ import annotations

import numpy as np
import pytest

from agent.doors.cleaning import FRAME, Cleaner, Cleaning, Playout
from agent.doors.microphone import MicrophoneInput
from agent.doors.pcm import SAMPLE_RATE
from agent.doors.realtime.configuration import Configuration
from agent.doors.realtime.protocol import ProtocolError
from core.settings import Settings


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def hiss(seconds: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1000, int(seconds * SAMPLE_RATE)).astype(np.int16)


def words(seconds: float) -> np.ndarray:
    """Something that changes as a voice does."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = 140 + 40 * np.sin(2 * np.pi * 2.3 * time)
    tone = np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE)) + hiss(seconds, 3) / 3000
    return (tone * (1 + np.sin(2 * np.pi * 4 * time)) * 2500).astype(np.int16)


def through(cleaner: Cleaner, clock: Clock, sound: np.ndarray, chunk: int = 960) -> np.ndarray:
    """What comes out when `sound` is sent as it is recorded."""
    parts = []
    for start in range(0, sound.size, chunk):
        piece = sound[start : start + chunk]
        clock.now += piece.size / SAMPLE_RATE
        parts.append(np.frombuffer(cleaner.clean(piece.tobytes()), np.int16))
    return np.concatenate(parts)


def level(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


def test_noise_is_taken_out() -> None:
    noise = hiss(4)
    quiet = through(Cleaner(Cleaning(noise=True)), Clock(), noise)
    assert level(quiet[-SAMPLE_RATE:]) < level(noise) / 3


def test_the_voice_that_was_played_is_taken_out_and_nothing_else() -> None:
    clock = Clock()
    playout = Playout(clock)
    cleaner = Cleaner(Cleaning(echo=True), playout, clock)
    voice = words(6)
    playout.add(clock.now, voice.tobytes())
    late = np.concatenate((np.zeros(2880, np.int16), voice[:-2880])) // 3
    echo = through(cleaner, clock, late)
    assert level(echo[-SAMPLE_RATE:]) < level(late[-SAMPLE_RATE:]) / 4
    clock.now += 1
    athlete = words(3)[::-1].copy()
    assert level(through(cleaner, clock, athlete)[-SAMPLE_RATE:]) > level(athlete) / 3


def test_nothing_is_lost_however_it_is_cut() -> None:
    sound = hiss(0.5)[:11_111].tobytes()
    cleaner = Cleaner(Cleaning(noise=True))
    got = b"".join(cleaner.clean(sound[start : start + 1234]) for start in range(0, len(sound), 1234))
    assert len(got) % (2 * FRAME) == 0
    assert len(got + cleaner.flush()) == len(sound)


def test_what_was_played_is_known_until_it_is_cut() -> None:
    clock = Clock()
    playout = Playout(clock)
    playout.add(clock.now, np.arange(1, 481, dtype=np.int16).tobytes())
    clock.now += 0.01
    playout.cut()
    assert playout.between(100.0, 480).tolist() == [*range(1, 241), *[0] * 240]
    assert playout.between(100.005, 4).tolist() == [121, 122, 123, 124]
    assert not playout.between(90.0, 480).any()


async def test_a_microphone_goes_through_the_filter_and_counts_what_was_sent() -> None:
    microphone = MicrophoneInput()
    microphone.cleaner = Cleaner(Cleaning(noise=True))
    microphone.push(bytes(2 * 1000))
    microphone.flush()
    sizes = [(await microphone.__anext__()).samples_per_channel for _ in range(2)]
    assert sum(sizes) == 1000
    assert microphone.received_ms == round(1000 * 1000 / SAMPLE_RATE)


def configuration(**settings: str) -> Configuration:
    cleaning = Cleaning.of(Settings(**settings))  # type: ignore[arg-type]
    return Configuration(session_id="s", conversation_id="c", silence_ms=300, voice=True, cleaning=cleaning)


def told(configuration: Configuration) -> dict[str, object]:
    audio = configuration.session().model_dump(exclude_unset=True)["audio"]
    return {name: audio["input"].get(name) for name in ("noise_reduction", "echo_cancellation")}


def test_settings_and_clients_ask_for_it() -> None:
    usual = configuration()
    assert not usual.cleaning.any
    assert told(usual) == {"noise_reduction": None, "echo_cancellation": None}
    usual.update({"audio": {"input": {"noise_reduction": {"type": "far_field"}, "echo_cancellation": True}}})
    assert usual.cleaning == Cleaning(noise=True, echo=True)
    assert told(usual) == {"noise_reduction": {"type": "far_field"}, "echo_cancellation": True}

    cleaned = configuration(noise_suppression="webrtc", echo_cancellation="webrtc")
    assert cleaned.cleaning == Cleaning(noise=True, echo=True)
    cleaned.update({"audio": {"input": {"turn_detection": None}}})
    assert cleaned.cleaning.noise
    cleaned.update({"audio": {"input": {"noise_reduction": None}}})
    assert cleaned.cleaning == Cleaning(echo=True)
    with pytest.raises(ProtocolError):
        cleaned.update({"audio": {"input": {"noise_reduction": {"type": "sideways"}}}})
