"""What is said to questions about the athlete's own training: numbers first, then when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.units import WeightUnit, convert_weight, spoken_number
from services.exercises.catalogue import Exercise
from services.programs import PlannedDay, PlannedExercise
from services.strength import BarLoad, LoadChoice
from services.workouts import Habit, SetView, Summary
from tools.phrases import UNIT_WORDS, duration_words, exercise_words, plural, set_words

COUNTS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WEEK, FORTNIGHT = 7, 14
MOST_SETS, MOST_EXERCISES = 3, 3


def day_words(day: date, today: date) -> str:
    """A day as it is said: `today`, `yesterday`, `last Tuesday`, `9 days ago`, `on March 3`."""
    ago = (today - day).days
    if ago <= 0:
        return "today"
    if ago == 1:
        return "yesterday"
    if ago < WEEK:
        return f"last {day:%A}"
    if ago < FORTNIGHT:
        return f"{ago} days ago"
    year = f", {day.year}" if day.year != today.year else ""
    return f"on {day:%B} {day.day}{year}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def weight_in(weight: float, unit: WeightUnit, to: WeightUnit) -> float:
    """A weight in the unit `to`: as it was said, or else to the nearest half."""
    return weight if unit == to else round(2 * convert_weight(weight, unit, to)) / 2


def in_unit(one: SetView, unit: WeightUnit) -> SetView:
    """The set with its weight in `unit`, to the nearest half."""
    if one.weight is None or one.unit == unit:
        return one
    return one.model_copy(update={"weight": weight_in(one.weight, one.unit, unit), "unit": unit})


def performance_words(sets: Sequence[SetView], unit: WeightUnit, when: str) -> str:
    """What was done of an exercise: `225 for 8 last Tuesday, 3 sets`, `225 for 8, 8 and 6 yesterday`."""
    done = [one for one in sets if one.set_type != "warmup"] or list(sets)
    views = [in_unit(one, unit).model_copy(update={"rpe": None, "rir": None}) for one in done]
    words = [set_words(one, unit) for one in views]
    count = f", {plural(len(done), 'set')}" if len(done) > 1 else ""
    if len(set(words)) == 1:
        return f"{words[0]} {when}{count}."
    if len({(one.weight, one.duration_seconds, one.distance_meters, one.set_type) for one in views}) == 1:
        reps = [str(one.reps) for one in views[1:]]
        return f"{listed([words[0], *reps])} {when}."
    if len(done) <= MOST_SETS:
        return f"{listed(words)} {when}."
    best = max(views, key=lambda one: (one.weight or 0, one.reps or 0))
    return f"Up to {set_words(best, unit)} {when}{count}."


def plates_words(weight: float, choice: LoadChoice, unit: WeightUnit | None) -> str:
    """Which plates go on: `Two 45s and a 10 a side`. `unit` is said when it is not the athlete's own."""
    kind = f", in {UNIT_WORDS[unit]}" if unit else ""
    if choice.exact is not None:
        if not choice.exact.side:
            return f"Just the bar{kind}."
        words = _side_words(choice.exact)
        return f"{words[:1].upper()}{words[1:]} a side{kind}."
    near = [f"{spoken_number(one.weight)}: {_side_words(one)}" for one in _near(choice)]
    if choice.below is None:
        return f"The bar alone is {spoken_number(choice.bar)}{kind}."
    return f"{spoken_number(weight)} can't be loaded. {'; or '.join(near)} a side{kind}."


def _near(choice: LoadChoice) -> list[BarLoad]:
    return [one for one in (choice.below, choice.above) if one is not None]


def _side_words(load: BarLoad) -> str:
    if not load.side:
        return "just the bar"
    counts = {plate: load.side.count(plate) for plate in load.side}
    return listed(
        [
            f"{_count(count)} {spoken_number(plate)}" + ("s" if count > 1 else "")
            for plate, count in counts.items()
        ]
    )


def _count(count: int) -> str:
    return COUNTS[count] if count < len(COUNTS) else str(count)


def summary_words(summary: Summary) -> str:
    """What a workout has come to: `6 sets, 2 exercises, 4500 pounds in 32 minutes`."""
    minutes = duration_words(max(60, 60 * round(summary.seconds / 60)))
    if not summary.sets:
        return f"Nothing logged yet, {minutes} in"
    parts = [plural(summary.sets, "set")]
    if summary.warmups:
        parts.append(f"{summary.warmups} of them " + ("a warm-up" if summary.warmups == 1 else "warm-ups"))
    parts.append(plural(len(summary.exercises), "exercise"))
    if summary.volume:
        parts.append(f"{spoken_number(round(summary.volume))} {UNIT_WORDS[summary.unit]}")
    return f"{', '.join(parts)} in {minutes}"


def day_name(day: PlannedDay) -> str:
    """What a planned day is called: `Push day`, else by its kind: `Full body`."""
    name = day.name or (day.workout_type or "workout").replace("_", " ")
    return f"{name[:1].upper()}{name[1:]}"


def plan_words(day: PlannedDay) -> str:
    """A planned day: `Push day: 4 by 8 to 12 barbell bench press, 3 by 10 dips and 2 more`."""
    if not day.exercises:
        return f"{day_name(day)}."
    words = [_planned_words(one) for one in day.exercises[:MOST_EXERCISES]]
    if (more := len(day.exercises) - MOST_EXERCISES) > 0:
        words.append(f"{more} more")
    return f"{day_name(day)}: {listed(words)}."


def planned_reps(one: PlannedExercise) -> str | None:
    """The reps that are asked for as people write them: `8`, `8-12`, `AMRAP`."""
    if one.reps_target:
        return one.reps_target
    if one.reps_min is not None and one.reps_max is not None and one.reps_min != one.reps_max:
        return f"{one.reps_min}-{one.reps_max}"
    reps = one.reps_min if one.reps_min is not None else one.reps_max
    return str(reps) if reps is not None else None


def _planned_words(one: PlannedExercise) -> str:
    reps = (planned_reps(one) or "").replace("-", " to ")
    times = f"{one.sets} by {reps}" if reps else plural(one.sets, "set") + " of"
    return f"{times} {exercise_words(one.exercise)}"


def habit_words(habit: Habit, weekday: str) -> str:
    """What is usual on a weekday: `On Wednesdays you usually do push day.`"""
    what = habit.name or listed([exercise_words(one) for one in habit.exercises[:MOST_EXERCISES]])
    return f"On {weekday}s you usually do {what}."


def no_maximum(exercise: Exercise) -> str:
    """Why there is no maximum of an exercise that is not counted by weight alone."""
    why = ": your own weight counts too" if exercise.measure == "reps" else ""
    return f"I can't put a number on {exercise_words(exercise)}{why}."


def none_yet(exercise: Exercise) -> str:
    """There is nothing of an exercise: `No barbell bench press yet.`"""
    return f"No {exercise_words(exercise)} yet."
