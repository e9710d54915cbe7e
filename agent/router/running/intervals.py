"""Intervals as they are said: "six by four hundred with ninety seconds rest", "thirty seconds on thirty
seconds off ten times", "five times a k off two minutes", "eight 200s"."""

from __future__ import annotations

from typing import Any

from agent.router.running.measures import (
    LONG,
    RESTING,
    UNITS,
    Said,
    distance,
    duration,
    pace,
)
from core.units import METERS_PER_MILE
from services.running.limits import MAX_REPEATS

PACE = "target_pace"
"""What is read with intervals and is no part of them."""
_BY = frozenset({"by", "x", "times", "lots", "sets", "reps", "rounds", "repeats", "repetitions", "efforts"})
_EFFORTS = frozenset(
    {"repeats", "repeat", "reps", "rep", "intervals", "interval", "efforts", "effort", "sprints", "sprint",
     "strides", "hills", "hill", "repetitions", "pickups", "surges", "hard", "fast", "on", "run", "runs"}
)  # fmt: skip
_RECOVERING = frozenset(
    {"rest", "rests", "recovery", "recoveries", "recover", "jog", "jogs", "jogging", "walk", "walks", "off",
     "walking", "easy", "float", "standing", "between", "break", "breaks", "slow", "resting", "recovering"}
)  # fmt: skip
_ON_FOOT = frozenset({"jog", "jogs", "jogging", "walk", "walks", "walking", "float"})
_JOINS = frozenset({"with", "and", "w", "then", "plus", ",", "on", "followed", "by", "taking", "off"})
_BETWEEN = (("in", "between"), ("between",), ("each",), ("rep",), ("reps",), ("them",), ("every",), ("time",))
_LEADS = frozenset({"a", "an", "of", "for", "rest", "recovery", "recoveries", "jog", "walk", "recovering"})
_SHORTEST_REST = 15
"""A number from here on, said alone of a rest, is seconds; a smaller one is minutes."""
_METERS = 100
"""A number from here on, said alone of a jog, is metres."""


def intervals(said: Said, i: int) -> tuple[dict[str, Any], int] | None:
    """Intervals at `i`, as the contract has them, and the place after them."""
    return _counted(said, i) or _on_and_off(said, i)


def _counted(said: Said, i: int) -> tuple[dict[str, Any], int] | None:
    """The repeats first: "six by four hundred", "ten times one minute", "eight 200s", "four mile repeats"."""
    number = said.numbers.get(i)
    if number is None:
        return _joined(said, i)
    if number.value != int(number.value) or not 2 <= number.value <= MAX_REPEATS or number.plural:
        return _joined(said, i)
    j = number.end
    counted = said.word(j) in _BY
    while said.word(j) in _BY or said.word(j) == "of":
        j += 1
    work = length_or_time(said, j)
    if work is None or (not counted and not _bare_repeats(said, j, work[2])):
        return None
    if (apart := _run_together(said, work)) is not None:
        return {"repeats": int(number.value), **apart}, work[2] + 1
    return _with_recovery(said, int(number.value), work)


def _joined(said: Said, i: int) -> tuple[dict[str, Any], int] | None:
    """ "eight 200s" that was read as one number, 8200 or 800: the two halves of it."""
    number = said.numbers.get(i)
    if number is None or len(number.parts) != 2 or not number.plural or number.parts[1] < _METERS:
        return None
    repeats, meters = number.parts
    return _with_recovery(said, int(repeats), (meters, None, number.end))


def _bare_repeats(said: Said, start: int, end: int) -> bool:
    """Whether a length follows its count without a word between: "six 400s", "four mile repeats"."""
    number = said.numbers.get(start)
    if number is not None and number.plural:
        return True
    if said.word(end - 1) in ("ks", "kms", "miles", "kays") and number is not None:
        return True  # "five 1ks"
    return said.word(end) in _EFFORTS and said.word(end) not in ("run", "runs", "on", "easy")


def _with_recovery(
    said: Said, repeats: int, work: tuple[float | None, float | None, int]
) -> tuple[dict[str, Any], int]:
    meters, seconds, j = work
    while said.word(j) in _EFFORTS:
        j += 1
    found: dict[str, Any] = {"repeats": repeats}
    if said.word(j) in ("at", "in") and (fast := _pace_of(said, j + 1, meters)) is not None:
        found[PACE], j = fast
    found |= {"work_meters": meters} if meters is not None else {"work_seconds": seconds}
    recovery = _recovery(said, j)
    if recovery is not None:
        given, j = recovery
        found |= given
    return found, j


