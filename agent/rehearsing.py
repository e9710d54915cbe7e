"""On a guess of what is being said: what would be answered to it, so that the voice has it ready.

A turn is done when it is complete, and never on a guess. But a recogniser often has the words while the
silence that ends the turn still lasts. What they would come to is tried in a transaction that is rolled back,
and the voice makes the answer. When the turn comes it is done as ever; if its reply is the same, the sound of
it is there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from livekit.agents import AgentSession, UserInputTranscribedEvent

from agent.events import SessionEvent, TurnBegan
from agent.turns import Turns

logger = logging.getLogger(__name__)


class Rehearsing:
    """Rehearses what is said in one conversation, one guess at a time, the newest."""

    def __init__(self, turns: Turns, speaks: Callable[[], bool], prepare: Callable[[str], None]) -> None:
        """`speaks`: whether replies are spoken at the moment. `prepare` is given what will be said."""
        self._turns = turns
        self._speaks = speaks
        self._prepare = prepare
        self._guess: str | None = None
        self._task: asyncio.Task[None] | None = None

    def guess(self, text: str) -> None:
        """Perhaps `text` is all that is said."""
        if not self._speaks():
            return
        self._guess = text
        if self._task is None:
            self._task = asyncio.create_task(self._rehearse())

    async def settled(self) -> None:
        """Waits until nothing is rehearsed any more."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def aclose(self) -> None:
        """Breaks off what is rehearsed."""
        if self._task is not None:
            self._task.cancel()
        await self.settled()

    async def _rehearse(self) -> None:
        try:
            while (guess := self._guess) is not None:
                self._guess = None
                reply = await self._turns.rehearse(guess)
                if reply and self._guess is None:
                    self._prepare(reply)
        except Exception:  # the turn itself will tell
            logger.warning("a reply could not be rehearsed", exc_info=True)
        finally:
            self._task = None


class Guesses:
    """What a hosted recogniser says was said, before the silence that ends the turn is over."""

    def __init__(self, agent: AgentSession[Any], guess: Callable[[str], None]) -> None:
        self._agent = agent
        self._guess = guess
        self._said: list[str] = []
        agent.on("user_input_transcribed", self._on_words)

    def _on_words(self, event: UserInputTranscribedEvent) -> None:
        if event.is_final and event.transcript and self._agent.user_state == "speaking":
            self._said.append(event.transcript)
            self._guess(" ".join(self._said))

    def on_event(self, event: SessionEvent) -> None:
        """What was said is a turn's: from here on it is another's."""
        if isinstance(event, TurnBegan):
            self._said.clear()
