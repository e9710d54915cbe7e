"""Questions about the athlete's own training: last time, records, maxima, plates, today, so far."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from agent.router.compose import tidy
from agent.router.context import Reading
from agent.router.numbers import Number
from agent.router.questions.question import Question
from agent.router.understanding import Call
from agent.router.vocabulary import POLITE, WORKOUT_NAMES
from agent.router.vocabulary import words as _words

LIGHTEST_BAR = 20
"""A number below this is no load to put on a bar."""
MOST_REPS = 30
_YOURS = frozenset({"you", "youve", "your", "youre", "run", "left", "remaining"})
"""Words of questions that are not about the athlete's sets so far."""
_BARS = frozenset({"bar", "barbell"})
_LOADS = frozenset({"load", "loading", "build", "make", "put", "set", "rack"})
_WHAT = frozenset({"what", "whats", "how", "which"})
_THE_PLAN = frozenset(
    (*asks, whose, what)
    for asks in (("whats",), ("what", "is"), ("tell", "me"), ("give", "me"))
    for whose in ("the", "my")
    for what in ("plan", "program", "programme", "schedule", "workout")
)
"""Questions for today's workout without a word of today."""
_LENGTHS = _words("yards yard meters metres meter m feet foot seconds second minutes minute reps times")
_REPS = frozenset({"reps", "rep", "times"})
_HAVE_I = frozenset({("have", "i"), ("did", "i"), ("do", "i"), ("had", "i")})
_NEGATIONS = _words("didnt dont havent never wont cant couldnt wasnt not hadnt hate")
_OCCASIONS = frozenset(
    (one,) for one in ("session", "workout", "day", "time", "training", "sesh", "sets", "set")
)


def call(tool: str, args: dict[str, Any] | None = None, confidence: float = 0.9) -> Reading:
    """A reading that is one call."""
    return Reading("calls", tool, (Call(tool, args or {}),), confidence=confidence)


def named(question: Question) -> dict[str, Any]:
    """The exercise that is named, as an argument."""
    return {"exercise": question.exercise.name} if question.exercise else {}


def plates(question: Question) -> Reading | None:
    """ "what plates for 245", "how do I load a hundred kilos with the fifteen kilo bar"."""
    asked = (
        question.has("plates")
        or question.clause.words[0] == "plates"
        or (question.has("side") and bool({question.clause.words[0], *question.clause.words[2:4]} & _WHAT))
    )
    asked = asked or _loads_bar(question)
    if not asked or question.any("streak", "record", "hurts"):
        return None
    bar = next((n for n in question.numbers if question.word_after(n) in _BARS), None)
    loads = [n for n in question.numbers if n is not bar and n.value >= LIGHTEST_BAR]
    if any(question.word_after(n) in _LENGTHS for n in loads):
        return None  # "sled push, two plates for thirty yards"
    if len(loads) != 1:
        return None
    args: dict[str, Any] = {"weight": tidy(loads[0].value)}
    unit = question.unit_after(loads[0]) or (question.unit_after(bar) if bar else None)
    if unit:
        args["unit"] = unit
    if bar:
        args["bar_weight"] = tidy(bar.value)
    return call("calculate_plates", args)


def _loads_bar(question: Question) -> bool:
    """ "load 200 with a 35 pound bar", "what's 225 in plates": a load beside its bar or its discs."""
    words = question.clause.words
    bar = any(question.word_after(n) in _BARS for n in question.numbers)
    loads = bool(_LOADS & set(words[:4])) and bar and len(question.numbers) == 2
    in_plates = any(pair in (("in", "plates"), ("into", "plates")) for pair in pairwise(words))
    return loads or (in_plates and words[0] in _WHAT | _LOADS)


def one_rep_max(question: Question) -> Reading | None:
    """ "what's my estimated max on deadlift", "if I bench 225 for 8 what's my one rep max"."""
    listed = question.has("max") and len(question.numbers) == 2 and not question.strange
    if not (question.has("one_rep_max") or question.has("estimate", "max") or listed):
        return None
    if question.has("record") and not question.any("estimate") and not question.numbers:
        return None
    args = named(question)
    if question.numbers:
        performed = _performed(question)
        if performed is None:
            return None
        args |= performed
    elif not (question.any("ask", "estimate", "this") or question.exercise):
        return None
    return call("estimate_one_rep_max", args)


