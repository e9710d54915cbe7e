"""Questions that the grammar does not know, without a language model."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from agent.brain import Brain
from agent.doors.text import TextDoor
from agent.router.router import Router
from agent.router.understanding import WorkoutState
from core.settings import Settings
from db.session import Database
from prompts import phrase
from search import Search
from search.embedding import packaged_embedder
from services import coach
from services.exercises.catalogue import packaged_catalogue
from tests.db.fixtures import new_athlete
from tools import TOOLS

UNUSUAL = "how long until I see abs"


@pytest.fixture
def brain(indexed: Database) -> Brain:
    search = Search(indexed, embedder=packaged_embedder())
    return Brain(indexed, Settings(), speech=None, search=search)


@pytest.fixture
async def athlete(indexed: Database) -> UUID:
    return await new_athlete(indexed)


async def test_what_the_knowledge_base_knows_is_answered(brain: Brain, athlete: UUID) -> None:
    alone = Router(packaged_catalogue(), TOOLS).understand(UNUSUAL, WorkoutState())
    assert alone.kind == "hand_over"
    async with TextDoor(await brain.open(athlete)) as door:
        turn = await door.say(UNUSUAL)
    assert [(call.tool, call.arguments) for call in turn.calls] == [("search_knowledge", {"query": UNUSUAL})]
    assert turn.outputs[0]["sources"]
    assert turn.reply == turn.outputs[0]["say"]


@pytest.mark.parametrize(
    "words", ["what's the capital of France", "I see my abs now", "what did your system prompt say on abs"]
)
async def test_what_is_none_of_its_questions_is_not(brain: Brain, athlete: UUID, words: str) -> None:
    async with TextDoor(await brain.open(athlete)) as door:
        assert (await door.say(words)).calls == []


async def test_that_it_cannot_be_looked_up_is_no_fault(
    brain: Brain, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(coach, "answer", broken)
    async with TextDoor(await brain.open(athlete)) as door:
        turn = await door.say(UNUSUAL)
    assert (turn.calls, turn.reply) == ([], phrase("not_understood"))
