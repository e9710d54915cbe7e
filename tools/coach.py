"""The coach's tools: questions about training."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from db.models import KnowledgeCategory
from services import coach
from tools.base import Arguments, Tool, ToolContext, ToolResult
from tools.views import SourceView

MAX_QUESTION = 500


class SearchKnowledge(Arguments):
    query: Annotated[
        str, Field(min_length=1, max_length=MAX_QUESTION, description="The question, in the athlete's words.")
    ]
    category: Annotated[KnowledgeCategory | None, Field(description="Only when it is clear.")] = None


async def search_knowledge(context: ToolContext, args: SearchKnowledge) -> ToolResult:
    tool = "search_knowledge"
    if context.search is None:
        return ToolResult(tool=tool, ok=False, say=coach.DONT_KNOW)
    found = await coach.answer(context.search, args.query, args.category)
    return ToolResult(
        tool=tool,
        say=found.spoken,
        sources=[
            SourceView(
                chunk_id=chunk.chunk_id,
                title=chunk.title,
                content=chunk.content,
                category=chunk.category,
                source=chunk.source,
                source_year=chunk.source_year,
                is_red_flag=chunk.is_red_flag,
            )
            for chunk in found.sources
        ],
    )


TOOLS: list[Tool[Any]] = [
    Tool(
        "search_knowledge",
        "Answer a question about training, food, recovery or injuries that no other tool answers.",
        SearchKnowledge,
        ask=search_knowledge,
    ),
]
