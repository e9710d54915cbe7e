"""Runs as they are described: one to be started now ("start an easy 5k"), or one that is over ("I ran three
miles in 24 minutes")."""

from __future__ import annotations

from typing import Any

from agent.router.compose import tidy
from agent.router.context import Clause, Reading
from agent.router.running.description import SHORT, Description, describe, plausible
from agent.router.understanding import Call, Pending
from services.running.limits import check_run

ASK_RUN = "How far did you run, and how long did it take?"
MISSING = "run"
"""What is missing while that question waits."""
ASK_WHEN = "Shall I start that run, or did you run it already?"
DOING = frozenset({"in", "at"})
"""Concepts of descriptions that are half of something."""
_HINTS = frozenset(
    {"run", "runs", "running", "ran", "jog", "jogged", "jogging", "race", "raced", "racing", "marathon", "k",
     "ks", "km", "kms", "kay", "kays", "mile", "miles", "mi", "miler", "interval", "intervals", "tempo",
     "threshold", "fartlek", "parkrun", "treadmill", "kilometers", "kilometer", "kilometres", "kilometre",
     "repeats", "recovery", "rest", "off", "jogs", "speedwork", "klicks", "clicks", "13.1", "26.2",
     "shakeout", "long", "easy", "half", "hundred", "hundreds", "meters", "metres", "hill",
     "hills", "sprint", "sprints", "walk", "slow", "fast", "hard"}
)  # fmt: skip
"""Without one of these, or a number of three digits, nobody describes a run."""


_ASKED = frozenset(
    (one, whom) for one in ("did", "have", "should", "do", "am", "was", "will") for whom in ("i", "we", "you")
)
"""How questions about runs begin, which describe none."""


def parse(clause: Clause) -> Reading | None:
    """A run to start or to log, a question about it, or None."""
    if not _may_be(clause) or clause.words[:2] in _ASKED:
        return None
    found = describe(clause)
    if found is None:
        return None
    if {"is", "are"} & set(clause.words) and not found.concepts & {"log", "ran", "start", "begun", "out"}:
        return None  # "ten k in fifty minutes is fast"
    if _logs(found):
        return _log(clause, found)
    if _starts(clause, found):
        return _start(clause, found)
    far = found.distance is not None and found.distance >= SHORT
    long = (
        found.distance is None and _time_said(found) and found.kind("type:") is not None and _says_run(clause)
    )
    bare = (far or long) and not clause.state.workout_open
    return (
        Reading("ask", "run_when", reply=ASK_WHEN, confidence=0.8)
        if bare and (not found.concepts & DOING or found.pace is not None)
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
        found.duration = plausible(found.readings, found.distance or held.get("distance_meters"))
    return _logged(found, held)


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
    if (
        found.pace is not None
        and not {"is", "was", "are"} & set(clause.words)
        and _time_said(found)
        and found.distance is None
        and not clause.state.workout_open
    ):
        return bool(found.kind("type:"))  # "tempo run, twenty minutes at five minutes a k"
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
    seconds = found.duration or plausible(found.readings, found.distance)
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
    seconds = found.duration or plausible(found.readings, meters) or args.get("duration_seconds")
    if seconds is None and found.pace is not None and meters is not None:
        seconds = round(found.pace * meters / SHORT)
    if seconds is not None:
        args["duration_seconds"] = tidy(seconds)
    problem = check_run(meters, seconds)
    if problem:
        pending = Pending((Call("log_run", _kept(found)),), MISSING, problem)
        return Reading("ask", "log_run", reply=problem, pending=pending)
    return Reading("calls", "log_run", (Call("log_run", args),), confidence=0.95)


def _rounded(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 3)
