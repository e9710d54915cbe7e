"""The badges there are, and what earns them: `badges.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from db.catalogue.entries import Entry, ExerciseSlug, Identifier, Row, hashed, note_twice
from db.catalogue.entry_files import read_entries
from db.catalogue.faults import Faults
from db.catalogue.text import Spoken, SpokenName
from db.models.running import DistanceType
from db.models.users import BadgeTier, BadgeType, DayStreakType

FILE = "badges.yaml"

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Amount = Annotated[float, Field(gt=0, le=100_000_000)]


class Counted(Entry):
    """So many in all: finished workouts, working sets, different exercises, records, runs, WODs."""

    type: Literal["workouts", "sets", "exercises", "prs", "runs", "wods"]
    count: Count


class Volume(Entry):
    """Weight times repetitions in kilograms, in all or in one workout."""

    type: Literal["volume_kg", "workout_volume_kg"]
    total: Amount


class Hour(Entry):
    """So many workouts that began between two hours of the athlete's own day."""

    type: Literal["hour"]
    since: Annotated[int, Field(ge=0, le=22)] = 0
    before: Annotated[int, Field(ge=1, le=23)]
    count: Count


class Comeback(Entry):
    """A workout after so many days without one."""

    type: Literal["comeback"]
    days: Count


class Lift(Entry):
    """A weight lifted once or more in an exercise. For a weighted bodyweight exercise, what was added."""

    type: Literal["pr"]
    exercise: ExerciseSlug
    weight_kg: Amount


class RelativeStrength(Entry):
    """An estimated 1RM of so many times the athlete's body weight."""

    type: Literal["estimated_1rm_bodyweight"]
    exercise: ExerciseSlug
    times: Annotated[float, Field(gt=0, le=10)]


class Total(Entry):
    """The best weights of several exercises together."""

    type: Literal["total_kg"]
    exercises: Annotated[list[ExerciseSlug], Field(min_length=2)]
    total: Amount


class Reps(Entry):
    """So many repetitions in one set."""

    type: Literal["reps"]
    exercise: ExerciseSlug
    count: Count


class Streak(Entry):
    """So many days in a row."""

    type: Literal["streak"]
    streak_type: DayStreakType
    days: Count


class Weeks(Entry):
    """So many weeks in a row in which the weekly goal was met."""

    type: Literal["weeks"]
    count: Count


class RunDistance(Entry):
    """Meters in one run."""

    type: Literal["run_distance_m"]
    distance: Amount


class RunTotal(Entry):
    """Meters of all runs together."""

    type: Literal["run_total_m"]
    total: Amount


class RunTime(Entry):
    """A distance run in `seconds` or less."""

    type: Literal["run_time"]
    distance_type: DistanceType
    seconds: Count


Criteria = Annotated[
    Counted
    | Volume
    | Hour
    | Comeback
    | Lift
    | RelativeStrength
    | Total
    | Reps
    | Streak
    | Weeks
    | RunDistance
    | RunTotal
    | RunTime,
    Field(discriminator="type"),
]
"""What earns a badge, as `badge_definitions.criteria` holds it."""


class Badge(Entry):
    """A badge. `id` is what `user_badges` name, so it never changes."""

    id: Identifier
    name: SpokenName
    description: Annotated[Spoken, StringConstraints(max_length=140)]
    badge_type: BadgeType
    tier: BadgeTier
    criteria: Criteria


BADGE = TypeAdapter(Badge)


def load_badges(folder: Path, slugs: Collection[str], faults: Faults) -> tuple[Badge, ...]:
    """The badges of a content folder."""
    found: list[Badge] = []
    for entry, value in read_entries(folder, FILE, faults):
        if (badge := faults.validated(BADGE, value, FILE, entry, {"slugs": slugs})) is not None:
            found.append(badge)
    note_twice(((FILE, badge.id, badge.id) for badge in found), faults)
    note_twice(((FILE, badge.id, badge.name) for badge in found), faults)
    note_twice(((FILE, badge.id, badge.criteria.model_dump_json()) for badge in found), faults)
    return tuple(found)


def badge_rows(badges: Iterable[Badge]) -> list[Row]:
    """Rows of `badge_definitions`."""
    return [hashed(badge.model_dump()) for badge in badges]
