"""Whose data it is."""

from __future__ import annotations

from uuid import UUID

import pytest

from db.session import Database
from tests.db.fixtures import new_athlete


@pytest.fixture
async def athlete(database: Database) -> UUID:
    return await new_athlete(database, timezone="UTC")


@pytest.fixture
async def other(database: Database) -> UUID:
    """Somebody with nothing yet."""
    return await new_athlete(database, timezone="UTC")
