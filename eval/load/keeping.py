"""The athletes of a load test in the database: made, and looked at afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select

from db.models import User, UserOnboarding, UserProfile, WorkoutSet
from db.session import Database
from eval.load.athlete import Athlete
from eval.load.lines import Set
from eval.load.stage import Stage
from services.exercises.catalogue import packaged_catalogue
from services.onboarding import ORDER


async def new_athlete(database: Database) -> UUID:
    """Somebody who knows their way around: nobody offers to set them up."""
    athlete = uuid4()
    async with database.transaction(None) as db:
        db.add(User(id=athlete, email=f"load-{athlete.hex}@localhost"))
        await db.flush()
        db.add(UserProfile(user_id=athlete, preferred_unit="lbs", distance_unit="mi"))
        db.add(UserOnboarding(user_id=athlete, steps_completed=list(ORDER), is_complete=True))
    return athlete


async def compared(
    stage: Stage, training: Mapping[UUID, Athlete], database: Database, *, as_said: bool
) -> Stage:
    """The stage with what is wrong with the sets that the athletes have now.

    They should be those that were said, or, unless `as_said`, as many as the server told that it had kept:
    real ears hear something else now and then.
    """
    lost, extra, faults = 0, 0, []
    for athlete, one in training.items():
        kept = Counter(await _sets(database, athlete))
        if as_said:
            said = Counter(turn.line.logs for turn in one.said)
            missing, more = (said - kept).total(), (kept - said).total()
        else:
            told = sum(turn.sets for turn in one.said)
            missing, more = max(0, told - kept.total()), max(0, kept.total() - told)
        if missing or more:
            heard = ", ".join(f"{turn.line.text!r} as {turn.heard!r}" for turn in one.said)
            faults.append(f"said {heard}; has {sorted(kept.elements())}")
        lost, extra = lost + missing, extra + more
    return replace(stage, lost=lost, extra=extra, faults=tuple(faults))


async def _sets(database: Database, athlete: UUID) -> list[Set]:
    names = packaged_catalogue().by_id
    async with database.transaction(athlete) as db:
        rows = await db.scalars(select(WorkoutSet).where(WorkoutSet.user_id == athlete))
        return [(names[row.exercise_id].slug, row.reps or 0, row.weight or 0.0) for row in rows]
