"""A voice to be heard and ears to hear it: the packaged models, loaded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.speech.audio import SAMPLE_RATE, Samples
from agent.speech.models import find_voice
from agent.speech.say import spoken
from agent.speech.tts import PiperTTS
from agent.speech.whisper import WhisperRecogniser
from core.settings import Settings

Speaker = Callable[[str], Samples]


@pytest.fixture(scope="session")
def speech_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("speech"), stt_model="auto", tts_voice="auto")


@pytest.fixture(scope="session")
def recogniser(speech_settings: Settings) -> Iterator[WhisperRecogniser]:
    loaded = WhisperRecogniser.load(speech_settings)
    yield loaded
    loaded.close()


@pytest.fixture(scope="session")
def voice_path() -> Path:
    path = find_voice("auto")
    if path is None:
        pytest.skip("Piper and its voice are not installed")
    return path


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def voice(voice_path: Path, kept: Path) -> PiperTTS:
    return PiperTTS.load(voice_path, threads=2, kept=kept)


@pytest.fixture(scope="session")
def speak(voice_path: Path) -> Speaker:
    """Says a text, always alike: mono float32 at 16 kHz, with the pauses that a microphone sends."""
    piper = pytest.importorskip("piper")
    athlete = piper.PiperVoice.load(voice_path)
    alike = piper.SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)
    native = athlete.config.sample_rate

    def say(text: str) -> Samples:
        chunks = athlete.synthesize(spoken(text), alike)
        pcm = np.concatenate([chunk.audio_float_array for chunk in chunks])
        said = np.interp(np.arange(0, pcm.size, native / SAMPLE_RATE), np.arange(pcm.size), pcm)
        pause = np.zeros(int(0.3 * SAMPLE_RATE))
        faint = np.random.default_rng(1).normal(0.0, 0.0005, said.size + 2 * pause.size)
        heard: Samples = (np.concatenate((pause, said, pause)) + faint).astype(np.float32)
        return heard

    return say
