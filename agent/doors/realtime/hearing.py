"""The athlete's turns: speech that starts and stops, is committed, and becomes words."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from livekit.agents import (
    AgentSession,
    ConversationItemAddedEvent,
    UserInputTranscribedEvent,
    UserStateChangedEvent,
    llm,
)

from agent.doors.microphone import MicrophoneInput
from agent.doors.realtime.channel import Channel
from agent.doors.realtime.configuration import PREFIX_PADDING_MS, Configuration
from agent.doors.realtime.protocol import ProtocolError
from agent.doors.realtime.speaker import PacedSpeaker
from agent.doors.realtime.turn import SpokenTurn
from agent.events import SessionEvent, TurnBegan

SETTLE_SECONDS = 1.5
"""How long after the end of a turn its words may take before it counts as a noise."""

STILL_SECONDS = 1.0
"""A microphone that sends nothing for so long in the middle of speech was turned off: the speech is over."""

MIN_COMMIT_MS = 100
"""A shorter push-to-talk turn is a slip of the finger."""


class Hearing:
    """Tells the client what the session hears."""

    def __init__(
        self,
        channel: Channel,
        configuration: Configuration,
        agent: AgentSession[Any],
        microphone: MicrophoneInput,
        speaker: PacedSpeaker,
    ) -> None:
        self._channel = channel
        self._configuration = configuration
        self._agent = agent
        self._microphone = microphone
        self._speaker = speaker
        self._turn: SpokenTurn | None = None
        self._settling: asyncio.TimerHandle | None = None
        self._committed_ms = 0
        self._transcribing = False
        self._words_came = False
        self._turn_seconds = 0.0
        self._watching: asyncio.TimerHandle | None = None

    def listen(self) -> None:
        """Follows the session from now on. Before `Replies`: a turn is told before what answers it."""
        self._agent.on("user_state_changed", self._on_user_state)
        self._agent.on("user_input_transcribed", self._on_transcribed)
        self._agent.on("conversation_item_added", self._on_item)
        self._speaker.on("playback_finished", self._on_playback_finished)

    @property
    def speaking(self) -> bool:
        """Whether the athlete is speaking, or has spoken and is waiting to be understood."""
        return self._turn is not None

    @property
    def unanswered(self) -> bool:
        """Whether audio was committed that no reply was asked for yet."""
        return self._turn is not None and self._turn.committed

    @property
    def turn_seconds(self) -> float:
        """The length of the audio that was committed last."""
        return self._turn_seconds

    @property
    def expects_words(self) -> bool:
        """Whether the turn has no words yet, or speech was noticed since they came."""
        return self._transcribing or not self._words_came

    def commit(self) -> None:
        """The client ends the turn. Raises `ProtocolError` when there is hardly any audio."""
        self._microphone.flush()
        if self._microphone.received_ms - self._committed_ms < MIN_COMMIT_MS:
            raise ProtocolError(
                "input_audio_buffer_commit_empty",
                f"There is less than {MIN_COMMIT_MS} ms of audio to commit.",
            )
        self._turn_seconds = (self._microphone.received_ms - self._committed_ms) / 1000
        self._committed_ms = self._microphone.received_ms
        turn = self._turn or SpokenTurn(self._channel, announced=True)
        self._turn = turn
        self._stop_waiting()
        if not turn.committed:
            turn.commit()

    def clear(self) -> None:
        """Forgets what was said and not committed."""
        self._microphone.clear()
        self._committed_ms = self._microphone.received_ms
        self._agent.clear_user_turn()
        if self._turn is not None and not self._turn.committed:
            self._drop_turn()

    def not_understood(self) -> None:
        """The committed audio had no words."""
        if (turn := self._turn) is not None:
            turn.fail()
            self._drop_turn()

    def close(self) -> None:
        """Stops waiting."""
        self._stop_waiting()
        if self._watching is not None:
            self._watching.cancel()

    # the session's events

    def _on_user_state(self, event: UserStateChangedEvent) -> None:
        if event.new_state == "speaking":
            self._transcribing = True
            self._watch()
        if not self._configuration.server_vad:
            return
        if event.new_state == "speaking":
            self._started(event.created_at)
        elif self._turn is not None and self._turn.speaking:
            self._stopped(self._turn, event.created_at)

    def _watch(self) -> None:
        """Ends the speech of a microphone that was turned off: otherwise the session would wait for it."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        if self._agent.user_state != "speaking":
            return
        if self._microphone.still_for >= STILL_SECONDS:
            self._microphone.push_silence(STILL_SECONDS)
        self._watching = asyncio.get_running_loop().call_later(STILL_SECONDS / 2, self._watch)

    def _started(self, at: float) -> None:
        self._stop_waiting()
        turn = self._turn or SpokenTurn(self._channel)
        self._turn = turn
        turn.speaking = True
        turn.started_ms = max(0, self._position_at(at) - PREFIX_PADDING_MS)
        if not (self._speaker.playing and self._configuration.interrupt_response):
            turn.announce()
        elif not self._configuration.create_response:
            # The session takes no turns by itself then, and so does not interrupt by itself either.
            self._agent.interrupt(force=True)

    def _stopped(self, turn: SpokenTurn, at: float) -> None:
        turn.speaking = False
        turn.ended_ms = max(turn.started_ms, self._position_at(at))
        if turn.announced:
            turn.tell_stopped()
        if not self._configuration.create_response and turn.announced and not turn.committed:
            self._committed_ms = self._microphone.received_ms
            turn.commit()
            return
        delay = self._configuration.silence_ms / 1000 + SETTLE_SECONDS
        self._settling = asyncio.get_running_loop().call_later(delay, self._settle, turn)

    def _on_playback_finished(self, _: object) -> None:
        """The reply stopped, by the athlete's speech or by itself: speech that goes on is told now."""
        if (turn := self._turn) is not None and turn.speaking and not turn.announced:
            turn.announce()

    def _on_transcribed(self, event: UserInputTranscribedEvent) -> None:
        if not event.is_final:
            return
        self._transcribing = self._agent.user_state == "speaking"
        self._words_came = self._words_came or bool(event.transcript)
        if event.transcript and self._turn is not None:
            self._turn.transcripts.append(event.transcript)

    def _on_item(self, event: ConversationItemAddedEvent) -> None:
        message = event.item
        if not isinstance(message, llm.ChatMessage) or message.role != "user":
            return
        self._show(message.id, message.text_content or "")

    def on_event(self, event: SessionEvent) -> None:
        """The words are told before what they come to, and that before they are in the session's history."""
        if isinstance(event, TurnBegan):
            self._show(event.item_id, event.text)

    def _show(self, message_id: str, text: str) -> None:
        conversation = self._channel.conversation
        if (entry := conversation.find(message_id)) is not None:
            entry.message_id = message_id
            return
        if conversation.shows(message_id):
            return
        turn = self._turn or SpokenTurn(self._channel)
        if text := text.strip():
            turn.understood(text, message_id)
        else:
            turn.fail()
        self._drop_turn()

    def _settle(self, turn: SpokenTurn) -> None:
        """No turn came of the speech: it was a noise, or words that the session chose not to answer."""
        self._transcribing = False
        self._settling = None
        if turn is not self._turn:
            return
        if text := " ".join(turn.transcripts):
            turn.understood(text, None)
        elif turn.announced:
            turn.fail()
        self._drop_turn()

    def _drop_turn(self) -> None:
        self._turn = None
        self._words_came = False
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None

    def _position_at(self, moment: float) -> int:
        """The place in the client's audio of a moment of the wall clock."""
        return max(0, self._microphone.position_ms - round(1000 * (time.time() - moment)))
