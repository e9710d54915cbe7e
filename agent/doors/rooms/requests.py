"""What devices ask for: typed turns, and calls by name (LiveKit's RPC)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal, TypeVar
from uuid import uuid4

from livekit import rtc
from livekit.agents.types import TOPIC_CHAT
from livekit.agents.utils import aio
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.doors.commit import TRANSCRIPT_TIMEOUT, commit_turn
from agent.doors.microphone import MicrophoneInput
from agent.doors.rooms.devices import Devices
from agent.session import VoiceSession
from core.errors import VoiceFitError

logger = logging.getLogger(__name__)

MAX_TEXT = 4000
TURN_ID = "turn_id"
"""The attribute of a chat stream that names the turn; the stream's own id does without one."""

LAST_WORDS_SECONDS = 0.25
"""Sound is slower than data: after the button is let go, what was said before it still comes."""

REFUSED = 1500
"""LiveKit's code of an error of the application."""

TOO_FAST = "Too many turns in a short time: nothing of this one was done. Send it again in a moment."

PLACES = ("first", "second", "third", "fourth", "fifth")


class Hello(BaseModel):
    """Asks what was said so far, which comes as an event."""

    model_config = ConfigDict(extra="forbid")


class Named(BaseModel):
    """A request that makes a turn. The same `turn_id` again is the same turn, done once."""

    model_config = ConfigDict(extra="forbid")

    turn_id: str = Field(default_factory=lambda: f"item_{uuid4().hex}", min_length=1, max_length=100)


class Say(Named):
    """Says `text`, as if it had been typed."""

    text: str = Field(min_length=1, max_length=MAX_TEXT)


class Start(Named):
    """Starts a workout."""

    name: str | None = Field(default=None, min_length=1, max_length=100)


class Undo(Named):
    """Takes back what was done last."""


class Choose(Named):
    """Answers a question, or takes a suggestion: its words, or its place from 1."""

    text: str | None = Field(default=None, min_length=1, max_length=MAX_TEXT)
    number: int | None = Field(default=None, ge=1, le=len(PLACES))


