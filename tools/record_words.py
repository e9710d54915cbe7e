"""Personal records as they are said and drawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from core.units import WeightUnit, spoken_number
from db.models import PersonalRecord, PrType
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.records import FAMILY, Record
from tools.lookup_phrases import day_words, listed, weight_in
from tools.phrases import exercise_words, plural
from tools.views import RecordView

MOST_SAID = 3
DIGITS = 2
"""Records are kept in single precision: more digits would be noise."""


def record_news(types: Collection[PrType]) -> str:
    """The news of records in a few words, that of the heaviest kind; nothing when there is none."""
    families = {FAMILY[one] for one in types}
    if "load" in families:
        return "That's a PR."
    if "reps" in families:
        return "That's a rep PR."
    return "That's a volume PR." if families else ""


def records_words(
    exercise: Exercise, standing: Sequence[PersonalRecord], unit: WeightUnit, today: date, zone: ZoneInfo
) -> str:
    """The records of an exercise: `245 for 1 on March 3. Best five: 225.`"""
    held = {one.pr_type: one for one in standing}
    said = []
    if (best := held.get("1rm")) is not None:
        plus = "plus " if exercise.measure == "reps" else ""
        when = day_words(best.achieved_at.astimezone(zone).date(), today)
        said.append(f"{plus.capitalize()}{_weight(best, unit)} for {best.reps} {when}.")
        five = held.get("5rm")
        if five is not None and _weight(five, unit) != _weight(best, unit):
            said.append(f"Best for five: {plus}{_weight(five, unit)}.")
    if (most := held.get("reps_at_weight")) is not None:
        when = day_words(most.achieved_at.astimezone(zone).date(), today)
        said.insert(0, f"{plural(round(most.value), 'rep')} {when}.")
    return " ".join(said)


def all_records_words(standing: Sequence[PersonalRecord], unit: WeightUnit) -> str:
    """The newest records: `245 barbell bench press, 405 deadlift and 12 pull-ups; 4 more exercises.`"""
    by_exercise = {one.exercise_id: one for one in reversed(standing)}  # of several the newest
    best = list(by_exercise.values())[::-1]
    if not best:
        return "No records yet. They come with your sets."
    words = [_short(one, unit) for one in best[:MOST_SAID]]
    more = len(best) - MOST_SAID
    rest = f"; {plural(more, 'more exercise')}" if more > 0 else ""
    return f"{listed(words)}{rest}."


def record_view(record: Record) -> RecordView:
    """A record that a set has just set, as clients draw it."""
    lift, exercise = record.lift, packaged_catalogue().by_id[record.lift.exercise_id]
    return RecordView(
        exercise=exercise.name,
        slug=exercise.slug,
        pr_type=record.slot.pr_type,
        value=record.value,
        weight=lift.weight,
        unit=lift.unit,
        reps=lift.reps,
        estimated_1rm=rounded(record.estimate),
        improvement_percent=record.improvement,
        achieved_at=record.achieved_at,
    )


def record_row_view(row: PersonalRecord) -> RecordView:
    """A standing record as clients draw it."""
    exercise = packaged_catalogue().by_id[row.exercise_id]
    return RecordView(
        exercise=exercise.name,
        slug=exercise.slug,
        pr_type=row.pr_type,
        value=round(row.value, DIGITS),
        weight=rounded(row.weight),
        unit=row.weight_unit,
        reps=row.reps,
        estimated_1rm=rounded(row.estimated_1rm),
        achieved_at=row.achieved_at,
    )


def rounded(value: float | None) -> float | None:
    """A number as it is told, if there is one."""
    return round(value, DIGITS) if value is not None else None


def _weight(row: PersonalRecord, unit: WeightUnit) -> str:
    return spoken_number(weight_in(row.weight or 0, row.weight_unit, unit))


def _short(row: PersonalRecord, unit: WeightUnit) -> str:
    exercise = packaged_catalogue().by_id[row.exercise_id]
    if row.pr_type == "reps_at_weight":
        return f"{plural(round(row.value), 'rep')} of {exercise_words(exercise)}"
    plus = "plus " if exercise.measure == "reps" else ""
    return f"{plus}{_weight(row, unit)} {exercise_words(exercise)}"
