"""What is put right of the run that was logged last: "no, it was eleven k", "make that 52 minutes"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.router.compose import tidy
from agent.router.context import Clause, Reading
from agent.router.lexer import Sentence
from agent.router.running.description import SHORT, Description, describe, plausible
from agent.router.running.measures import Said, clock_readings, distance, duration
from agent.router.understanding import Call, Pending, ToldRun
from agent.router.vocabulary import OTHERS, POLITE, UNREAL, words
from core.units import METERS_PER_MILE
from services.running.limits import check_run

MISSING = "run_change"
"""What is missing while it is asked what a number is of."""
ASK_WHAT = "Is that the distance, or the time?"
_MARKS = words("no nope nah sorry wait actually oops whoops correction rather wrong")
_PHRASES: tuple[tuple[str, bool], ...] = (
    *((phrase, True) for phrase in (
        "make that", "make it", "make the distance", "make the time", "change that to", "change it to",
        "change that run to", "change the run to", "change my run to", "change my last run to",
        "change the last run to", "change the distance to", "change the time to", "change distance to",
        "set the distance to", "set the time to", "it should be", "that should be", "it should say",
        "it should have been", "that should have been", "should have been", "should be", "should say",
        "i meant", "i mean", "i meant to say", "i misspoke", "my bad", "my mistake", "hang on", "hold on",
        "thats wrong", "that was wrong", "thats not right", "not right", "it wasnt", "that wasnt",
        "correct that to", "correct it to", "fix that to", "update that to", "update it to", "edit that to",
        "i got that wrong", "i said that wrong", "the distance should be", "the time should be",
        "that should read", "it should read", "should read", "the times wrong", "the time is wrong",
        "the distance is wrong", "the distances wrong", "edit that", "fix that", "correct that",
        "change that", "change it", "update that", "bump it to", "bump that to", "up it to", "i actually ran",
        "i actually did",
        "we actually ran", "it was meant to be", "that was meant to be", "i should have said",
    )),
    *((phrase, False) for phrase in (
        "that was", "it was", "it is", "it took", "it took me", "that took", "that took me", "thats", "its",
        "the distance was", "the time was", "my time was", "time was", "distance was", "it was more like",
        "that was more like", "more like", "i think it was", "the run was", "that run was", "my run was",
        "it came to", "it came out at", "that is", "the distance is", "the time is", "it was only",
        "that was only", "only", "my watch says", "my watch said", "the watch says", "the watch said",
        "my garmin says", "my phone says", "strava says", "garmin says", "on my watch it was",
    )),
)  # fmt: skip
"""How a correction begins, and whether nothing else begins so."""
_TOLD = (("i", "ran"), ("i", "did"), ("we", "ran"), ("i", "went"), ("ran",), ("did",), ("it",), ("and",))
"""What a report begins with, once something was taken back."""
_SAID = (
    ("i", "said"),
    ("you", "logged"),
    ("you", "put"),
    ("you", "have"),
    ("i", "told", "you"),
    ("it", "says"),
)
"""What somebody begins with who repeats what is wrong: "I said ten but it was eleven"."""
_ASKED = frozenset({("can", "you"), ("could", "you"), ("would", "you"), ("will", "you")})
NEAR = 1.5
"""How many times more or less what takes the place of a number may be."""
_SAME = 0.02
"""How near a number is to the one that it was, for it to be that one."""
_TIMED = words("took time")
_UNSURE = (UNREAL | OTHERS) - words("minutes miles per last i pace on hundred")
_RUNS = words("run jog race tempo intervals fartlek threshold")
_NO_CHANGE = frozenset({"start", "out", "begun"})
MAX_WORDS = 20


def parse(clause: Clause) -> Reading | None:
    """A change of the run that was logged last, or None."""
    last = clause.state.last_run
    whole = len(clause.words) == len(clause.sentence.words)
    if last is None or not whole or len(clause.words) > MAX_WORDS:
        return None
    said, breaks = _apart(clause.words)
    start, sure = _lead(said, breaks)
    rest, denied = _without_denied(said[start:])
    denied = denied or next((one for one in _numbers(said[:start])), None)
    if start == 0 and denied is None:
        return None
    if not rest or _UNSURE & set(rest):
        return None
    found = describe(_of(clause, rest))
    if found is not None and _says_something(found, last) and (_RUNS & set(rest) or not _of_kind(found)):
        return _changed(found, last)
    if found is not None and (found.distance is not None or found.intervals is not None):
        return None
    timed = bool(_TIMED & set(said[:start])) or _was_time(denied, last)
    unit, far = _unit(clause, denied, last), _usual(clause, last)
    return _bare(rest, last, timed=timed, unit=unit, far=far, sure=sure or denied is not None)


def answer(clause: Clause) -> Reading | None:
    """ "the distance", "kilometers", "eleven k": what a number was of, or the whole measure."""
    last = clause.state.last_run or ToldRun()
    found = describe(clause)
    return _changed(found, last) if found is not None and _says_something(found, last) else None


def _apart(spoken: Sequence[str]) -> tuple[list[str], list[int]]:
    """The words, and at which of them a part begins that stands after a comma."""
    said: list[str] = []
    breaks: list[int] = []
    for word in spoken:
        if word == ",":
            breaks.append(len(said))
        else:
            said.append(word)
    if said[-3:] == ["by", "the", "way"]:
        del said[-3:]
    return said, breaks


def _of(clause: Clause, said: list[str]) -> Clause:
    return replace(clause, sentence=Sentence.of(tuple(said), ()), start=0, end=len(said))


def _lead(said: list[str], breaks: Sequence[int] = ()) -> tuple[int, bool]:
    """How many words begin a correction, and whether they can begin nothing else."""
    i, sure = 0, False
    while i < len(said):
        phrase = max(
            (one for one in _PHRASES if _at(said, i, one[0])), key=lambda one: len(one[0]), default=None
        )
        if phrase is not None:
            i, sure = i + len(phrase[0].split()), sure or phrase[1]
        elif said[i] in _MARKS:
            i, sure = i + 1, True
        elif said[i] in POLITE:
            i += 1
        elif tuple(said[i : i + 2]) in _ASKED:
            i += 2
        elif (end := _wrong(said, i)) is not None:
            i, sure = end, True
        elif sure and (told := next((one for one in _TOLD if tuple(said[i : i + len(one)]) == one), None)):
            i += len(told)
        elif said[i] == "not" and (end := _measure(_part(said, i, breaks), i + 1)) is not None:
            i, sure = end, True  # "not ten k, eleven"
        else:
            break
    return (i, sure) if sure or any(_at(said, 0, one) for one, _ in _PHRASES) else (0, False)


def _part(said: list[str], i: int, breaks: Sequence[int]) -> list[str]:
    """The words up to the first comma after `i`."""
    return said[: next((one for one in breaks if one > i), len(said))]


def _wrong(said: list[str], i: int) -> int | None:
    """The place after "I said ten but"."""
    begun = next((one for one in _SAID if tuple(said[i : i + len(one)]) == one), None)
    end = _measure(said, i + len(begun)) if begun is not None else None
    if end is None:
        return None
    return end + (said[end : end + 1] in (["but"], ["and"]))


def _at(said: list[str], i: int, phrase: str) -> bool:
    parts = phrase.split()
    return said[i : i + len(parts)] == parts


def _measure(said: list[str], i: int) -> int | None:
    """The place after the measure or number at `i`."""
    places = Said(said, Sentence.of(tuple(said), ()).numbers)
    read = distance(places, i) or duration(places, i)
    if read is not None:
        return read[1]
    number = places.numbers.get(i)
    return number.end if number is not None else None


def _without_denied(said: list[str]) -> tuple[list[str], float | None]:
    """ "eleven k not ten": without what it was not, and the number of that."""
    for i in range(len(said) - 1, 0, -1):
        begin = i + 1 + (said[i : i + 2] == ["instead", "of"])
        if said[i] in ("not", "instead") and (_measure(said, begin) or begin) >= len(said):
            return said[:i], next(iter(_numbers(said[begin:])), None)
    return said, None


def _numbers(said: list[str]) -> list[float]:
    return [one.value for one in Sentence.of(tuple(said), ()).numbers.values()]


def _was_time(denied: float | None, last: ToldRun) -> bool:
    """Whether the number that was wrong is the time as it was: "fifty two, not fifty"."""
    seconds = last.duration_seconds
    return (
        denied is not None and bool(seconds) and abs(60 * denied - (seconds or 0.0)) <= _SAME * (seconds or 0)
    )


def _unit(clause: Clause, denied: float | None, last: ToldRun) -> float | None:
    """The unit of the distance as it was, if the number that was wrong is that; None when it is not."""
    meters = last.distance_meters
    units = (METERS_PER_MILE, SHORT) if clause.state.distance_unit == "mi" else (SHORT, METERS_PER_MILE)
    if denied is None or not meters:
        return None
    return next((one for one in units if abs(denied * one - meters) <= _SAME * meters), None)


def _says_something(found: Description, last: ToldRun) -> bool:
    told = found.distance is not None or found.duration is not None or bool(found.readings)
    told = told or (found.pace is not None and last.distance_meters is not None)
    return (
        (told or _of_kind(found) or found.kind("surface:") is not None)
        and found.intervals is None
        and not found.concepts & _NO_CHANGE
    )


def _of_kind(found: Description) -> bool:
    """Whether a kind of run is all that is said: "an easy run", of which "an easy one" is talk."""
    told = found.distance is not None or found.duration is not None or bool(found.readings)
    return not told and found.pace is None and found.kind("type:") is not None


def _changed(found: Description, last: ToldRun) -> Reading | None:
    args: dict[str, Any] = {}
    if found.distance is not None:
        args["distance_meters"] = tidy(round(found.distance, 3))
    meters = found.distance or last.distance_meters
    seconds = found.duration or plausible(found.readings, meters)
    if seconds is None and found.pace is not None and meters is not None:
        seconds = round(found.pace * meters / SHORT)
    if seconds is not None:
        args["duration_seconds"] = tidy(seconds)
    if kind := found.kind("type:"):
        args["run_type"] = kind
    if surface := found.kind("surface:"):
        args["surface_type"] = surface
    if problem := check_run(meters, seconds or last.duration_seconds):
        return Reading("ask", "correct_run", reply=problem, pending=_asked(problem))
    return Reading("calls", "correct_run", (Call("correct_run", args),), confidence=0.9)


def _nearest(value: float, far: float, last: ToldRun) -> tuple[bool, float | None]:
    """Whether a bare number is near the minutes of the run, or the unit if it is near the distance; neither
    when it is near both or none."""
    time = _is_near(60 * value, last.duration_seconds)
    distance = _is_near(far * value, last.distance_meters)
    return (time and not distance, far if distance and not time else None)


def _is_near(value: float, was: float | None) -> bool:
    return was is not None and was / NEAR <= value <= was * NEAR


def _usual(clause: Clause, last: ToldRun) -> float:
    """The unit in which the run was told: in which its distance is a round number, or the athlete's."""
    units = (METERS_PER_MILE, SHORT) if clause.state.distance_unit == "mi" else (SHORT, METERS_PER_MILE)
    tenths = ((one, 10 * (last.distance_meters or 0.0) / one) for one in units)
    return next((one for one, many in tenths if abs(many - round(many)) < 1e-3), units[0])


