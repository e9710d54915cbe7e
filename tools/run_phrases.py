"""What is said of runs: the numbers first, in the unit that suits them."""

from __future__ import annotations

from collections.abc import Sequence

from core.units import METERS_PER_MILE, spoken_number
from db.models import DistanceType, DistanceUnit, RunningShoe
from services.running.cues import Cue, GoalReached, GoesAgain, SegmentsDone, SplitDone, StandsStill
from services.running.plans import Intervals, Plan
from services.running.records import NewRecord
from tools.phrases import HOUR, MINUTE, duration_words, plural
from tools.views import RunView

KILOMETER = 1000.0
METERS: dict[DistanceUnit, float] = {"mi": METERS_PER_MILE, "km": KILOMETER}
UNIT_NAMES: dict[DistanceUnit, str] = {"mi": "mile", "km": "kilometer"}
RACES = {21_097.5: "half marathon", 42_195.0: "marathon"}
ROUND = 1e-4
"""How near to a round number a distance is that one."""
SHORT = 1000.0
"""Below this, metres are said."""
TYPE_WORDS = {
    "easy": "Easy run",
    "tempo": "Tempo run",
    "intervals": "Intervals",
    "long": "Long run",
    "race": "Race",
}


SURFACE_WORDS = {
    "road": "On the road",
    "trail": "On trails",
    "track": "On the track",
    "treadmill": "On the treadmill",
}


def unit_of(meters: float, preferred: DistanceUnit) -> DistanceUnit:
    """The unit in which a distance is a round number; else the athlete's own."""
    for unit in dict.fromkeys((preferred, *METERS)):
        tenths = 10 * meters / METERS[unit]
        if abs(tenths - round(tenths)) < 10 * ROUND:
            return unit
    return preferred


def distance_words(meters: float, unit: DistanceUnit) -> str:
    """`3 miles`, `7.4 kilometers`, `400 meters`, `a half marathon`."""
    race = next((name for length, name in RACES.items() if abs(meters - length) < 1), None)
    if race is not None:
        return f"a {race}"
    if meters < SHORT:
        return plural(round(meters), "meter")
    value = round(meters / METERS[unit], 2)
    return f"{spoken_number(value)} {UNIT_NAMES[unit]}{'' if value == 1 else 's'}"


def time_words(seconds: float) -> str:
    """`24 minutes`, `24:30`, `1:45:30`: a run's time as a clock has it."""
    whole = round(seconds)
    if whole < MINUTE or whole % MINUTE == 0:
        return duration_words(whole)
    hours, rest = divmod(whole, HOUR)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def pace_words(seconds_per_km: float, unit: DistanceUnit) -> str:
    """`8:00 a mile`."""
    whole = round(seconds_per_km * METERS[unit] / KILOMETER)
    return f"{whole // 60}:{whole % 60:02} a {UNIT_NAMES[unit]}"


def run_words(meters: float | None, seconds: float | None, preferred: DistanceUnit) -> str:
    """`3 miles in 24 minutes, 8:00 a mile`, with what is known."""
    unit = unit_of(meters, preferred) if meters is not None else preferred
    if meters is None:
        return f"{time_words(seconds)} of running" if seconds is not None else "A run"
    distance = distance_words(meters, unit)
    distance = distance[:1].upper() + distance[1:]
    if not seconds:
        return distance
    return f"{distance} in {time_words(seconds)}, {pace_words(seconds * KILOMETER / meters, unit)}"


def started_words(plan: Plan, run_type: str | None, preferred: DistanceUnit) -> str:
    """ "Easy run, 5 kilometers. Go.", "6 by 400 meters, 90 seconds recovery. Go."."""
    if plan.intervals is not None:
        return f"{interval_words(plan.intervals, preferred)}. Go."
    parts = [TYPE_WORDS.get(run_type or "", "Run")]
    unit = preferred
    if plan.distance_meters is not None:
        unit = unit_of(plan.distance_meters, preferred)
        parts.append(distance_words(plan.distance_meters, unit))
    if plan.duration_seconds is not None:
        parts.append(time_words(plan.duration_seconds))
    if plan.target_pace is not None:
        parts.append(f"at {pace_words(plan.target_pace, unit)}")
    return f"{', '.join(parts)}. Go." if len(parts) > 1 else f"{parts[0]} started."


def interval_words(plan: Intervals, preferred: DistanceUnit) -> str:
    """`6 by 400 meters, 90 seconds recovery`."""
    work = part_words(plan.work_meters, plan.work_seconds, preferred)
    words = f"{plan.repeats} by {work}"
    if plan.recovery_meters is not None or plan.recovery_seconds is not None:
        words += f", {part_words(plan.recovery_meters, plan.recovery_seconds, preferred)} recovery"
    return words


