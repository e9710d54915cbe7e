"""What the client's events do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, assert_never

from openai.types.realtime import (
    ConversationItemDeletedEvent,
    ConversationItemTruncatedEvent,
    InputAudioBufferClearedEvent,
    RealtimeConversationItemAssistantMessage,
    RealtimeConversationItemUserMessage,
)
from pydantic import BaseModel

from agent.doors.cleaning import NOTHING, Cleaner, Cleaning
from agent.doors.microphone import MicrophoneFull, MicrophoneInput
from agent.doors.realtime import protocol
from agent.doors.realtime.answers import Answers
from agent.doors.realtime.audio import decode_audio
from agent.doors.realtime.brain import VoiceSession
from agent.doors.realtime.channel import Channel
from agent.doors.realtime.configuration import Configuration, SessionEvent
from agent.doors.realtime.heard import words_heard
from agent.doors.realtime.hearing import Hearing
from agent.doors.realtime.items import Entry, Item, reply_message, typed_message
from agent.doors.realtime.protocol import ProtocolError, new_id
from agent.doors.realtime.replies import Replies
from agent.doors.realtime.run_points import RunPoints, RunPointsSaved
from agent.doors.realtime.speaker import PacedSpeaker
from agent.voice import INTERRUPTION_IN_ECHO_SECONDS
from core.errors import VoiceFitError
from services.running.live import NoRun

logger = logging.getLogger(__name__)

TRUNCATION_TOLERANCE = 0.25
"""Seconds by which a client may say it played more than it was sent: players round to their own blocks."""


CLOSE_PATIENCE = 5.0
"""Seconds for which the last turns of a client that has left are still taken."""


class ItemRetrieved(BaseModel):
    """`conversation.item.retrieved`."""

    event_id: str
    type: str = "conversation.item.retrieved"
    item: Item


class Commands:
    """Follows one client's events. Raises `ProtocolError` for those that cannot be followed."""

    def __init__(
        self,
        session: VoiceSession,
        channel: Channel,
        configuration: Configuration,
        microphone: MicrophoneInput,
        speaker: PacedSpeaker,
        hearing: Hearing,
        replies: Replies,
    ) -> None:
        self._session = session
        self._channel = channel
        self._configuration = configuration
        self._microphone = microphone
        self._speaker = speaker
        self._hearing = hearing
        self._replies = replies
        self._answers = Answers(session, configuration, microphone, hearing, replies)
        self._interruption = session.agent.options.interruption["min_duration"]
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_the_move = False
        """Whether the client has sent points of a run: it knows the events of runs."""

    def follow(self, event: protocol.ClientEvent) -> None:
        """Does what the event asks, or begins to."""
        match event:
            case protocol.AudioAppend():
                self._append(event)
            case protocol.AudioCommit():
                self._hearing.commit()
            case protocol.AudioClear():
                self._hearing.clear()
                self._channel.send(
                    InputAudioBufferClearedEvent(event_id=new_id("event"), type="input_audio_buffer.cleared")
                )
            case protocol.SessionUpdate():
                self._update(event)
            case protocol.ItemCreate():
                self._create_item(event)
            case protocol.ItemRetrieve():
                item = self._find(event.item_id).item
                self._channel.send(
                    ItemRetrieved(event_id=new_id("event"), type="conversation.item.retrieved", item=item)
                )
            case protocol.ItemDelete():
                self._delete_item(event)
            case protocol.ItemTruncate():
                self._truncate(event)
            case protocol.ResponseCreate():
                self._spawn(self._answers.to(event))
            case protocol.ResponseCancel():
                self._spawn(self._answers.cancelled(event))
            case RunPoints():
                self.on_the_move = True
                self._spawn(self._take_points(event))
            case _:
                assert_never(event)

    def _append(self, event: protocol.AudioAppend) -> None:
        try:
            self._microphone.push(decode_audio(event.audio))
        except MicrophoneFull as error:
            raise ProtocolError("input_audio_buffer_full", str(error)) from error

    @property
    def busy(self) -> bool:
        """Whether something that was asked for is still under way."""
        return bool(self._tasks)

    async def close(self) -> None:
        """Lets what was asked for begin, so that a set is not lost with the connection, and ends the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_PATIENCE)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # the session

    def _update(self, event: protocol.SessionUpdate) -> None:
        self._configuration.update(event.session)
        self.apply_configuration()
        self._channel.send(
            SessionEvent(
                event_id=new_id("event"), type="session.updated", session=self._configuration.session()
            )
        )

    def apply_configuration(self) -> None:
        """Brings the session in line with the configuration."""
        configuration, agent = self._configuration, self._session.agent
        if not self._replies.busy:
            agent.output.set_audio_enabled(configuration.modality == "audio")
        delay = configuration.silence_ms / 1000
        agent.update_options(endpointing_opts={"min_delay": delay, "max_delay": delay})
        agent.options.interruption["enabled"] = configuration.interrupt_response
        # What is left of an echo may sound like speech for a moment.
        least = INTERRUPTION_IN_ECHO_SECONDS if configuration.cleaning.echo else 0.0
        agent.options.interruption["min_duration"] = max(self._interruption, least)
        self._clean(configuration.cleaning)
        if agent.stt is not None:
            self._session.set_turn_detection("vad" if configuration.answers_by_itself else "manual")

    def _clean(self, cleaning: Cleaning) -> None:
        cleaner = self._microphone.cleaner
        if cleaning != (cleaner.cleaning if cleaner is not None else NOTHING):
            self._microphone.flush()
            self._microphone.cleaner = Cleaner(cleaning, self._speaker.playout) if cleaning.any else None

    # items

    def _find(self, item_id: str) -> Entry:
        entry = self._channel.conversation.find(item_id)
        if entry is None:
            raise ProtocolError(
                "item_not_found", f"There is no item {protocol.shown(item_id)}.", param="item_id"
            )
        return entry

    def _create_item(self, event: protocol.ItemCreate) -> None:
        message = protocol.parse_user_message(event.item)
        conversation = self._channel.conversation
        after = event.previous_item_id
        if after is not None and after != conversation.last_id and conversation.find(after) is None:
            raise ProtocolError(
                "item_not_found", f"There is no item {protocol.shown(after)}.", param="previous_item_id"
            )
        item = typed_message(message.id or new_id("item"), message.text)
        assert item.id is not None
        known = conversation.find(item.id)
        if known is not None and not _same_text(known.item, message.text):
            raise ProtocolError("item_id_in_use", "Another item has this id.", param="item.id")
        self._answers.add_typed(item.id, message.text)
        self._channel.add(item)
        self._channel.finish(item)

    def _delete_item(self, event: protocol.ItemDelete) -> None:
        entry = self._find(event.item_id)
        if self._replies.playing(event.item_id):
            raise ProtocolError(
                "item_in_progress", "The reply is being spoken: cancel it first.", param="item_id"
            )
        self._channel.conversation.remove(event.item_id)
        self._answers.forget(event.item_id)
        self._channel.send(
            ConversationItemDeletedEvent(
                event_id=new_id("event"), type="conversation.item.deleted", item_id=event.item_id
            )
        )
        if entry.message_id is not None:
            self._spawn(self._forget(entry.message_id))

    async def _forget(self, message_id: str) -> None:
        agent = self._session.agent.current_agent
        context = agent.chat_ctx.copy()
        context.items = [item for item in context.items if item.id != message_id]
        await agent.update_chat_ctx(context)

    # what was heard

    def _truncate(self, event: protocol.ItemTruncate) -> None:
        entry = self._find(event.item_id)
        if not isinstance(entry.item, RealtimeConversationItemAssistantMessage):
            raise ProtocolError("invalid_item", "Only a spoken reply can be truncated.", param="item_id")
        if event.content_index != 0:
            raise ProtocolError("invalid_value", "A reply has one part, number 0.", param="content_index")
        playing = self._replies.playing(event.item_id)
        sent = self._replies.audio_sent() if playing else entry.audio_seconds
        heard = event.audio_end_ms / 1000
        if heard > sent + TRUNCATION_TOLERANCE:
            raise ProtocolError(
                "invalid_value",
                f"The reply has {round(sent * 1000)} ms of audio, less than {event.audio_end_ms} ms.",
                param="audio_end_ms",
            )
        if playing:
            # The client has stopped playing it, so it is over: the words are cut when the session stops it.
            self._speaker.stopped_at(heard)
            self._spawn(self._replies.cancel())
        else:
            self._cut(entry, heard)
        self._channel.send(
            ConversationItemTruncatedEvent(
                event_id=new_id("event"),
                type="conversation.item.truncated",
                item_id=event.item_id,
                content_index=0,
                audio_end_ms=event.audio_end_ms,
            )
        )

    def _cut(self, entry: Entry, heard: float) -> None:
        item = entry.item
        assert item.id is not None
        text = words_heard(entry.spoken, heard, entry.audio_seconds if entry.audio_complete else None)
        if text == entry.spoken:
            return
        entry.item = reply_message(item.id, text, audio=True, status="incomplete")
        if entry.message_id is not None:
            self._spawn(self._session.truncate(entry.message_id, text))

    async def _take_points(self, event: RunPoints) -> None:
        try:
            run_id, new = await self._session.take_run_points([one.point() for one in event.points])
        except VoiceFitError as error:
            code = "no_run" if isinstance(error, NoRun) else "points_refused"
            self._channel.refuse(ProtocolError(code, str(error), param="points"), event.event_id)
            return
        self._channel.send(
            RunPointsSaved(
                event_id=new_id("event"),
                type="voicefit.run.points.saved",
                saved_event_id=event.event_id,
                run_id=run_id,
                new_points=new,
            )
        )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            logger.exception("a client's event could not be carried out")
            self._channel.fail("server_error", "The server could not do this. Please try again.")


def _same_text(item: Item, text: str) -> bool:
    return isinstance(item, RealtimeConversationItemUserMessage) and any(
        text in (part.text, part.transcript) for part in item.content
    )
