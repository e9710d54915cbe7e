"""What the grammar hands over, answered by a model: its words a sentence at a time, its calls once they are
allowed, and what is known here when it fails.

It runs inside the turn's own task (decision 3), so that an interruption loses no call, and the calls have the
turn's keys. Whatever the model does, the turn ends with something true said, in time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol

from agent.grok.consent import Consent
from agent.grok.evidence import Heard
from agent.grok.grok import Grok
from agent.grok.grounding import Ground, Sentences
from agent.grok.proposals import Proposal, read
from agent.grok.thread import Thread
from agent.grok.wire import ModelFailed, Piece, Usage, Wanted, Words
from agent.router.lexer import split_words
from agent.router.understanding import Call, Pending
from tools import ToolResult

logger = logging.getLogger(__name__)

SILENT = "[silent]"
"""What the model writes when nothing was meant for it."""


class Stage(Protocol):
    """The turn as answering it needs it."""

    async def plan(self, calls: Sequence[Call]) -> None:
        """Keeps the calls that are about to be made, before they are."""

    async def make(self, call: Call) -> ToolResult:
        """Makes the next call of the turn."""

    def say(self, sentence: str) -> None:
        """Speaks a sentence."""


@dataclass(slots=True)
class Outcome:
    """What answering came to. `trouble` is what went wrong, if something did; `pending` what was asked."""

    usage: Usage = field(default_factory=Usage)
    trouble: str | None = None
    pending: Pending | None = None
    silent: bool = False
    said: list[str] = field(default_factory=list)
    model: str = ""
    """Which answered, or was asked last."""


class Answering:
    """One turn with the model."""

    def __init__(
        self,
        grok: Grok,
        name: str,
        thread: Thread,
        conversation: str,
        stage: Stage,
        heard: Heard,
        ground: Ground,
    ) -> None:
        """`name` is the model to ask."""
        self._grok = grok
        self._name = name
        self._breaker = grok.breaker
        self._settings = grok.settings
        self._thread = thread
        self._conversation = conversation
        self._stage = stage
        self._heard = heard
        self._ground = ground
        self._consent = Consent(heard)
        self._outcome = Outcome()
        self._results: list[ToolResult] = []
        self._waiting: list[str] = []
        """Sentences held back until it is known that they may be said."""
        self._dropping = False
        """Whether what the model goes on to say in this round hangs on something that was not so."""
        self._due = self._ends = 0.0
        """When the next sentence has to be there, and the last one. Nothing but the model is hurried: a call
        that is being made is made."""

    async def answer(self, fallback: str) -> Outcome:
        """Answers the newest message of the thread; with `fallback` when nothing better can be said."""
        loop = asyncio.get_running_loop()
        self._ends = loop.time() + self._settings.xai_answer_seconds
        self._due = loop.time() + self._settings.xai_first_words_seconds
        try:
            await self._rounds()
            self._breaker.worked()
        except ModelFailed as failure:
            self._failed(failure)
        self._conclude(fallback)
        self._outcome.model = self._name
        return self._outcome

    def _failed(self, failure: ModelFailed) -> None:
        self._outcome.trouble = failure.trouble
        if failure.trouble == "refused":  # it works, and will not
            self._breaker.worked()
        else:
            self._breaker.failed(failure.retry_seconds)
        logger.warning("the model failed: %s", failure)

    async def _rounds(self) -> None:
        for _ in range(self._settings.xai_rounds):
            words, wanted = await self._ask_somebody()
            if not wanted:
                return
            await self._make(words, wanted)
            if self._outcome.pending is not None:
                return
        self._outcome.trouble = "rounds"

    async def _ask_somebody(self) -> tuple[str, list[Wanted]]:
        """Asks the model, or the usual one where a trained one is not accepted."""
        try:
            return await self._ask()
        except ModelFailed as failure:
            if failure.trouble != "rejected" or self._name == self._grok.model.name:
                raise
        self._grok.shun(self._name)
        self._name = self._grok.model.name
        return await self._ask()

    async def _ask(self) -> tuple[str, list[Wanted]]:
        """One request: says the sentences that may be said, returns all words and the calls."""
        sentences, heard, wanted = Sentences(), "", list[Wanted]()
        self._dropping = False
        grok = self._grok
        stream = grok.model.stream(self._thread.messages, grok.tools, self._conversation, self._name)
        async with aclosing(stream):
            async for piece in self._paced(stream):
                if isinstance(piece, Words):
                    heard += piece.text
                    for sentence in sentences.add(piece.text):
                        self._hear(sentence)
                elif isinstance(piece, Wanted):
                    wanted.append(piece)
                else:
                    self._outcome.usage += piece
        for sentence in sentences.end():
            self._hear(sentence)
        return heard, wanted

    async def _paced(self, pieces: AsyncGenerator[Piece]) -> AsyncIterator[Piece]:
        """`pieces`, each in time: the first sentence by when it is due, each further one soon after."""
        while True:
            try:
                async with asyncio.timeout_at(min(self._due, self._ends)):
                    piece = await anext(pieces, None)
            except TimeoutError:
                raise ModelFailed("slow", "no sentence in time") from None
            if piece is None:
                return
            yield piece

    def _hear(self, sentence: str) -> None:
        """Takes a sentence of the model: says it, holds it back, or drops it and all that follows it."""
        if sentence.startswith(SILENT):
            self._outcome.silent = True
        elif self._outcome.silent or self._dropping or self._was_told(sentence):
            return
        elif not self._ground.holds(sentence):
            self._dropping = True
            self._outcome.trouble = "ungrounded"
            logger.warning("a sentence of %d characters was not said: nothing bears it out", len(sentence))
        elif self._holds_back():
            self._waiting.append(sentence)
        else:
            self._say(sentence)

    def _was_told(self, sentence: str) -> bool:
        """Whether it says nothing that was not said in this turn already: the tool tells what it did."""
        told = {word for said in self._outcome.said for word in split_words(said)}
        return self._ground.repeats(sentence) or (bool(told) and set(split_words(sentence)) <= told)

    def _holds_back(self) -> bool:
        """Who reports numbers and hears a kind word thinks that they were logged: only a call, a question or
        silence answers that."""
        return self._heard.has_numbers and not self._heard.is_question and not self._ground.wrote

    def _say(self, sentence: str, wait: float | None = None) -> None:
        """Says it; the next one is due after `wait` seconds, or soon."""
        self._due = asyncio.get_running_loop().time() + (wait or self._settings.xai_stall_seconds)
        self._outcome.said.append(sentence)
        self._stage.say(sentence)

    async def _make(self, words: str, wanted: Sequence[Wanted]) -> None:
        """Judges the calls, makes those that are allowed, and tells the model what became of each."""
        for index, one in enumerate(wanted):
            one.id = one.id or f"call_{index}"
        proposals = [self._judged(read(one)) for one in wanted]
        allowed = [one.call for one in proposals if one.call is not None and one.decision == "do"]
        if allowed:
            await self._stage.plan(allowed)
        outputs = [await self._made(proposal) for proposal in proposals]
        self._thread.called(words, wanted, outputs)
        asked = [one for one in proposals if one.decision == "ask" and one.call is not None]
        if asked:
            self._put_question(asked[0])

    def _judged(self, proposal: Proposal) -> Proposal:
        if proposal.call is None:
            return proposal
        verdict = self._consent.judge(proposal.call)
        return Proposal(proposal.call, verdict.decision, verdict.words)

    async def _made(self, proposal: Proposal) -> dict[str, Any]:
        if proposal.call is None or proposal.decision != "do":
            return {"ok": False, "why": proposal.words}
        result = await self._stage.make(proposal.call)
        self._results.append(result)
        output = result.output()
        self._ground.give_data(output)
        if proposal.writes and result.ok:
            self._ground.wrote = True
            if result.say:
                self._waiting.clear()
                self._say(result.say, wait=self._settings.xai_first_words_seconds)
                output |= {"told": "The athlete has heard `say` already."}
        return output

    def _put_question(self, proposal: Proposal) -> None:
        assert proposal.call is not None
        self._waiting.clear()
        self._outcome.pending = Pending((proposal.call,), "confirm", proposal.words)
        self._say(proposal.words)

    def _conclude(self, fallback: str) -> None:
        """Says what was held back if it answers, else what the tools found, else the fallback."""
        outcome = self._outcome
        answers = bool(self._waiting) and self._waiting[-1].endswith("?") and not self._dropping
        if not outcome.said and answers:
            for sentence in self._waiting:
                self._say(sentence)
        if outcome.said or (outcome.silent and not self._results):
            return
        found = " ".join(one.say for one in self._results if one.say)
        if words := found or fallback:
            self._say(words)


def finish(thread: Thread, outcome: Outcome) -> None:
    """Adds what was said to the thread."""
    thread.said("assistant", " ".join(outcome.said) or SILENT)
