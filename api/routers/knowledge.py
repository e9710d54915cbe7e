"""What is known of training: answers to questions, with their sources."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path
from fastapi import Query as QueryParameters
from pydantic import Field

from api.calls import AthleteCall, Etags
from api.context import AppContext
from api.models import Output, Query
from api.routing import api_router
from db.models import ChunkType, KnowledgeCategory, KnowledgeChunk
from services import coach, knowledge

router = api_router("/knowledge", "knowledge")

MAX_QUESTION = 500
MAX_PASSAGES = 20


class QuestionQuery(Query):
    """A question."""

    q: str = Field(
        min_length=1,
        max_length=MAX_QUESTION,
        description="The question, in the athlete's words.",
        examples=["how much protein do I need"],
    )
    category: KnowledgeCategory | None = None


class PassageQuery(QuestionQuery):
    """A question, and how many chunks are wanted."""

    limit: int = Field(5, ge=1, le=MAX_PASSAGES)


class ChunkOut(Output):
    """A chunk of knowledge: its answer, and where that is from. `is_red_flag` goes to a professional."""

    chunk_id: str
    chunk_type: ChunkType
    category: KnowledgeCategory | None
    title: str | None
    content: str
    tags: list[str]
    source: str | None
    source_year: int | None
    reviewed_on: date | None
    is_red_flag: bool

    @classmethod
    def of(cls, row: KnowledgeChunk) -> ChunkOut:
        """The chunk `row`."""
        values = {name: getattr(row, name) for name in cls.model_fields if name != "tags"}
        return cls(**values, tags=row.tags or [])


class KnowledgeAnswerOut(Output):
    """What there is to a question. `answer` is what would be said; `known` is false when nothing answers it,
    and then there are no chunks."""

    answer: str
    known: bool
    is_red_flag: bool
    chunks: list[ChunkOut]


class PassageOut(Output):
    """A chunk that was found. `answers` is whether it is close enough to answer the question."""

    chunk: ChunkOut
    score: float
    answers: bool


class PassagesOut(Output):
    """The chunks that fit a question best, best first."""

    items: list[PassageOut]


@router.get("")
async def answer_question(
    call: AthleteCall, context: AppContext, query: Annotated[QuestionQuery, QueryParameters()]
) -> KnowledgeAnswerOut:
    """The answer to a question from the knowledge base, word for word, and the chunks it is from."""
    found = await coach.answer(context.search, query.q, query.category)
    return KnowledgeAnswerOut(
        answer=found.spoken,
        known=found.known,
        is_red_flag=found.red_flag,
        chunks=[ChunkOut.of(chunk) for chunk in found.sources],
    )


@router.get("/search")
async def search_knowledge(
    call: AthleteCall, context: AppContext, query: Annotated[PassageQuery, QueryParameters()]
) -> PassagesOut:
    """The chunks that fit a question best, whether they answer it or not."""
    found = await knowledge.passages(context.search, query.q, query.category, query.limit)
    return PassagesOut(
        items=[
            PassageOut(chunk=ChunkOut.of(chunk), score=hit.score, answers=knowledge.answers(hit))
            for chunk, hit in found
        ]
    )


@router.get("/{chunk_id}")
async def get_chunk(
    chunk_id: Annotated[str, Path(min_length=1, max_length=100, examples=["protein-per-day"])],
    call: AthleteCall,
    etags: Etags,
) -> ChunkOut:
    """One chunk."""
    async with call.transaction() as db:
        row = await knowledge.get_chunk(db, chunk_id)
    return etags.of(ChunkOut.of(row))
