"""Turns: what an athlete said, understood and done, whatever becomes of the reply.

A turn runs in a task of its own, in the order of speaking. Interrupting the voice, losing the connection or
asking twice changes nothing: what was understood is committed, once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from agent import memory as remembering
from agent.celebration import ENDS, Celebration
from agent.events import SessionEvent, ToolFinished, ToolStarted, TurnBegan, TurnRefused, TurnUnderstood
from agent.handing_over import HandingOver, Scene
from agent.memory import Beginning
from agent.pace import Pace
from agent.records import LOCAL, parsed, state_of, touched
from agent.router import onboarding
from agent.router.choosing import choose
from agent.router.understanding import Call, Pending, Understanding
from agent.speech.hypotheses import Choice, Hypothesis
from agent.turn import Turn
from agent.wiring import Wiring
from core.errors import DatabaseUnavailable
from prompts import phrase
from services import voice
from services.exercises.own_names import own_names
from services.ledger import Key
from services.workouts import Snapshot, snapshot
from tools import ToolContext, ToolResult, run_tool

logger = logging.getLogger(__name__)


class Turns:
    """The turns of one conversation, one at a time, each once."""

    def __init__(
        self,
        wiring: Wiring,
        athlete_id: UUID,
        conversation_id: UUID,
        emit: Callable[[SessionEvent], None],
        beginning: Beginning,
    ) -> None:
        self._wiring = wiring
        self._athlete_id = athlete_id
        self._conversation_id = conversation_id
        self._emit = emit
        self._pace = Pace(wiring.limiter, athlete_id)
        self._turns: dict[str, Turn] = {}
        self._order = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.pending: Pending | None = None
        self.state = replace(beginning.state, newcomer=beginning.newcomer)
        """What the athlete was in the middle of when last looked at; a turn looks anew."""
        self._memory = beginning.memory
        self._celebration = Celebration(wiring.database, athlete_id, beginning.news)
        self._names_changed = False
        self._handing_over: HandingOver | None = None
        if wiring.grok is not None:
            self._handing_over = HandingOver(
                wiring.grok, wiring.database, athlete_id, conversation_id, beginning.earlier, self.call
            )
        self._know_names(beginning.names)

    def choose(self, hypotheses: Sequence[Hypothesis]) -> Choice:
        """Which of what may have been said makes most sense now. Safe to call from any thread."""
        return choose(self._router, hypotheses, self.state, self.pending)

    def begin(self, item_id: str, text: str, timings: Mapping[str, float] | None = None) -> Turn:
        """Starts the turn `item_id`, or returns it when it has begun already.

        `timings` are the milliseconds that hearing it took, by stage.
        """
        if (turn := self.find(item_id)) is not None:
            return turn
        turn = self._turns[item_id] = Turn(item_id, text, timings=dict(timings or {}))
        self._emit(TurnBegan(item_id, text))
        if (wait := self._pace.begin()) is not None:
            self._refuse(turn, wait)
            return turn
        task = asyncio.create_task(self._run(turn), name=f"turn {item_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return turn

    async def take(self, item_id: str, text: str, timings: Mapping[str, float]) -> None:
        """Starts the turn `item_id` and waits until it can be answered: mostly that is when it is done.

        Cancelling this does not stop the turn."""
        await self.begin(item_id, text, timings).answerable.wait()

    def find(self, item_id: str) -> Turn | None:
        """The turn `item_id` of this session, unless it was refused."""
        turn = self._turns.get(item_id)
        return None if turn is None or turn.refused else turn

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

    async def drain(self) -> None:
        """Waits until every turn that has begun is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _refuse(self, turn: Turn, retry_seconds: int) -> None:
        turn.refused = True
        turn.reply = phrase("too_fast")
        self._emit(TurnRefused(turn.item_id, retry_seconds))
        turn.understood.set()
        turn.finish()

    async def _run(self, turn: Turn) -> None:
        with self._wiring.foreground.held():
            await self._do(turn)
        await self._conclude(turn)

    async def _do(self, turn: Turn) -> None:
        async with self._order:
            try:
                await self._understand(turn)
                turn.understood.set()
                await self._carry_out(turn)
                if turn.handed_over and self._handing_over is not None:
                    scene = Scene(self.state, self._router.matcher, self._wiring.search)
                    self.pending = await self._handing_over.answer(turn, scene)
                elif self._handing_over is not None:
                    self._handing_over.overheard(turn)
            except (SQLAlchemyError, OSError, DatabaseUnavailable):
                logger.exception("turn %s could not be saved", turn.item_id)
                turn.fail(phrase("not_saved"))
            except Exception:
                logger.exception("turn %s failed", turn.item_id)
                turn.fail(phrase("went_wrong"))
            finally:
                turn.understood.set()
                turn.finish()

    async def _conclude(self, turn: Turn) -> None:
        try:
            async with self._wiring.database.transaction(self._athlete_id, durable=False) as db:
                if turn.command_id is not None:
                    await voice.concluded(db, turn.command_id, touched(turn.results))
                await self.record_timings(db, turn)
                self._see(await snapshot(db, self._athlete_id))
        except (SQLAlchemyError, OSError, DatabaseUnavailable):
            logger.exception("what turn %s came to could not be kept", turn.item_id)
        if not _ends(turn):
            await self._celebration.look(turn.results)

    async def record_timings(self, db: AsyncSession, turn: Turn) -> None:
        """Keeps how long the turn has taken so far."""
        if turn.command_id is not None:
            latency = round(turn.timings.get("committed", 0.0))
            await voice.timed(db, turn.command_id, latency, dict(turn.timings))

    def _see(self, now: Snapshot) -> None:
        self._memory = remembering.seen(self._memory, now)
        newcomer = self.state.newcomer and now.workout is None
        self.state = replace(state_of(now, self._memory), newcomer=newcomer)

    async def _understand(self, turn: Turn) -> None:
        wiring = self._wiring
        # A call's own commit carries this one; what a crash of the database takes, a retry brings back.
        async with wiring.database.transaction(self._athlete_id, durable=False) as db:
            now = await snapshot(db, self._athlete_id)
            turn.mark("state")
            self._see(now)
            if self._names_changed:
                self._know_names(await own_names(db, self._athlete_id))
            understanding = self._read(turn.text)
            turn.mark("router")
            self.pending = understanding.pending
            turn.command_id, output = await voice.begin_turn(
                db,
                self._athlete_id,
                self._conversation_id,
                turn.item_id,
                turn.text,
                parsed(understanding, turn.text, turn.timings["router"] - turn.timings["state"]),
            )
        turn.mark("recorded")
        turn.calls = tuple(Call(call["tool"], call["args"]) for call in output.get("calls", ()))
        turn.reply = output.get("reply") or ""
        if self._handing_over is not None and self._handing_over.wants(turn, output):
            turn.handed_over = True
            turn.answerable.set()
        self._emit(
            TurnUnderstood(
                turn.item_id, understanding.kind, LOCAL, understanding.reason, understanding.confidence
            )
        )

    def _read(self, text: str) -> Understanding:
        if self._wiring.model_first and self.pending is None:
            return Understanding("hand_over", confidence=0.0, reason="model_first")
        return self._router.understand(text, self.state, self.pending)

    async def _carry_out(self, turn: Turn) -> None:
        for index, call in enumerate(turn.calls):
            result = await self.call(turn, index, call)
            turn.results.append(result)
            turn.reply = " ".join(one.say for one in turn.results if one.say)
            if not result.ok:  # what follows may hang on what was asked
                break
        turn.mark("committed")
        if self.pending is None and turn.results and (asks := turn.results[-1].asks):
            self.pending = onboarding.asked(asks.field, asks.question)
        if _ends(turn):
            await self._celebration.look(turn.results)
        if self.pending is None:
            news = await self._celebration.news_for(turn.results)
            turn.reply = " ".join(words for words in (turn.reply, news) if words)

    async def call(self, turn: Turn, index: int, call: Call) -> ToolResult:
        """Makes one call of a turn and tells the door of it."""
        call_id = turn.call_id(index)
        self._emit(ToolStarted(call_id, call.tool, call.args, turn.item_id))
        key = Key(f"{self._conversation_id}:{turn.item_id}:{index}", self._conversation_id, turn.command_id)
        context = ToolContext(
            self._wiring.database,
            self._router.matcher,
            self._athlete_id,
            key,
            turn.text,
            self._memory,
            self._wiring.search,
        )
        failed = False
        try:
            result = await run_tool(context, call.tool, call.args)
            self._remember(turn, result)
        except Exception:
            logger.exception("tool %s failed", call.tool)
            result, failed = ToolResult(tool=call.tool, ok=False, say=phrase("not_saved")), True
        self._emit(ToolFinished(call_id, call.tool, result.output(), failed, turn.item_id))
        return result

    def _know_names(self, names: Mapping[str, str]) -> None:
        """From now on the athlete calls exercises so, besides what everybody calls them."""
        self._router = self._wiring.router.personal(names)
        self._names_changed = False

    def _remember(self, turn: Turn, result: ToolResult) -> None:
        self._names_changed = self._names_changed or result.names_changed
        memory = remembering.after(self._memory, result)
        if memory != self._memory:
            self._memory = turn.memory = memory


def _ends(turn: Turn) -> bool:
    return any(one.tool in ENDS for one in turn.results)
