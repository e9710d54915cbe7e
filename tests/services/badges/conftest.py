"""Who tests of awards are about."""

from __future__ import annotations

import pytest

from db.session import Database
from tests.services.badges.person import Person, days_before


@pytest.fixture
async def person(database: Database) -> Person:
    """Somebody who has trained before, and has all the badges of that."""
    person = await Person.make(database)
    await person.sets(await person.workout(days_before(10)), weight=20, reps=1)
    await person.reconcile()
    return person
