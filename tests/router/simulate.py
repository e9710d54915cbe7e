"""A small simulation of the training log, and the comparison of turns as the evaluation format defines it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.router.router import Router
from agent.router.understanding import Call, Pending, PerformedSet, Understanding, WorkoutState
from core.units import WeightUnit, convert_weight
from services.exercises.catalogue import Catalogue

TOOLS = frozenset(
    {
        "start_workout",
        "finish_workout",
        "log_set",
        "correct_set",
        "undo_last",
        "repeat_set",
        "start_rest_timer",
        "get_last_performance",
        "get_personal_records",
        "estimate_one_rep_max",
        "calculate_plates",
        "get_todays_workout",
        "get_workout_summary",
        "suggest_exercise_substitution",
        "swap_exercise",
        "get_exercise_cues",
        "get_progress",
        "search_knowledge",
        "start_run",
        "pause_run",
        "resume_run",
        "finish_run",
        "get_run_status",
        "log_run",
    }
)
SET_FIELDS = ("reps", "weight", "rpe", "rir", "set_type", "duration_seconds", "distance_meters")
FREE_TEXT = frozenset({"name", "query", "notes", "description", "goal"})
MORE = frozenset({"unit", "scope", "direction", "missing", "category", "days_ago"})
"""Arguments beyond the contract, or weighed with others."""


@dataclass
class Log:
    """The state of one scenario, changed by calls as the tools change it."""

    catalogue: Catalogue
    unit: WeightUnit = "lbs"
    open: bool = False
    exercise: str | None = None
    sets: list[PerformedSet] = field(default_factory=list)
    undoable: list[int] = field(default_factory=list)
    suggestions: tuple[str, ...] = ()
    run: Any = None
    injuries: tuple[str, ...] = ()

    @classmethod
    def given(cls, catalogue: Catalogue, given: Mapping[str, Any] | None) -> Log:
        """The state that a scenario starts in."""
        given = given or {}
        log = cls(catalogue, given.get("unit") or "lbs", run=given.get("run"))
        workout = given.get("workout")
        log.open = workout is not None
        if workout:
            log.exercise = log.slug(workout.get("exercise"))
            for row in workout.get("sets", ()):
                values = {k: row[k] for k in SET_FIELDS if k in row}
                log.sets.append(
                    PerformedSet(log.slug(row["exercise"]) or "", unit=row.get("unit", log.unit), **values)
                )
                log.undoable.append(1)
        log.suggestions = tuple(log.slug(n) or "" for n in given.get("suggestions") or ())
        log.injuries = tuple(given.get("injuries") or ())
        return log

    def slug(self, name: str | None) -> str | None:
        return self.catalogue.by_name[name.casefold()].slug if name else None

    @property
    def state(self) -> WorkoutState:
        last = self.sets[-1] if self.sets else None
        return WorkoutState(
            self.unit,
            self.open,
            self.exercise,
            last,
            self.suggestions,
            self.run,
            self.injuries,
            distance_unit="mi" if self.unit == "lbs" else "km",
        )

    def rows(self, call: Call) -> list[PerformedSet]:
        """The sets that a `log_set` or `repeat_set` comes to."""
        args = call.args
        count = int(args.get("sets", 1))
        if call.tool == "log_set":
            slug = self.slug(args.get("exercise")) or self.exercise or ""
            values = {k: args[k] for k in SET_FIELDS if k in args}
            return [PerformedSet(slug, unit=args.get("unit", self.unit), **values)] * count
        last = self.sets[-1]
        row = replace(last, rpe=args.get("rpe"), rir=None)
        if "weight" in args:
            row = replace(row, weight=args["weight"], unit=args.get("unit", self.unit))
        if "weight_change" in args:
            change = convert_weight(args["weight_change"], args.get("unit", self.unit), row.unit)
            row = replace(row, weight=(row.weight or 0) + change)
        if "reps" in args:
            row = replace(row, reps=args["reps"])
        return [row] * count

    def apply(self, call: Call) -> None:
        """Does what the tool would do, as far as later turns can tell."""
        if call.tool in ("log_set", "repeat_set"):
            rows = self.rows(call)
            self.open = True
            self.exercise = rows[0].exercise
            self.sets += rows
            self.undoable.append(len(rows))
        elif call.tool == "correct_set" and self.sets:
            values = {k: v for k, v in call.args.items() if k in (*SET_FIELDS, "unit")}
            if "exercise" in call.args:
                values["exercise"] = self.exercise = self.slug(call.args["exercise"])
            self.sets[-1] = replace(self.sets[-1], **values)
        elif call.tool == "undo_last" and self.undoable:
            count = self.undoable.pop()
            del self.sets[len(self.sets) - count :]
        elif call.tool == "start_workout":
            self.open = True
        elif call.tool == "finish_workout":
            self.open, self.exercise, self.sets = False, None, []
        elif call.tool == "swap_exercise" and call.args.get("substitute"):
            self.exercise = self.slug(call.args["substitute"])
        elif call.tool == "log_injury":
            self.injuries += (call.args["body_part"],)
        elif call.tool in ("start_run", "resume_run"):
            self.run = "active"
        elif call.tool == "pause_run":
            self.run = "paused"
        elif call.tool == "finish_run":
            self.run = None


@dataclass(frozen=True)
class Turn:
    """One replayed turn and how it compares."""

    id: str
    say: str
    expected: str
    got: Understanding
    exact: bool
    false_write: bool
    foreign: bool
    """Whether its calls are of tools that the router leaves to others."""


def same(log: Log, expected: Sequence[Call], got: Sequence[Call]) -> bool:
    """Whether two lists of calls do the same, as the evaluation format compares them."""
    return _effects(log, expected) == _effects(log, got)


def _effects(log: Log, calls: Sequence[Call]) -> list[object]:
    effects: list[object] = []
    for call in calls:
        if call.tool == "log_set" or (call.tool == "repeat_set" and log.sets):
            effects += [_row(row) for row in log.rows(call)]
        else:
            args = {k: _value(v) for k, v in call.args.items() if k not in FREE_TEXT | MORE}
            if call.tool == "start_run":
                args.pop("surface_type", None)  # beyond the contract
            if log.exercise and log.slug(call.args.get("exercise")) == log.exercise:
                args.pop("exercise")  # named or not, it is the one the workout is on
            if call.tool == "correct_set" and "unit" in call.args:
                if "weight" in args:
                    args["weight"] = round(convert_weight(call.args["weight"], call.args["unit"], "kg"), 2)
                else:
                    args["unit"] = call.args["unit"]
            elif call.tool == "correct_set" and "weight" in args:
                args["weight"] = round(convert_weight(call.args["weight"], log.unit, "kg"), 2)
            effects.append((call.tool, tuple(sorted(args.items()))))
    return effects


def _row(row: PerformedSet) -> object:
    weight = round(convert_weight(row.weight, row.unit, "kg"), 2) if row.weight is not None else None
    distance = round(row.distance_meters, 1) if row.distance_meters is not None else None
    return (row.exercise, row.reps, weight, row.rpe, row.rir, row.set_type, row.duration_seconds, distance)


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(sorted((name, _value(one)) for name, one in value.items()))
    return round(float(value), 2) if isinstance(value, (int, float)) else str(value).casefold()


def load(path: Path) -> list[dict[str, Any]]:
    """The scenarios of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def replay(router: Router, catalogue: Catalogue, scenario: Mapping[str, Any]) -> Iterator[Turn]:
    """The turns of a scenario that concern the tools here; other tools' turns only have their effect.

    Every turn starts from the state the expected calls lead to, so that one mistake counts once.
    """
    log = Log.given(catalogue, scenario.get("given"))
    pending: Pending | None = None
    for turn in scenario["turns"]:
        expected = tuple(Call(c["tool"], c["args"]) for c in turn["calls"])
        foreign = any(c.tool not in TOOLS for c in expected)
        got = router.understand(turn["say"], log.state, pending)
        pending = got.pending
        yield _compare(log, scenario["id"], turn, expected, got, foreign)
        for call in expected:
            log.apply(call)


def _compare(
    log: Log,
    scenario_id: str,
    turn: Mapping[str, Any],
    expected: Sequence[Call],
    got: Understanding,
    foreign: bool,
) -> Turn:
    if foreign:
        exact, false_write = got.kind != "calls", got.kind == "calls"
    elif turn.get("ask"):
        exact, false_write = got.kind in ("ask", "hand_over"), got.kind == "calls"
    elif not expected:
        exact, false_write = got.kind not in ("calls", "ask"), got.kind == "calls"
    else:
        exact = got.kind == "calls" and same(log, expected, got.calls)
        false_write = got.kind == "calls" and not exact
    wanted = "; ".join(f"{c.tool}{c.args}" for c in expected) or ("ask" if turn.get("ask") else "nothing")
    return Turn(scenario_id, turn["say"], wanted, got, exact, false_write, foreign)
