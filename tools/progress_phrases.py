"""What is said of streaks and badges: how long, what is new, and how far it is to the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from core.units import METERS_PER_MILE, WeightUnit, convert_weight, spoken_number
from db.catalogue.badges import Criteria
from db.models import DistanceUnit
from services.badges import Overview, Progress, Shown
from services.exercises.catalogue import packaged_catalogue
from services.streaks import Streak
from tools.exercise_phrases import plural_words
from tools.phrases import UNIT_WORDS, duration_words, exercise_words, plural

METERS: Mapping[DistanceUnit, float] = {"mi": METERS_PER_MILE, "km": 1000.0}
DISTANCE_WORDS: Mapping[DistanceUnit, str] = {"mi": "mile", "km": "kilometer"}
LISTED = 2
"""More names are not kept in mind."""
ROUGH, BIG = 100, 1000
"""From here on weights are said in whole, and in round numbers."""
TINY = 1e-6

NOUNS: Mapping[str, str] = {
    "workouts": "workout",
    "sets": "set",
    "exercises": "new exercise",
    "records": "record",
    "runs": "run",
    "wods": "WOD",
    "days": "day",
    "weeks": "week",
}
"""What is counted."""


@dataclass(frozen=True, slots=True)
class Units:
    """What the athlete measures in."""

    weight: WeightUnit
    distance: DistanceUnit


def progress_words(found: Overview, units: Units) -> str:
    """The streak, the badges since the athlete asked last, and the nearest next one."""
    parts = [_streak_words(found.standing.streaks["workout"], found.standing.streaks["weekly"])]
    parts.append(_badge_words([one.badge.name for one in found.unreported], len(found.earned)))
    if (nearest := nearest_of(found.next)) is not None:
        parts.append(next_words(nearest, units))
    return " ".join(f"{part}." for part in parts if part)


def nearest_of(steps: Sequence[Shown]) -> Shown | None:
    """The badge to aim at. To somebody who has nothing yet, that is a workout."""
    if not steps:
        return None
    if steps[0].progress is not None and steps[0].progress.share > 0:
        return steps[0]
    return next((one for one in steps if one.badge.criteria.type == "workouts"), steps[0])


def _streak_words(days: Streak, weeks: Streak) -> str:
    if days.current == 0:
        was = f", your longest was {plural(days.longest, 'day')}" if days.longest > 1 else ""
        words = f"No streak right now{was}"
    elif days.current < days.longest:
        words = f"{plural(days.current, 'day')} in a row, your longest was {days.longest}"
    elif days.current == 1:
        words = "1 day so far"
    else:
        words = f"{days.current} days in a row"
    return f"{words}, and {plural(weeks.current, 'week')} on goal" if weeks.current > 1 else words


def _badge_words(new: Sequence[str], count: int) -> str:
    if not new:
        return f"{plural(count, 'badge')}, none new" if count else "No badges yet"
    if len(new) > LISTED:
        return f"{len(new)} new badges, {' and '.join(new[:LISTED])} among them"
    return f"New {'badge' if len(new) == 1 else 'badges'}: {' and '.join(new)}"


def next_words(shown: Shown, units: Units) -> str:
    """ "13 workouts to Hundred Club", or how far it is where that is no number to aim at."""
    progress = shown.progress
    assert progress is not None
    if progress.unit == "seconds":
        return f"{duration_words(ceil(progress.current - progress.needed))} faster for {shown.badge.name}"
    gap = _gap_words(shown.badge.criteria, progress, units)
    return f"{gap or f'{int(100 * progress.share)} percent of the way'} to {shown.badge.name}"


def _gap_words(criteria: Criteria, progress: Progress, units: Units) -> str | None:
    """What is missing; None for what nobody counts."""
    left = progress.needed - progress.current
    if progress.unit == "kg":
        return _weight_words(left, criteria, units.weight)
    if progress.unit == "meters":
        distance = ceil(10 * left / METERS[units.distance]) / 10
        return f"{spoken_number(distance)} {DISTANCE_WORDS[units.distance]}{'' if distance == 1 else 's'}"
    if criteria.type == "reps":
        exercise = packaged_catalogue().by_slug[criteria.exercise]
        return f"{ceil(left)} more {plural_words(exercise)} in a set"
    noun = NOUNS.get(progress.unit)
    return plural(ceil(left), noun) if noun else None


def _weight_words(kilograms: float, criteria: Criteria, unit: WeightUnit) -> str:
    left = convert_weight(kilograms, "kg", unit)
    step = 0.5 if left < ROUGH else 1 if left < BIG else 100
    words = f"{spoken_number(ceil(left / step - TINY) * step)} {UNIT_WORDS[unit]}"
    if criteria.type != "pr":
        return words
    return f"{words} on {exercise_words(packaged_catalogue().by_slug[criteria.exercise])}"