def _performed(question: Question) -> dict[str, Any] | None:
    """The weight and reps that a maximum is to be estimated from."""
    if len(question.numbers) != 2:
        return None
    first, second = question.numbers
    weight, reps = (second, first) if _counts_reps(question, first, second) else (first, second)
    if reps.value > MOST_REPS or reps.value != int(reps.value):
        return None
    args: dict[str, Any] = {"weight": tidy(weight.value), "reps": int(reps.value)}
    if unit := question.unit_after(weight):
        args["unit"] = unit
    return args


def _counts_reps(question: Question, first: Number, second: Number) -> bool:
    if question.word_after(first) in _REPS:
        return True
    between = question.clause.sentence.words[first.end : second.start]
    return first.value < second.value and ("at" in between or "with" in between)


def records(question: Question) -> Reading | None:
    """ "what's my bench PR", "heaviest I've ever deadlifted", "show me all my PRs"."""
    if not question.has("record") or question.has("best_way") or len(question.spans) > 1:
        return None
    if question.numbers and not _ever(question):
        return None
    about = question.exercise is not None or question.any("this") or "my" in question.clause.words
    if not question.any("ask") and not about:
        return None
    if not about and "all" not in question.clause.words and "i" not in question.clause.words:
        return None
    return call("get_personal_records", named(question))


def _ever(question: Question) -> bool:
    """ "have I ever benched three plates": the record tells."""
    words = question.clause.words
    asked = any(pair in _HAVE_I for pair in pairwise(words[:4]))
    return (
        asked
        and "ever" in words
        and len(question.numbers) == 1
        and bool(question.exercise or question.clause.current)
    )


def _last_one_of(question: Question) -> bool:
    """ "last squat session", "my previous deadlift day": the last time of an exercise."""
    words = question.clause.sentence.words
    for i, word in enumerate(words[:-2]):
        if word in ("last", "previous") and words[i + 1] in WORKOUT_NAMES and (words[i + 2],) in _OCCASIONS:
            return question.exercise is not None  # "what did I squat last leg day"
    return any(
        words[max(0, s.start - 1) : s.start] in (("last",), ("previous",))
        and words[s.end : s.end + 1] in _OCCASIONS
        for s in question.spans
    )


def _denies(question: Question) -> bool:
    """ "I didn't run yesterday" asks for nothing."""
    words = [w for w in question.clause.words if w not in POLITE]
    return len(words) > 1 and words[0] in ("i", "we", "ive", "im") and words[1] in _NEGATIONS


def last_performance(question: Question) -> Reading | None:
    """ "what did I do last time on squats", "where did I leave off on these"."""
    if _denies(question):
        return None
    if not (question.has("last") or _last_one_of(question)) or question.numbers or len(question.spans) > 1:
        return None
    if question.any("hurts", "streak", "badge", "so_far") and not question.any("did"):
        return None
    running = question.exercise is not None and question.exercise.slug == "running"
    if running and not question.any("ask"):
        return None  # "the run was great yesterday"
    if question.clause.words == ("last", "time"):
        return call("get_last_performance")
    if not question.any("ask") and question.exercise is None:
        return None
    if not question.any("did", "this") and question.exercise is None:
        return None
    return call("get_last_performance", named(question))


def todays_workout(question: Question) -> Reading | None:
    """ "what's on for today", "is today a leg day"."""
    if question.numbers or question.spans or question.strange:
        return None
    if not question.has("today") and question.clause.words not in _THE_PLAN:
        return None
    planned = (
        question.any("plan")
        or question.clause.words in _THE_PLAN
        or (question.has("workout", "ask") and not _done(question))
    )
    if not planned or _done(question) or not question.any("ask", "plan"):
        return None
    return call("get_todays_workout")


def _done(question: Question) -> bool:
    """Whether it is asked what has been done already."""
    words = set(question.clause.words)
    return bool(
        words & {"done", "logged", "lifted", "far", "recap", "summary", "summarize", "total", "volume"}
    )


def summary(question: Question) -> Reading | None:
    """ "how am I doing so far", "how many sets have I done"."""
    if not question.has("summary") or question.numbers or question.any("last", "record", "streak"):
        return None
    words = question.clause.words
    if question.strange or question.clause.state.run or _YOURS & set(words):
        return None
    asks_count = question.any("so_far", "workout") or bool(
        {"have", "ive", "did", "my", "this", "the", "that", "thats"} & set(words)
    )
    if question.spans or not asks_count or not question.any("ask", "so_far"):
        return None
    if any(word in words for word in ("week", "weekly", "month", "year", "calories", "protein", "sleep")):
        return None
    return call("get_workout_summary")
