"""Turns: what an athlete said, understood and done, whatever becomes of the reply.

A turn runs in a task of its own, in the order of speaking. Interrupting the voice, losing the connection or
asking twice changes nothing: what was understood is committed, once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from uuid import UUID

from agent.breaking_off import Running, break_off
from agent.concluding import Concluding
from agent.doing import Doing, ends
from agent.dry_run import DryRun
from agent.events import SessionEvent, TurnBegan, TurnRefused
from agent.first_sound import FirstSound
from agent.memory import Beginning
from agent.observing import Observer
from agent.pace import Pace
from agent.situation import Situation
from agent.turn import Turn
from agent.wiring import Wiring
from core.logs import in_turn
from prompts import phrase

logger = logging.getLogger(__name__)

CONCLUDING_SECONDS = 10.0
"""How long the bookkeeping after a turn may take: closing waits for it."""

MAX_TURNS = 500
"""Turns that are kept in mind. An older one that is sent again is found in the database, and done once all
the same."""


class Turns:
    """The turns of one conversation, one at a time, each once."""

    def __init__(
        self,
        wiring: Wiring,
        athlete_id: UUID,
        conversation_id: UUID,
        emit: Callable[[SessionEvent], None],
        beginning: Beginning,
        observer: Observer,
    ) -> None:
        self._wiring = wiring
        self._athlete_id = athlete_id
        self._conversation_id = conversation_id
        self._emit = emit
        self._observer = observer
        self._pace = Pace(wiring.limiter, athlete_id)
        self._turns: dict[str, Turn] = {}
        self._order = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.running = Running()
        self.situation = Situation(wiring, beginning)
        self.concluding = Concluding(wiring.database, athlete_id, conversation_id, self.situation, observer)
        self.first_sound = FirstSound()
        self.open_microphone = False
        """Whether what is spoken may be meant for somebody else."""
        self._dry_run = DryRun(wiring, athlete_id, conversation_id, self.situation)
        self._doing = Doing(wiring, athlete_id, conversation_id, self.situation, emit, beginning)

    def begin(
        self,
        item_id: str,
        text: str,
        timings: Mapping[str, float] | None = None,
        *,
        confidence: float | None = None,
        overheard: bool = False,
    ) -> Turn:
        """Starts the turn `item_id`, or returns it when it has begun already and was not in vain.

        `timings` are the milliseconds that hearing it took, by stage, `confidence` the recogniser's, 0-1;
        `overheard`: by an open microphone.
        """
        if (turn := self.known(item_id)) is not None:
            return turn
        turn = Turn(item_id, text, timings=dict(timings or {}), confidence=confidence, overheard=overheard)
        self._remember(turn)
        self._emit(TurnBegan(item_id, text))
        self._observer.begun(turn)
        if (wait := self._pace.begin()) is not None:
            self._refuse(turn, wait)
            return turn
        task = asyncio.create_task(self._run(turn), name=f"turn {item_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return turn

    def _remember(self, turn: Turn) -> None:
        self._turns.pop(turn.item_id, None)  # one that was in vain: this is the newest now
        self._turns[turn.item_id] = turn
        for old in list(self._turns.values())[:-MAX_TURNS]:
            if old.done.is_set():
                del self._turns[old.item_id]

    async def take(
        self, item_id: str, text: str, timings: Mapping[str, float], confidence: float | None = None
    ) -> None:
        """Starts the turn `item_id` and waits until it can be answered: mostly that is when it is done.

        Cancelling this does not stop the turn."""
        turn = self.begin(item_id, text, timings, confidence=confidence, overheard=self.open_microphone)
        await turn.answerable.wait()

    async def rehearse(self, text: str) -> str:
        """What would be said to `text`, which is not done; empty when that is not known before it is, and
        while a turn is under way."""
        if self._order.locked():
            return ""
        async with self._order:
            return await self._dry_run.reply(text)

    def find(self, item_id: str) -> Turn | None:
        """The turn `item_id` of this session, unless it was refused."""
        turn = self._turns.get(item_id)
        return None if turn is None or turn.refused else turn

    def known(self, item_id: str) -> Turn | None:
        """The turn `item_id` of this session, unless nothing came of it and it may be tried again."""
        turn = self.find(item_id)
        return None if turn is None or turn.unsaved else turn

    def take_unspoken(self, turn: Turn) -> str:
        """The reply to `turn`, after those to earlier turns that nobody has heard; marks them as spoken."""
        words = []
        for one in self._turns.values():
            if not one.spoken and one.done.is_set():
                one.spoken = True
                words.append(one.reply)
            if one is turn:
                break
        return " ".join(word for word in words if word)

    async def result(self, call_id: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The output of the call `call_id`, which its turn makes; of no other."""
        for turn in reversed(self._turns.values()):
            for index in range(len(turn.calls)):
                if turn.call_id(index) == call_id:
                    await turn.done.wait()
                    return turn.results[index].output() if index < len(turn.results) else {"ok": False}
        return {"ok": False, "say": phrase("not_understood")}

    async def understood(self, item_id: str, text: str) -> Turn:
        """The turn `item_id`, once it is known what it means."""
        turn = self._turns.get(item_id) or self.begin(item_id, text)
        await turn.understood.wait()
        return turn

    async def reply(self, item_id: str) -> str:
        """What to say to the turn, once its calls are committed."""
        turn = self._turns[item_id]
        await turn.done.wait()
        return self.take_unspoken(turn)

    async def sentences(self, item_id: str) -> AsyncIterator[str]:
        """What to say to a turn that was handed over, as it is made; before it, what nobody has heard yet."""
        turn = self._turns[item_id]
        turn.spoken = True
        if earlier := self.take_unspoken(turn):
            yield earlier
        async for sentence in turn.sentences():
            yield sentence

    @property
    def are_under_way(self) -> bool:
        """Whether a turn is being understood, or done."""
        return self._order.locked()

    @property
    def are_left(self) -> bool:
        """Whether a turn has begun whose bookkeeping is not over."""
        return bool(self._tasks)

    def abandon(self) -> None:
        """Breaks off all turns, whatever they are at, for they keep the athlete's other sessions waiting."""
        for task in self._tasks:
            task.cancel()

    async def drain(self) -> None:
        """Waits until every turn that has begun is done."""
        with self.first_sound.hurried():
            while self._tasks:
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def _refuse(self, turn: Turn, retry_seconds: int) -> None:
        turn.refused = True
        turn.reply = phrase("too_fast")
        self._emit(TurnRefused(turn.item_id, retry_seconds))
        turn.understood.set()
        turn.finish()
        self._observer.done(turn)

    async def _run(self, turn: Turn) -> None:
        with in_turn(self._conversation_id, turn.id):
            with self._wiring.foreground.held():
                await self._do_or_give_up(turn)
                if turn.reply and turn.asks == turn.asked:  # an open question must outlast a crash
                    await self.first_sound.wait()
            try:
                async with asyncio.timeout(CONCLUDING_SECONDS):
                    await self.concluding.keep(turn)
                    if not ends(turn):
                        await self._doing.celebration.look(turn.results)
            except TimeoutError:
                logger.error("what turn %s came to was not kept in time", turn.item_id)

    async def _do_or_give_up(self, turn: Turn) -> None:
        try:
            await self._do(turn)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or self.running.given_up is not turn:
                raise
            task.uncancel()
        finally:
            if not turn.done.is_set():  # its turn never came
                break_off(turn, self._doing.calling)
                turn.finish()
            self._observer.done(turn)

    async def _do(self, turn: Turn) -> None:
        async with self._order:
            kept = self.situation.kept()
            self.running.begin(turn)
            try:
                await self._doing.attempt(turn, kept)
            except asyncio.CancelledError:
                if break_off(turn, self._doing.calling):
                    self.situation.restore(kept)
                raise
            finally:
                self.running.end()
                turn.mark("done")
                self._doing.overhearing.note(self.situation.pending)
                turn.understood.set()
                turn.finish()
