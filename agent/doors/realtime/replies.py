"""The session's replies as responses of the protocol.

A speech of the session (a `SpeechHandle`) is one response, from the first call or word to the moment the last
word was played. A response can come before its speech, when the client asked for it; and a speech that says
nothing still gets its response, so that a client that waits for the end of one always sees it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from livekit.agents import (
    AgentSession,
    ConversationItemAddedEvent,
    ErrorEvent,
    SpeechCreatedEvent,
    llm,
)
from livekit.agents.voice import SpeechHandle

from agent.doors.realtime.channel import Channel
from agent.doors.realtime.configuration import Configuration, Modality
from agent.doors.realtime.response import Outcome, Response
from agent.events import SessionEvent, ToolFinished, ToolStarted, TurnBegan

logger = logging.getLogger(__name__)

INTERRUPT_TIMEOUT = 5.0
"""Seconds an interrupted reply may take to wind up; the session gives it as long."""

SPEECH_TIMEOUT = 2.0
"""Seconds after a turn's first call in which its speech begins, if there is to be one."""

REMEMBERED_TURNS = 20
"""Responses kept for calls that are told after the response was interrupted."""


class Replies:
    """Turns what the session says and does into responses."""

    def __init__(self, channel: Channel, configuration: Configuration, agent: AgentSession[Any]) -> None:
        self._channel = channel
        self._configuration = configuration
        self._agent = agent
        self._speeches: dict[str, SpeechHandle] = {}
        self._responses: dict[str, Response] = {}
        self._expected: Response | None = None
        self._early: Response | None = None
        """Opened by the calls of a turn, which are made before its speech begins."""
        self._turns: dict[str, Response] = {}

    def listen(self) -> None:
        """Follows the session from now on."""
        self._agent.on("speech_created", self._on_speech)
        self._agent.on("conversation_item_added", self._on_item)
        self._agent.on("error", self._on_error)

    @property
    def active(self) -> Response | None:
        """The response that is under way; the newest if several are."""
        if (ahead := self._expected or self._early) is not None:
            return ahead
        return next((one for one in reversed(self._responses.values()) if not one.finished), None)

    @property
    def busy(self) -> bool:
        """Whether a reply is being made or spoken."""
        return bool(self._speeches) or self._expected is not None or self._early is not None

    # what the client asks for

    def expect(self, modality: Modality | None, metadata: dict[str, str] | None) -> Response:
        """Opens the response that the client asked for; the next speech is its content."""
        audio = (modality or self._configuration.modality) == "audio"
        self._agent.output.set_audio_enabled(audio)
        self._expected = self._new_response(audio=audio, metadata=metadata)
        return self._expected

    async def begun(self, response: Response, patience: float) -> bool:
        """Waits for the speech of an expected response; False when none has come in `patience` seconds."""
        try:
            await asyncio.wait_for(response.begun.wait(), patience)
        except TimeoutError:
            return False
        return True

    def nothing_came(self, response: Response, error: str | None = None) -> None:
        """Ends an expected response whose speech never came."""
        if self._expected is response:
            self._expected = None
            response.error = error
            self._finish(response, "failed" if error else "completed")

    async def cancel(self) -> None:
        """Stops what is being said because the client wants it; returns when the history is cut."""
        for response in self._responses.values():
            if not response.finished:
                response.cancel_reason = "client_cancelled"
        if (expected := self._expected) is not None:
            self._expected = None
            expected.cancel_reason = "client_cancelled"
            self._finish(expected, "cancelled")
        try:
            await asyncio.wait_for(self._agent.interrupt(force=True), INTERRUPT_TIMEOUT)
        except TimeoutError:
            logger.warning("an interrupted reply is slow to wind up")

    # what the session says

    def write(self, text: str) -> None:
        """Text of the current reply."""
        if (response := self._speaking()) is not None:
            response.write(text)

    def text_complete(self) -> None:
        """The text of the current part of the reply has ended."""
        if (response := self._speaking(open_new=False)) is not None:
            response.text_complete()

    def speak(self, pcm: bytes) -> None:
        """Audio of the current reply."""
        if (response := self._speaking()) is not None:
            response.speak(pcm)

    def audio_complete(self) -> None:
        """All audio of the current part of the reply was sent."""
        if (response := self._speaking(open_new=False)) is not None:
            response.audio_complete()

    def heard(self, played: float, total: float | None) -> str:
        """The words heard of the current reply, which stopped after `played` seconds."""
        response = self._speaking(open_new=False)
        return response.cut(played, total) if response is not None else ""

    def playing(self, item_id: str) -> bool:
        """Whether the item is the reply that is being spoken."""
        response = self._speaking(open_new=False)
        return response is not None and response.reply is not None and response.reply.item_id == item_id

    def audio_sent(self) -> float:
        """Seconds of audio sent of the reply that is being spoken."""
        response = self._speaking(open_new=False)
        return response.reply.audio_seconds if response and response.reply else 0.0

    # what the session does

    def on_event(self, event: SessionEvent) -> None:
        """A turn begins, or a tool call begins or ends."""
        if isinstance(event, TurnBegan):
            # Sent again after it was in vain, it belongs to another response.
            self._turns.pop(event.item_id, None)
        elif isinstance(event, ToolStarted):
            if (response := self._answering(event.item_id)) is not None:
                response.calls.started(event.call_id, event.tool, event.arguments)
        elif isinstance(event, ToolFinished):
            for response in self._turns.values():
                if response.calls.running(event.call_id):
                    response.calls.finished(event.call_id, event.output, failed=event.failed)

    def _answering(self, turn: str) -> Response | None:
        """The response to a turn. It may be over: a turn is carried out whatever becomes of its reply."""
        if turn not in self._turns:
            response = self._expected or self._speaking()
            if response is None:
                response = self._early = self._new_response(audio=self._agent.output.audio_enabled)
                self._finish_later(response)
            self._remember(turn, response)
        return self._turns[turn]

    def _remember(self, turn: str, response: Response) -> None:
        self._turns[turn] = response
        if len(self._turns) > REMEMBERED_TURNS:
            del self._turns[next(iter(self._turns))]

    def _finish_later(self, response: Response) -> None:
        """Ends a response whose speech does not come: the calls are told, and nothing is said."""

        def give_up() -> None:
            if self._early is response:
                self._early = None
                self._finish(response, "completed")

        asyncio.get_running_loop().call_later(SPEECH_TIMEOUT, give_up)

    # the session's events

    def _on_speech(self, event: SpeechCreatedEvent) -> None:
        handle = event.speech_handle
        self._speeches[handle.id] = handle
        if (ahead := self._expected or self._early) is not None:
            self._responses[handle.id] = ahead
            ahead.begun.set()
            self._expected = self._early = None
        handle.add_done_callback(self._on_speech_done)

    def _on_speech_done(self, handle: SpeechHandle) -> None:
        self._speeches.pop(handle.id, None)
        response = self._responses.pop(handle.id, None)
        if response is None:
            return
        if handle.exception() is not None or response.error is not None:
            response.error = response.error or "The reply could not be made. Please say it again."
            self._finish(response, "failed")
        elif handle.interrupted:
            self._finish(response, "cancelled")
        else:
            self._finish(response, "completed")

    def _on_item(self, event: ConversationItemAddedEvent) -> None:
        item = event.item
        if not isinstance(item, llm.ChatMessage):
            return
        if item.role == "user":
            # The turn is taken: its response begins here, even if nothing will be said.
            if (response := self._speaking()) is not None and item.id not in self._turns:
                self._remember(item.id, response)
        elif item.role == "assistant" and (response := self._speaking(open_new=False)) is not None:
            response.settle(item.text_content or "", message_id=item.id, complete=not item.interrupted)

    def _on_error(self, event: ErrorEvent) -> None:
        if getattr(event.error, "recoverable", False):
            return
        logger.error("the session failed: %r", event.error)
        message = "Part of the server failed. Please say it again."
        if (response := self.active) is not None:
            response.error = message
        self._channel.fail("session_error", message)

    # between the two

    def _speaking(self, *, open_new: bool = True) -> Response | None:
        """The response of the speech that has the word."""
        handle = self._agent.current_speech or self._newest_scheduled()
        if handle is None or handle.id not in self._speeches:
            return None
        response = self._responses.get(handle.id)
        if response is None and open_new:
            response = self._responses[handle.id] = self._new_response(audio=self._agent.output.audio_enabled)
        return response

    def _newest_scheduled(self) -> SpeechHandle | None:
        return next((one for one in reversed(self._speeches.values()) if one.scheduled), None)

    def _new_response(self, *, audio: bool, metadata: dict[str, str] | None = None) -> Response:
        audio = audio and self._configuration.voice
        return Response(self._channel, self._configuration.conversation_id, audio=audio, metadata=metadata)

    def _finish(self, response: Response, outcome: Outcome) -> None:
        response.finish(outcome)
        if not self.busy:
            self._agent.output.set_audio_enabled(self._configuration.modality == "audio")
