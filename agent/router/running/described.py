"""Runs as they are described: one to be started now ("start an easy 5k"), or one that is over ("I ran three
miles in 24 minutes").

Every word has to be explained, by a measure or by a concept of `words.txt`: what nobody explains is no run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from agent.router.compose import tidy
from agent.router.context import Clause, Reading
from agent.router.lexer import Sentence
from agent.router.questions.concepts import find
from agent.router.running.intervals import PACE, intervals
from agent.router.running.measures import UNITS, Said, clock_readings, distance, duration, pace
from agent.router.understanding import Call, Pending
from agent.router.vocabulary import POLITE, UNREAL, words
from core.units import METERS_PER_MILE
from services.running.limits import MAX_PACE, MIN_PACE, check_run

WORDS = "router/running/words.txt"
ASK_RUN = "How far did you run, and how long did it take?"
MISSING = "run"
"""What is missing while that question waits."""
ASK_WHEN = "Shall I start that run, or did you run it already?"
DOING = frozenset({"in", "at"})
"""Concepts of descriptions that are half of something."""
SHORT = 1000.0
"""A distance below this, in an open workout, is a set of it and no run of its own."""
_HINTS = frozenset(
    {"run", "runs", "running", "ran", "jog", "jogged", "jogging", "race", "raced", "racing", "marathon", "k",
     "ks", "km", "kms", "kay", "kays", "mile", "miles", "mi", "miler", "interval", "intervals", "tempo",
     "threshold", "fartlek", "parkrun", "treadmill", "kilometers", "kilometer", "kilometres", "kilometre",
     "repeats", "recovery", "rest", "off", "jogs", "speedwork", "klicks", "clicks", "13.1", "26.2",
     "shakeout", "long", "easy", "half", "hundred", "hundreds", "meters", "metres"}
)  # fmt: skip
"""Without one of these, or a number of three digits, nobody describes a run."""


@dataclass
class Description:
    """What the words of a clause say of a run."""

    distance: float | None = None
    duration: float | None = None
    readings: list[float] = field(default_factory=list)
    pace: float | None = None
    intervals: dict[str, Any] | None = None
    concepts: set[str] = field(default_factory=set)
    timed: bool = False
    """Whether "in" stands before the time."""

    def kind(self, of: str) -> str | None:
        """The run type or surface: the last word of a concept such as `type:easy`."""
        found = sorted(one.removeprefix(of) for one in self.concepts if one.startswith(of))
        # "a 5k race, easy": the race is what it was; a recovery jog is easy whatever else is said.
        return next((one for one in _FIRST if one in found), found[0] if found else None)


_WHERE = words("with around round along through by near past to from at over across down up in")
_NOT_THERE = words("he she they his her them bro mate reps rep pounds lbs kilos kg sets set")
MIN_NAME = 3
_ASKED = frozenset(
    (one, whom) for one in ("did", "have", "should", "do", "am", "was", "will") for whom in ("i", "we", "you")
)
"""How questions about runs begin, which describe none."""
_FIRST = ("race", "intervals", "tempo", "long", "easy")


def parse(clause: Clause) -> Reading | None:
    """A run to start or to log, a question about it, or None."""
    if not _may_be(clause) or clause.words[:2] in _ASKED:
        return None
    found = describe(clause)
    if found is None:
        return None
    if _logs(found):
        return _log(clause, found)
    if _starts(clause, found):
        return _start(clause, found)
    bare = found.distance is not None and found.distance >= SHORT and not clause.state.workout_open
    return (
        Reading("ask", "run_when", reply=ASK_WHEN, confidence=0.8)
        if bare and not found.concepts & DOING
        else None
    )


def answer(clause: Clause, pending: Pending) -> Reading | None:
    """The distance or time that was asked for, or None when the words are about something else."""
    found = describe(clause)
    if found is None or found.intervals or (found.distance is None and not _time_said(found)):
        return None
    held = pending.calls[0].args if pending.calls else {}
    found.concepts |= {"log"}
    if found.duration is None and found.readings:
        found.duration = _plausible(found.readings, found.distance or held.get("distance_meters"))
    return _logged(found, held)


def describe(clause: Clause) -> Description | None:
    """What all the words of `clause` come to; None when one is unexplained or said twice."""
    words = clause.words
    said = Said(words, Sentence.of(words, ()).numbers)
    concepts: dict[int, list[tuple[int, str]]] = {}
    for one in find(words, WORDS):
        concepts.setdefault(one.start, []).append((one.end, one.name))
    unit = next((UNITS[w] for w in words if UNITS.get(w, 0) >= SHORT), _unit(clause))
    out = Description()
    i = 0
    while i < len(words):
        effort = max((end for end, name in concepts.get(i, ()) if name == "effort"), default=None)
        end = effort or _measure(said, i, out, unit) or _concept(i, concepts, out)
        if end is None and (words[i] in POLITE or words[i] == ","):
            end = i + 1
        end = end or _company(said, i, out)
        if end is None:
            return None
        i = end
    return out


def _unit(clause: Clause) -> float:
    return METERS_PER_MILE if clause.state.distance_unit == "mi" else 1000.0


def _measure(said: Said, i: int, out: Description, unit: float) -> int | None:
    """The measure at `i` put into `out`, and the place after it."""
    if out.intervals is None and (reps := intervals(said, i)) is not None:
        out.intervals, end = reps
        out.pace = out.intervals.pop(PACE, out.pace)
        return end
    if out.pace is None and (fast := pace(said, i, unit)) is not None and MIN_PACE <= fast[0] <= MAX_PACE:
        out.pace, end = fast
        return end
    if out.distance is None and (far := distance(said, i)) is not None:
        out.distance, end = far
        return end
    if out.duration is None and not out.readings:
        return _time(said, i, out, unit)
    return None


def _time(said: Said, i: int, out: Description, unit: float) -> int | None:
    if (long := duration(said, i)) is not None:
        number = said.numbers.get(i)
        written = number is not None and number.written_clock
        if written and said.word(i - 1) == "at" and out.pace is None:
            return _bare_pace(said, i, out, unit)
        if written and number is not None and number.clock is not None:
            out.readings = [number.clock, number.clock * 60]
        else:
            out.duration = long[0]
        return long[1]
    if said.numbers.get(i) is None:
        return None
    if ({"in"} & out.concepts and said.word(i - 1) not in ("at", "of")) or said.word(i - 1) == "in":
        bare = clock_readings(said, i)
        if bare is not None:
            out.readings, end = bare
            return end + (said.word(end) in ("flat", "dead"))
    if said.word(i - 1) == "," and out.distance is not None and "log" in out.concepts:
        bare = clock_readings(said, i)
        if bare is not None and _plausible(bare[0][:1], out.distance, strictly=True):
            out.readings, end = bare
            return end
    return _bare_pace(said, i, out, unit) if "at" in out.concepts else None


def _bare_pace(said: Said, i: int, out: Description, unit: float) -> int | None:
    """ "at five thirty": a pace of the unit that is used besides."""
    bare = clock_readings(said, i)
    if bare is None or out.pace is not None:
        return None
    seconds = bare[0][0] * SHORT / unit
    if not MIN_PACE <= seconds <= MAX_PACE:
        return None
    out.pace = seconds
    return bare[1] + (said.word(bare[1]) in ("pace", "paces"))


def _concept(i: int, concepts: dict[int, list[tuple[int, str]]], out: Description) -> int | None:
    here = concepts.get(i)
    if not here:
        return None
    longest = max(end for end, _ in here)
    # "I'm racing" starts a run, and is a race: what is inside of a concept counts as well.
    inside = {name for j in range(i, longest) for end, name in concepts.get(j, ()) if end <= longest}
    out.concepts |= inside - {"filler"}
    return longest


def _company(said: Said, i: int, out: Description) -> int | None:
    """Where, or with whom, a run was that is told of: "around the lake", "with sarah"."""
    before = said.word(i - 1) if said.word(i - 1) not in ("the", "a", "my", "our") else said.word(i - 2)
    if before not in _WHERE or not out.concepts & {"log", "ran"} or said.word(i) in UNREAL | _NOT_THERE:
        return None
    return i + 1 + (_stranger(said, i + 1))


def _stranger(said: Said, i: int) -> bool:
    """Whether the word at `i` goes on with a place or a name of two words."""
    word = said.word(i)
    known = word in UNREAL | _NOT_THERE | _WHERE | POLITE or i in said.numbers or len(word) < MIN_NAME
    return bool(word) and not known and said.word(i + 1) in ("", ",", "in")


def _may_be(clause: Clause) -> bool:
    words = clause.words
    return bool(_HINTS & set(words)) or any(w[:1].isdigit() and len(w) == 3 for w in words)


def _time_said(found: Description) -> bool:
    return found.duration is not None or bool(found.readings)


def _measured(found: Description) -> bool:
    return found.distance is not None or _time_said(found)


def _logs(found: Description) -> bool:
    """Whether the run is over."""
    said = found.concepts
    in_time = found.distance is not None and _time_said(found)
    if in_time and "recorded" in said and not said & {"begun", "out"}:
        return True
    if said & {"log", "ran", "yesterday"}:
        plainly = said & {"ran", "yesterday"} or not said & {"start", "begun", "out"}
        return bool(plainly or in_time) and (_measured(found) or "run" in said or "ran" in said)
    return in_time and not said & {"begun", "start", "out"} and found.intervals is None


def _starts(clause: Clause, found: Description) -> bool:
    """Whether a run is to begin now."""
    said = found.concepts
    told = bool(found.kind("type:") or "run" in said or found.distance is not None or found.kind("surface:"))
    if found.intervals is not None:
        asked = said & {"start", "begun", "run", "out"} or found.kind("type:") or _recovers(found)
        return bool(asked) and (
            not clause.state.workout_open or bool(said & {"start", "begun", "run", "out"})
        )
    if "out" in said:
        return told or _time_said(found)
    if "start" in said:
        return told and not _only_workout(clause, found)
    return (
        "begun" in said
        and told
        and (_measured(found) or found.kind("type:") is not None or _says_run(clause))
    )


def _recovers(found: Description) -> bool:
    return any(name.startswith("recovery") for name in found.intervals or {})


def _says_run(clause: Clause) -> bool:
    return bool({"run", "running", "jog", "jogging", "race", "marathon"} & set(clause.words))


def _only_workout(clause: Clause, found: Description) -> bool:
    """ "start a session", "start an easy workout": nothing says that it is a run."""
    if found.distance is not None or _says_run(clause):
        return False
    kind = found.kind("type:")
    if kind is not None and _time_said(found):
        return False
    return kind not in ("tempo", "intervals", "race") and found.kind("surface:") is None


def _start(clause: Clause, found: Description) -> Reading | None:
    args: dict[str, Any] = {}
    if kind := found.kind("type:"):
        args["run_type"] = kind
    if found.distance is not None:
        args["distance_meters"] = _rounded(found.distance)
    seconds = found.duration or _plausible(found.readings, found.distance)
    if seconds is not None:
        args["duration_seconds"] = tidy(seconds)
    if found.pace is not None:
        args["target_pace"] = tidy(round(found.pace, 2))
    if found.intervals is not None:
        args["intervals"] = {name: _rounded(value) for name, value in found.intervals.items()}
    if surface := found.kind("surface:"):
        args["surface_type"] = surface
    if problem := check_run(found.distance, seconds):
        return Reading("ask", "start_run", reply=problem)
    return Reading("calls", "start_run", (Call("start_run", args),), confidence=0.95)


def _log(clause: Clause, found: Description) -> Reading | None:
    short = found.distance is not None and found.distance < SHORT
    if short and clause.state.workout_open and not _says_run(clause):
        return None
    if not _measured(found) and found.intervals is None:
        if clause.state.run and "yesterday" not in found.concepts:
            return None  # "I've done my run": the one that is on
        call = Call("log_run", _kept(found))
        return Reading("ask", "log_run", reply=ASK_RUN, pending=Pending((call,), MISSING, ASK_RUN))
    if found.intervals is not None:
        return None
    if not (found.concepts & {"run", "ran", "in"} or found.distance is not None or found.kind("type:")):
        return None
    return _logged(found, {})


def _kept(found: Description) -> dict[str, Any]:
    args: dict[str, Any] = {}
    if kind := found.kind("type:"):
        args["run_type"] = kind
    if surface := found.kind("surface:"):
        args["surface_type"] = surface
    if "yesterday" in found.concepts:
        args["days_ago"] = 1
    return args


def _logged(found: Description, held: dict[str, Any]) -> Reading:
    args = {**held, **_kept(found)}
    if found.distance is not None:
        args["distance_meters"] = _rounded(found.distance)
    meters = args.get("distance_meters")
    seconds = found.duration or _plausible(found.readings, meters) or args.get("duration_seconds")
    if seconds is None and found.pace is not None and meters is not None:
        seconds = round(found.pace * meters / SHORT)
    if seconds is not None:
        args["duration_seconds"] = tidy(seconds)
    problem = check_run(meters, seconds)
    if problem:
        pending = Pending((Call("log_run", _kept(found)),), MISSING, problem)
        return Reading("ask", "log_run", reply=problem, pending=pending)
    return Reading("calls", "log_run", (Call("log_run", args),), confidence=0.95)


def _plausible(readings: list[float], meters: float | None, *, strictly: bool = False) -> float | None:
    """The first reading of a time in which somebody can run so far; else the first, or `strictly` None."""
    possible = (one for one in readings if check_run(meters, one) is None)
    return next(possible, readings[0] if readings and not strictly else None)


def _rounded(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 3)
