"""Gym noise and synthetic athletes: levels as asked, chance from the seed, and VoiceFit hears them."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import VoiceFitError
from eval.gym import MADE, SAMPLE_RATE, Sound, babble, mix, read_sound, resampled, write_sound
from eval.hearing import error_rate_by_value, key_word_errors, words_that_matter
from eval.loading import load_scenarios, packaged_scenarios
from eval.voices import VOICES, Noise, Studio, noise_of

SECOND = SAMPLE_RATE
TONE: Sound = 5_000 * np.sin(2 * np.pi * 220 * np.arange(SECOND) / SAMPLE_RATE)


def made(kind: str, seed: int) -> Sound:
    chance = np.random.default_rng(seed)
    return babble(SECOND, chance, [TONE, TONE[::-1]]) if kind == "babble" else MADE[kind](SECOND, chance)


@pytest.mark.parametrize("kind", [*MADE, "babble"])
def test_noise_follows_from_its_seed(kind: str) -> None:
    assert np.array_equal(made(kind, 1), made(kind, 1))
    assert not np.array_equal(made(kind, 1), made(kind, 2))
    assert np.all(np.isfinite(made(kind, 1)))
    assert made(kind, 1).shape == (SECOND,)


@given(st.sampled_from(sorted(MADE)), st.floats(-5, 40), st.integers(0, 50))
def test_speech_is_as_much_louder_as_asked(kind: str, snr_db: float, seed: int) -> None:
    silence = np.zeros(SECOND)
    mixed = mix(np.concatenate([silence, TONE]), np.resize(made(kind, seed), 2 * SECOND), snr_db)
    assert np.max(np.abs(mixed)) <= 32_767.01
    alone = mix(np.concatenate([TONE, TONE]), np.zeros(2 * SECOND), snr_db)
    assert np.array_equal(alone, np.concatenate([TONE, TONE])), "where there is no noise nothing changes"
    noise, loud = mixed[:SECOND], mixed[SECOND:]
    whole = np.resize(made(kind, seed), 2 * SECOND)
    # What was added is in proportion: measured on the silent half, for all of the noise.
    scale = np.sqrt(np.mean(noise**2) / np.mean(whole[:SECOND] ** 2))
    clean = loud - whole[SECOND:] * scale
    audible = clean[np.abs(clean) > 300 * np.max(np.abs(clean)) / 5_000]
    measured = 10 * np.log10(np.mean(audible**2) / (np.mean(whole**2) * scale**2))
    assert measured == pytest.approx(snr_db, abs=0.2)


def test_sounds_are_kept_and_read_at_any_rate(tmp_path: Path) -> None:
    write_sound(tmp_path / "tone.wav", TONE)
    assert np.max(np.abs(read_sound(tmp_path / "tone.wav") - TONE)) <= 1.0
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", ""))
        file.writeframes(np.repeat(TONE.astype(np.int16), 2).tobytes())
    assert read_sound(tmp_path / "stereo.wav").size == pytest.approx(SECOND / 2, abs=2)
    assert resampled(TONE, 2.0).size == SECOND // 2
    for path in (tmp_path / "none.wav", Path(__file__)):
        with pytest.raises(VoiceFitError, match="cannot be read as a WAV"):
            noise_of(str(path), 10)


def test_what_matters_is_compared_by_what_it_says() -> None:
    found = words_that_matter("bench press two thirty pounds for six")
    assert found["numbers"] == {"230": 1, "6": 1}
    assert found["units"] == {"lbs": 1}
    assert found["exercises"] == {"barbell-bench-press": 1}
    said, heard = "bench press two thirty pounds for six reps", "Bench press 230 lbs for 60."
    errors = key_word_errors([(said, heard)])
    assert {kind: (s.hits, s.total) for kind, s in errors.items()} == {
        "numbers": (1, 2),
        "units": (1, 2),
        "exercises": (0, 1),
    }
    assert error_rate_by_value([(said, heard)]) == pytest.approx(2 / 7)
    assert error_rate_by_value([]) is None


@pytest.mark.slow
def test_a_sentence_is_recorded_alike_everywhere(tmp_path: Path) -> None:
    scenarios = [
        s for s in load_scenarios([packaged_scenarios()]) if s.id in ("log-008", "log-015", "log-024")
    ]
    noises = [Noise(), Noise("plates", 25.0)]
    studio = Studio(tmp_path / "one", seed=2)
    aloud = studio.aloud(scenarios, len(VOICES), noises)
    assert aloud == studio.aloud(scenarios, len(VOICES), noises), "what was recorded is taken again"
    first = [turn.audio.read_bytes() for one in aloud for turn in one.turns if turn.audio]
    assert len(set(first)) == 6

    others = Studio(tmp_path / "two", seed=2).aloud(scenarios[::-1], len(VOICES), noises[::-1])[::-1]
    again = [turn.audio.read_bytes() for one in others for turn in one.turns if turn.audio]
    assert again == first, "whatever was recorded before"
    other = Studio(tmp_path / "three", seed=3)
    assert not np.array_equal(studio.say("225 for 8", VOICES[0]), other.say("225 for 8", VOICES[0]))
