"""Questions that the grammar does not know, without a language model: perhaps the knowledge base knows."""

from __future__ import annotations

import logging

from agent.celebration import UNAVAILABLE
from agent.grok.evidence import Heard
from agent.router.understanding import Call
from agent.situation import Situation
from search import Search
from services import coach

logger = logging.getLogger(__name__)

TOOL = "search_knowledge"


async def worth_asking(text: str, situation: Situation, search: Search) -> Call | None:
    """The call that answers `text`, if it is a question that the knowledge base is sure to know."""
    heard = Heard.of(text, situation.state, situation.router.matcher)
    if not heard.is_question or heard.of_the_machine():
        return None
    try:
        found = await coach.answer(search, text)
    except UNAVAILABLE:
        logger.exception("knowledge could not be looked up")
        return None
    return Call(TOOL, {"query": text}) if found.known else None