def _pace_of(said: Said, i: int, meters: float | None) -> tuple[float, int] | None:
    """ "at six minute pace", and "in 90 seconds" of so many metres, in seconds a kilometre."""
    if (fast := pace(said, i, METERS_PER_MILE)) is not None:
        return fast
    each = duration(said, i)
    return (each[0] * LONG / meters, each[1]) if each is not None and meters else None


def _run_together(said: Said, work: tuple[float | None, float | None, int]) -> dict[str, float] | None:
    """ "four hundred ninety seconds rest", heard as 490 seconds: 400 metres, and a rest of 90 seconds."""
    seconds, j = work[1], work[2]
    if seconds is None or said.word(j) not in RESTING or seconds < _METERS + _SHORTEST_REST:
        return None
    meters, rest = divmod(seconds, _METERS)
    if said.word(j - 1) not in ("seconds", "secs", "sec") or rest < _SHORTEST_REST:
        return None
    return {"work_meters": meters * _METERS, "recovery_seconds": rest}


def _on_and_off(said: Said, i: int) -> tuple[dict[str, Any], int] | None:
    """The length first: "thirty seconds on thirty seconds off ten times", "400 hard 200 easy by eight"."""
    work = length_or_time(said, i)
    if work is None or said.word(work[2]) not in ("on", "hard", "fast"):
        return None
    recovery = _recovery(said, work[2] + 1)
    if recovery is None:
        return None
    given, j = recovery
    j = said.after_comma(j)
    while said.word(j) in ("repeat", "repeated", "for", "by", "x", "do", "that", "it"):
        j += 1
    number = said.numbers.get(j)
    if number is None or not 2 <= number.value <= MAX_REPEATS or number.value != int(number.value):
        return None
    end = number.end
    while said.word(end) in ("times", "rounds", "reps", "sets", "repeats"):
        end += 1
    meters, seconds, _ = work
    length = {"work_meters": meters} if meters is not None else {"work_seconds": seconds}
    return {"repeats": int(number.value), **length, **given}, end


def _recovery(said: Said, i: int) -> tuple[dict[str, float], int] | None:
    """ "with ninety seconds rest", "off two minutes", "one minute easy", "and a 200 jog"."""
    off = False
    while said.word(i) in _JOINS:
        off = off or said.word(i) == "off"
        i += 1
    off = off or said.word(i) in ("rest", "recovery", "recovering", "jog", "walk", "resting")
    start = i
    while said.word(i) in _LEADS and said.numbers.get(i) is None and not _one_of_a_unit(said, i):
        i += 1
    read = _amount(said, i, on_foot=said.word(start) in _ON_FOOT)
    if read is None:
        return None
    given, j = read
    named = j
    while said.word(j) in _RECOVERING or (said.word(j) in ("of", "for") and said.word(j + 1) in _RECOVERING):
        j += 1
    j, between = _between(said, j)
    return (given, j) if off or j > named or between else None


def _one_of_a_unit(said: Said, i: int) -> bool:
    """Whether the article at `i` counts: "a minute", "a lap"."""
    return said.word(i) in ("a", "an") and (duration(said, i) is not None or distance(said, i) is not None)


def _amount(said: Said, i: int, *, on_foot: bool) -> tuple[dict[str, float], int] | None:
    if (long := duration(said, i)) is not None:
        return {"recovery_seconds": long[0]}, long[1]
    if (far := distance(said, i)) is not None:
        return {"recovery_meters": far[0]}, far[1]
    number = said.numbers.get(i)
    if number is None or UNITS.get(said.word(number.end), 0.0) >= LONG:
        return None
    on_foot = on_foot or said.word(number.end) in _ON_FOOT
    if number.clock is not None and (number.written_clock or not on_foot):
        return {"recovery_seconds": number.clock}, number.end
    if number.value >= _METERS and on_foot:
        return {"recovery_meters": number.value}, number.end
    seconds = number.value if number.value >= _SHORTEST_REST else 60 * number.value
    return {"recovery_seconds": seconds}, number.end


def _between(said: Said, j: int) -> tuple[int, bool]:
    start = j
    moved = True
    while moved:
        moved = False
        for words in _BETWEEN:
            if tuple(said.words[j : j + len(words)]) == words and (j > start or "between" in words):
                j += len(words)
                moved = True
    return j, j > start


def length_or_time(said: Said, i: int) -> tuple[float | None, float | None, int] | None:
    """A part of intervals at `i`: metres or seconds, and the place after it. Big numbers alone are metres."""
    if (far := distance(said, i)) is not None:
        return far[0], None, far[1]
    if (long := duration(said, i)) is not None:
        return None, long[0], long[1]
    number = said.numbers.get(i)
    if number is not None and not number.written_clock and number.value >= _METERS:
        return number.value, None, number.end
    return None
