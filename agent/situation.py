"""What a conversation knows of its athlete: what they are in the middle of, what was asked and offered, and
what they call things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from agent import memory as remembering
from agent.memory import Beginning
from agent.records import state_of
from agent.router.choosing import choose
from agent.router.understanding import Pending, Understanding
from agent.router.unfinished import patience
from agent.speech.hypotheses import Choice, Hypothesis
from agent.turn import Turn
from agent.wiring import Wiring
from services.exercises.own_names import own_names
from services.workouts import Snapshot
from tools import Memory, ToolResult


class Situation:
    """As it is in memory; what the athlete is in the middle of is looked up anew with every turn."""

    def __init__(self, wiring: Wiring, beginning: Beginning) -> None:
        self._wiring = wiring
        self.state = replace(beginning.state, newcomer=beginning.newcomer)
        """What the athlete was in the middle of when last looked at."""
        self.pending = beginning.pending
        self.memory = beginning.memory
        self._names_changed = False
        self._know_names(beginning.names)

    def read(self, text: str) -> Understanding:
        """What `text` means now."""
        if self._wiring.model_first and self.pending is None:
            return Understanding("hand_over", confidence=0.0, reason="model_first")
        return self.router.understand(text, self.state, self.pending)

    def choose(self, hypotheses: Sequence[Hypothesis]) -> Choice:
        """Which of what may have been said makes most sense now. Safe to call from any thread."""
        return choose(self.router, hypotheses, self.state, self.pending)

    def patience(self, text: str) -> float:
        """How many seconds of silence to wait for more after `text`; 0 when it is complete."""
        return patience(text, self.router.understand(text, self.state, self.pending))

    def see(self, now: Snapshot) -> None:
        """Takes note of what the athlete is in the middle of."""
        self.memory = remembering.seen(self.memory, now)
        newcomer = self.state.newcomer and now.workout is None
        self.state = replace(state_of(now, self.memory), newcomer=newcomer)

    async def learn_names(self, db: AsyncSession, athlete_id: UUID) -> None:
        """Learns what the athlete calls exercises, if a call has changed it."""
        if self._names_changed:
            self._know_names(await own_names(db, athlete_id))

    def remember(self, turn: Turn, result: ToolResult) -> None:
        """Takes note of what a call of `turn` came to."""
        self._names_changed = self._names_changed or result.names_changed
        memory = remembering.after(self.memory, result)
        if memory != self.memory:
            self.memory = turn.memory = memory

    def kept(self) -> tuple[Pending | None, Memory]:
        """What a turn that comes to nothing is not to change."""
        return self.pending, self.memory

    def restore(self, kept: tuple[Pending | None, Memory]) -> None:
        """Puts back what was `kept`."""
        self.pending, self.memory = kept

    def _know_names(self, names: Mapping[str, str]) -> None:
        """From now on the athlete calls exercises so, besides what everybody calls them."""
        self.router = self._wiring.router.personal(names)
        self._names_changed = False
