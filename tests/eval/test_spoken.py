"""Turns spoken through a door: what was sent, and how well its end was noticed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from eval.gym import SAMPLE_RATE, mix, write_sound
from eval.microphone import Heard, Microphone, over_reply
from eval.outcome import OverReply
from eval.spoken import recorded
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


def ended(status: str, transcript: str = "") -> SimpleNamespace:
    message = SimpleNamespace(type="message", content=[SimpleNamespace(transcript=transcript)])
    return event("response.done", response=SimpleNamespace(id="r", status=status, output=[message]))


DONE, BROKEN_OFF = ended("completed"), ended("cancelled")


@pytest.mark.parametrize(
    ("events", "how", "text"),
    [
        ((transcript("225 for 8"), DONE), "right", "225 for 8"),
        ((transcript("225"), transcript("for 8"), DONE), "cut_off", "225 for 8"),
        ((transcript(""), transcript("225 for 8"), DONE), "right", "225 for 8"),
        ((), "missed_end", None),
        ((transcript("225 for 8"), BROKEN_OFF), "interrupted", "225 for 8"),
        ((transcript("225"), BROKEN_OFF, transcript("for 8"), DONE), "cut_off", "225 for 8"),
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


SAID = "Plant your feet, squeeze your shoulder blades together and down, and keep them there."


def a_reply(kept: str | None, *, silenced_at: float | None = 11.2, done: bool = True) -> Heard:
    """A reply of five seconds whose first sound was at 10."""
    return Heard(
        audio_at=10.0,
        audio_seconds=5.0,
        said=SAID,
        kept=kept,
        silenced_at=silenced_at,
        interrupted=kept is not None,
        done=done,
    )


@pytest.mark.parametrize(
    ("kept", "stored", "true"),
    [
        ("Plant your feet, squeeze", "Plant your feet, squeeze", True),
        ("Plant your feet,", "Plant your feet,", True),
        (SAID, SAID, False),
        ("Plant your feet, squeeze", SAID, False),
        ("Plant both feet,", "Plant both feet,", False),
    ],
)
def test_an_interruption_is_timed_and_the_history_is_held_to_what_was_heard(
    kept: str, stored: str, true: bool
) -> None:
    came = over_reply(a_reply(kept), 10.9, [stored])
    assert (came.during, came.silenced, came.kept_true) == (True, True, true)
    assert came.latency_ms == pytest.approx(300)


def test_a_voice_that_goes_on_was_not_silenced_and_one_that_had_ended_not_interrupted() -> None:
    on = a_reply(None, silenced_at=None)
    assert over_reply(on, 12.0, []) == OverReply(during=True)
    assert over_reply(on, 15.5, []) == OverReply(during=False)
    assert over_reply(a_reply("Plant"), 11.5, ["Plant"]) == OverReply(during=False)
    assert over_reply(Heard(), 12.0, []) == OverReply(during=False)


def test_a_reply_stays_with_the_turn_it_answers_when_the_next_has_begun() -> None:
    microphone = Microphone(None)  # type: ignore[arg-type]
    first = microphone.heard
    for one in (
        event("response.created", response=SimpleNamespace(id="r")),
        event("response.output_audio.delta", response_id="r", delta="AAAA"),
        event("response.output_audio_transcript.delta", response_id="r", delta=SAID),
    ):
        microphone._note(one)
    assert first.playing
    microphone.heard = second = Heard()
    microphone._note(event("input_audio_buffer.speech_started"))
    assert first.silenced_at is not None
    assert not first.playing
    microphone._note(ended("cancelled", "Plant your"))
    microphone._note(transcript("same again"))
    assert (first.kept, first.said, first.done) == ("Plant your", SAID, True)
    assert (second.transcript, second.kept, second.done) == ("same again", None, False)
