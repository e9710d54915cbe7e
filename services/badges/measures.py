"""What badges are measured by: one query a family, each of what the athlete's rows say now.

Nothing is counted up, so an event that was lost or came twice does no harm. Warm-ups do not count, nor does
what belongs to a cancelled workout. Weights are kilograms, distances meters, times seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, bindparam, text
from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy.ext.asyncio import AsyncSession

from core.units import KG_PER_LB
from db.catalogue.exercises import exercise_id
from db.models import DistanceType
from services.streaks import RAN, Standing
from services.strength import estimate_one_rep_max

DISTANCES: Mapping[DistanceType, float] = {
    "1k": 1000.0,
    "1mi": 1609.344,
    "5k": 5000.0,
    "10k": 10_000.0,
    "half": 21_097.5,
    "marathon": 42_195.0,
}
NEAR_ENOUGH = 0.997
"""How much of a distance is the distance: 3.1 miles are 5 kilometers, and no watch is better than 0.3 %."""

KILOGRAMS = f"weight * case weight_unit when 'lbs' then {KG_PER_LB} else 1 end"
VOLUME = f"coalesce(sum(reps * {KILOGRAMS} * case when is_per_side then 2 else 1 end), 0)"
COUNTED = """
    workout_sets join workouts on workouts.id = workout_id
    where workout_sets.user_id = :user_id and set_type <> 'warmup' and status <> 'cancelled'
"""

TOTALS = text(f"select count(*), array_agg(distinct exercise_id), {VOLUME} from {COUNTED}")
SESSION_VOLUME = text(
    f"""
    select max(volume) from (
        select {VOLUME} as volume from {COUNTED}
          and (cast(:workouts as uuid[]) is null or workout_id = any(:workouts))
        group by workout_id
    ) as of_workouts
    """
).bindparams(bindparam("workouts", type_=ARRAY(UUID_TYPE())))
RECORDS = text("select count(*) from workout_sets where user_id = :user_id and is_pr")
LIFTS = text(
    f"""
    select exercise_id, reps, rpe, rir, max({KILOGRAMS}) from {COUNTED}
      and reps > 0 and exercise_id = any(:exercises)
    group by exercise_id, reps, rpe, rir
    """
).bindparams(bindparam("exercises", type_=ARRAY(UUID_TYPE())))
BODY_WEIGHT = """
    select coalesce(
        (select value from health_metrics where user_id = :user_id and metric_type = 'body_weight_kg'
         order by date desc, updated_at desc limit 1),
        (select weight_kg from user_profiles where user_id = :user_id)
    )
"""
"""What the athlete weighs, as they said last. Read with other things."""

RUNS = text(
    f"""
    select count(*), coalesce(max(distance_meters), 0), coalesce(sum(distance_meters), 0)
    from runs where user_id = :user_id and {RAN}
    """
)
RUN_TIMES = text(
    """
    select name, least(
        (select min(time_seconds) from running_prs where user_id = :user_id and distance_type = name),
        (select min(duration_seconds) from runs
         where user_id = :user_id and status = 'completed' and distance_meters >= meters)
    )
    from unnest(cast(:names as text[]), cast(:meters as real[])) as distance (name, meters)
    """
)
WODS = text("select count(*) from wod_logs where user_id = :user_id")


@dataclass(frozen=True, slots=True)
class Totals:
    """All working sets together."""

    sets: int
    done: frozenset[UUID]
    volume: float

    @property
    def exercises(self) -> int:
        """How many different ones were done."""
        return len(self.done)


@dataclass(frozen=True, slots=True)
class Best:
    """The best of an exercise, not all of one set: the weight, the repetitions, the estimated 1RM."""

    weight: float = 0.0
    reps: int = 0
    one_rep_max: float = 0.0

    def after(self, weight: float, reps: int, rpe: float | None, rir: int | None) -> Best:
        """The best once a set of `reps` with `weight` was done."""
        estimate = estimate_one_rep_max(weight, reps, rpe=rpe, rir=rir) or 0.0
        return Best(max(self.weight, weight), max(self.reps, reps), max(self.one_rep_max, estimate))


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs together."""

    count: int
    longest: float
    total: float


@dataclass(slots=True)
class Measures:
    """What was measured; None is what was not. `lifts` are by slug."""

    standing: Standing | None = None
    totals: Totals | None = None
    session_volume: float | None = None
    records: int | None = None
    lifts: Mapping[str, Best] | None = None
    body_weight: float | None = None
    runs: Runs | None = None
    run_times: Mapping[DistanceType, float] | None = None
    wods: int | None = None


async def totals(db: AsyncSession, user_id: UUID) -> Totals:
    """The sets, exercises and volume of all workouts."""
    sets, done, volume = (await db.execute(TOTALS, {"user_id": user_id})).one()
    return Totals(sets, frozenset(done or ()), volume)


async def session_volume(db: AsyncSession, user_id: UUID, workouts: Collection[UUID]) -> float:
    """The volume of the workout with the most among `workouts`, or among all when none is named."""
    given = {"user_id": user_id, "workouts": list(workouts) or None}
    return await db.scalar(SESSION_VOLUME, given) or 0.0


async def records(db: AsyncSession, user_id: UUID) -> int:
    """How many sets beat a record when they were done."""
    return await db.scalar(RECORDS, {"user_id": user_id}) or 0


async def lifts(db: AsyncSession, user_id: UUID, slugs: Iterable[str]) -> dict[str, Best]:
    """The best of each of the exercises."""
    by_id = {exercise_id(slug): slug for slug in slugs}
    best = dict.fromkeys(by_id.values(), Best())
    given = {"user_id": user_id, "exercises": list(by_id)}
    for key, reps, rpe, rir, weight in await db.execute(LIFTS, given):
        best[by_id[key]] = best[by_id[key]].after(weight or 0.0, reps, rpe, rir)
    return best


async def runs(db: AsyncSession, user_id: UUID) -> Runs:
    """How many runs, the longest, and all together."""
    count, longest, total = (await db.execute(RUNS, {"user_id": user_id})).one()
    return Runs(count, longest, total)


async def run_times(db: AsyncSession, user_id: UUID) -> dict[DistanceType, float]:
    """The fastest time of each distance: of the records, and of runs that were as long at least."""
    given = {
        "user_id": user_id,
        "names": list(DISTANCES),
        "meters": [meters * NEAR_ENOUGH for meters in DISTANCES.values()],
    }
    return {name: time for name, time in await db.execute(RUN_TIMES, given) if time is not None}


async def wods(db: AsyncSession, user_id: UUID) -> int:
    """How many WODs were done."""
    return await db.scalar(WODS, {"user_id": user_id}) or 0
