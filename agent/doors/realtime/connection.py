"""One client's connection, from the first event to the last."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from livekit.agents import CloseEvent, llm
from livekit.agents.utils import http_context
from openai.types.realtime import RealtimeMcpListTools
from openai.types.realtime.realtime_mcp_list_tools import Tool
from starlette.websockets import WebSocket, WebSocketDisconnect

from agent.doors.cleaning import NOTHING, Cleaning
from agent.doors.closing import close_within
from agent.doors.microphone import MicrophoneInput
from agent.doors.realtime.brain import VoiceSession
from agent.doors.realtime.channel import Channel
from agent.doors.realtime.commands import Commands
from agent.doors.realtime.configuration import SERVER_LABEL, Configuration, SessionEvent
from agent.doors.realtime.hearing import Hearing
from agent.doors.realtime.items import Item, reply_message, typed_message
from agent.doors.realtime.outbox import MAX_WAITING_CHARACTERS, Outbox
from agent.doors.realtime.protocol import ProtocolError, client_event_id, decode, new_id, parse_event
from agent.doors.realtime.rate import TokenBucket
from agent.doors.realtime.replies import Replies
from agent.doors.realtime.run_points import RunProgress
from agent.doors.realtime.speaker import Captions, PacedSpeaker
from agent.events import RunProgressed, SessionStuck, TurnRefused
from agent.events import SessionEvent as TurnEvent

logger = logging.getLogger(__name__)

EVENTS_PER_SECOND = 200.0
EVENT_BURST = 1000.0
"""A microphone sends 10 to 100 events a second; more than these is a flood."""

ERROR_COST = 10.0
"""An event that cannot be followed counts as this many."""

FAREWELL_TIMEOUT = 2.0
"""Seconds the last events may take to reach the client."""

CLOSE_TIMEOUT = 20.0
"""Seconds that a session may take to finish what it has begun; its place is free then in any case."""

POLL_SECONDS = 0.05

GOING_AWAY, POLICY_VIOLATION, INTERNAL_ERROR = 1001, 1008, 1011
"""Close codes of RFC 6455, section 7.4.1."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Why a connection ends."""

    code: int
    reason: str