class Talk(BaseModel):
    """Push to talk: the button is down, up, or was pressed by mistake."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["start", "stop", "cancel"]


class Hush(BaseModel):
    """Stops the voice."""

    model_config = ConfigDict(extra="forbid")


class Voice(BaseModel):
    """Whether replies are spoken; otherwise they are only written."""

    model_config = ConfigDict(extra="forbid")

    on: bool


Request = TypeVar("Request", bound=BaseModel)


class Requests:
    """Follows what the athlete's devices ask for, and nobody else's."""

    def __init__(
        self,
        room: rtc.Room,
        session: VoiceSession,
        devices: Devices,
        microphone: MicrophoneInput,
        greet: Callable[[str], None],
    ) -> None:
        """`greet` tells a device of what was said so far."""
        self._room = room
        self._session = session
        self._devices = devices
        self._microphone = microphone
        self._greet = greet
        self._reading: set[asyncio.Task[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._speaking = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether something that was asked for is still under way."""
        return bool(self._tasks) or self._speaking.locked()

    def open(self) -> None:
        """Takes requests from now on."""
        self._room.register_text_stream_handler(TOPIC_CHAT, self._on_chat)
        self._offer("hello", Hello, self._hello)
        self._offer("say", Say, self._say)
        self._offer("start", Start, self._start)
        self._offer("undo", Undo, self._undo)
        self._offer("choose", Choose, self._choose)
        self._offer("talk", Talk, self._talk)
        self._offer("hush", Hush, self._hush)
        self._offer("voice", Voice, self._voice)

    async def close(self) -> None:
        """Lets what is under way come to its end. Texts that have not come whole are not waited for."""
        self._room.unregister_text_stream_handler(TOPIC_CHAT)
        await aio.cancel_and_wait(*self._reading)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # typed turns

    def _on_chat(self, reader: rtc.TextStreamReader, identity: str) -> None:
        if self._devices.is_own(identity):
            task = asyncio.create_task(self._take_chat(reader))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _take_chat(self, reader: rtc.TextStreamReader) -> None:
        try:
            text = (await reader.read_all()).strip()
        except rtc.StreamError as error:  # its device is gone
            logger.info("a text did not come whole: %s", error)
            return
        turn_id = (reader.info.attributes or {}).get(TURN_ID) or reader.info.stream_id
        if text:
            self._spawn(self._turn(turn_id, text[:MAX_TEXT]))

    async def _turn(self, turn_id: str, text: str) -> dict[str, Any]:
        """Takes a typed turn; what it came to, once that is committed."""
        async with self._speaking:
            await self._session.say(text, turn_id)
        turn = self._session.turns.find(turn_id)
        if turn is None:
            if (earlier := await self._session.earlier_reply(turn_id)) is None:
                raise rtc.RpcError(REFUSED, TOO_FAST)
            return {TURN_ID: turn_id, "reply": earlier, "calls": [], "earlier": True}
        # Their outputs are told as events: the answer of a call has little space.
        calls = [
            {"call_id": turn.call_id(index), "tool": result.tool, "ok": result.ok}
            for index, result in enumerate(turn.results)
        ]
        return {TURN_ID: turn_id, "reply": turn.reply, "calls": calls}

    # calls

    async def _hello(self, _: Hello, identity: str) -> dict[str, Any]:
        self._greet(identity)
        return {}

    async def _say(self, request: Say, _: str) -> dict[str, Any]:
        return await self._turn(request.turn_id, request.text)

    async def _start(self, request: Start, _: str) -> dict[str, Any]:
        text = f"let's start {request.name}" if request.name else "start my workout"
        return await self._turn(request.turn_id, text)

    async def _undo(self, request: Undo, _: str) -> dict[str, Any]:
        return await self._turn(request.turn_id, "undo that")

    async def _choose(self, request: Choose, _: str) -> dict[str, Any]:
        if (request.text is None) == (request.number is None):
            raise rtc.RpcError(REFUSED, "Give either the text of the choice or its number.")
        text = request.text or f"the {PLACES[(request.number or 1) - 1]} one"
        return await self._turn(request.turn_id, text)

    async def _talk(self, request: Talk, identity: str) -> dict[str, Any]:
        agent = self._session.agent
        if agent.stt is None:
            raise rtc.RpcError(REFUSED, "This server has no ears: type instead.")
        match request.action:
            case "start":
                self._devices.link(identity)
                self._session.set_turn_detection("manual")
                self._forget_speech()
                await self._quiet()
            case "cancel":
                self._forget_speech()
                self._session.set_turn_detection("vad")
            case "stop":
                self._spawn(self._commit())
        return {}

    async def _commit(self) -> None:
        async with self._speaking:
            await asyncio.sleep(LAST_WORDS_SECONDS)
            try:
                self._microphone.flush()
                await commit_turn(self._session.agent, self._microphone, lambda _: TRANSCRIPT_TIMEOUT)
            finally:
                self._session.set_turn_detection("vad")

    def _forget_speech(self) -> None:
        self._microphone.clear()
        self._session.agent.clear_user_turn()

    async def _hush(self, _: Hush, __: str) -> dict[str, Any]:
        await self._quiet()
        return {}

    async def _quiet(self) -> None:
        if self._session.agent.current_speech is not None:
            await self._session.agent.interrupt(force=True)

    async def _voice(self, request: Voice, _: str) -> dict[str, Any]:
        self._session.agent.output.set_audio_enabled(request.on)
        return {}

    def _offer(
        self, method: str, kind: type[Request], carry_out: Callable[[Request, str], Awaitable[dict[str, Any]]]
    ) -> None:
        async def handle(call: rtc.RpcInvocationData) -> str:
            if not self._devices.is_own(call.caller_identity):
                raise rtc.RpcError(REFUSED, "Only the athlete's own devices may ask for this.")
            try:
                request = kind.model_validate_json(call.payload or "{}")
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the payload"
                raise rtc.RpcError(REFUSED, f"{where}: {first['msg']}.") from error
            try:
                return json.dumps(await carry_out(request, call.caller_identity))
            except VoiceFitError as error:
                raise rtc.RpcError(REFUSED, str(error)) from error

        self._room.local_participant.register_rpc_method(method, handle)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except rtc.RpcError as error:  # it was typed: an event has told why
            logger.info("%s", error.message)
        except Exception:
            logger.exception("a device's request could not be carried out")
