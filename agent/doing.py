"""Doing a turn: what it means, its calls in one transaction, and what is said to it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from agent.breaking_off import note_failure
from agent.calling import Calling
from agent.celebration import ENDS, Celebration
from agent.doubt import asked_first
from agent.events import SessionEvent, TurnUnderstood
from agent.handing_over import HandingOver, Scene
from agent.looking_up import worth_asking
from agent.memory import Beginning
from agent.overhearing import Overhearing
from agent.records import LOCAL, asked, parsed
from agent.router import onboarding
from agent.router.understanding import Call, Pending
from agent.situation import Situation
from agent.turn import Turn
from agent.wiring import Wiring
from prompts import phrase
from services import voice
from services.workouts import Snapshot, snapshot
from tools import TOOLS, Memory, Within


class Doing:
    """Does the turns of one conversation. Who calls sees to it that it is one at a time."""

    def __init__(
        self,
        wiring: Wiring,
        athlete_id: UUID,
        conversation_id: UUID,
        situation: Situation,
        emit: Callable[[SessionEvent], None],
        beginning: Beginning,
    ) -> None:
        self._wiring = wiring
        self._athlete_id = athlete_id
        self._conversation_id = conversation_id
        self._emit = emit
        self.situation = situation
        self.overhearing = Overhearing()
        self.calling = Calling(wiring, athlete_id, conversation_id, situation, emit)
        self.celebration = Celebration(wiring.database, athlete_id, beginning.news)
        self._handing_over: HandingOver | None = None
        if wiring.grok is not None:
            make = self.calling.make_now
            self._handing_over = HandingOver(
                wiring.grok,
                wiring.database,
                wiring.measures,
                athlete_id,
                conversation_id,
                beginning.earlier,
                make,
            )

    async def attempt(self, turn: Turn, kept: tuple[Pending | None, Memory]) -> None:
        """Does a turn, or says that it went wrong: then what is remembered is as it was `kept`."""
        try:
            await self._understand_and_carry_out(turn)
        except Exception as error:
            note_failure(turn, error)
            turn.unsaved = True
            self.situation.restore(kept)
            self.calling.take_back(turn)
        else:
            self.calling.tell(turn)
            await self._answer(turn)
            turn.asks = self.situation.pending

    async def _understand_and_carry_out(self, turn: Turn) -> None:
        """All of a turn in one transaction: the state it starts from, its record, its calls."""
        # Durable as soon as a call writes: what a crash of the database takes otherwise, a retry brings back.
        database = self._wiring.database
        async with database.transaction(self._athlete_id, durable=False, alone=True) as db:
            now: Snapshot | None = await self._understand(db, turn)
            turn.understood.set()
            for call in turn.calls:
                tool = TOOLS.get(call.tool)
                if tool is not None and tool.ask is not None:
                    break  # it takes its time, without the athlete's lock
                if not (await self.calling.make(turn, Within(db, now))).ok:
                    break
                if tool is not None and tool.writes:
                    db.expunge_all()
                    now = None
            turn.mark("calls")
        turn.mark("saved")
        # What follows a question may hang on its answer.
        while len(turn.results) < len(turn.calls) and all(one.ok for one in turn.results):
            await self.calling.make(turn)
        turn.mark("committed")
        if turn.results:
            turn.reply = " ".join(one.say for one in turn.results if one.say)

    async def _understand(self, db: AsyncSession, turn: Turn) -> Snapshot:
        now = await snapshot(db, self._athlete_id)
        turn.mark("state")
        self.situation.see(now)
        await self.situation.learn_names(db, self._athlete_id)
        understanding = self.situation.read(turn.text)
        if turn.overheard:
            understanding = self.overhearing.judge(turn.text, understanding, self.situation.pending)
            turn.addressed = self.overhearing.addressed(turn.text, understanding)
        understanding = asked_first(understanding, turn.confidence, self.situation.pending)
        turn.mark("router")
        turn.kind = understanding.kind
        taken = turn.timings["router"] - turn.timings["state"]
        record = parsed(understanding, turn.text, taken)
        turn.command_id, output = await voice.begin_turn(
            db,
            self._athlete_id,
            self._conversation_id,
            turn.item_id,
            turn.text,
            record,
            turn.id,
        )
        turn.id = turn.command_id
        turn.mark("recorded")
        again = output is not record.output
        turn.asked = self.situation.pending = asked(output) if again else understanding.pending
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
        return now

    async def _answer(self, turn: Turn) -> None:
        """Says more than the calls do: what the model does, or what is news."""
        situation = self.situation
        try:
            if turn.handed_over and self._handing_over is not None:
                scene = Scene(situation.state, situation.router.matcher, self._wiring.search)
                situation.pending = await self._handing_over.answer(turn, scene)
                return
            if turn.reply == phrase("not_understood"):
                await self._look_up(turn)
                if turn.reply == phrase("not_understood") and not turn.addressed:
                    turn.reply = ""
            if situation.pending is None and turn.results and (asks := turn.results[-1].asks):
                situation.pending = onboarding.asked(asks.field, asks.question)
            if situation.pending is None and turn.results and (offer := turn.results[-1].offer):
                call = Call(offer.tool, offer.args)
                situation.pending = Pending((call,), "confirm", turn.results[-1].question or "")
            if ends(turn):
                await self.celebration.look(turn.results)
            if situation.pending is None:
                news = await self.celebration.news_for(turn.results)
                turn.reply = " ".join(words for words in (turn.reply, news) if words)
            if self._handing_over is not None:
                self._handing_over.overheard(turn)
        except Exception as error:
            note_failure(turn, error)

    async def _look_up(self, turn: Turn) -> None:
        """Answers a question without a language model, if the knowledge base knows."""
        search = self._wiring.search
        call = await worth_asking(turn.text, self.situation, search) if search is not None else None
        if call is not None:
            turn.calls += (call,)
            turn.reply = (await self.calling.make_now(turn)).say


def ends(turn: Turn) -> bool:
    """Whether a workout is over with the turn."""
    return any(one.tool in ENDS for one in turn.results)
