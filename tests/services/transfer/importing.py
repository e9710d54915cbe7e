"""Importing in tests, and what an athlete has afterwards."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from db.models import Import, Workout, WorkoutSet
from db.session import Database
from services.exercises.catalogue import packaged_catalogue
from services.transfer.commit import Receipt, commit
from services.transfer.preview import Preview, preview
from services.transfer.resolving import Choices

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
CLASSIC = "strong_classic.csv"
MAPPING = {"sissy lizard CRAWL": "skip"}


async def bring(
    database: Database, athlete: UUID, content: bytes | str, choices: Choices | None = None
) -> Receipt:
    """Imports a file of `FILES`, or text."""
    data = content.encode() if isinstance(content, str) and "\n" in content else content
    file = io.BytesIO(data) if isinstance(data, bytes) else io.BytesIO((FILES / data).read_bytes())
    return await commit(database, athlete, file, choices or Choices(), "export.csv", NOW)


async def look(database: Database, athlete: UUID, name: str, choices: Choices | None = None) -> Preview:
    with (FILES / name).open("rb") as file:
        return await preview(database, athlete, file, choices or Choices(), NOW)


async def sets_of(database: Database, athlete: UUID) -> list[WorkoutSet]:
    """All sets of an athlete in the order of logging."""
    async with database.transaction(athlete) as session:
        return list(await session.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence)))


async def counts(database: Database, athlete: UUID) -> tuple[int, int, int]:
    """How many workouts, sets and imports an athlete has."""
    async with database.transaction(athlete) as session:
        found = [
            await session.scalar(select(func.count()).select_from(one))
            for one in (Workout, WorkoutSet, Import)
        ]
    return found[0] or 0, found[1] or 0, found[2] or 0


def slug(row: WorkoutSet) -> str:
    return packaged_catalogue().by_id[row.exercise_id].slug
