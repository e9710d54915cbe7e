"""The voice: what is said, how soon, and that it can be stopped."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from agent.speech.prompt import compose
from agent.speech.tts import SAMPLE_RATE, PhraseCache, PiperTTS
from agent.speech.whisper import WhisperRecogniser

LONG = "Got it. " + "That was a strong set, keep your chest up and drive through the floor next time. " * 4


@pytest.mark.slow
@pytest.mark.alone
async def test_what_is_said_can_be_heard(voice: PiperTTS, recogniser: WhisperRecogniser) -> None:
    frame = await voice.synthesize("Bench press, 225 for 8.").collect()
    assert frame.sample_rate == SAMPLE_RATE
    assert 1 < frame.duration < 4
    pcm = np.frombuffer(frame.data, np.int16).astype(np.float32) / 32768.0
    times = np.arange(0, pcm.size, SAMPLE_RATE / 16_000)
    sound = np.interp(times, np.arange(pcm.size), pcm).astype(np.float32)
    heard = await recogniser.transcribe(sound, compose(()))
    assert "225" in heard.text


@pytest.mark.slow
@pytest.mark.alone
async def test_the_first_sound_comes_before_the_rest_is_made(voice: PiperTTS) -> None:
    began = time.perf_counter()
    arrived = []
    async with voice.synthesize(LONG) as stream:
        async for _ in stream:
            arrived.append(time.perf_counter() - began)
    assert arrived[0] < arrived[-1] / 2


@pytest.mark.slow
@pytest.mark.alone
async def test_a_sentence_begins_to_sound_before_its_end_is_made(voice: PiperTTS) -> None:
    pieces = [len(pcm) async for pcm in voice.say("changed to two hundred twenty five for ten reps")]
    assert len(pieces) > 1
    assert pieces[0] < sum(pieces) / 2
    again = [len(pcm) async for pcm in voice.say("changed to two hundred twenty five for ten reps")]
    assert again == [sum(pieces)]


@pytest.mark.slow
@pytest.mark.alone
async def test_a_stopped_reply_leaves_the_voice_free(voice: PiperTTS) -> None:
    stream = voice.synthesize("One. " + LONG.replace("strong", "stopped"))
    await anext(aiter(stream))
    await stream.aclose()
    frame = await asyncio.wait_for(voice.synthesize("Free.").collect(), timeout=5)
    assert frame.duration > 0.2


@pytest.mark.slow
@pytest.mark.alone
async def test_a_phrase_said_before_is_ready_at_once(voice: PiperTTS) -> None:
    first = await voice.synthesize("Rest ninety seconds.").collect()
    began = time.perf_counter()
    again = await voice.synthesize("Rest 90s.").collect()
    assert bytes(again.data) == bytes(first.data)
    assert time.perf_counter() - began < 0.05


@pytest.mark.slow
@pytest.mark.alone
async def test_speaking_does_not_hold_up_the_event_loop(voice: PiperTTS) -> None:
    turns = 0

    async def watch() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.005)
            turns += 1

    watching = asyncio.create_task(watch())
    await voice.synthesize(LONG.replace("strong", "steady")).collect()
    watching.cancel()
    assert turns > 20


def test_the_cache_drops_what_was_not_used_for_longest() -> None:
    cache = PhraseCache(limit_bytes=10)
    cache.put("a", b"12345")
    cache.put("b", b"12345")
    assert cache.get("a") == b"12345"
    cache.put("c", b"12345")
    assert cache.get("b") is None
    assert cache.get("a") is not None
    assert cache.get("c") is not None
