"""The state a scenario begins in: an athlete of its own, what is given, and a look at the rows afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.sql.sqltypes import Float, Integer

from agent.memory import KEPT_AS, kept
from core.errors import VoiceFitError
from core.units import WeightUnit
from db.models import (
    Base,
    DistanceUnit,
    InjuryLog,
    Message,
    Run,
    User,
    UserOnboarding,
    UserProfile,
    VoiceCommand,
)
from db.session import Database
from eval.endstate import EndState, differences, end_state
from eval.outcome import TurnOutcome
from eval.reference import carry_out, is_supported, writes_something
from eval.scenario import Given, RowCheck, Scenario
from services import conversations, messages
from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import ExerciseMatcher
from services.ledger import Key
from services.messages import Said
from services.onboarding import ORDER
from services.workouts import open_workout, snapshot
from tools import Memory, ToolContext, run_tool

TOLERANCE = 0.01
RUNNING_FOR, PAUSED_FOR = timedelta(minutes=12), timedelta(seconds=30)
"""Of a run that is given."""
DISTANCES: Mapping[WeightUnit, DistanceUnit] = {"lbs": "mi", "kg": "km"}
"""Scenarios name the unit of weights: who lifts in kilos runs in kilometres."""


class Stage:
    """Makes athletes for scenarios on one database, and removes them."""

    def __init__(self, database: Database, *, passing: bool = False) -> None:
        """`passing`: the database is thrown away afterwards, so athletes need not be removed from it."""
        self._database = database
        self._passing = passing
        self._matcher = ExerciseMatcher(packaged_catalogue())

    @asynccontextmanager
    async def athlete(self, given: Given, athlete_id: UUID | None = None) -> AsyncIterator[UUID]:
        """A new athlete in the state `given`, removed with all their rows at the end of the block."""
        athlete_id = await self._new_athlete(given, athlete_id or uuid4())
        try:
            await self._set_up(athlete_id, given)
            yield athlete_id
        finally:
            if not self._passing:
                async with self._database.transaction(None) as db:
                    await db.delete(await db.get_one(User, athlete_id))

    async def end_state(self, athlete_id: UUID) -> EndState:
        """What the athlete has now."""
        return await end_state(self._database, athlete_id)

    async def compared(
        self, scenario: Scenario, outcomes: Sequence[TurnOutcome], before: EndState, athlete_id: UUID
    ) -> tuple[str, ...] | None:
        """How what the athlete has now differs from what the expected calls come to, made by another athlete.

        `before` is what they had when the scenario began. None when this build cannot make those calls.
        """
        if not is_supported(scenario):
            return None
        wanted: EndState | str = before
        if writes_something(scenario):
            wanted = await self._expected(scenario, outcomes)
        if isinstance(wanted, str):
            return (f"the expected calls cannot be made: {wanted}",)
        return differences(wanted, await self.end_state(athlete_id))

    async def _expected(self, scenario: Scenario, outcomes: Sequence[TurnOutcome]) -> EndState | str:
        async with self.athlete(scenario.given) as athlete_id:
            refused = await carry_out(self._database, self._matcher, athlete_id, scenario, outcomes)
            return refused or await self.end_state(athlete_id)

    async def count(self, athlete_id: UUID, checks: tuple[RowCheck, ...]) -> tuple[int | None, ...]:
        """How many of the athlete's rows match each check; None when there is no such table or column."""
        return tuple([await self._count(athlete_id, check.table, check.where) for check in checks])

    async def timings(self, athlete_id: UUID) -> list[dict[str, Any]]:
        """How long the athlete's turns took: milliseconds by stage, from the server's own records."""
        async with self._database.transaction(athlete_id) as db:
            found = select(VoiceCommand.timings).where(VoiceCommand.timings.is_not(None))
            rows = await db.scalars(found.order_by(VoiceCommand.created_at))
            return [row for row in rows if row]

    async def broken_off(self, athlete_id: UUID) -> list[str]:
        """What the conversation keeps of replies that were interrupted."""
        async with self._database.transaction(athlete_id) as db:
            found = await db.scalars(
                select(Message.content).where(
                    Message.role == "assistant", Message.metadata_["interrupted"].as_boolean()
                )
            )
            return list(found)

    async def _new_athlete(self, given: Given, athlete_id: UUID) -> UUID:
        async with self._database.transaction(None) as db:
            user = User(id=athlete_id, email=f"eval-{athlete_id.hex}@localhost")
            db.add(user)
            await db.flush()
            db.add(
                UserProfile(user_id=user.id, preferred_unit=given.unit, distance_unit=DISTANCES[given.unit])
            )
            # Scenarios are of athletes who know their way around: nobody offers to set them up.
            db.add(UserOnboarding(user_id=user.id, steps_completed=list(ORDER), is_complete=True))
            return user.id

    async def conversation(self, athlete_id: UUID, given: Given) -> UUID | None:
        """The conversation in which the given suggestions were offered, to be gone on with; None if none
        were."""
        if not given.suggestions:
            return None
        by_name = packaged_catalogue().by_name
        async with self._database.transaction(athlete_id) as db:
            now = await snapshot(db, athlete_id)
            memory = Memory(
                suggestions=tuple(by_name[name.casefold()].slug for name in given.suggestions),
                instead_of=now.exercise,
                workout=now.workout.id if now.workout else None,
            )
            opened = await conversations.open_conversation(db, athlete_id, None)
            words = f"Try {', '.join(given.suggestions)}."
            said = Said("given", "assistant", words, {KEPT_AS: kept(memory)})
            await messages.store_reply(db, athlete_id, opened, said)
        return opened

    async def _set_up(self, athlete_id: UUID, given: Given) -> None:
        async with self._database.transaction(athlete_id) as db:
            for part in given.injuries:
                db.add(InjuryLog(user_id=athlete_id, body_part=part, severity="moderate"))
                await db.flush()
        if given.run is not None:
            await self._on_a_run(athlete_id, given.run)
        if given.workout is None:
            return
        for index, one in enumerate(given.workout.sets):
            context = ToolContext(self._database, self._matcher, athlete_id, Key(f"given:{index}"))
            result = await run_tool(context, "log_set", one.model_dump(exclude_none=True))
            if not result.ok:
                raise VoiceFitError(f"the given set {index} cannot be logged: {result.question}")
        async with self._database.transaction(athlete_id) as db:
            workout = await open_workout(db, athlete_id)
            if given.workout.exercise is not None:
                exercise = packaged_catalogue().by_name[given.workout.exercise.casefold()]
                workout.current_exercise_id = exercise.id

    async def _on_a_run(self, athlete_id: UUID, state: str) -> None:
        """A run that began a while ago, and is paused if it is to be."""
        now = datetime.now(UTC)
        began, stopped = now - RUNNING_FOR, now - PAUSED_FOR if state == "paused" else None
        async with self._database.transaction(athlete_id) as db:
            db.add(Run(user_id=athlete_id, status=state, start_time=began, paused_at=stopped))

    async def _count(self, athlete_id: UUID, table: str, where: Mapping[str, Any]) -> int | None:
        found = Base.metadata.tables.get(table)
        if found is None or "user_id" not in found.c or any(name not in found.c for name in where):
            return None
        conditions = [found.c.user_id == athlete_id, *(_equals(found, n, v) for n, v in where.items())]
        async with self._database.transaction(athlete_id) as db:
            return await db.scalar(select(func.count()).select_from(found).where(*conditions))


def _equals(table: Table, name: str, value: Any) -> ColumnElement[bool]:
    column = table.c[name]
    if isinstance(column.type, (Float, Integer)) and isinstance(value, (int, float)):
        return func.abs(column - value) <= TOLERANCE
    return column.is_not_distinct_from(value)
