"""One athlete of a load test: speaks in real time over the websocket, and notes when the answer is heard."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import aiohttp

from eval.load.lines import Line
from eval.microphone import CHUNK_SECONDS
from eval.speaker import SAMPLE_RATE

ANSWER_SECONDS = 8.0
OPENING_SECONDS = 3.0
"""Nobody speaks sooner than this after the beginning: conversations are being opened."""
SPREAD = 0.2
"""An athlete who speaks every 10 s does so every 8 to 12."""


@dataclass
class Said:
    """One turn: what was said, when its last sound was sent, and what came of it (of `time.monotonic`)."""

    line: Line
    ended_at: float
    audio_at: float | None = None
    heard: str = ""
    sets: int = 0
    """How many sets the server said that it had kept."""
    responding: bool = False
    """Whether an answer has begun since."""
    done: bool = False

    @property
    def misheard(self) -> bool:
        """Whether other words came than were said."""
        return bool(self.heard) and self.heard != self.line.text

    @property
    def first_audio_ms(self) -> float | None:
        """From the last sound (or the last typed letter) to the first sound of the answer."""
        return None if self.audio_at is None else (self.audio_at - self.ended_at) * 1000


@dataclass
class Athlete:
    """Somebody in the gym, every `every` seconds saying a line; between lines the room is silent."""

    token: str
    every: float
    typed: bool = False
    said: list[Said] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    """How late pieces of sound were sent: the load generator's own fault, not the server's."""

    opening_seconds = OPENING_SECONDS
    path = "/v1/realtime?model=voicefit"
    sample_rate = SAMPLE_RATE

    async def train(self, address: str, lines: Sequence[Line], seconds: float, random: Random) -> None:
        """Connects, speaks for `seconds`, hears the last answer out, and leaves."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"http://{address}{self.path}"
        async with aiohttp.ClientSession() as client, client.ws_connect(url, headers=headers) as socket:
            listening = asyncio.create_task(self._listen(socket))
            speaking = asyncio.create_task(self._speak(socket, lines, seconds, random))
            await asyncio.wait([listening, speaking], return_when=asyncio.FIRST_COMPLETED)
            left = not speaking.done()
            for task in (listening, speaking):
                task.cancel()
            ends = await asyncio.gather(listening, speaking, return_exceptions=True)
            for end in ends:
                if isinstance(end, Exception):
                    raise end
            if left:
                raise ConnectionError(f"the server closed the connection ({socket.close_code})")

    async def _speak(
        self, socket: aiohttp.ClientWebSocketResponse, lines: Sequence[Line], seconds: float, random: Random
    ) -> None:
        clock = self._clock = time.monotonic()
        over = clock + seconds
        silence = bytes(2 * self._chunk)
        due = clock + OPENING_SECONDS + random.uniform(0.0, self.every)
        while (now := time.monotonic()) < over or self._unanswered(now):
            if now < due or now >= over or self._unanswered(now):
                await self._send(socket, silence)
                continue
            line = random.choice(lines)
            await (self._type(socket, line) if self.typed else self._say(socket, line))
            due = now + self.every * random.uniform(1 - SPREAD, 1 + SPREAD)

    def _unanswered(self, now: float) -> bool:
        return bool(self.said) and not self.said[-1].done and now - self.said[-1].ended_at < ANSWER_SECONDS

    @property
    def _chunk(self) -> int:
        return round(CHUNK_SECONDS * self.sample_rate)

    async def _say(self, socket: aiohttp.ClientWebSocketResponse, line: Line) -> None:
        began, samples = self._clock, line.at(self.sample_rate)
        self.said.append(Said(line, began + line.spoken.speech_seconds))
        for start in range(0, samples.size, self._chunk):
            await self._send(socket, samples[start : start + self._chunk].tobytes())

    async def _type(self, socket: aiohttp.ClientWebSocketResponse, line: Line) -> None:
        self.said.append(Said(line, time.monotonic()))
        content = [{"type": "input_text", "text": line.text}]
        item = {"type": "message", "role": "user", "content": content}
        await socket.send_json({"type": "conversation.item.create", "item": item})
        await socket.send_json({"type": "response.create"})

    async def _send(self, socket: aiohttp.ClientWebSocketResponse, pcm: bytes) -> None:
        await self._put(socket, pcm)
        self._clock += CHUNK_SECONDS
        behind = time.monotonic() - self._clock
        self.late_ms.append(max(0.0, behind) * 1000)
        await asyncio.sleep(max(0.0, -behind))

    async def _put(self, socket: aiohttp.ClientWebSocketResponse, pcm: bytes) -> None:
        audio = base64.b64encode(pcm).decode()
        await socket.send_str(f'{{"type":"input_audio_buffer.append","audio":"{audio}"}}')

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            self._hear(message)

    def _hear(self, message: aiohttp.WSMessage) -> None:
        if message.type is not aiohttp.WSMsgType.TEXT:
            return
        event = json.loads(message.data)
        if event["type"] == "error":
            raise ConnectionError(event["error"]["message"])
        if not self.said:
            return
        said = self.said[-1]
        match event["type"]:
            case "conversation.item.input_audio_transcription.completed":
                said.heard = " ".join(filter(None, (said.heard, event["transcript"])))
            case "response.created":
                said.responding = time.monotonic() >= said.ended_at
            case "response.output_audio.delta" if said.responding and said.audio_at is None:
                said.audio_at = time.monotonic()
            case "response.output_item.done" if event["item"]["type"] == "mcp_call":
                said.sets += len(json.loads(event["item"].get("output") or "{}").get("sets", ()))
            case "response.done" if said.responding:
                said.done = True
