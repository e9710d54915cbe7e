"""Choosing among what the recogniser may have heard, by what makes sense to say.

A recogniser ranks its hypotheses by sound and by English; an athlete in the middle of a workout says things
of a certain form. So the first hypothesis that is understood is taken before a likelier one that is not, in
bounds: it must be nearly as likely, and those understood must agree on the numbers, since a number that was
made up is worse than a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from agent.router.router import Router
from agent.router.understanding import Call, Pending, Understanding, WorkoutState
from agent.speech.hypotheses import Choice, Hypothesis

MAX_GAP = 0.2
"""How much less likely than the best a hypothesis may be, in mean log probability a token."""
MAX_LIKELY_REPS = 20
SURE_NAME = 0.9
"""Confidence below which a name was guessed from its sound."""


class _Read(NamedTuple):
    place: int
    understanding: Understanding


def choose(
    router: Router, hypotheses: Sequence[Hypothesis], state: WorkoutState, pending: Pending | None = None
) -> Choice:
    """The one of `hypotheses` (best first, at least one) that makes most sense in `state`."""
    first = router.understand(hypotheses[0].text, state, pending)
    if first.kind in ("ignore", "chat"):
        return Choice(0, sure=True)
    others = list(_others(router, hypotheses, state, pending))
    if first.kind == "calls":
        best = _Read(0, first)
        for other in others:
            if _mistaken(best.understanding.calls, other.understanding.calls) or _surer(other, best):
                best = other
        return Choice(best.place, sure=first.confidence >= SURE_NAME and not _doubtful(first.calls))
    if len({_numbers(other.understanding.calls) for other in others}) != 1:
        return Choice(0, sure=False)
    return Choice(others[0].place, sure=False)


def _surer(other: _Read, best: _Read) -> bool:
    """Whether `other` says the same but for a name, and there needs less guessing."""
    one, two = other.understanding, best.understanding
    return one.confidence > two.confidence and _numbers(one.calls) == _numbers(two.calls)


def _others(
    router: Router, hypotheses: Sequence[Hypothesis], state: WorkoutState, pending: Pending | None
) -> Iterator[_Read]:
    """The hypotheses after the first that are understood as something to do."""
    floor = hypotheses[0].avg_logprob - MAX_GAP
    for index, hypothesis in enumerate(hypotheses[1:], 1):
        if hypothesis.avg_logprob >= floor:
            got = router.understand(hypothesis.text, state, pending)
            if got.kind == "calls":
                yield _Read(index, got)


def _numbers(calls: Sequence[Call]) -> str:
    """Everything that `calls` say but the names."""
    return repr([(c.tool, sorted((k, v) for k, v in c.args.items() if k != "exercise")) for c in calls])


def _doubtful(calls: Sequence[Call]) -> bool:
    """Whether a number may be a -teen heard for a -ty or the other way round."""
    return any(_odd_weight(call.args) or _many_reps(call.args) for call in calls)


def _odd_weight(args: Mapping[str, Any]) -> bool:
    weight = args.get("weight")
    return weight is not None and 13 <= weight % 100 <= 19 and weight % 2.5 != 0


def _many_reps(args: Mapping[str, Any]) -> bool:
    reps = args.get("reps")
    return reps is not None and reps > MAX_LIKELY_REPS and reps % 10 == 0 and "weight" in args


def _mistaken(heard: Sequence[Call], other: Sequence[Call]) -> bool:
    """Whether `heard` differs from `other` only in a doubtful number that `other` has as its sound-alike:
    17 for 70 as a weight, 50 for 15 as reps."""
    if len(heard) != len(other):
        return False
    differing = [(one, two) for one, two in zip(heard, other, strict=True) if one != two]
    return bool(differing) and all(_mistaken_call(one, two) for one, two in differing)


def _mistaken_call(heard: Call, other: Call) -> bool:
    if heard.tool != other.tool or heard.args.keys() != other.args.keys():
        return False
    different = {name for name, value in heard.args.items() if other.args[name] != value}
    return different <= {"weight", "reps"} and all(
        _sound_alike(heard.args[name], other.args[name])
        and (_odd_weight(heard.args) if name == "weight" else _many_reps(heard.args))
        for name in different
    )


def _sound_alike(one: float, two: float) -> bool:
    """Whether the numbers differ as thirteen and thirty do, whatever hundreds stand before."""
    (hundreds, low), (other_hundreds, high) = divmod(min(one, two), 100), divmod(max(one, two), 100)
    return hundreds == other_hundreds and 13 <= low <= 19 and high == 10 * (low - 10)
