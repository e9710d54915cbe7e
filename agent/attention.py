"""While an athlete speaks and is being recognised, other work waits: it would take time from the answer."""

from __future__ import annotations

import asyncio
from typing import Any

from livekit.agents import AgentSession, CloseEvent, UserStateChangedEvent

from core.foreground import Foreground

RECOGNISING_SECONDS = 1.0
"""After the last sound: the silence that ends a turn, and recognition. The turn itself is held by `Turns`."""


class Attention:
    """Holds the foreground while one session hears speech."""

    def __init__(self, agent: AgentSession[Any], foreground: Foreground) -> None:
        self._foreground = foreground
        self._holding = False
        self._ending: asyncio.TimerHandle | None = None
        agent.on("user_state_changed", self._on_user_state)
        agent.on("close", self._on_close)

    def _on_user_state(self, event: UserStateChangedEvent) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if event.new_state == "speaking":
            if not self._holding:
                self._holding = True
                self._foreground.hold()
        elif self._holding:
            self._ending = asyncio.get_running_loop().call_later(RECOGNISING_SECONDS, self._release)

    def _on_close(self, _: CloseEvent) -> None:
        if self._ending is not None:
            self._ending.cancel()
        self._release()

    def _release(self) -> None:
        if self._holding:
            self._holding = False
            self._foreground.release()
