"""One connection to the websocket door, and what its client makes of what it is told."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from eval.storm.raw import reset
from prompts import phrase

LOST = (OSError, WebSocketException, EOFError, asyncio.InvalidStateError)
"""What a connection that is gone looks like."""
HELLO_SECONDS = 120.0
CHUNK_SECONDS = 0.06
CHUNK_BYTES = 2880
QUIET_SECONDS = 1.2
UNDONE = tuple(phrase(name) for name in ("not_saved", "went_wrong", "too_fast"))


@dataclass
class Reply:
    """What was told of the response to a turn."""

    status: str = ""
    words: list[str] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)
    """The outputs of calls that were carried out."""
    failed: bool = False

    @property
    def acknowledged(self) -> bool:
        """Whether the client may rely on the turn having been done."""
        if self.done:
            return True
        if self.failed or self.status != "completed":
            return False
        return not any(words in " ".join(self.words) for words in UNDONE)


class Line:
    """A connection. `see` is told of what calls came to and which they are (`journal.Done`), `note` of what
    is sent and received."""

    def __init__(
        self,
        socket: ClientConnection,
        see: Callable[[dict[str, Any], str | None], None],
        note: Callable[[str], None],
    ) -> None:
        self._socket = socket
        self._see = see
        self._note = note
        self._turns: dict[str, str] = {}
        self._replies: dict[str, Reply] = {}
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._calls: dict[str, str] = {}
        self._calls_of: Counter[str] = Counter()
        self._spoken_over: set[str] = set()
        self._spoke = False
        self._ears: asyncio.Future[bool] | None = None
        self._pause = 0.0
        self.conversation = ""
        self.history: dict[str, str] = {}
        """Messages by their ids, as they were told: `role: text`."""
        self.playing: str | None = None
        self.sign = asyncio.Event()
        """Set at the next event of any kind, and at the end."""
        self._listening = asyncio.create_task(self._listen())
        self.modality = "audio"

    async def hello(self) -> None:
        """Waits for the session. Raises one of `LOST` when there is none."""
        async with asyncio.timeout(HELLO_SECONDS):
            while not self.conversation:
                if self._listening.done():
                    raise ConnectionError("turned away")
                await asyncio.sleep(0.005)

    @property
    def lost(self) -> bool:
        """Whether the connection has ended."""
        return self._listening.done()

    async def send(self, event: dict[str, Any] | str) -> None:
        """Sends an event. Raises one of `LOST`."""
        await self._socket.send(event if isinstance(event, str) else json.dumps(event))

    async def write_only(self, wanted: str) -> None:
        """Asks for replies in `wanted`: `audio` or `text`."""
        if wanted != self.modality:
            self.modality = wanted
            session = {"type": "realtime", "output_modalities": [wanted]}
            await self.send({"type": "session.update", "session": session})

    async def ask(self, item_id: str, text: str) -> asyncio.Future[Reply]:
        """Sends a turn; the future is what was told of it, or fails when the connection ends."""
        if self._spoke:  # what was said may have its answer beside this one's
            self._spoken_over.add(item_id)
            self._spoke = False
        future = self._waiting[item_id] = asyncio.get_running_loop().create_future()
        content = [{"type": "input_text", "text": text}]
        item = {"id": item_id, "type": "message", "role": "user", "content": content}
        self._note(f"{item_id} sent: {text}")
        await self.send({"type": "conversation.item.create", "item": item, "event_id": item_id})
        await self.send(
            {"type": "response.create", "response": {"metadata": {"turn": item_id}}, "event_id": item_id}
        )
        if self.lost and not future.done():
            future.set_exception(ConnectionError("the connection ended"))
        return future

    async def speak(self, pcm: bytes) -> bool:
        """Says something in real time, and waits for it to become words. Whether it did."""
        self._ears = asyncio.get_running_loop().create_future()
        self._spoken_over.update(self._waiting)
        self._spoke = True
        pcm += bytes(round(QUIET_SECONDS / CHUNK_SECONDS) * CHUNK_BYTES)
        for start in range(0, len(pcm), CHUNK_BYTES):
            audio = base64.b64encode(pcm[start : start + CHUNK_BYTES]).decode()
            await self.send({"type": "input_audio_buffer.append", "audio": audio})
            await asyncio.sleep(CHUNK_SECONDS)
        done, _ = await asyncio.wait({self._ears}, timeout=4)
        return bool(done) and not self._ears.exception() and self._ears.result()

    def pause(self, seconds: float) -> None:
        """Reads nothing for a while."""
        self._pause = seconds

    def drop(self) -> None:
        """Is gone, with a reset."""
        reset(self._socket.transport)

    async def close(self) -> None:
        """Leaves politely."""
        with contextlib.suppress(*LOST):
            await self._socket.close()
        with contextlib.suppress(*LOST):
            await self._listening

    async def _listen(self) -> None:
        try:
            async for message in self._socket:
                self._take(json.loads(message))
                self.sign.set()
                if self._pause:
                    pause, self._pause = self._pause, 0.0
                    await asyncio.sleep(pause)
        except LOST:
            pass
        finally:
            self.sign.set()
            for future in (*self._waiting.values(), self._ears):
                if future is not None and not future.done():
                    future.set_exception(ConnectionError("the connection ended"))
                    future.exception()

    def _take(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "session.created":
                self.conversation = event["session"]["metadata"]["conversation_id"]
            case "conversation.item.done" if event["item"]["type"] == "message":
                self._remember(event["item"])
            case "response.created" if turn := (event["response"].get("metadata") or {}).get("turn"):
                self._turns[event["response"]["id"]] = turn
                self._replies[event["response"]["id"]] = Reply()
            case "response.output_item.added" if event["item"]["type"] == "message":
                self.playing = event["item"]["id"]
            case "response.output_item.added" if event["item"]["type"] == "mcp_call":
                self._begun(event["response_id"], event["item"]["id"])
            case "response.output_item.done" if event["item"]["type"] == "mcp_call":
                self._called(event)
            case "response.done":
                self._over(event["response"])
            case "conversation.item.input_audio_transcription.completed" if self._ears:
                self._note(f"heard: {event['transcript']}")
                if not self._ears.done():
                    self._ears.set_result(True)
            case "error":
                self._note(f"error {event['error'].get('event_id')}: {event['error']['message'][:120]}")

    def _remember(self, item: dict[str, Any]) -> None:
        words = " ".join(part.get("text") or part.get("transcript") or "" for part in item["content"])
        self.history[item["id"]] = f"{item['role']}: {words}"

    def _begun(self, response: str, call: str) -> None:
        """A call begins: the next of the response's turn, unless what was said may have called for it."""
        turn = self._turns.get(response)
        if turn is not None and turn not in self._spoken_over:
            self._calls[call] = f"{turn}:{self._calls_of[response]}"
        self._calls_of[response] += 1

    def _called(self, event: dict[str, Any]) -> None:
        item = event["item"]
        output = json.loads(item.get("output") or "{}")
        reply = self._replies.get(event["response_id"], Reply())
        if item.get("error"):
            reply.failed = True
        elif output:
            reply.done.append(output)
            self._see(output, self._calls.get(item["id"]))

    def _over(self, response: dict[str, Any]) -> None:
        reply = self._replies.pop(response["id"], None)
        turn = self._turns.pop(response["id"], None)
        if reply is None or turn is None:
            return
        reply.status = response["status"]
        for item in response["output"]:
            for part in item.get("content") or ():
                reply.words.append(part.get("transcript") or part.get("text") or "")
        self._note(f"{turn} {reply.status}: {' '.join(reply.words)[:100]}")
        future = self._waiting.get(turn)
        if future is not None and not future.done():
            future.set_result(reply)


@asynccontextmanager
async def connected(
    address: str,
    token: str,
    conversation: str | None,
    see: Callable[[dict[str, Any], str | None], None],
    note: Callable[[str], None],
) -> AsyncIterator[Line]:
    """A line for the length of the block. Raises one of `LOST` when there is none."""
    line = await opened(address, token, conversation, see, note)
    try:
        yield line
    finally:
        await line.close()


async def opened(
    address: str,
    token: str,
    conversation: str | None,
    see: Callable[[dict[str, Any], str | None], None],
    note: Callable[[str], None],
) -> Line:
    """A line on which the session has begun. Raises one of `LOST`, or `TimeoutError`."""
    query = f"?conversation={conversation}" if conversation else ""
    socket = await connect(
        f"ws://{address}/v1/realtime{query}",
        additional_headers={"Authorization": f"Bearer {token}"},
        max_size=None,
        open_timeout=HELLO_SECONDS,
        close_timeout=2,
    )
    line = Line(socket, see, note)
    try:
        await line.hello()
    except BaseException:
        line.drop()
        raise
    return line