class Connection:
    """Speaks the protocol with one client on behalf of one session."""

    def __init__(
        self,
        websocket: WebSocket,
        session: VoiceSession,
        *,
        silence_ms: int,
        cleaning: Cleaning = NOTHING,
        max_waiting: int = MAX_WAITING_CHARACTERS,
    ) -> None:
        agent = session.agent
        self._websocket = websocket
        self._session = session
        self._outbox = Outbox(max_waiting)
        self.channel = channel = Channel(self._outbox)
        self._configuration = configuration = Configuration(
            session_id=new_id("sess"),
            conversation_id=str(session.conversation_id),
            silence_ms=silence_ms,
            voice=agent.tts is not None,
            cleaning=cleaning,
        )
        self._microphone = MicrophoneInput()
        self._replies = replies = Replies(channel, configuration, agent)
        self._speaker = PacedSpeaker(send=replies.speak, sent_all=replies.audio_complete, heard=replies.heard)
        self._hearing = Hearing(channel, configuration, agent, self._microphone, self._speaker)
        self._commands = Commands(
            session, channel, configuration, self._microphone, self._speaker, self._hearing, replies
        )
        self._end: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Serves the client until it leaves or has to; then the session is closed."""
        async with http_context.open():
            try:
                await self._start()
                await self._serve()
            finally:
                await self._close()

    async def leave(self, grace: float) -> None:
        """Lets what is being said come to its end, for `grace` seconds at most, and closes."""
        deadline = time.monotonic() + grace
        for _ in range(math.ceil(grace / POLL_SECONDS)):
            if not self._busy or time.monotonic() > deadline:
                break
            await asyncio.sleep(POLL_SECONDS)
        self._leave(GOING_AWAY, "The server is restarting: connect again to go on.")

    def end(self, reason: str) -> None:
        """Closes at once: the client may not stay."""
        self._leave(POLICY_VIOLATION, reason)

    @property
    def _busy(self) -> bool:
        return self._replies.busy or self._hearing.speaking or self._commands.busy

    def _leave(self, code: int, reason: str) -> None:
        if not self._end.done():
            self._end.set_result(Closing(code, reason))

    # the beginning

    async def _start(self) -> None:
        agent, session = self._session.agent, self._session
        # Before `listen`: what the session puts into its history at the start is told as history.
        await session.start(
            audio_in=self._microphone if agent.stt is not None else None,
            audio_out=self._speaker if self._configuration.voice else None,
            text_out=Captions(write=self._replies.write, end=self._replies.text_complete),
            turn_detection="vad",
        )
        self._hearing.listen()
        self._replies.listen()
        session.on_event(self._hearing.on_event)
        session.on_event(self._replies.on_event)
        session.on_event(self._on_event)
        agent.on("close", self._on_session_closed)
        self._commands.apply_configuration()
        self._greet(tools_of(agent.current_agent.tools))

    def _greet(self, tools: list[Tool]) -> None:
        self._configuration.tools = [tool.name for tool in tools]
        self.channel.send(
            SessionEvent(
                event_id=new_id("event"), type="session.created", session=self._configuration.session()
            )
        )
        listed = RealtimeMcpListTools(
            id=new_id("mcpl"), type="mcp_list_tools", server_label=SERVER_LABEL, tools=tools
        )
        self.channel.add(listed)
        self.channel.finish(listed)
        for message in self._session.history:
            if message.role == "user":
                item: Item = typed_message(message.item_id, message.text)
            elif message.role == "assistant":
                item = reply_message(message.item_id, message.text, audio=False, status="completed")
            else:
                continue
            self.channel.add(item, message_id=message.item_id)
            self.channel.finish(item)

    # the conversation

    def _on_event(self, event: TurnEvent) -> None:
        if isinstance(event, RunProgressed) and self._commands.on_the_move:
            told = RunProgress(event_id=new_id("event"), type="voicefit.run.progress", run=event.run)
            self.channel.send(told)
        if isinstance(event, SessionStuck):
            self._leave(INTERNAL_ERROR, "The session got stuck: connect again to go on.")
        if isinstance(event, TurnRefused):
            self.channel.slow_down(
                "Too many turns in a short time: this one was not taken. Send it again in "
                f"{event.retry_seconds} s."
            )

    async def _serve(self) -> None:
        sender = asyncio.create_task(self._send(), name="realtime sender")
        tasks: list[asyncio.Future[Any]] = [
            asyncio.create_task(self._receive(), name="realtime receiver"),
            asyncio.create_task(self._outbox.overrun.wait(), name="realtime overrun"),
            sender,
        ]
        try:
            await asyncio.wait([*tasks, self._end], return_when=asyncio.FIRST_COMPLETED)
            if self._outbox.overrun.is_set():
                self._leave(POLICY_VIOLATION, "The client reads too slowly.")
            if self._end.done():
                await self._say_goodbye(self._end.result(), sender)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            # Writing to a client that has just gone raises either of these.
            if isinstance(result, Exception) and not isinstance(result, (WebSocketDisconnect, RuntimeError)):
                raise result

    async def _receive(self) -> None:
        bucket = TokenBucket(EVENTS_PER_SECOND, EVENT_BURST)
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            bucket.take(1)
            event_id = None
            try:
                data = decode(message.get("text"))
                event_id = client_event_id(data)
                self._commands.follow(parse_event(data))
            except ProtocolError as error:
                self.channel.refuse(error, event_id)
                bucket.take(ERROR_COST)
            if bucket.empty:
                self._leave(POLICY_VIOLATION, "Too many events.")
                return

    async def _send(self) -> None:
        while True:
            await self._websocket.send_text(await self._outbox.next())
            self._outbox.sent()
            # Sending seldom waits: without this nobody would notice that the client is gone.
            await asyncio.sleep(0)

    def _on_session_closed(self, event: CloseEvent) -> None:
        if event.error is not None:
            self._leave(INTERNAL_ERROR, "The session failed: connect again to go on.")

    # the end

    async def _say_goodbye(self, closing: Closing, sender: asyncio.Task[None]) -> None:
        """Sends what is left to send, if the client takes it, and the reason."""
        try:
            async with asyncio.timeout(FAREWELL_TIMEOUT):
                emptied = asyncio.create_task(self._outbox.emptied())
                await asyncio.wait([emptied, sender], return_when=asyncio.FIRST_COMPLETED)
                emptied.cancel()
                sender.cancel()
                await asyncio.gather(sender, emptied, return_exceptions=True)
                await self._websocket.close(closing.code, closing.reason)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            logger.info("a client was gone before it could be told why: %s", closing.reason)

    async def _close(self) -> None:
        await self._commands.close()
        self._hearing.close()
        self._microphone.close()
        try:
            await close_within(self._session, CLOSE_TIMEOUT, self._configuration.session_id)
        finally:
            self._speaker.close()


def tools_of(tools: Sequence[llm.Tool | llm.Toolset]) -> list[Tool]:
    """The agent's tools as MCP lists them: name, description, JSON schema of the arguments."""
    functions = llm.ToolContext(tools).parse_function_tools("openai", strict=False)
    return [
        Tool(
            name=one["function"]["name"],
            description=one["function"].get("description"),
            input_schema=one["function"].get("parameters", {}),
        )
        for one in functions
    ]
