"""How many may talk at once, and how the server stops without cutting anybody off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from agent.speech import is_hosted
from core.errors import VoiceFitError
from core.machine import usable_cores
from core.settings import Settings

HOSTED_A_CORE = 16
"""Conversations that a process on one core carries when others' servers hear and speak."""

EMBEDDED_A_CORE = 4
"""Conversations for each core of the process when its own models hear and speak."""

RESTARTING = "The server is about to restart. Connect again in a few seconds."


def places(settings: Settings) -> int:
    """How many conversations a process takes at once: what the settings say, else what the machine carries.

    The figures are measured with `voicefit eval load` (docs/load.md): athletes who speak every 12 s, the
    first sound of an answer for 95 of 100 sentences within 150 ms of a lone athlete's, and within 1.5 s with
    the embedded models. One process uses one core, but for the models, which use them all.
    """
    if settings.max_sessions is not None:
        return settings.max_sessions
    cores = usable_cores() / settings.processes
    hosted = is_hosted(settings.stt_model) and (settings.tts_voice == "none" or is_hosted(settings.tts_voice))
    return max(1, int(HOSTED_A_CORE * min(1.0, cores) if hosted else EMBEDDED_A_CORE * cores))


class ServerBusy(VoiceFitError):
    """No further session can start now."""


class Leaving(Protocol):
    """A connection that can be asked to leave."""

    async def leave(self, grace: float) -> None:
        """Lets the running sentence finish, for `grace` seconds at most, and closes."""


class Admission:
    """The sessions of this process: at most `limit` at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._admitted = 0
        self._draining = False
        self._connections: set[Leaving] = set()
        self._all_left = asyncio.Event()
        self._all_left.set()

    @property
    def has_room(self) -> bool:
        """Whether a session can start now."""
        return not self._draining and self._admitted < self._limit

    @property
    def admitted(self) -> int:
        """How many sessions there are."""
        return self._admitted

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one session, kept until it has closed. Raises `ServerBusy`."""
        if self._draining:
            raise ServerBusy(RESTARTING)
        if self._admitted >= self._limit:
            raise ServerBusy(f"All {self._limit} places are taken. Try again in a minute.")
        self._admitted += 1
        self._all_left.clear()
        try:
            yield
        finally:
            self._admitted -= 1
            if self._admitted == 0:
                self._all_left.set()

    @contextmanager
    def connected(self, connection: Leaving) -> Iterator[None]:
        """Lets `drain` know of a connection. Raises `ServerBusy` when it has begun."""
        if self._draining:
            raise ServerBusy(RESTARTING)
        self._connections.add(connection)
        try:
            yield
        finally:
            self._connections.discard(connection)

    async def drain(self, grace: float) -> None:
        """Admits nobody any more and waits for the sessions to end: their running sentences may finish.

        Returns when all sessions are closed, `grace` seconds (and the time to close) later at most.
        """
        self._draining = True
        await asyncio.gather(*(connection.leave(grace) for connection in tuple(self._connections)))
        await self._all_left.wait()
