"""How far somebody is with what a badge asks for. No database.

The kinds of criteria are data of the catalogue (`db/catalogue/badges.py`); `KINDS` says of each which family
of measures it hangs on, and how it is read from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from pydantic import TypeAdapter

from db.catalogue.badges import Criteria
from services.badges.measures import NEAR_ENOUGH, Measures
from services.streaks import Standing

Family = Literal["diary", "totals", "session_volume", "records", "lifts", "runs", "run_times", "wods"]
"""What one query measures."""

Unit = Literal[
    "workouts", "sets", "exercises", "records", "runs", "wods", "reps", "days", "weeks", "kg", "bodyweights",
    "meters", "seconds",
]  # fmt: skip

CRITERIA: TypeAdapter[Criteria] = TypeAdapter(Criteria)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far: `current` of `needed`. Of `seconds` fewer are better, of everything else more."""

    current: float
    needed: float
    unit: Unit
    is_earned: bool

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        if self.is_earned:
            return 1.0
        if self.unit == "seconds":
            return self.needed / self.current
        return max(0.0, min(1.0, self.current / self.needed))

    def completed(self) -> Progress:
        """As it was when it was earned, whatever became of it since."""
        short = self.current > self.needed if self.unit == "seconds" else self.current < self.needed
        return Progress(self.needed if short else self.current, self.needed, self.unit, is_earned=True)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of criteria: what measures it, in which unit, the field that says how much, and how it is read.

    `ladder` are the fields, beyond the type, that make two badges of the kind steps of one ladder.
    """

    family: Family
    unit: Unit
    needed: str
    current: Callable[[Any, Measures], float | None]
    ladder: tuple[str, ...] = ()
    slack: float = 1.0
    """How much of what is asked for is enough."""


def _workouts(_: Any, found: Measures) -> float | None:
    if found.standing is None:
        return None
    return sum(one.kind == "workout" and one.finished for one in found.standing.diary.activities)


def _hour(criteria: Any, found: Measures) -> float | None:
    if found.standing is None:
        return None
    since: int = criteria.since
    before: int = criteria.before
    workouts = found.standing.diary.moments("workout")
    return sum(one.hour is not None and since <= one.hour < before for one in workouts)


def _comeback(_: Any, found: Measures) -> float | None:
    if found.standing is None:
        return None
    days = sorted({one.day for one in found.standing.diary.moments("workout", "run", "wod")})
    return max(((after - before).days - 1 for before, after in pairwise(days)), default=0)


def _streak(criteria: Any, found: Measures) -> float | None:
    return _in_a_row(found.standing, criteria.streak_type, criteria.days)


def _weeks(criteria: Any, found: Measures) -> float | None:
    return _in_a_row(found.standing, "weekly", criteria.count)


def _in_a_row(standing: Standing | None, kind: Any, needed: int) -> float | None:
    """The streak that is going on; one of before if it was long enough."""
    if standing is None:
        return None
    streak = standing.streaks[kind]
    return streak.longest if streak.longest >= needed else streak.current


def _of_totals(name: str) -> Callable[[Any, Measures], float | None]:
    return lambda _, found: getattr(found.totals, name) if found.totals is not None else None


def _of_runs(name: str) -> Callable[[Any, Measures], float | None]:
    return lambda _, found: getattr(found.runs, name) if found.runs is not None else None


def _of_lift(name: str) -> Callable[[Any, Measures], float | None]:
    def read(criteria: Any, found: Measures) -> float | None:
        best = (found.lifts or {}).get(criteria.exercise)
        return getattr(best, name) if best is not None else None

    return read


def _bodyweights(criteria: Any, found: Measures) -> float | None:
    best = (found.lifts or {}).get(criteria.exercise)
    return best.one_rep_max / found.body_weight if best is not None and found.body_weight else None


def _total(criteria: Any, found: Measures) -> float | None:
    lifts = found.lifts or {}
    if any(slug not in lifts for slug in criteria.exercises):
        return None
    return sum(lifts[slug].weight for slug in criteria.exercises)


def _run_time(criteria: Any, found: Measures) -> float | None:
    return (found.run_times or {}).get(criteria.distance_type)


KINDS: Mapping[str, Kind] = {
    "workouts": Kind("diary", "workouts", "count", _workouts),
    "hour": Kind("diary", "workouts", "count", _hour, ("since", "before")),
    "comeback": Kind("diary", "days", "days", _comeback),
    "streak": Kind("diary", "days", "days", _streak, ("streak_type",)),
    "weeks": Kind("diary", "weeks", "count", _weeks),
    "sets": Kind("totals", "sets", "count", _of_totals("sets")),
    "exercises": Kind("totals", "exercises", "count", _of_totals("exercises")),
    "volume_kg": Kind("totals", "kg", "total", _of_totals("volume")),
    "workout_volume_kg": Kind("session_volume", "kg", "total", lambda _, found: found.session_volume),
    "prs": Kind("records", "records", "count", lambda _, found: found.records),
    "pr": Kind("lifts", "kg", "weight_kg", _of_lift("weight"), ("exercise",)),
    "reps": Kind("lifts", "reps", "count", _of_lift("reps"), ("exercise",)),
    "estimated_1rm_bodyweight": Kind("lifts", "bodyweights", "times", _bodyweights, ("exercise",)),
    "total_kg": Kind("lifts", "kg", "total", _total, ("exercises",)),
    "runs": Kind("runs", "runs", "count", _of_runs("count")),
    "run_distance_m": Kind("runs", "meters", "distance", _of_runs("longest"), slack=NEAR_ENOUGH),
    "run_total_m": Kind("runs", "meters", "total", _of_runs("total")),
    "run_time": Kind("run_times", "seconds", "seconds", _run_time, ("distance_type",)),
    "wods": Kind("wods", "wods", "count", lambda _, found: found.wods),
}
"""By the type of the criteria."""


def progress(criteria: Criteria, found: Measures) -> Progress | None:
    """How far it is; None when what it hangs on was not measured, or there is nothing to measure yet."""
    kind = KINDS[criteria.type]
    needed = float(getattr(criteria, kind.needed))
    current = kind.current(criteria, found)
    if current is None:
        return None
    is_earned = current <= needed if kind.unit == "seconds" else current >= needed * kind.slack
    return Progress(float(current), needed, kind.unit, is_earned)


def ladder(criteria: Criteria) -> tuple[object, ...]:
    """What badges of one ladder have in common: they ask for more and more of the same."""
    values = (getattr(criteria, name) for name in KINDS[criteria.type].ladder)
    return (criteria.type, *(tuple(one) if isinstance(one, list) else one for one in values))


def exercises(criteria: Criteria) -> frozenset[str]:
    """The slugs of the exercises that it hangs on."""
    named = getattr(criteria, "exercises", None) or [getattr(criteria, "exercise", None)]
    return frozenset(slug for slug in named if slug is not None)
