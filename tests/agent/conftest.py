"""A brain on a database of the test's own, without ears and voice."""

from __future__ import annotations

from uuid import UUID

import pytest

from agent.brain import Brain
from core.settings import Settings
from db.session import Database
from tests.db.fixtures import new_athlete


@pytest.fixture
def brain(database: Database) -> Brain:
    return Brain(database, Settings(), speech=None)


@pytest.fixture
async def athlete(database: Database) -> UUID:
    return await new_athlete(database)
