"""One device in a room: LiveKit's own client, and what it makes of what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from livekit import rtc

from eval.storm.line import Reply
from eval.storm.rooms.wire import Wire
from services.rooms import Admittance

ENTER_SECONDS = 30.0
LATEST_SECONDS = 120.0
"""A call that has not been answered after so long is stuck."""
CONVERSATION, LEAVING = "voicefit.conversation", "voicefit.leaving"
EVENTS, CHAT, WORDS = "voicefit.events", "lk.chat", "lk.transcription"


class RoomLine:
    """A device in a room. `see` is told of what calls came to and which they are (`journal.Done`), `note` of
    what is sent and received."""

    def __init__(
        self, see: Callable[[dict[str, Any], str | None], None], note: Callable[[str], None]
    ) -> None:
        self._see = see
        self._note = note
        self._room = rtc.Room()
        self._wire = Wire()
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._done: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._left = False
        self.sign = asyncio.Event()
        """Set at the next event of any kind."""

    async def enter(self, admittance: Admittance, *, hears: bool) -> None:
        """Comes into the room, to hear the voice in it or not. Raises `ConnectionError` when it cannot."""
        room = self._room
        room.register_text_stream_handler(EVENTS, lambda reader, _: self._spawn(self._take, reader))
        room.register_text_stream_handler(WORDS, lambda reader, _: self._spawn(_read, reader))
        for event in ("participant_connected", "participant_disconnected", "participant_attributes_changed"):
            room.on(event, lambda *_: self._changed.set())
        room.on("disconnected", lambda *_: self._gone())
        try:
            way = await self._wire.lay(admittance.url)
            options = rtc.RoomOptions(auto_subscribe=hears)
            await asyncio.wait_for(room.connect(way, admittance.token, options), ENTER_SECONDS)
        except (rtc.ConnectError, TimeoutError) as error:
            self._wire.cut()
            raise ConnectionError(f"not let into the room: {error}") from error

    @property
    def lost(self) -> bool:
        """Whether it is out of the room."""
        return self._left

    def agents(self) -> list[str]:
        """The agents that can be asked and are not about to leave."""
        kind = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
        return [
            one.identity
            for one in self._room.remote_participants.values()
            if one.kind == kind and CONVERSATION in one.attributes and LEAVING not in one.attributes
        ]

    async def agent(self, seconds: float) -> bool:
        """Waits for an agent; whether there is one."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.agents():
                    if self._left:
                        raise ConnectionError("out of the room")
                    self._changed.clear()
                    await self._changed.wait()
        return bool(self.agents())

    async def say(self, item_id: str, method: str, request: dict[str, Any]) -> Reply:
        """A call that makes a turn. Raises `ConnectionError` when there is no answer to it."""
        self._note(f"{item_id} called: {method} {request}")
        answer = await self.call(method, turn_id=item_id, **request)
        self._note(f"{item_id} answered: {answer['reply'][:100]} {answer['calls']}")
        done = [call for call in answer["calls"] if call["ok"]]
        return Reply(status="completed", words=[answer["reply"]], done=done)

    async def call(self, method: str, **request: Any) -> dict[str, Any]:
        """Any other call. Raises `ConnectionError`, or `TimeoutError` when it is stuck."""
        if not (agents := self.agents()):
            raise ConnectionError("no agent is there")
        try:
            answer = await self._room.local_participant.perform_rpc(
                destination_identity=agents[0],
                method=method,
                payload=json.dumps(request),
                response_timeout=LATEST_SECONDS,
            )
        except rtc.RpcError as error:
            if error.code == rtc.RpcError.ErrorCode.RESPONSE_TIMEOUT:
                raise TimeoutError(f"{method} was not answered") from error
            raise ConnectionError(f"{method}: {error.code} {error.message}") from error
        return dict(json.loads(answer))

    async def type(self, item_id: str, text: str) -> None:
        """Typed words. Raises `ConnectionError`."""
        self._note(f"{item_id} typed: {text}")
        try:
            await self._room.local_participant.send_text(text, topic=CHAT, attributes={"turn_id": item_id})
        except Exception as error:  # whatever the client raises: the connection is gone
            raise ConnectionError(f"not sent: {error}") from error

    async def begin_to_type(self, text: str) -> None:
        """Typed words that never come to their end. Raises `ConnectionError`."""
        try:
            writer = await self._room.local_participant.stream_text(topic=CHAT)
            await writer.write(text)
        except Exception as error:  # as above
            raise ConnectionError(f"not sent: {error}") from error

    async def told_of(self, item_id: str, seconds: float) -> bool:
        """Waits for the event that something was done in the turn; whether it came."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._done[item_id].wait(), seconds)
        return self._done[item_id].is_set()

    async def drop(self) -> None:
        """Is gone, without a word."""
        self._wire.cut()
        await self.close()

    async def close(self) -> None:
        """Leaves politely."""
        self._gone()
        await self._room.disconnect()
        self._wire.cut()
        for task in list(self._tasks):
            task.cancel()

    def _gone(self) -> None:
        self._left = True
        self._changed.set()
        self.sign.set()

    async def _take(self, reader: rtc.TextStreamReader) -> None:
        event = json.loads(await _read(reader))
        self.sign.set()
        if event["type"] == "call.finished" and not event["failed"]:
            self._note(f"{event['turn_id']} told as done: {event['tool']}")
            self._see(event["output"], _number(event))
            self._done[event["turn_id"]].set()

    def _spawn(
        self, take: Callable[[rtc.TextStreamReader], Awaitable[Any]], reader: rtc.TextStreamReader
    ) -> None:
        task = asyncio.create_task(_quietly(take, reader))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _number(event: dict[str, Any]) -> str:
    """The turn and the number of the call in it, out of the call's id."""
    return f"{event['turn_id']}:{event['call_id'].rpartition('_')[2]}"


async def _read(reader: rtc.TextStreamReader) -> str:
    return await reader.read_all()


async def _quietly(
    take: Callable[[rtc.TextStreamReader], Awaitable[Any]], reader: rtc.TextStreamReader
) -> None:
    with contextlib.suppress(OSError):  # a stream that broke off
        await take(reader)
