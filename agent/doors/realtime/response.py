"""One response: the tool calls and the words that answer a turn, as the protocol's sequence of events."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from typing import Any, Literal

from openai.types.realtime import (
    RealtimeResponse,
    RealtimeResponseStatus,
    RealtimeResponseUsage,
    ResponseAudioDeltaEvent,
    ResponseAudioDoneEvent,
    ResponseAudioTranscriptDeltaEvent,
    ResponseAudioTranscriptDoneEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)
from openai.types.realtime.realtime_response_status import Error as StatusError
from openai.types.realtime.response_content_part_added_event import Part as AddedPart
from openai.types.realtime.response_content_part_done_event import Part as DonePart

from agent.doors.pcm import seconds
from agent.doors.realtime.calls import Calls
from agent.doors.realtime.channel import Channel
from agent.doors.realtime.heard import words_heard
from agent.doors.realtime.items import reply_message
from agent.doors.realtime.outputs import Outputs
from agent.doors.realtime.protocol import new_id

Outcome = Literal["completed", "cancelled", "failed"]
CancelReason = Literal["turn_detected", "client_cancelled"]


@dataclass(slots=True)
class Reply:
    """A message of the response, while it is spoken or written."""

    item_id: str
    index: int
    text: str = ""
    audio_seconds: float = 0.0
    audio_complete: bool = False
    text_complete: bool = False
    heard: str | None = None
    """The words that were heard, when it was cut short."""
    closed: bool = False
    """Whether its content is complete; it may still be playing."""


class Response:
    """Speaks of itself through `channel`. `audio` says whether its words are spoken or written."""

    def __init__(
        self, channel: Channel, conversation_id: str, *, audio: bool, metadata: dict[str, str] | None = None
    ) -> None:
        self.id = new_id("resp")
        self.audio = audio
        self.cancel_reason: CancelReason = "turn_detected"
        self.error: str | None = None
        """What went wrong while it was made, in words for the client."""
        self.reply: Reply | None = None
        self.begun = asyncio.Event()
        """Set when the session has begun to make it."""
        self.finished = False
        self._channel = channel
        self._conversation_id = conversation_id
        self._metadata = metadata
        self._outputs = Outputs(channel, self.id)
        self.calls = Calls(channel, self._outputs)
        channel.send(
            ResponseCreatedEvent(
                event_id=new_id("event"), type="response.created", response=self._resource("in_progress")
            )
        )

    def _resource(
        self,
        status: Literal["in_progress", "completed", "cancelled", "failed"],
        details: RealtimeResponseStatus | None = None,
    ) -> RealtimeResponse:
        return RealtimeResponse(
            id=self.id,
            object="realtime.response",
            status=status,
            status_details=details,
            output=list(self._outputs.items),
            conversation_id=self._conversation_id,
            output_modalities=["audio" if self.audio else "text"],
            metadata=self._metadata,
            usage=None
            if status == "in_progress"
            else RealtimeResponseUsage(input_tokens=0, output_tokens=0, total_tokens=0),
        )

    # words

    def write(self, text: str) -> None:
        """More of the reply's text."""
        reply = self._open_reply()
        reply.text += text
        kind = ResponseAudioTranscriptDeltaEvent if self.audio else ResponseTextDeltaEvent
        name = "response.output_audio_transcript.delta" if self.audio else "response.output_text.delta"
        self._channel.send(kind.model_validate(self._part_fields(reply, name) | {"delta": text}))

    def speak(self, pcm: bytes) -> None:
        """More of the reply's audio."""
        reply = self._open_reply()
        reply.audio_seconds += seconds(pcm)
        self._channel.send(
            ResponseAudioDeltaEvent(
                event_id=new_id("event"),
                type="response.output_audio.delta",
                response_id=self.id,
                item_id=reply.item_id,
                output_index=reply.index,
                content_index=0,
                delta=base64.b64encode(pcm).decode("ascii"),
            )
        )

    def text_complete(self) -> None:
        """The reply's text has ended."""
        if (reply := self.reply) is not None:
            reply.text_complete = True
            if not self.audio or reply.audio_complete:
                self._close_content(reply, reply.text)

    def audio_complete(self) -> None:
        """All of the reply's audio was sent."""
        if (reply := self.reply) is not None:
            reply.audio_complete = True
            if reply.text_complete:
                self._close_content(reply, reply.text)

    def cut(self, played: float, total: float | None) -> str:
        """The playing of the reply stopped after `played` seconds; returns the words that were heard."""
        if (reply := self.reply) is None:
            return ""
        reply.heard = words_heard(reply.text, played, total)
        return reply.heard

    def settle(self, text: str, *, message_id: str | None, complete: bool) -> None:
        """The reply is over; `text` is what was heard or read of it."""
        if (reply := self.reply) is None:
            return
        self.reply = None
        if not reply.closed:
            self._close_content(reply, text)
        item = reply_message(
            reply.item_id, text, audio=self.audio, status="completed" if complete else "incomplete"
        )
        self._outputs.finish(reply.index, item)
        entry = self._channel.finish(item, message_id=message_id)
        entry.spoken = reply.text
        entry.audio_seconds = reply.audio_seconds
        entry.audio_complete = reply.audio_complete

    def _open_reply(self) -> Reply:
        if self.reply is not None:
            return self.reply
        item = reply_message(new_id("item"), "", audio=self.audio, status="in_progress")
        assert item.id is not None
        self.reply = Reply(item.id, self._outputs.add(item))
        self._channel.add(item)
        part = AddedPart(type="audio", transcript="") if self.audio else AddedPart(type="text", text="")
        fields = self._part_fields(self.reply, "response.content_part.added")
        self._channel.send(ResponseContentPartAddedEvent.model_validate(fields | {"part": part}))
        return self.reply

    def _close_content(self, reply: Reply, text: str) -> None:
        reply.closed = True
        send = self._channel.send
        if self.audio:
            send(
                ResponseAudioDoneEvent.model_validate(self._part_fields(reply, "response.output_audio.done"))
            )
            fields = self._part_fields(reply, "response.output_audio_transcript.done")
            send(ResponseAudioTranscriptDoneEvent.model_validate(fields | {"transcript": text}))
            part = DonePart(type="audio", transcript=text)
        else:
            fields = self._part_fields(reply, "response.output_text.done")
            send(ResponseTextDoneEvent.model_validate(fields | {"text": text}))
            part = DonePart(type="text", text=text)
        fields = self._part_fields(reply, "response.content_part.done")
        send(ResponseContentPartDoneEvent.model_validate(fields | {"part": part}))

    def _part_fields(self, reply: Reply, name: str) -> dict[str, Any]:
        return {
            "event_id": new_id("event"),
            "type": name,
            "response_id": self.id,
            "item_id": reply.item_id,
            "output_index": reply.index,
            "content_index": 0,
        }

    # the end

    def finish(self, outcome: Outcome) -> None:
        """The response is over."""
        if self.finished:
            return
        self.finished = True
        if (reply := self.reply) is not None:
            if outcome == "completed" and self.audio and not reply.audio_seconds:
                outcome, self.error = "failed", "The reply could not be spoken."
            text = reply.text if reply.heard is None else reply.heard
            self.settle(text, message_id=None, complete=outcome == "completed")
        details = RealtimeResponseStatus(type=outcome)
        if outcome == "cancelled":
            details = RealtimeResponseStatus(type=outcome, reason=self.cancel_reason)
        elif outcome == "failed":
            error = StatusError(type="server_error", code="reply_failed", message=self.error)
            details = RealtimeResponseStatus(type=outcome, error=error)
        self._channel.send(
            ResponseDoneEvent(
                event_id=new_id("event"), type="response.done", response=self._resource(outcome, details)
            )
        )
