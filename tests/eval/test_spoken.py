"""Turns spoken through a door: what was sent, and how well its end was noticed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from eval.gym import SAMPLE_RATE, mix, write_sound
from eval.spoken import Heard, Microphone, recorded
from eval.voices import ROOM_SECONDS


def event(kind: str, **more: object) -> SimpleNamespace:
    return SimpleNamespace(type=kind, **more)


def heard_of(*events: SimpleNamespace) -> Heard:
    microphone = Microphone(None)  # type: ignore[arg-type]
    for one in events:
        microphone._note(one)
    return microphone.heard


def transcript(text: str) -> SimpleNamespace:
    return event("conversation.item.input_audio_transcription.completed", transcript=text)


DONE = event("response.done", response=SimpleNamespace(status="completed"))
BROKEN_OFF = event("response.done", response=SimpleNamespace(status="cancelled"))


@pytest.mark.parametrize(
    ("events", "how", "text"),
    [
        ((transcript("225 for 8"), DONE), "right", "225 for 8"),
        ((transcript("225"), transcript("for 8"), DONE), "cut_off", "225 for 8"),
        ((transcript(""), transcript("225 for 8"), DONE), "right", "225 for 8"),
        ((), "missed_end", None),
        ((transcript("225 for 8"), BROKEN_OFF), "interrupted", "225 for 8"),
    ],
)
def test_how_well_the_end_of_a_turn_was_noticed(
    events: tuple[SimpleNamespace, ...], how: str, text: str | None
) -> None:
    heard = heard_of(*events)
    assert (heard.turn_taking, heard.transcript) == (how, text)


@pytest.mark.parametrize("snr_db", [None, 15.0])
def test_a_recording_ends_where_its_last_word_does_and_the_room_goes_on(
    tmp_path: Path, snr_db: float | None
) -> None:
    room = np.zeros(round(ROOM_SECONDS * SAMPLE_RATE))
    tone = 8_000 * np.sin(2 * np.pi * 220 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    sound = np.concatenate([room, tone, room])
    if snr_db is not None:
        sound = mix(sound, np.random.default_rng(1).normal(0, 1, sound.size), snr_db)
    write_sound(tmp_path / "one.wav", sound)
    spoken = recorded(tmp_path / "one.wav")
    assert spoken.speech_seconds == pytest.approx(ROOM_SECONDS + 1.0, abs=0.01)
    assert spoken.background.size == room.size
    assert bool(np.any(spoken.background)) is (snr_db is not None)
