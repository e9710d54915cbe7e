"""An athlete with a past, who calls tools."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase

from db.session import Database
from services import ledger, workouts
from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import packaged_matcher
from services.images import Images
from services.ledger import Key
from services.workouts import Entry
from tools import ToolContext, ToolResult, run_tool


class Lifter:
    """Calls tools, and has done workouts before."""

    def __init__(self, database: Database, athlete_id: UUID) -> None:
        self.database = database
        self.athlete_id = athlete_id

    async def do(self, tool: str, **arguments: Any) -> ToolResult:
        context = ToolContext(self.database, packaged_matcher(), self.athlete_id, Key(uuid4().hex))
        return await run_tool(context, tool, arguments)

    async def says(self, tool: str, **arguments: Any) -> str:
        return (await self.do(tool, **arguments)).say

    async def did(
        self,
        slug: str,
        *sets: tuple[float | None, int],
        days_ago: float = 7,
        name: str | None = None,
        **fields: Any,
    ) -> UUID:
        """Enters a finished workout of one exercise, each set as (weight, reps); returns it."""
        began = datetime.now(UTC) - timedelta(days=days_ago)
        made: list[UUID] = []

        async def enter(_: UUID, images: Images) -> dict[str, Any]:
            ended = began + timedelta(minutes=30)
            workout = await workouts.add_past_workout(db, self.athlete_id, name, began, ended, images)
            made.append(workout.id)
            for number, (weight, reps) in enumerate(sets):
                entry = Entry(
                    packaged_catalogue().by_slug[slug],
                    **({"unit": "lbs", "completed_at": began + timedelta(minutes=3 * number)} | fields),
                    weight=weight,
                    reps=reps,
                    workout=workout,
                )
                await workouts.log_sets(db, self.athlete_id, entry, 1, images)
            return {}

        async with self.database.transaction(self.athlete_id) as db:
            await ledger.once(db, self.athlete_id, Key(uuid4().hex), "test", {}, enter)
        return made[0]

    async def rows(self, model: type[DeclarativeBase]) -> list[Any]:
        async with self.database.transaction(self.athlete_id) as db:
            return list(await db.scalars(select(model)))
