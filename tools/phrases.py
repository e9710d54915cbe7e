"""Short spoken replies: the first words carry the numbers, so that speech can start at once."""

from __future__ import annotations

from core.units import WeightUnit, spoken_number
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.workouts import SetView

UNIT_WORDS: dict[WeightUnit, str] = {"lbs": "pounds", "kg": "kilos"}
SET_TYPE_WORDS = {"warmup": "warm-up", "drop": "drop set", "failure": "to failure", "amrap": "AMRAP"}
MINUTE = 60
HOUR = 3600


def exercise_words(exercise: Exercise) -> str:
    """The exercise as it is said: `barbell bench press`."""
    return exercise.name.lower()


def duration_words(seconds: float) -> str:
    """`90` -> `1 minute 30`, `120` -> `2 minutes`, `45` -> `45 seconds`."""
    whole = round(seconds)
    if whole < MINUTE:
        return plural(whole, "second")
    if whole >= HOUR:
        hours, rest = divmod(whole, HOUR)
        return (
            f"{plural(hours, 'hour')} {plural(rest // MINUTE, 'minute')}" if rest else plural(hours, "hour")
        )
    minutes, rest = divmod(whole, MINUTE)
    return f"{plural(minutes, 'minute')} {rest}" if rest else plural(minutes, "minute")


def plural(count: int, noun: str) -> str:
    """`1 set`, `3 sets`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def load_words(one: SetView, preferred: WeightUnit) -> str:
    """The load: the unit is said only when it is not the athlete's own."""
    if one.weight is None:
        return ""
    number = spoken_number(one.weight)
    added = packaged_catalogue().by_slug[one.slug].measure == "reps"
    words = f"plus {number}" if added else number
    return words if one.unit == preferred else f"{words} {UNIT_WORDS[one.unit]}"


def set_words(one: SetView, preferred: WeightUnit, count: int = 1) -> str:
    """What was done, as short as it can be said: `225 for 8`, `3 by 10 at 135`, `12 reps`, `1 minute 30`."""
    load = load_words(one, preferred)
    side = " a side" if one.is_per_side and one.reps is not None else ""
    parts = [_work_words(one, load, count) + side]
    if one.distance_meters is not None:
        parts.append(f"{spoken_number(one.distance_meters)} meters")
    if one.duration_seconds is not None:
        parts.append(duration_words(one.duration_seconds))
    parts = [part for part in parts if part]
    if count > 1 and one.reps is None:
        parts.insert(0, plural(count, "set"))
    return ", ".join(parts + _effort_words(one))


def _work_words(one: SetView, load: str, count: int) -> str:
    if one.reps is None:
        return load
    if count > 1:
        return f"{count} by {one.reps}" + (f" at {load}" if load else "")
    return f"{load} for {one.reps}" if load else plural(one.reps, "rep")


def _effort_words(one: SetView) -> list[str]:
    words = []
    if one.rpe is not None:
        words.append(f"RPE {spoken_number(one.rpe)}")
    if one.rir is not None:
        words.append(f"{one.rir} in reserve")
    if one.set_type in SET_TYPE_WORDS:
        words.append(SET_TYPE_WORDS[one.set_type])
    return words
