"""Comparing the calls that a turn must make with the calls that were made.

`log_set` with `sets=n` equals n calls alike, and `repeat_set` equals the `log_set` calls that it comes to,
and the reverse. So calls are compared as they stand first, and else set by set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.arguments import Verdict, compare_args, sets_of
from eval.outcome import ObservedCall
from eval.scenario import ExpectedCall
from eval.state import State

SET_TOOLS = frozenset({"log_set", "repeat_set"})

_BY_SEVERITY = (Verdict.RIGHT, Verdict.MISSING, Verdict.WRONG, Verdict.INVENTED)

AnyCall = ExpectedCall | ObservedCall


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the calls of one turn compare. Failed calls did nothing and are left out of `got`."""

    tools_match: bool
    """The right tools, in the right order."""

    verdicts: tuple[Mapping[str, Verdict], ...] = ()
    """For each expected call its arguments' verdicts; only when the tools match."""

    missed: int = 0
    """Expected calls that were not made."""

    false_calls: frozenset[int] = field(default_factory=frozenset)
    """Indices of the calls in `got` that were not asked for, or that state a wrong or an unsaid fact."""

    @property
    def exact(self) -> bool:
        """Nothing was missed, wrong or added."""
        return self.tools_match and all(v is Verdict.RIGHT for call in self.verdicts for v in call.values())

    @property
    def wrong_arguments(self) -> list[str]:
        """The arguments that are not right, as `name verdict`."""
        return [f"{name} {v}" for call in self.verdicts for name, v in call.items() if v is not Verdict.RIGHT]


@dataclass(frozen=True, slots=True)
class _Step:
    """A call, or one set of it, made in `state`. `row` is the set it comes to, where that can be known."""

    call: int
    tool: str
    args: Mapping[str, Any]
    state: State
    row: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    expected: int
    got: int
    verdicts: Mapping[str, Verdict]


def compare_calls(expected: Sequence[ExpectedCall], got: Sequence[ObservedCall], state: State) -> Comparison:
    """Compares the calls of a turn that begins in `state`."""
    pairs = _as_they_stand(expected, got, state)
    if pairs is None or not all(v is Verdict.RIGHT for pair in pairs for v in pair.verdicts.values()):
        pairs = _set_by_set(expected, got, state) or pairs
    if pairs is None:
        return _mismatch(expected, got, state)
    verdicts: list[dict[str, Verdict]] = [{} for _ in expected]
    false_calls = set()
    for pair in pairs:
        for name, verdict in pair.verdicts.items():
            verdicts[pair.expected][name] = _worst(verdict, verdicts[pair.expected].get(name, Verdict.RIGHT))
        if _states_falsehood(pair.verdicts):
            false_calls.add(pair.got)
    return Comparison(True, tuple(verdicts), 0, frozenset(false_calls))


def _as_they_stand(
    expected: Sequence[ExpectedCall], got: Sequence[ObservedCall], state: State
) -> list[_Pair] | None:
    """Call by call; None unless the tools are the same ones in the same order."""
    if [c.tool for c in expected] != [c.tool for c in got]:
        return None
    pairs = []
    for index, (want, have) in enumerate(zip(expected, got, strict=True)):
        verdicts = compare_args(want.tool, want.args, have.args, state.context(want.tool))
        if want.tool in SET_TOOLS and sets_of(have.args) < sets_of(want.args):
            verdicts["sets"] = Verdict.MISSING  # sets were left out; nothing false was written
        pairs.append(_Pair(index, index, verdicts))
        state = state.after_call(want.tool, want.args)
    return pairs


def _set_by_set(
    expected: Sequence[ExpectedCall], got: Sequence[ObservedCall], state: State
) -> list[_Pair] | None:
    """Set by set; None unless both sides come to the same number of sets in the same places."""
    want, have = _steps(expected, state), _steps(got, state)
    if len(want) != len(have) or not all(map(_same_kind, want, have)):
        return None
    return [_Pair(w.call, h.call, _compare_steps(w, h)) for w, h in zip(want, have, strict=True)]


def _steps(calls: Iterable[AnyCall], state: State) -> list[_Step]:
    steps: list[_Step] = []
    for index, call in enumerate(calls):
        if call.tool in SET_TOOLS:
            row = state.as_log_set(call.tool, call.args)
            one = {name: value for name, value in call.args.items() if name != "sets"}
            steps.extend([_Step(index, call.tool, one, state, row)] * sets_of(call.args))
        else:
            steps.append(_Step(index, call.tool, call.args, state))
        state = state.after_call(call.tool, call.args)
    return steps


def _same_kind(want: _Step, have: _Step) -> bool:
    """The same tool; or sets that can be compared as the rows they come to."""
    if want.tool == have.tool:
        return True
    return {want.tool, have.tool} <= SET_TOOLS and want.row is not None and have.row is not None


def _compare_steps(want: _Step, have: _Step) -> dict[str, Verdict]:
    context = want.state.context(want.tool)
    if "repeat_set" in (want.tool, have.tool) and want.row is not None and have.row is not None:
        verdicts = compare_args("log_set", want.row, have.row, context)
        verdicts.pop("unit", None)  # spelt out in every row, and weighed with the weight
        return verdicts
    return compare_args(want.tool, want.args, have.args, context)


def _worst(one: Verdict, other: Verdict) -> Verdict:
    return max(one, other, key=_BY_SEVERITY.index)


def _states_falsehood(verdicts: Mapping[str, Verdict]) -> bool:
    return any(v in (Verdict.WRONG, Verdict.INVENTED) for v in verdicts.values())


def _mismatch(expected: Sequence[ExpectedCall], got: Sequence[ObservedCall], state: State) -> Comparison:
    """Other tools, or another number of calls: what was missed, and which calls are false.

    A call is true when it is one of the expected ones and says nothing wrong; order is not weighed here.
    """
    want, have = _steps(expected, state), _steps(got, state)
    unmet = list(range(len(want)))
    false_calls: set[int] = set()
    for step in have:
        match = next((i for i in unmet if _says_the_same(want[i], step)), None)
        if match is None:
            false_calls.add(step.call)
        else:
            unmet.remove(match)
    # A call that was made with wrong arguments is false, not missed.
    attempts = [have_step.tool for have_step in have if have_step.call in false_calls]
    missed = set()
    for i in unmet:
        attempt = next((t for t in attempts if t == want[i].tool or {t, want[i].tool} <= SET_TOOLS), None)
        if attempt is None:
            missed.add(want[i].call)
        else:
            attempts.remove(attempt)
    return Comparison(False, (), len(missed), frozenset(false_calls))


def _says_the_same(want: _Step, have: _Step) -> bool:
    return _same_kind(want, have) and not _states_falsehood(_compare_steps(want, have))
