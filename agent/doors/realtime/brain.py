"""What this door asks of the conversation behind it: `agent.session`, or something smaller in a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol
from uuid import UUID

from livekit.agents import AgentSession, io
from livekit.agents.voice import SpeechHandle

from agent.events import SessionEvent
from services.running.track import TrackPoint

TurnDetection = Literal["vad", "manual"]


class HistoryItem(Protocol):
    """An earlier message."""

    @property
    def item_id(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def text(self) -> str: ...


class VoiceSession(Protocol):
    """One athlete's conversation."""

    @property
    def conversation_id(self) -> UUID: ...

    @property
    def agent(self) -> AgentSession[Any]: ...

    @property
    def history(self) -> Sequence[HistoryItem]: ...

    async def start(
        self,
        *,
        audio_in: io.AudioInput | None,
        audio_out: io.AudioOutput | None,
        text_out: io.TextOutput | None,
        turn_detection: TurnDetection,
    ) -> None:
        """Begins to listen."""

    async def say(self, text: str, item_id: str) -> SpeechHandle | None:
        """Takes a typed turn; the reply that has begun, or None if there is none."""

    async def truncate(self, item_id: str, text: str) -> None:
        """Cuts the reply `item_id` to `text`, what was heard of it, in the history and where it is kept."""

    async def take_run_points(self, points: Sequence[TrackPoint]) -> tuple[UUID, int]:
        """Keeps points of the run that is on: the run, and how many were new. Raises `VoiceFitError`."""

    def on_event(self, listener: Callable[[SessionEvent], None]) -> None:
        """Tells `listener` of every call that is made."""

    def set_turn_detection(self, mode: TurnDetection) -> None:
        """`vad`: the end of speech ends a turn. `manual`: the door says when."""

    async def aclose(self) -> None:
        """Finishes what was begun and closes."""


class Brain(Protocol):
    """Opens conversations."""

    async def open(
        self, athlete_id: UUID, conversation_id: UUID | None = None, door: str = "realtime"
    ) -> VoiceSession:
        """A new conversation, or the one to go on with. Raises `VoiceFitError`."""


class Identity(Protocol):
    """Knows who a token speaks for."""

    async def verify(self, token: str) -> UUID:
        """The athlete. Raises `VoiceFitError`."""

    async def until_revoked(self, token: str) -> None:
        """Returns when what `token` stands for has been ended, for as long as it has not, never."""
