"""Handing a turn over: what the model is told, what it may do, and what is kept of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from agent.grok.answering import Answering, Outcome, finish
from agent.grok.evidence import Heard
from agent.grok.grok import UNAVAILABLE, Grok
from agent.grok.grounding import Ground
from agent.grok.thread import Thread
from agent.router.understanding import Call, Pending, WorkoutState
from agent.turn import Turn
from core.measures import Measures
from db.session import Database
from prompts import phrase, prompt, versions
from search import Search
from services import coach, voice
from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import ExerciseMatcher
from services.exercises.red_flags import advice
from tools import ToolResult

logger = logging.getLogger(__name__)

PROMPT = "coach"
KNOWLEDGE = "search_knowledge"
PASSAGES = 3
"""Chunks that a question brings along: what answers it is among the first."""

Make = Callable[[Turn], Awaitable[ToolResult]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the athlete of a turn is in the middle of, and where names and knowledge are looked up."""

    state: WorkoutState
    matcher: ExerciseMatcher
    search: Search | None


class HandingOver:
    """What one conversation hands over."""

    def __init__(
        self,
        grok: Grok,
        database: Database,
        measures: Measures,
        athlete_id: UUID,
        conversation_id: UUID,
        earlier: Sequence[tuple[str, str]],
        make: Make,
    ) -> None:
        """`earlier` is (role, text) of what was said before this connection; `make` makes a turn's call."""
        self._grok = grok
        self._database = database
        self._measures = measures
        self._athlete_id = athlete_id
        self._conversation_id = conversation_id
        self._thread = Thread(prompt(PROMPT), earlier)
        self._make = make

    def wants(self, turn: Turn, output: dict[str, Any]) -> bool:
        """Whether the model is to answer a turn that was taken for `output`.

        Signs of danger are none of its business. What an earlier life of the turn did is only repeated.
        """
        if advice(turn.text):
            return False
        calls: list[dict[str, Any]] = output.get("calls") or []
        if output.get("kind") == "hand_over":
            return not calls and output.get("reply") == phrase("not_understood")
        return len(calls) == 1 and calls[0]["tool"] == KNOWLEDGE

    def overheard(self, turn: Turn) -> None:
        """A turn was answered without the model: it is told of it with the next one that it gets."""
        if turn.reply:
            self._thread.said("user", turn.text)
            self._thread.said("assistant", turn.reply)

    async def answer(self, turn: Turn, scene: Scene) -> Pending | None:
        """Answers the turn, whose `reply` is what the grammar would say. Returns what was asked, if so."""
        fallback, turn.reply = turn.reply, ""
        passages = await self._passages(turn, scene)
        if passages.say and fallback == phrase("not_understood"):
            fallback = passages.say
        if not await self._grok.may_spend(self._athlete_id):
            self._without(turn, fallback if passages.say else phrase("budget_used"), "budget")
            return None
        if not self._grok.breaker.may_ask():
            self._without(turn, fallback, "resting")
            return None
        return await self._ask(turn, scene, passages.data, fallback)

    def _without(self, turn: Turn, words: str, why: str) -> None:
        """Answers without the model."""
        turn.say(words)
        turn.metadata |= {"model_trouble": why}
        self._measures.answered(why, requests=0, asked=0, cached=0, answered=0, usd=0.0)
        self.overheard(turn)

    async def _ask(
        self, turn: Turn, scene: Scene, passages: list[dict[str, Any]], fallback: str
    ) -> Pending | None:
        now = told(scene.state) | ({"knowledge": passages} if passages else {})
        self._thread.asks(turn.text, now)
        ground = Ground([turn.text])
        ground.give_data([now, [result.output() for result in turn.results]])
        grok = self._grok
        answering = Answering(
            grok,
            await grok.model_for(self._athlete_id),
            self._thread,
            str(self._conversation_id),
            _Stage(self, turn),
            Heard.of(turn.text, scene.state, scene.matcher),
            ground,
        )
        outcome = await answering.answer(fallback)
        turn.mark("answered")
        finish(self._thread, outcome)
        turn.metadata |= self._told_of(outcome)
        turn.say_no_more()
        self._count(outcome)
        await grok.spent(self._athlete_id, outcome.usage)
        await self._keep(turn, outcome)
        return outcome.pending

    def _count(self, outcome: Outcome) -> None:
        usage = outcome.usage
        self._measures.answered(
            outcome.trouble,
            requests=usage.requests,
            asked=usage.asked,
            cached=usage.cached,
            answered=usage.answered,
            usd=self._grok.budget.cost(usage.asked, usage.cached, usage.answered),
        )

    async def _passages(self, turn: Turn, scene: Scene) -> _Passages:
        """What the knowledge base has to the question: found by the turn's call, or looked up now."""
        if turn.results:
            sources = [one.model_dump(mode="json", exclude_none=True) for one in turn.results[0].sources]
            return _Passages(sources[:PASSAGES], turn.results[0].say)
        heard = Heard.of(turn.text, scene.state, scene.matcher)
        if scene.search is None or not heard.is_question or heard.of_the_machine():
            return _Passages([], "")
        try:
            found = await coach.answer(scene.search, turn.text)
        except UNAVAILABLE:
            logger.exception("knowledge could not be looked up")
            return _Passages([], "")
        if not found.known:
            return _Passages([], "")
        chunks = found.sources[:PASSAGES]
        turn.sources = [
            {"chunk_id": one.chunk_id, "title": one.title, "source": one.source} for one in chunks
        ]
        return _Passages(
            [
                {"chunk_id": one.chunk_id, "title": one.title, "content": one.content, "source": one.source}
                for one in chunks
            ],
            found.spoken,
        )

    async def plan(self, turn: Turn, calls: Sequence[Call]) -> None:
        """Keeps the calls before they are made: should everything stop now, a retry makes these."""
        if turn.command_id is None:
            return
        planned = [{"tool": call.tool, "args": call.args} for call in (*turn.calls, *calls)]
        async with self._database.transaction(self._athlete_id) as db:
            await voice.planned(db, turn.command_id, planned)

    async def make(self, turn: Turn, call: Call) -> ToolResult:
        """Makes the next call of the turn, under the turn's key for it."""
        turn.calls += (call,)
        return await self._make(turn)

    def _told_of(self, outcome: Outcome) -> dict[str, Any]:
        """What is kept with the reply."""
        usage = outcome.usage
        told: dict[str, Any] = {
            "model": outcome.model,
            "prompts": versions(PROMPT),
            "usage": {
                "requests": usage.requests,
                "prompt_tokens": usage.asked,
                "cached_tokens": usage.cached,
                "completion_tokens": usage.answered,
                "usd": round(self._grok.budget.cost(usage.asked, usage.cached, usage.answered), 8),
            },
        }
        if outcome.trouble:
            told["model_trouble"] = outcome.trouble
        return told

    async def _keep(self, turn: Turn, outcome: Outcome) -> None:
        if turn.command_id is None:
            return
        trouble = f"model_{outcome.trouble}" if outcome.trouble else None
        try:
            async with self._database.transaction(self._athlete_id, durable=False) as db:
                await voice.answered(
                    db,
                    turn.command_id,
                    model=outcome.model,
                    reply=turn.reply,
                    trouble=trouble,
                    prompts=versions(PROMPT),
                )
        except UNAVAILABLE:
            logger.exception("how turn %s was answered could not be kept", turn.item_id)


