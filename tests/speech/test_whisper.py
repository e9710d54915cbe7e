"""The recogniser on real audio."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from agent.speech.audio import SAMPLE_RATE, Samples
from agent.speech.hypotheses import Choice, Hypothesis
from agent.speech.prompt import compose
from agent.speech.whisper import BEAM_SIZE, MAX_WAITING, RecogniserBusyError, WhisperRecogniser
from tests.speech.conftest import Speaker

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.alone]


def noise(seconds: float, level: float, colour: float = 0.0, seed: int = 3) -> Samples:
    """Noise whose power falls with frequency to the power `colour` (0 white, 1 pink, 2 brown)."""
    size = int(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=size))
    spectrum /= np.maximum(1, np.arange(spectrum.size)) ** (colour / 2)
    sound = np.fft.irfft(spectrum, size)
    levelled: Samples = (sound / sound.std() * level).astype(np.float32)
    return levelled


def music(seconds: float) -> Samples:
    """Chords with a beat: loud, tonal, no voice."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    chords = np.array([[220, 277, 330], [196, 247, 294], [175, 220, 262], [165, 208, 247]])
    notes = chords[(time * 2).astype(int) % len(chords)]
    tones = np.sin(2 * np.pi * notes.T * time).sum(axis=0)
    beat = np.exp(-((time * 4) % 1) * 6)
    played: Samples = (0.1 * tones * (0.4 + beat)).astype(np.float32)
    return played


async def test_a_set_is_heard(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    heard = await recogniser.transcribe(speak("bench press, 225 for 8"), compose(()))
    assert "bench press" in heard.text.lower()
    assert "225" in heard.text
    assert "8" in heard.text
    assert heard.confidence > 0.6
    assert heard.no_speech_prob < 0.1
    assert heard.seconds_spent > 0


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(np.zeros(0, np.float32), id="nothing"),
        pytest.param(np.zeros(SAMPLE_RATE * 3, np.float32), id="silence"),
        pytest.param(noise(3, 0.001), id="faint noise"),
        pytest.param(noise(3, 0.1), id="white noise"),
        pytest.param(noise(4, 0.1, colour=1), id="pink noise"),
        pytest.param(noise(2, 0.1, colour=2), id="rumble"),
        pytest.param(music(4), id="music"),
    ],
)
async def test_what_is_not_speech_is_no_text(recogniser: WhisperRecogniser, sound: Samples) -> None:
    assert (await recogniser.transcribe(sound, compose(()))).text == ""


async def test_the_words_to_expect_help_with_names(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    exercises = [
        "Pendlay Row",
        "Zercher Squat",
        "Meadows Row",
        "Spoto Press",
        "Larsen Press",
        "Cossack Squat",
    ]
    said = {exercise: speak(f"{exercise.lower()}, 95 for 8") for exercise in exercises}

    async def heard(prompt: str) -> int:
        texts = {name: (await recogniser.transcribe(sound, prompt)).text for name, sound in said.items()}
        return sum(name.lower() in text.lower() for name, text in texts.items())

    assert await heard(compose(exercises)) >= await heard(compose(())) + 2


@pytest.mark.parametrize("command", ["same again", "repeat that set", "delete that set"])
async def test_a_short_command_is_heard_once(
    recogniser: WhisperRecogniser, speak: Speaker, command: str
) -> None:
    heard = await recogniser.transcribe(speak(command), compose(()))
    assert heard.text.lower().rstrip(".!") == command


async def test_long_speech_is_heard_to_its_end(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    pause = np.zeros(2 * SAMPLE_RATE, np.float32)
    sets = [speak(f"set number {number}, {100 + 5 * number} pounds for 10") for number in range(1, 16, 2)]
    said = np.concatenate([part for one in sets for part in (one, pause)])
    assert said.size > 35 * SAMPLE_RATE
    heard = await recogniser.transcribe(said, compose(()))
    assert "105" in heard.text
    assert "175" in heard.text


async def test_many_at_once_are_all_heard_and_stay_apart(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    weights = [135, 185, 225, 275, 315, 365, 405, 455]
    said = [speak(f"deadlift {weight} for 5") for weight in weights]
    heard = await asyncio.gather(*(recogniser.transcribe(samples, compose(())) for samples in said))
    assert [str(weight) in transcript.text for weight, transcript in zip(weights, heard, strict=True)] == [
        True
    ] * len(weights)


async def test_too_much_waiting_is_refused_and_the_rest_is_done(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    said = speak("same again")
    work = [asyncio.create_task(recogniser.transcribe(said, compose(()))) for _ in range(MAX_WAITING + 20)]
    await asyncio.sleep(0)
    refused = [task for task in work if task.done() and isinstance(task.exception(), RecogniserBusyError)]
    assert refused
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    assert (await recogniser.transcribe(said, compose(()))).text


def test_the_prompt_keeps_the_words_that_matter_most_within_bounds() -> None:
    long = compose([f"Exercise Number {number}" for number in range(100)])
    assert long.startswith("Exercise Number 0, Exercise Number 1")
    assert "Exercise Number 99" not in long
    assert compose(["Squat", " Squat ", ""]) == compose(["Squat"])


async def test_what_makes_most_sense_is_taken(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    offered: list[Sequence[Hypothesis]] = []

    def last(hypotheses: Sequence[Hypothesis]) -> Choice:
        offered.append(hypotheses)
        return Choice(len(hypotheses) - 1, sure=False)

    heard = await recogniser.transcribe(speak("bench press, 225 for 8"), compose(()), last)
    greedy, searched = offered
    assert len(greedy) == 1
    assert 1 < len({one.text for one in searched}) <= BEAM_SIZE
    assert heard.text == searched[-1].text


async def test_what_is_sure_is_not_searched(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    offered: list[Sequence[Hypothesis]] = []

    def first(hypotheses: Sequence[Hypothesis]) -> Choice:
        offered.append(hypotheses)
        return Choice(0, sure=True)

    heard = await recogniser.transcribe(speak("bench press, 225 for 8"), compose(()), first)
    assert [len(one) for one in offered] == [1]
    assert heard.text == offered[0][0].text