def part_words(meters: float | None, seconds: float | None, preferred: DistanceUnit) -> str:
    """A segment's length: `400 meters`, `90 seconds`, `2 minutes`."""
    if meters is not None:
        return distance_words(meters, unit_of(meters, preferred))
    whole = round(seconds or 0)
    return plural(whole, "second") if whole < 2 * MINUTE and whole % MINUTE else duration_words(whole)


def status_words(run: RunView, preferred: DistanceUnit) -> str:
    """Distance, time, average and current pace, and what is left of the plan."""
    time = time_words(run.moving_seconds or 0)
    if not run.distance_meters:
        words = f"{time} so far"
    else:
        words = f"{distance_words(run.distance_meters, preferred)} in {time}"
        if run.average_pace is not None:
            words += f", {pace_words(run.average_pace, preferred)}"
        if run.current_pace is not None and run.status == "active" and run.auto_paused_at is None:
            words += f", now {pace_words(run.current_pace, preferred)}"
    words = f"{words[:1].upper()}{words[1:]}."
    if run.status == "paused":
        words = f"Paused. {words}"
    elif run.auto_paused_at is not None:
        words = f"Paused while you stand. {words}"
    return " ".join(filter(None, (words, _left(run, preferred))))


def _left(run: RunView, preferred: DistanceUnit) -> str:
    plan = run.plan
    if plan is None:
        return ""
    parts = []
    if plan.distance_meters and run.distance_meters:
        left = plan.distance_meters - run.distance_meters
        parts.append(f"{distance_words(left, preferred)} to go" if left > 0 else "The distance is done")
    if plan.duration_seconds and not plan.distance_meters:
        rest = plan.duration_seconds - (run.moving_seconds or 0)
        parts.append(f"{time_words(rest)} to go" if rest > 0 else "The time is up")
    if plan.target_pace and run.average_pace:
        behind = run.average_pace - plan.target_pace
        word = "slower" if behind > 0 else "faster"
        parts.append("on pace" if abs(behind) < 2 else f"{round(abs(behind))} seconds {word} than planned")
    words = ", ".join(parts)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


DISTANCE_NAMES: dict[DistanceType, str] = {
    "1k": "1 k",
    "1mi": "mile",
    "5k": "5 k",
    "10k": "10 k",
    "half": "half marathon",
    "marathon": "marathon",
}


def record_words(new: Sequence[NewRecord]) -> str:
    """ "That's a 5 k PR, by 12 seconds.": of several the longest, the first ones of all without a fuss."""
    beaten = [one for one in new if one.improvement_seconds]
    if not beaten:
        return ""
    longest = beaten[-1]
    by = time_words(longest.improvement_seconds or 0)
    words = f"That's a {DISTANCE_NAMES[longest.distance_type]} PR, by {by}"
    return f"{words}, and {len(beaten) - 1} more." if len(beaten) > 1 else f"{words}."


def worn_words(shoes: RunningShoe | None, unit: DistanceUnit) -> str:
    """What to say of shoes that have gone their way; mostly nothing."""
    if shoes is None or shoes.current_mileage_km < shoes.max_mileage_km:
        return ""
    name = shoes.nickname or shoes.model
    gone = round(shoes.current_mileage_km * KILOMETER / METERS[unit])
    return f"Your {name} have {plural(gone, UNIT_NAMES[unit])} in them: time for new ones."


def cue_words(cue: Cue, unit: DistanceUnit) -> str:
    """ "Mile 2, 8:05. Average 8:10.", "Recover, 90 seconds.", "Go, 400 meters, 3 of 6."."""
    if isinstance(cue, SplitDone):
        name = UNIT_NAMES[unit].capitalize()
        average = cue.average_pace if cue.number > 1 else None
        words = f"{name} {cue.number}, {time_words(cue.seconds)}."
        return f"{words} Average {pace_words(average, unit).partition(' ')[0]}." if average else words
    if isinstance(cue, SegmentsDone):
        return f"That was the last one. {plural(cue.efforts, 'interval')} done."
    if isinstance(cue, GoalReached):
        if cue.meters is None:
            return f"{time_words(cue.seconds)}: that's the time."
        words = distance_words(cue.meters, unit_of(cue.meters, unit))
        return f"{words[:1].upper()}{words[1:]} done, in {time_words(cue.seconds)}."
    if isinstance(cue, StandsStill):
        return "Paused."
    if isinstance(cue, GoesAgain):
        return "Going again."
    segment = cue.segment
    length = part_words(segment.distance_meters, segment.duration_seconds, unit)
    if segment.type == "work":
        return f"Go, {length}, {cue.effort} of {cue.efforts}."
    return f"Recover, {length}."
