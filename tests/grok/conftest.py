"""A brain with a scripted model behind it, on a database of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest

from agent.brain import Brain
from core.settings import Settings
from db.session import Database
from search import Search
from tests.db.fixtures import new_athlete
from tests.grok.provider import Provider, running


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running() as one:
        yield one


MakeBrain = Callable[..., Brain]


@pytest.fixture
async def make_brain(database: Database, provider: Provider) -> AsyncIterator[MakeBrain]:
    made: list[Brain] = []

    def make(
        *,
        on: Database | None = None,
        search: Search | None = None,
        model_first: bool = False,
        **settings: Any,
    ) -> Brain:
        patience = {"xai_first_words_seconds": 20.0, "xai_stall_seconds": 20.0}  # a busy machine is no fault
        chosen = Settings(xai_api_key="key", xai_base_url=provider.url, **patience | settings)
        made.append(Brain(on or database, chosen, speech=None, search=search, model_first=model_first))
        return made[-1]

    yield make
    for brain in made:
        await brain.aclose()


@pytest.fixture
def brain(make_brain: MakeBrain) -> Brain:
    return make_brain()


@pytest.fixture
async def athlete(database: Database) -> UUID:
    return await new_athlete(database)
