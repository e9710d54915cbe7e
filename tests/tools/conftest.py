"""Athletes for the tools."""

from __future__ import annotations

import pytest

from db.session import Database
from tests.db.fixtures import new_athlete
from tests.tools.lifter import Lifter


@pytest.fixture
async def lifter(database: Database) -> Lifter:
    """An athlete in pounds."""
    return Lifter(database, await new_athlete(database))


@pytest.fixture
async def kilos(database: Database) -> Lifter:
    """An athlete in kilos."""
    return Lifter(database, await new_athlete(database, unit="kg"))