def _bare(
    said: list[str], last: ToldRun, *, timed: bool, unit: float | None, far: float, sure: bool
) -> Reading | None:
    """A number without a unit: what the number was that it takes the place of, a time when it looks like one,
    else it is asked what it is of."""
    places = Said(said, Sentence.of(tuple(said), ()).numbers)
    number, read = places.numbers.get(0), clock_readings(places, 0)
    end = max(number.end, read[1] if read else 0) if number is not None else 0
    flat = read is not None and said[end:] in (["flat"], ["dead"])
    if number is None or (end < len(said) and not flat):
        return None
    if unit is None and number.value != int(number.value) and number.clock is None:
        unit = far  # a watch's 10.2 is no time
    if unit is None and not timed and number.clock is None and not number.parts:
        timed, unit = _nearest(number.value, far, last)
    if unit is not None and not timed:
        return _changed(Description(distance=number.value * unit), last)
    plainly = read is not None and (read[1] > number.end or number.clock is not None)
    if read is not None and (timed or plainly or flat):
        seconds = plausible(read[0], last.distance_meters)
        return _changed(Description(duration=seconds), last)
    return Reading("ask", "correct_run", reply=ASK_WHAT, pending=_asked(ASK_WHAT)) if sure else None


def _asked(question: str) -> Pending:
    return Pending((Call("correct_run"),), MISSING, question)
