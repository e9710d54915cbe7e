"""Turns that go wrong or do not end: how long one is being done, breaking it off, and what is said of it."""

from __future__ import annotations

import asyncio
import logging
import time

from agent.calling import Calling
from agent.celebration import UNAVAILABLE
from agent.turn import Turn
from prompts import phrase

logger = logging.getLogger(__name__)

BROKEN_OFF = "BrokenOff"
"""The error of a turn that was broken off."""


class Running:
    """The turn of a conversation that is being done, by the task that does it."""

    def __init__(self) -> None:
        self._turn: Turn | None = None
        self._task: asyncio.Task[None] | None = None
        self._since = 0.0
        self.given_up: Turn | None = None
        """The last that was given up: its task goes on with what follows it."""

    def begin(self, turn: Turn) -> None:
        """The current task does it from now on."""
        self._turn, self._task, self._since = turn, asyncio.current_task(), time.perf_counter()

    def end(self) -> None:
        """It is over."""
        self._turn = self._task = None

    @property
    def seconds(self) -> float:
        """How long it is being done by now; 0 when there is none."""
        return time.perf_counter() - self._since if self._turn is not None else 0.0

    async def give_up(self, patience: float) -> bool:
        """Breaks it off, and waits so many seconds for that: whether it is over.

        One whose commit is under way is left alone: what becomes of it is not known.
        """
        turn, task = self._turn, self._task
        if turn is None or task is None or turn.committing:
            return False
        self.given_up = turn
        task.cancel()
        try:
            await asyncio.wait_for(turn.done.wait(), patience)
        except TimeoutError:
            return False
        return True


def break_off(turn: Turn, calling: Calling) -> bool:
    """Says of a turn that was broken off what is so. Returns whether nothing of it is committed.

    What was saved stays and is told. What becomes of a commit under way nobody knows: nothing is said of it.
    """
    logger.error("turn %s was broken off", turn.item_id)
    turn.error = BROKEN_OFF
    turn.unsaved = not turn.saved
    if turn.committing:
        turn.reply = ""
        return False
    if turn.saved:
        calling.tell(turn)
    calling.take_back(turn)
    told = " ".join(one.say for index, one in enumerate(turn.results) if index not in turn.failed and one.say)
    if not turn.reply or not told:
        turn.fail(told or phrase("went_wrong"))
    return not turn.saved


def note_failure(turn: Turn, error: Exception) -> None:
    """Says that something went wrong with the turn, and logs what."""
    unsaved = isinstance(error, UNAVAILABLE)
    logger.error("turn %s %s", turn.item_id, "could not be saved" if unsaved else "failed", exc_info=error)
    turn.error = type(error).__name__
    turn.fail(phrase("not_saved" if unsaved else "went_wrong"))
