"""Somebody who trains, for tests of badges: rows put down as services would, and badges of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from db.models import BadgeDefinition, Base, UserBadge, UserProfile, Workout, WorkoutSet
from db.session import Database
from services import badges
from services.badges import Event, Look, event_of
from services.exercises.catalogue import packaged_catalogue
from services.workouts import view
from tests.db.fixtures import new_athlete

NOW = datetime(2025, 11, 5, 18, 0, tzinfo=UTC)
BENCH = "barbell-bench-press"
SQUAT = "barbell-back-squat"
UNDONE = event_of("undo_last", {"ok": True})


class Person:
    """An athlete and their rows."""

    def __init__(self, database: Database, key: UUID) -> None:
        self.database = database
        self.key = key

    @classmethod
    async def make(cls, database: Database) -> Person:
        return cls(database, await new_athlete(database, timezone="UTC"))

    async def add(self, *rows: Base) -> None:
        async with self.database.transaction(self.key) as db:
            db.add_all(rows)

    async def workout(self, at: datetime = NOW, status: str = "completed", **more: Any) -> Workout:
        row = Workout(user_id=self.key, started_at=at, status=status, **more)
        await self.add(row)
        return row

    async def sets(
        self, workout: Workout, slug: str = BENCH, count: int = 1, **what: Any
    ) -> list[WorkoutSet]:
        given = {"reps": 5, "weight": 100.0, "weight_unit": "kg", **what}
        exercise = packaged_catalogue().by_slug[slug].id
        common = {"workout_id": workout.id, "user_id": self.key, "exercise_id": exercise}
        rows = [WorkoutSet(**common, set_number=1 + n, **given) for n in range(count)]
        await self.add(*rows)
        return rows

    async def profile(self, **columns: Any) -> None:
        async with self.database.transaction(self.key) as db:
            await db.execute(update(UserProfile).where(UserProfile.user_id == self.key).values(columns))

    async def follow(self, event: Event, now: datetime = NOW) -> Look:
        async with self.database.transaction(self.key) as db:
            return await badges.follow(db, self.key, event, now)

    async def reconcile(self, now: datetime = NOW) -> Look:
        return await self.follow(badges.ANYTHING, now)

    async def rows(self) -> dict[str, UserBadge]:
        async with self.database.transaction(self.key) as db:
            found = await db.scalars(select(UserBadge).where(UserBadge.user_id == self.key))
            return {row.badge_id: row for row in found}

    async def earned(self) -> set[str]:
        return set(await self.rows())


def logged(workout: Workout, rows: list[WorkoutSet]) -> Event:
    """The event of sets in an open workout, as the call that logged them reports it."""
    sets = [view(row).model_dump(mode="json") for row in rows]
    found = badges.event_of("log_set", {"ok": True, "sets": sets, "workout": {"id": str(workout.id)}})
    assert found is not None
    return found


async def define(database: Database, criteria: dict[str, Any], **more: Any) -> str:
    """Makes a badge that asks for `criteria`."""
    key = f"test_{uuid4().hex[:8]}"
    given = {"name": key, "badge_type": "milestone", **more}
    async with database.transaction(None) as db:
        db.add(BadgeDefinition(id=key, criteria=criteria, **given))
    return key


def days_before(count: int, moment: datetime = NOW) -> datetime:
    return moment - timedelta(days=count)


async def take_away(person: Person, rows: list[WorkoutSet]) -> None:
    """Deletes the sets, as an undo does."""
    async with person.database.transaction(person.key) as db:
        await db.execute(delete(WorkoutSet).where(WorkoutSet.id.in_([row.id for row in rows])))
