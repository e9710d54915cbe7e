"""Answering what the client typed or committed, when it asks for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from agent.doors.commit import TRANSCRIPT_TIMEOUT, commit_turn
from agent.doors.microphone import MicrophoneInput
from agent.doors.realtime.brain import VoiceSession
from agent.doors.realtime.configuration import Configuration, Modality
from agent.doors.realtime.hearing import Hearing
from agent.doors.realtime.protocol import (
    MAX_TEXT_LENGTH,
    ProtocolError,
    ResponseCancel,
    ResponseCreate,
)
from agent.doors.realtime.replies import Replies
from core.errors import VoiceFitError

logger = logging.getLogger(__name__)

NOTHING_MORE_TIMEOUT = 0.3
"""The same as `TRANSCRIPT_TIMEOUT`, when words have come and no speech was noticed since: nothing more is
likely to come."""

REPLY_TIMEOUT = 2.0
"""Seconds after a turn was committed in which its reply begins, if there is to be one."""


class Answers:
    """One answer at a time; the newest question stops the answer to the one before."""

    def __init__(
        self,
        session: VoiceSession,
        configuration: Configuration,
        microphone: MicrophoneInput,
        hearing: Hearing,
        replies: Replies,
    ) -> None:
        self._session = session
        self._configuration = configuration
        self._microphone = microphone
        self._hearing = hearing
        self._replies = replies
        self._typed: list[tuple[str, str]] = []
        self._answering = asyncio.Lock()

    def add_typed(self, item_id: str, text: str) -> None:
        """A typed message that waits to be answered, once however often it is sent. Raises `ProtocolError`
        when too much waits: messages that are answered together are understood as one."""
        waiting = [one for one in self._typed if one[0] != item_id]
        if sum(len(one) for _, one in waiting) + len(text) > MAX_TEXT_LENGTH:
            raise ProtocolError(
                "text_too_long",
                f"More than {MAX_TEXT_LENGTH} characters would wait for an answer. Ask for it first.",
                param="item.content",
            )
        self._typed = [*waiting, (item_id, text)]

    def forget(self, item_id: str) -> None:
        """A message that need not be answered any more."""
        self._typed = [one for one in self._typed if one[0] != item_id]

    def to(self, event: ResponseCreate) -> Coroutine[Any, Any, None]:
        """The work of answering what is new. Raises `ProtocolError` at once when there is nothing."""
        options = event.response
        modality = self._configuration.checked_modality(
            options.output_modalities, "response.output_modalities"
        )
        if self._typed:
            item_id, text = self._typed[-1][0], " ".join(text for _, text in self._typed)
            self._typed.clear()
            return self._answer_typed(item_id, text, modality, options.metadata)
        if self._hearing.unanswered:
            return self._answer_spoken(modality, options.metadata)
        raise ProtocolError(
            "nothing_to_answer", "There is nothing new to answer: add a message or commit audio first."
        )

    async def _answer_typed(
        self, item_id: str, text: str, modality: Modality | None, metadata: dict[str, str] | None
    ) -> None:
        async with self._answering:
            await self._make_way()
            response = self._replies.expect(modality, metadata)
            try:
                await self._session.say(text, item_id)
            except VoiceFitError as error:
                self._replies.nothing_came(response, str(error))
            except Exception:
                logger.exception("the typed turn %s failed", item_id)
                self._replies.nothing_came(response, "The message could not be taken. Please send it again.")
            else:
                self._replies.nothing_came(response)

    async def _answer_spoken(self, modality: Modality | None, metadata: dict[str, str] | None) -> None:
        async with self._answering:
            await self._make_way()
            agent = self._session.agent
            response = self._replies.expect(modality, metadata)
            await commit_turn(agent, self._microphone, self._transcript_timeout)
            if not await self._replies.begun(response, REPLY_TIMEOUT):
                self._hearing.not_understood()
                self._replies.nothing_came(response)

    def _transcript_timeout(self, flushes: bool) -> float:
        """How long to wait for the last words. A recogniser that is flushed always answers."""
        if flushes or self._hearing.expects_words:
            return TRANSCRIPT_TIMEOUT + self._hearing.turn_seconds / 2
        return NOTHING_MORE_TIMEOUT

    async def _make_way(self) -> None:
        if self._replies.active is not None:
            await self._replies.cancel()

    def cancelled(self, event: ResponseCancel) -> Coroutine[Any, Any, None]:
        """The work of stopping the reply. Raises `ProtocolError` at once when there is no such reply."""
        active = self._replies.active
        if active is None or event.response_id not in (None, active.id):
            raise ProtocolError("response_cancel_not_active", "There is no such response to cancel.")
        return self._replies.cancel()
