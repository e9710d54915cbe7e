"""A stand-in for hosted speech models: LiveKit's inference gateway, over loopback, with stated delays.

It knows the lines that will be said and recognises them by their loudness; its voice is a hum. So a server
that uses hosted models can be put under load with no account, no network, and delays that are known.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
from aiohttp import WSMsgType, web

from eval.load.lines import HOP_SECONDS, Line, closest
from eval.speaker import AUDIBLE

PAUSE_SECONDS = 0.16
INTERIM_SECONDS = 0.2
CHARACTERS_PER_SECOND = 15
CHUNK_SECONDS = 0.1
HUM_HZ, HUM_PEAK = 180, 4000
SHORTEST_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Delays:
    """How long each model takes, in seconds.

    `transcript`: from the last sound to the final transcript. `answer`: from being asked to a language
    model's first word. `voice`: from the text to the first sound.
    """

    transcript: float = 0.2
    answer: float = 0.2
    voice: float = 0.1


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words so far, or all of them."""

    text: str
    final: bool


class Ear:
    """Recognises lines in 16-bit mono PCM as it comes."""

    def __init__(self, lines: Sequence[Line], sample_rate: int) -> None:
        self._lines = lines
        self._hop_bytes = 2 * round(HOP_SECONDS * sample_rate)
        self._rest = bytearray()
        self._loudness: list[float] = []
        self._quiet = 0

    def hear(self, pcm: bytes) -> list[Transcript]:
        """What is known after this audio that was not before."""
        self._rest += pcm
        found = []
        while len(self._rest) >= self._hop_bytes:
            hop = np.frombuffer(bytes(self._rest[: self._hop_bytes]), np.int16).astype(np.float64)
            del self._rest[: self._hop_bytes]
            if (transcript := self._take(float(np.sqrt(np.mean(hop**2))))) is not None:
                found.append(transcript)
        return found

    def _take(self, loudness: float) -> Transcript | None:
        self._quiet = self._quiet + 1 if loudness < AUDIBLE else 0
        if self._quiet and not self._loudness:
            return None
        self._loudness.append(loudness)
        if self._quiet * HOP_SECONDS >= PAUSE_SECONDS:
            heard = np.array(self._loudness)
            self._loudness, self._quiet = [], 0
            spoken = (heard >= AUDIBLE).sum() * HOP_SECONDS
            return Transcript(closest(self._lines, heard).text, True) if spoken >= SHORTEST_SECONDS else None
        every = round(INTERIM_SECONDS / HOP_SECONDS)
        if len(self._loudness) % every == 0 and not self._quiet:
            words = closest(self._lines, np.array(self._loudness)).text.split()
            return Transcript(" ".join(words[: len(self._loudness) // every]), False)
        return None


def hum(text: str, sample_rate: int) -> list[bytes]:
    """A sound as long as saying `text` would take, in pieces of PCM16."""
    seconds = max(0.4, len(text) / CHARACTERS_PER_SECOND)
    time_line = np.arange(round(seconds * sample_rate)) / sample_rate
    pcm = (HUM_PEAK * np.sin(2 * np.pi * HUM_HZ * time_line)).astype(np.int16).tobytes()
    step = 2 * round(CHUNK_SECONDS * sample_rate)
    return [pcm[start : start + step] for start in range(0, len(pcm), step)]


class StandIn:
    """Hosted models for one load test."""

    def __init__(self, lines: Sequence[Line], delays: Delays) -> None:
        self.lines = lines
        self.delays = delays

    def routes(self) -> list[web.RouteDef]:
        """LiveKit's inference gateway."""
        return [web.get("/v1/stt", self._stt), web.get("/v1/tts", self._tts)]

    def environment(self, address: str) -> dict[str, str]:
        """What makes `voicefit serve` use these models."""
        return {
            "VOICEFIT_STT_MODEL": "deepgram/nova-3",
            "VOICEFIT_TTS_VOICE": "cartesia/sonic-3",
            "LIVEKIT_INFERENCE_URL": f"http://{address}/v1",
            "LIVEKIT_INFERENCE_API_KEY": "stand-in",
            "LIVEKIT_INFERENCE_API_SECRET": "stand-in-for-models-of-a-load-test",
        }

    @property
    def after_pause(self) -> float:
        """Seconds from when the end of an utterance is known to its transcript."""
        return max(0.0, self.delays.transcript - PAUSE_SECONDS)

    async def _stt(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        created = await socket.receive_json()
        ear = Ear(self.lines, int(created["settings"]["sample_rate"]))
        await socket.send_json({"type": "session.created", "session_id": uuid4().hex})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            event = json.loads(message.data)
            if event["type"] == "session.close":
                await socket.send_json({"type": "session.closed"})
                break
            if event["type"] == "input_audio":
                for transcript in ear.hear(base64.b64decode(event["audio"])):
                    kind = "final_transcript" if transcript.final else "interim_transcript"
                    told = {"type": kind, "transcript": transcript.text, "confidence": 0.98, "language": "en"}
                    later(socket, [json.dumps(told)], self.after_pause if transcript.final else 0.0)
        return socket

    async def _tts(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        sample_rate, text = 24_000, ""
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            event = json.loads(message.data)
            match event["type"]:
                case "session.create":
                    sample_rate = int(event["sample_rate"])
                case "input_transcript":
                    text += event["transcript"]
                case "session.flush":
                    segment = {"session_id": uuid4().hex}
                    pieces = [
                        {"type": "output_audio", "audio": base64.b64encode(piece).decode()}
                        for piece in (hum(text, sample_rate) if text.strip() else [])
                    ]
                    told = [{"type": "session.created"}, *pieces, {"type": "done"}]
                    later(socket, [json.dumps(one | segment) for one in told], self.delays.voice)
                    text = ""
        return socket


_waiting: set[asyncio.Task[None]] = set()


def later(socket: web.WebSocketResponse, messages: Sequence[str], seconds: float) -> None:
    """Sends messages some time from now, if the other side is still there."""

    async def send() -> None:
        await asyncio.sleep(seconds)
        for message in messages:
            if socket.closed:
                return
            await socket.send_str(message)

    task = asyncio.create_task(send())
    _waiting.add(task)
    task.add_done_callback(_waiting.discard)


@asynccontextmanager
async def standing_in(routes: Sequence[web.RouteDef]) -> AsyncIterator[str]:
    """Serves the routes on a free port of loopback: the address."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield f"127.0.0.1:{port}"
    finally:
        await runner.cleanup()
