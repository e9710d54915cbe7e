"""Sees that a session does not come out of thinking or speaking, and gets it out, or has it closed.

livekit-agents sessions are known to stay there (its issues 1229 and 4039): when a voice never answers, or a
client never says that it has played what it got.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from livekit.agents import AgentSession, AgentStateChangedEvent
from livekit.agents.voice import SpeechHandle

from agent.turns import Turns

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often a session is looked at."""

RECOVERY_SECONDS = 8.0
"""How long what is done about it may take. livekit-agents gives an interrupted reply 5 s to wind up."""

GRACE_SECONDS = 2.0
"""After a turn was given up: how long its apology may take to begin."""

AGAIN_SECONDS = 120.0
"""A session that is stuck again so soon is closed: what it speaks through may be dead."""

State = Literal["thinking", "speaking"]
Outcome = Literal["recovered", "closed"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a session may think, and speak without a sign of it, in seconds."""

    thinking: float
    speaking: float

    @property
    def look(self) -> float:
        """How often to look."""
        return min(LOOK_SECONDS, self.thinking / 4, self.speaking / 4)


class Watchdog:
    """Watches one session. `on_stuck` is told what became of it; after `closed` somebody has to close it."""

    def __init__(
        self,
        agent: AgentSession[Any],
        turns: Turns,
        patience: Patience,
        on_stuck: Callable[[State, Outcome], None],
    ) -> None:
        self._agent = agent
        self._turns = turns
        self._patience = patience
        self._on_stuck = on_stuck
        self._since = time.monotonic()
        self._sound = 0.0
        """Seconds of sound made for what is being spoken, or about to be."""
        self._recovered_at = -math.inf
        self._stuck_with: SpeechHandle | None = None
        self._task: asyncio.Task[None] | None = None
        agent.on("agent_state_changed", self._on_state)

    def begin(self) -> None:
        """Watches from now on."""
        self._task = asyncio.create_task(self._watch(), name="watchdog")

    def end(self) -> None:
        """Watches no more."""
        if self._task is not None:
            self._task.cancel()

    def sounds(self, seconds: float) -> None:
        """So much sound was made: to play it takes as long."""
        self._sound += seconds

    def _on_state(self, event: AgentStateChangedEvent) -> None:
        self._since = time.monotonic()
        if event.old_state == "speaking":
            self._sound = 0.0

    def stuck(self) -> State | None:
        """Where the session is stuck, if it is."""
        if self._turns.running.seconds > self._patience.thinking:
            return "thinking"
        state, lasted = self._agent.agent_state, time.monotonic() - self._since
        if state == "thinking" and lasted > self._patience.thinking:
            return "thinking"
        if state == "speaking" and lasted > self._sound + self._patience.speaking:
            return "speaking"
        return None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._patience.look)
            if (state := self.stuck()) is not None and not await self._handle(state):
                return

    async def _handle(self, state: State) -> bool:
        """Does what can be done; whether the session goes on."""
        logger.error("a session is stuck %s", state)
        again = time.monotonic() - self._recovered_at < AGAIN_SECONDS
        recovered = not again and await self._recover()
        self._recovered_at = time.monotonic()
        outcome: Outcome = "recovered" if recovered else "closed"
        logger.log(logging.WARNING if recovered else logging.ERROR, "the stuck session: %s", outcome)
        self._since = time.monotonic()
        self._on_stuck(state, outcome)
        return recovered

    async def _recover(self) -> bool:
        """Gives the turn up: its apology gets the session out. Else cuts off what is being said."""
        self._stuck_with = None
        try:
            async with asyncio.timeout(RECOVERY_SECONDS):
                if self._turns.running.seconds > self._patience.thinking:
                    if not await self._turns.running.give_up(GRACE_SECONDS):
                        return False
                    if await self._out_of("thinking", GRACE_SECONDS):
                        return True
                self._stuck_with = self._agent.current_speech
                await self._agent.interrupt(force=True)
                return await self._out_of(("thinking", "speaking"), GRACE_SECONDS)
        except (TimeoutError, RuntimeError):
            return False

    async def _out_of(self, states: str | tuple[str, ...], seconds: float) -> bool:
        """Waits for the session to be in none of `states`, or at what the athlete has said since."""
        deadline = time.monotonic() + seconds
        while self._agent.agent_state in states and not self._goes_on():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(self._patience.look / 4)
        return True

    def _goes_on(self) -> bool:
        """Whether another reply has taken the place of the one that was stuck."""
        return self._stuck_with is not None and self._agent.current_speech not in (None, self._stuck_with)
