"""The ears of a session, frame by frame, as a door sends them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest
from livekit import rtc
from livekit.agents import Agent, AgentSession, TurnHandlingOptions, io, stt

from agent.speech.audio import SAMPLE_RATE, Samples
from agent.speech.hypotheses import Choose, best_sounding
from agent.speech.stt import WhisperSTT
from agent.speech.whisper import RecogniserBusyError, Transcript, WhisperRecogniser
from tests.speech.conftest import Speaker

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.alone]

RATE = 24_000
FRAME = RATE * 64 // 1000
Kind = stt.SpeechEventType


class BusyRecogniser(WhisperRecogniser):
    """A recogniser that raises an error, until `busy` is set to false."""

    def __init__(self, real: WhisperRecogniser, error: Exception) -> None:
        self.name = real.name
        self._error = error
        self.busy = True
        self._real = real

    @property
    def idle(self) -> bool:
        return not self.busy

    async def transcribe(
        self, samples: Samples, prompt: str = "", choose: Choose = best_sounding
    ) -> Transcript:
        if self.busy:
            raise self._error
        return await self._real.transcribe(samples, prompt, choose)


def pause(seconds: float) -> Samples:
    rng = np.random.default_rng(2)
    return rng.normal(0.0, 0.0005, int(seconds * SAMPLE_RATE)).astype(np.float32)


def trimmed(samples: Samples) -> Samples:
    """The samples up to the end of the speech in them."""
    loud = np.nonzero(np.abs(samples) > 0.01)[0]
    return samples[: loud[-1]]


def frames(*parts: Samples) -> Iterator[rtc.AudioFrame]:
    sound = np.concatenate(parts)
    times = np.arange(0, sound.size, SAMPLE_RATE / RATE)
    pcm = (np.interp(times, np.arange(sound.size), sound) * 32767).astype(np.int16)
    for start in range(0, pcm.size - FRAME + 1, FRAME):
        yield rtc.AudioFrame(pcm[start : start + FRAME].tobytes(), RATE, 1, FRAME)


def send(stream: stt.RecognizeStream, *parts: Samples) -> None:
    for frame in frames(*parts):
        stream.push_frame(frame)


async def until(stream: stt.RecognizeStream, kind: Kind) -> tuple[str, list[Kind]]:
    """The text of the next event of `kind`, and the kinds of the events before it."""
    before: list[Kind] = []
    async with asyncio.timeout(30):
        async for event in stream:
            if event.type == kind:
                return event.alternatives[0].text, before
            before.append(event.type)
    raise AssertionError("the stream ended")


def guessing(recogniser: WhisperRecogniser) -> tuple[WhisperSTT, list[str]]:
    """Ears, and what they will have guessed."""
    ears, guesses = WhisperSTT(recogniser), list[str]()
    ears.guessed = guesses.append
    return ears, guesses


async def test_a_pause_is_guessed_and_the_flush_answers_from_the_guess(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    ears, guesses = guessing(recogniser)
    async with ears.stream() as stream:
        send(stream, trimmed(speak("squat 315 for 5")), pause(0.35))
        guess, before = await until(stream, Kind.PREFLIGHT_TRANSCRIPT)
        assert before == [Kind.START_OF_SPEECH]
        assert "315" in guess
        assert guesses == [guess]
        asked = time.perf_counter()
        stream.flush()
        final, _ = await until(stream, Kind.FINAL_TRANSCRIPT)
        assert final == guess
        assert time.perf_counter() - asked < 0.05


async def test_when_the_turn_is_over_already_nothing_is_a_guess(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    ears, guesses = guessing(recogniser)
    async with ears.stream() as stream:
        send(stream, trimmed(speak("squat 315 for 5")), pause(0.35))
        stream.flush()
        final, _ = await until(stream, Kind.FINAL_TRANSCRIPT)
    assert "315" in final
    assert guesses == []


async def test_speech_that_goes_on_after_a_pause_is_heard_whole(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    async with WhisperSTT(recogniser).stream() as stream:
        send(stream, trimmed(speak("bench press")), pause(0.35))
        await until(stream, Kind.PREFLIGHT_TRANSCRIPT)
        send(stream, trimmed(speak("225 for 8")), pause(0.05))
        stream.flush()
        final, _ = await until(stream, Kind.FINAL_TRANSCRIPT)
        assert "bench press" in final.lower()
        assert "225" in final


def waits_after_for(text: str) -> float:
    return 30.0 if text.lower().strip(" .").endswith("for") else 0.0


async def test_a_sentence_that_is_not_complete_is_held_and_heard_whole(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    ears = WhisperSTT(recogniser)
    ears.patience = waits_after_for
    async with ears.stream() as stream:
        send(stream, trimmed(speak("bench press 225 for")), pause(0.35))
        stream.flush()
        guess, _ = await until(stream, Kind.PREFLIGHT_TRANSCRIPT)
        assert waits_after_for(guess)
        send(stream, pause(0.7), trimmed(speak("8 reps")), pause(0.35))
        stream.flush()
        final, before = await until(stream, Kind.FINAL_TRANSCRIPT)
        assert Kind.FINAL_TRANSCRIPT not in before
        assert "225 for 8" in final


async def test_what_is_held_comes_when_it_is_flushed_again(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    ears = WhisperSTT(recogniser)
    ears.patience = waits_after_for
    async with ears.stream() as stream:
        send(stream, trimmed(speak("bench press 225 for")), pause(0.35))
        stream.flush()
        stream.flush()
        assert waits_after_for((await until(stream, Kind.FINAL_TRANSCRIPT))[0])


async def test_what_is_held_comes_when_patience_is_over_or_the_input_ends(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    ears = WhisperSTT(recogniser)
    async with ears.stream() as stream:
        ears.patience = lambda _: 0.8
        send(stream, trimmed(speak("bench press 225 for")), pause(0.35))
        stream.flush()
        assert "225" in (await until(stream, Kind.FINAL_TRANSCRIPT))[0]
        ears.patience = lambda _: 30.0
        send(stream, pause(0.5), trimmed(speak("scratch that")))
        stream.flush()
        stream.end_input()
        assert "scratch that" in (await until(stream, Kind.FINAL_TRANSCRIPT))[0].lower()


async def test_a_flush_with_nothing_said_answers_at_once_with_nothing(recogniser: WhisperRecogniser) -> None:
    async with WhisperSTT(recogniser).stream() as stream:
        send(stream, pause(1))
        asked = time.perf_counter()
        stream.flush()
        final, before = await until(stream, Kind.FINAL_TRANSCRIPT)
        assert final == ""
        assert Kind.START_OF_SPEECH not in before
        assert time.perf_counter() - asked < 0.2


async def test_without_a_flush_a_long_silence_ends_the_utterance(
    recogniser: WhisperRecogniser, speak: Speaker
) -> None:
    async with WhisperSTT(recogniser).stream() as stream:
        send(stream, trimmed(speak("same again")), pause(1.3))
        final, _ = await until(stream, Kind.FINAL_TRANSCRIPT)
        assert "same again" in final.lower()


async def test_the_end_of_the_input_ends_the_utterance(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    async with WhisperSTT(recogniser).stream() as stream:
        send(stream, trimmed(speak("scratch that")))
        stream.end_input()
        final, _ = await until(stream, Kind.FINAL_TRANSCRIPT)
        assert "scratch that" in final.lower()


@pytest.mark.parametrize("error", [RecogniserBusyError("busy"), RuntimeError("out of memory")])
async def test_a_recogniser_that_fails_loses_the_utterance_and_not_the_session(
    recogniser: WhisperRecogniser, speak: Speaker, error: Exception
) -> None:
    busy = BusyRecogniser(recogniser, error)
    async with WhisperSTT(busy).stream() as stream:
        send(stream, trimmed(speak("same again")))
        stream.flush()
        assert (await until(stream, Kind.FINAL_TRANSCRIPT))[0] == ""
        busy.busy = False
        send(stream, pause(0.3), trimmed(speak("same again")))
        stream.flush()
        assert "same again" in (await until(stream, Kind.FINAL_TRANSCRIPT))[0].lower()


async def test_sessions_at_once_hear_their_own_words(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    async def hear(text: str) -> str:
        async with WhisperSTT(recogniser).stream() as stream:
            send(stream, trimmed(speak(text)))
            stream.flush()
            return (await until(stream, Kind.FINAL_TRANSCRIPT))[0]

    weights = ["135", "225", "315", "405"]
    heard = await asyncio.gather(*(hear(f"deadlift {weight} for 5") for weight in weights))
    assert [weight in text for weight, text in zip(weights, heard, strict=True)] == [True] * len(weights)


def test_the_words_to_expect_belong_to_one_session(recogniser: WhisperRecogniser) -> None:
    one, other = WhisperSTT(recogniser), WhisperSTT(recogniser)
    one.update_prompt(["Zercher Squat"])
    assert "Zercher Squat" in one.prompt
    assert "Zercher Squat" not in other.prompt


async def test_a_whole_recording_is_recognised(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    event = await WhisperSTT(recogniser).recognize(list(frames(speak("deadlift 405 for 3"))))
    assert "405" in event.alternatives[0].text
    assert event.alternatives[0].metadata is not None
    assert event.alternatives[0].metadata["seconds_spent"] > 0


class Microphone(io.AudioInput):
    """Frames from a queue."""

    def __init__(self) -> None:
        super().__init__(label="microphone")
        self.frames: asyncio.Queue[rtc.AudioFrame] = asyncio.Queue()

    def __aiter__(self) -> AsyncIterator[rtc.AudioFrame]:
        return self

    async def __anext__(self) -> rtc.AudioFrame:
        frame = await self.frames.get()
        self.frames.task_done()
        return frame


async def test_push_to_talk_commits_what_was_said(recogniser: WhisperRecogniser, speak: Speaker) -> None:
    microphone = Microphone()
    session: AgentSession[None] = AgentSession(
        stt=WhisperSTT(recogniser), turn_handling=TurnHandlingOptions(turn_detection="manual")
    )
    session.input.audio = microphone
    await session.start(Agent(instructions=""))
    try:
        for frame in frames(trimmed(speak("bench press 225 for 8"))):
            microphone.frames.put_nowait(frame)
        await microphone.frames.join()
        asked = time.perf_counter()
        transcript = await session.commit_user_turn(skip_reply=True)
        assert "225" in transcript
        assert time.perf_counter() - asked < 1.5
    finally:
        await session.aclose()
