"""The load generator: its stand-ins for models, its athletes' lines, and what it looks at."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time

import aiohttp
import numpy as np
import psutil
import pytest
from livekit import rtc
from livekit.agents import inference, stt
from livekit.agents.utils import http_context
from openai import AsyncOpenAI

from agent.brain import Brain
from agent.doors.text import TextDoor
from agent.speech import load_speech
from core.settings import Settings
from db.session import Database
from eval.load.athlete import Athlete, Said
from eval.load.keeping import compared, new_athlete
from eval.load.lines import Line, closest, envelope, longest_pause
from eval.load.stage import Stage
from eval.load.stand_in import Delays, Ear, StandIn, Transcript, standing_in
from eval.load.usage import on_cores, usage_of
from eval.peers.models import PeerModels
from tests.eval.hosted import LINES

DELAYS = Delays(transcript=0.2, answer=0.0, voice=0.0)
SILENCE = np.zeros(12_000, np.int16)


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn(LINES, DELAYS)


@pytest.mark.parametrize("sample_rate", [24_000, 16_000])
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.text)
@pytest.mark.parametrize("offset", [0, 137, 301])
def test_a_line_is_recognised_wherever_it_begins(sample_rate: int, line: Line, offset: int) -> None:
    pcm = np.concatenate([SILENCE[: 4000 + offset], line.at(sample_rate), SILENCE]).tobytes()
    ear = Ear(LINES, sample_rate)
    found = [one for start in range(0, len(pcm), 1600) for one in ear.hear(pcm[start : start + 1600])]
    assert [one for one in found if one.final] == [Transcript(line.text, True)]
    assert len(found) > 1  # guesses, before it was over


def test_a_click_is_no_line() -> None:
    ear = Ear(LINES, 24_000)
    click = np.full(240, 9000, np.int16)
    assert ear.hear(np.concatenate([SILENCE, click, SILENCE]).tobytes()) == []


def test_pauses_are_measured_between_sounds() -> None:
    assert longest_pause([0, 0, 900, 0, 0, 0, 900, 0, 0]) == pytest.approx(0.06)
    assert longest_pause([0, 0]) == 0.0
    assert closest(LINES, envelope(LINES[1].spoken.samples[480:], 24_000)) is LINES[1]


async def test_livekits_own_clients_hear_and_speak_with_the_stand_in(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with standing_in(stand_in.routes()) as address:
        for name, value in stand_in.environment(address).items():
            monkeypatch.setenv(name, value)
        speech = await load_speech(Settings())
        try:
            assert isinstance(speech.tts, inference.TTS)
            for _ in range(2):  # a hosted voice is the process's: it outlives the session that used it first
                async with http_context.open():
                    assert await heard(speech.new_stt()) == LINES[0].text
                    audio = [event.frame async for event in speech.tts.synthesize("225 for 8.")]
                    assert sum(frame.duration for frame in audio) > 0.3
        finally:
            await speech.aclose()


async def heard(ears: stt.STT[str]) -> str:
    """The final transcript of the first line."""
    samples = np.concatenate([LINES[0].at(16_000), SILENCE])
    async with asyncio.timeout(10), ears.stream() as stream:
        stream.push_frame(rtc.AudioFrame(samples.tobytes(), 16_000, 1, samples.size))
        async for event in stream:
            if event.type is stt.SpeechEventType.FINAL_TRANSCRIPT:
                return event.alternatives[0].text
    raise AssertionError("nothing was heard")


async def test_a_peers_models_say_the_same(stand_in: StandIn) -> None:
    async with standing_in(PeerModels(stand_in).routes()) as address, aiohttp.ClientSession() as http:
        async with http.ws_connect(f"http://{address}/v1/listen?sample_rate=16000") as ears:
            await ears.send_bytes(np.concatenate([LINES[1].at(16_000), SILENCE]).tobytes())
            results = await ears.receive_json(timeout=10)
            while not results["is_final"]:
                results = await ears.receive_json(timeout=10)
            assert results["channel"]["alternatives"][0]["transcript"] == LINES[1].text
            await ears.send_str(json.dumps({"type": "Finalize"}))
            assert (await ears.receive_json(timeout=10))["from_finalize"] is True
        async with http.ws_connect(f"http://{address}/tts/websocket") as voice:
            say = {"context_id": "7", "output_format": {"sample_rate": 24_000}}
            await voice.send_str(json.dumps(say | {"transcript": "Got it.", "continue": True}))
            kinds = [(await voice.receive_json(timeout=10))["type"] for _ in range(3)]
            assert kinds == ["timestamps", "chunk", "chunk"]
        async with AsyncOpenAI(api_key="none", base_url=f"http://{address}/v1") as client:
            stream = await client.chat.completions.create(
                model="any", messages=[{"role": "user", "content": "squat 225 for 5"}], stream=True
            )
            words = [chunk.choices[0].delta.content or "" async for chunk in stream]
            assert "".join(words) == "Got it, squat 225 for 5."


async def test_sets_are_counted_as_they_were_said(database: Database) -> None:
    athlete = await new_athlete(database)
    session = await Brain(database, Settings(), speech=None).open(athlete)
    async with TextDoor(session) as door:
        for text in (LINES[0].text, LINES[1].text, LINES[1].text):
            await door.say(text)

    async def check(*said: Line, told: int = 1, as_said: bool = True) -> tuple[int, int]:
        turns = [Said(line, 0.0, sets=told) for line in said]
        training = {athlete: Athlete("", 5.0, said=turns)}
        stage = Stage(1, 1.0, turns, [], 0.0, 0.0, 0.0)
        found = await compared(stage, training, database, as_said=as_said)
        assert bool(found.faults) == bool(found.lost or found.extra)
        return found.lost, found.extra

    bench, squat = LINES
    assert await check(bench, squat, squat) == (0, 0)
    assert await check(bench, bench, squat) == (1, 1)
    assert await check(bench, squat) == (0, 1)
    assert await check(bench, squat, squat, squat) == (1, 0)
    assert await check(bench, bench, bench, as_said=False) == (0, 0)
    assert await check(bench, told=2, as_said=False) == (0, 1)


def test_what_a_process_and_its_children_use_is_seen() -> None:
    work = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass\ninput()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    with on_cores([min(os.sched_getaffinity(0))]):
        process = subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE)
    try:
        root = psutil.Process(process.pid)
        deadline = time.monotonic() + 60
        while usage_of(root).cpu_seconds < 0.3 and time.monotonic() < deadline:
            time.sleep(0.05)
        used = usage_of(root)
        assert used.cpu_seconds >= 0.3
        assert used.megabytes > 5
        assert root.cpu_affinity() == [min(os.sched_getaffinity(0))]
    finally:
        process.communicate(timeout=60)  # both wait for the end of their input
