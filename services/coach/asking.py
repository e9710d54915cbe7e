"""Asking the coach in writing: what is asked of whoever answers, and the answer as it comes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from core.errors import VoiceFitError
from db.models import KnowledgeChunk
from db.session import Database
from search import Search
from services import conversations, messages
from services.coach.extractive import answer
from services.messages import Said


class TooFast(VoiceFitError):
    """The athlete asks faster than they may; again in `retry_seconds`."""

    def __init__(self, retry_seconds: int) -> None:
        super().__init__("That was more than the coach can keep up with. Wait a moment, then ask again.")
        self.retry_seconds = retry_seconds


@dataclass(frozen=True, slots=True)
class Source:
    """A chunk that an answer rests on."""

    chunk_id: str
    title: str | None
    source: str | None

    @classmethod
    def of(cls, chunk: KnowledgeChunk) -> Source:
        """The chunk as a source."""
        return cls(chunk.chunk_id, chunk.title, chunk.source)


@dataclass(frozen=True, slots=True)
class Question:
    """What an athlete asks. `item_id` names it in its conversation: sent again, it is the same question.

    Without a `conversation_id` it belongs to the one that they were in lately, by voice or in writing.
    """

    text: str
    item_id: str
    conversation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the answer, while it is made."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The whole answer, once it is kept."""

    answer: str
    sources: tuple[Source, ...]
    conversation_id: UUID


class Coach(Protocol):
    """Answers athletes."""

    def ask(self, athlete_id: UUID, question: Question) -> AsyncGenerator[Part | Answered]:
        """The answer in parts, then whole. Raises `UnknownConversation`, `TooFast`, and what the database
        raises when it cannot be reached."""


class ExtractiveCoach:
    """Answers from the knowledge base alone: where there is no conversation behind the API."""

    def __init__(self, database: Database, search: Search) -> None:
        self._database = database
        self._search = search

    async def ask(self, athlete_id: UUID, question: Question) -> AsyncGenerator[Part | Answered]:
        async with self._database.transaction(athlete_id) as db:
            where = await conversations.lately(db, athlete_id, question.conversation_id)
        found = await answer(self._search, question.text)
        sources = tuple(Source.of(chunk) for chunk in found.sources)
        async with self._database.transaction(athlete_id) as db:
            for role, text in (("user", question.text), ("assistant", found.text)):
                item = question.item_id if role == "user" else f"{question.item_id}_answer"
                said = Said(item, "user" if role == "user" else "assistant", text, kept_with(sources))
                await messages.store_reply(db, athlete_id, where, said)
            await conversations.give_title(db, where, question.text)
        yield Part(found.text)
        yield Answered(found.text, sources, where)


def kept_with(sources: Sequence[Source]) -> dict[str, object]:
    """What is kept of the sources with a reply."""
    if not sources:
        return {}
    return {"sources": [{"chunk_id": s.chunk_id, "title": s.title, "source": s.source} for s in sources]}
