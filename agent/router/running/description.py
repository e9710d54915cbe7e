"""What the words of a sentence say of a run: measures, and the concepts of `words.txt`.

Every word has to be explained, by a measure or by a concept: what nobody explains is no run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from agent.router.context import Clause
from agent.router.lexer import Sentence
from agent.router.questions.concepts import find
from agent.router.running.intervals import PACE, intervals
from agent.router.running.measures import UNITS, Said, clock_readings, distance, duration, pace
from agent.router.vocabulary import POLITE, UNREAL, words
from core.units import METERS_PER_MILE
from services.running.limits import MAX_PACE, MIN_PACE, check_run

WORDS = "router/running/words.txt"
SHORT = 1000.0
"""A distance below this, in an open workout, is a set of it and no run of its own."""
_WHERE = words("with around round along through by near past to from at over across down up in")
_NOT_THERE = words("he she they his her them bro mate reps rep pounds lbs kilos kg sets set")
MIN_NAME = 3
_FIRST = ("race", "intervals", "tempo", "long", "easy")


@dataclass
class Description:
    """What the words of a clause say of a run."""

    distance: float | None = None
    duration: float | None = None
    readings: list[float] = field(default_factory=list)
    pace: float | None = None
    intervals: dict[str, Any] | None = None
    concepts: set[str] = field(default_factory=set)
    at: float | None = None
    """What "at" stands before, in seconds, without a unit: a pace, or the whole time."""

    def kind(self, of: str) -> str | None:
        """The run type or surface: the last word of a concept such as `type:easy`."""
        found = sorted(one.removeprefix(of) for one in self.concepts if one.startswith(of))
        # "a 5k race, easy": the race is what it was; a recovery jog is easy whatever else is said.
        return next((one for one in _FIRST if one in found), found[0] if found else None)


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
        if end is None and (words[i] in POLITE or words[i] == "," or (words[i] == "coach" and i < 2)):
            end = i + 1
        end = end or _company(said, i, out)
        if end is None:
            return None
        i = end
    return _at_decided(out, unit)


def _at_decided(out: Description, unit: float) -> Description | None:
    """ "5k at 19:45" was run in that time, "5k at 5:30" at that pace; a run to come is run at a pace."""
    if out.at is None:
        return out
    seconds = out.at * SHORT / unit
    over = (
        out.concepts & {"log", "ran"} and out.distance is not None and check_run(out.distance, out.at) is None
    )
    if over and out.duration is None and not out.readings:
        out.duration = out.at
    elif out.pace is None and MIN_PACE <= seconds <= MAX_PACE:
        out.pace = seconds
    else:
        return None
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
    if said.word(i - 1) == "at" and out.at is None and (told := _at(said, i)) is not None:
        out.at, end = told
        return end
    if (long := duration(said, i)) is not None:
        number = said.numbers.get(i)
        written = number is not None and number.written_clock
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
    after_unit = said.word(i - 1) in UNITS and bool(out.concepts & {"log", "ran"})
    if (said.word(i - 1) == "," or after_unit) and out.distance is not None:
        bare = clock_readings(said, i)
        sure = bare is not None and (bool(out.concepts & {"log", "ran"}) or len(bare[0]) == 1)
        if bare is not None and sure and plausible(bare[0][:1], out.distance, strictly=True):
            out.readings, end = bare
            return end
    return _bare_pace(said, i, out, unit) if "at" in out.concepts else None


def _at(said: Said, i: int) -> tuple[float, int] | None:
    """The seconds at `i`, in minutes and seconds, with or without their units."""
    if (long := duration(said, i)) is not None:
        return long
    bare = clock_readings(said, i)
    return (bare[0][0], bare[1]) if bare is not None else None


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


def plausible(readings: list[float], meters: float | None, *, strictly: bool = False) -> float | None:
    """The first reading of a time in which somebody can run so far; else the first, or `strictly` None."""
    possible = (one for one in readings if check_run(meters, one) is None)
    return next(possible, readings[0] if readings and not strictly else None)
