"""One turn: what was said, and all that it came to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from agent.router.understanding import Call, Pending
from tools import Memory, ToolResult


@dataclass
class Turn:
    """One utterance on its way. `understood` is set before `done`; `results` grow in the order of `calls`."""

    item_id: str
    text: str
    id: UUID = field(default_factory=uuid4)
    """Its row's id, ours and random; `item_id` may be the client's choice."""
    started: float = field(default_factory=time.perf_counter)
    began_at: float = field(default_factory=time.time)
    calls: tuple[Call, ...] = ()
    results: list[ToolResult] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    """The places of those calls that could not be carried out."""
    call_times: list[tuple[float, float]] = field(default_factory=list)
    """When each of them began and ended, in milliseconds since the turn began."""
    told: int = 0
    """How many results the door knows."""
    reply: str = ""
    command_id: UUID | None = None
    asked: Pending | None = None
    """The question that its record leaves open."""
    asks: Pending | None = None
    """The question that it leaves open once it is answered."""
    timings: dict[str, float] = field(default_factory=dict)
    kind: str = ""
    """What the grammar took it for."""
    error: str = ""
    """The type of what went wrong with the turn as a whole."""
    trace_id: str | None = None
    interrupted: bool = False
    understood: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    spoken: bool = False
    overheard: bool = False
    """It came by an open microphone, so it may not be meant for the agent."""
    confidence: float | None = None
    """How sure the recogniser was of what it heard, 0-1; None when it was typed."""
    addressed: bool = True
    """It sounds as if it was."""
    memory: Memory | None = None
    """What the conversation remembers since this turn, if the turn changed it."""
    refused: bool = False
    """It came too soon: nothing was done. Sent again, it is another turn."""
    unsaved: bool = False
    """Nothing of it is kept: the database failed. Sent again, it is another turn."""
    handed_over: bool = False
    """A language model answers it: its reply comes a sentence at a time, before the turn is done."""
    answerable: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when its reply can be generated: it is done, or its sentences come as they are made."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """What is kept with its reply: of the model, and of what it used."""
    sources: list[dict[str, Any]] = field(default_factory=list)
    """The chunks of knowledge that its answer rests on, besides those of its calls."""
    _sentences: list[str] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    _complete: bool = False

    @property
    def route(self) -> str:
        """Who decides: the grammar, or the model."""
        return "model" if self.handed_over else "local"

    @property
    def outcome(self) -> str:
        """What it came to, in a word."""
        if self.refused:
            return "refused"
        if self.error or self.failed:
            return "failed"
        if self.handed_over:
            return "handed_over"
        if self.kind == "ask" or any(one.question for one in self.results):
            return "asked"
        if self.kind == "hand_over" and not self.results:
            return "not_understood"
        return "ignored" if self.kind == "ignore" else "done"

    @property
    def committing(self) -> bool:
        """Whether its commit is under way: until that is over nobody knows whether it is there."""
        return "calls" in self.timings and not self.saved

    @property
    def saved(self) -> bool:
        """Whether its record and the calls that go with it are committed."""
        return "saved" in self.timings

    def outcome_of(self, index: int) -> str:
        """What the call at `index` came to."""
        if index in self.failed:
            return "failed"
        return "done" if self.results[index].ok else "asked"

    def call_id(self, index: int) -> str:
        """The name of the turn's call number `index`, the same in every retry."""
        return f"call_{self.item_id}_{index}"

    def say(self, sentence: str) -> None:
        """Adds a sentence to the reply, which may be spoken at once."""
        if not sentence:
            return
        self.reply = f"{self.reply} {sentence}".strip()
        self._sentences.append(sentence)
        self._more.set()

    def fail(self, words: str) -> None:
        """Says that something went wrong."""
        if self.handed_over:
            self.say(words)
        else:
            self.reply = words

    def say_no_more(self) -> None:
        """The reply is complete, though the turn may still be at its bookkeeping."""
        self._complete = True
        self._more.set()

    def finish(self) -> None:
        """The turn is done."""
        self.done.set()
        self.answerable.set()
        self.say_no_more()

    async def sentences(self) -> AsyncIterator[str]:
        """The sentences of the reply as they come, until it is complete."""
        told = 0
        while True:
            self._more.clear()
            while told < len(self._sentences):
                told += 1
                yield self._sentences[told - 1]
            if self._complete:
                return
            await self._more.wait()

    def now(self) -> float:
        """Milliseconds since the turn began."""
        return round((time.perf_counter() - self.started) * 1000, 2)

    def mark(self, stage: str) -> None:
        """Notes the milliseconds since the turn began."""
        self.timings[stage] = self.now()

    def moment(self, milliseconds: float) -> int:
        """So long after the turn began, in nanoseconds of the wall clock."""
        return round((self.began_at * 1000 + milliseconds) * 1_000_000)