@dataclass(frozen=True, slots=True)
class _Passages:
    """Chunks as the model is given them, and what is said of them without it."""

    data: list[dict[str, Any]]
    say: str


class _Stage:
    """A turn, as answering it needs it."""

    def __init__(self, handing_over: HandingOver, turn: Turn) -> None:
        self._handing_over = handing_over
        self._turn = turn

    async def plan(self, calls: Sequence[Call]) -> None:
        await self._handing_over.plan(self._turn, calls)

    async def make(self, call: Call) -> ToolResult:
        return await self._handing_over.make(self._turn, call)

    def say(self, sentence: str) -> None:
        if "first_sentence" not in self._turn.timings:
            self._turn.mark("first_sentence")
        self._turn.say(sentence)


def told(state: WorkoutState) -> dict[str, Any]:
    """What the model is told of what the athlete is in the middle of."""
    by_slug = packaged_catalogue().by_slug
    now: dict[str, Any] = {
        "time": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "unit": state.unit,
        "workout_open": state.workout_open,
    }
    if state.exercise in by_slug:
        now["exercise"] = by_slug[state.exercise].name
    if (last := state.last_set) is not None:
        fields = ("reps", "weight", "unit", "rpe", "duration_seconds", "distance_meters")
        now["last_set"] = {"exercise": by_slug[last.exercise].name} | {
            name: value for name in fields if (value := getattr(last, name)) is not None
        }
    if state.injuries:
        now["injuries"] = list(state.injuries)
    return now
