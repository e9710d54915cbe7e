"""A patient client: it keeps what it is told, checks its shape, and waits for what the test is about."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any, Self

from openai.resources.realtime.realtime import AsyncRealtimeConnection
from websockets.exceptions import ConnectionClosed

from tests.doors.fakes import RATE, silence
from tests.doors.shapes import check_shape

CHUNK_SECONDS = 0.04
PATIENCE = 10.0


class Client:
    """Wraps the official SDK's connection. Every event it gets is checked against the SDK's own model."""

    def __init__(self, connection: AsyncRealtimeConnection) -> None:
        self.connection = connection
        self.events: list[Any] = []
        self.closed: ConnectionClosed | None = None
        self._seen = 0
        self._changed = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._reader is not None
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        try:
            while True:
                data = await self.connection.recv_bytes()
                check_shape(data)
                self.events.append(self.connection.parse_event(data))
                self._changed.set()
        except ConnectionClosed as closed:
            self.closed = closed
        finally:
            self._changed.set()

    async def until(self, *kinds: str) -> Any:
        """The next event of these types that was not asked for before; earlier ones are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self._seen < len(self.events):
                    event = self.events[self._seen]
                    self._seen += 1
                    if event.type in kinds:
                        return event
                if self._reader is None or self._reader.done():
                    if self._reader is not None and not self._reader.cancelled() and self._reader.exception():
                        raise AssertionError("the client failed") from self._reader.exception()
                    raise AssertionError(f"closed ({self.closed}) before {kinds}; last: {self.types()[-8:]}")
                self._changed.clear()
                await self._changed.wait()

    async def until_closed(self) -> ConnectionClosed:
        """Waits for the server to close, and tells how it did."""
        assert self._reader is not None
        await asyncio.wait_for(asyncio.shield(self._reader), PATIENCE)
        assert self.closed is not None
        return self.closed

    def types(self) -> list[str]:
        """The types of all events so far."""
        return [event.type for event in self.events]

    def of(self, kind: str) -> list[Any]:
        """All events of a type so far."""
        return [event for event in self.events if event.type == kind]

    async def send(self, event: dict[str, Any]) -> None:
        """Sends an event as it is."""
        await self.connection.send_raw(json.dumps(event))

    async def type_text(self, text: str, item_id: str | None = None) -> None:
        """A typed turn."""
        item: dict[str, Any] = {
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": text}],
        }
        if item_id:
            item["id"] = item_id
        await self.send({"type": "conversation.item.create", "item": item})
        await self.send({"type": "response.create"})

    async def say(self, pcm: bytes, *, pace: float = 1.0) -> None:
        """Sends microphone audio as it would be recorded."""
        step = 2 * int(CHUNK_SECONDS * RATE)
        for start in range(0, len(pcm), step):
            audio = base64.b64encode(pcm[start : start + step]).decode()
            await self.connection.input_audio_buffer.append(audio=audio)
            await asyncio.sleep(CHUNK_SECONDS * pace)

    async def utter(self, pcm: bytes) -> None:
        """Says something, and is quiet long enough for the end to be noticed."""
        await self.say(pcm + silence(0.6))

    def audio(self) -> bytes:
        """All reply audio so far."""
        return b"".join(base64.b64decode(event.delta) for event in self.of("response.output_audio.delta"))
