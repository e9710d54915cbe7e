"""Questions about training, as the conversation asks them."""

from __future__ import annotations

from uuid import uuid4

from search import Search
from services.coach import DONT_KNOW
from services.exercises.matcher import packaged_matcher
from services.exercises.red_flags import STOP_NOW
from services.ledger import Key
from tests.tools.lifter import Lifter
from tools import ToolContext, ToolResult, run_tool


async def ask(search: Search | None, query: str, **more: str) -> ToolResult:
    assert search is not None
    context = ToolContext(search.database, packaged_matcher(), uuid4(), Key(uuid4().hex), search=search)
    return await run_tool(context, "search_knowledge", {"query": query} | more)


async def test_an_answer_is_spoken_with_its_sources(searchable: Search) -> None:
    found = await ask(searchable, "how much protein do I need", category="nutrition")
    assert found.ok
    assert found.sources[0].chunk_id == "protein-per-day"
    assert found.say.split(". ")[0] in found.sources[0].content
    assert found.output()["sources"][0]["source"] == found.sources[0].source


async def test_what_is_not_known_is_said(searchable: Search) -> None:
    found = await ask(searchable, "who won the game last night")
    assert (found.ok, found.say, found.sources) == (True, DONT_KNOW, [])


async def test_a_sign_of_danger_comes_before_everything(searchable: Search) -> None:
    found = await ask(searchable, "my chest hurts when I lift, how much can I bench")
    assert found.sources[0].is_red_flag
    assert found.say.startswith(STOP_NOW)
    assert (await ask(searchable, "I feel like I'm about to pass out")).say == STOP_NOW


async def test_a_category_that_there_is_not_is_asked_about(searchable: Search) -> None:
    found = await ask(searchable, "how much protein do I need", category="astrology")
    assert not found.ok


async def test_where_there_is_no_knowledge_it_is_said(lifter: Lifter) -> None:
    found = await lifter.do("search_knowledge", query="how much protein do I need")
    assert (found.ok, found.say) == (False, DONT_KNOW)
