"""One utterance of the athlete, and the events that tell of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from openai.types.realtime import (
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionFailedEvent,
    InputAudioBufferCommittedEvent,
    InputAudioBufferSpeechStartedEvent,
    InputAudioBufferSpeechStoppedEvent,
)
from openai.types.realtime.conversation_item_input_audio_transcription_completed_event import (
    UsageTranscriptTextUsageDuration,
)
from openai.types.realtime.conversation_item_input_audio_transcription_failed_event import Error

from agent.doors.realtime.channel import Channel
from agent.doors.realtime.items import spoken_message
from agent.doors.realtime.protocol import new_id


@dataclass(slots=True)
class SpokenTurn:
    """One utterance, from the first sound to its words, as the client is told of it."""

    channel: Channel
    item_id: str = field(default_factory=lambda: new_id("item"))
    started_ms: int = 0
    ended_ms: int = 0
    speaking: bool = False
    announced: bool = False
    """Whether the client knows of it. A sound while a reply is playing stays unsaid until it stops the reply:
    clients drop the reply's audio when they are told of speech, and a cough is not worth that."""
    committed: bool = False
    transcripts: list[str] = field(default_factory=list)

    def announce(self) -> None:
        """Speech was heard."""
        self.announced = True
        self.channel.send(
            InputAudioBufferSpeechStartedEvent(
                event_id=new_id("event"),
                type="input_audio_buffer.speech_started",
                audio_start_ms=self.started_ms,
                item_id=self.item_id,
            )
        )

    def tell_stopped(self) -> None:
        """The speech fell silent."""
        self.channel.send(
            InputAudioBufferSpeechStoppedEvent(
                event_id=new_id("event"),
                type="input_audio_buffer.speech_stopped",
                audio_end_ms=self.ended_ms,
                item_id=self.item_id,
            )
        )

    def commit(self) -> None:
        """The turn is complete: an item whose words are still to come."""
        if not self.announced:
            self.announce()
            self.tell_stopped()
        self.committed = True
        self.channel.send(
            InputAudioBufferCommittedEvent(
                event_id=new_id("event"),
                type="input_audio_buffer.committed",
                item_id=self.item_id,
                previous_item_id=self.channel.conversation.last_id,
            )
        )
        self.channel.add(spoken_message(self.item_id, None, "in_progress"))

    def understood(self, text: str, message_id: str | None) -> None:
        """The words have come. `message_id` is the message of the session that holds them."""
        if not self.committed:
            self.commit()
        duration = max(0, self.ended_ms - self.started_ms) / 1000
        self.channel.send(
            ConversationItemInputAudioTranscriptionCompletedEvent(
                event_id=new_id("event"),
                type="conversation.item.input_audio_transcription.completed",
                item_id=self.item_id,
                content_index=0,
                transcript=text,
                usage=UsageTranscriptTextUsageDuration(type="duration", seconds=duration),
            )
        )
        self.channel.finish(spoken_message(self.item_id, text), message_id=message_id)

    def fail(self) -> None:
        """There were no words."""
        if not self.committed:
            self.commit()
        self.channel.send(
            ConversationItemInputAudioTranscriptionFailedEvent(
                event_id=new_id("event"),
                type="conversation.item.input_audio_transcription.failed",
                item_id=self.item_id,
                content_index=0,
                error=Error(type="transcription_error", code="no_speech", message="No words were heard."),
            )
        )
        self.channel.finish(spoken_message(self.item_id, None, "incomplete"))
