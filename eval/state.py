"""The state that a scenario intends: it gives left-out arguments and `repeat_set` their meaning.

It starts from `given` and follows the calls that were *expected*, so that a turn is judged for itself: one
mistake is not counted again in every turn after it. Rows that really exist are the concern of `after`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.units import WeightUnit, convert_weight
from eval.arguments import Context, sets_of, valid_weights
from eval.names import exercise_slug
from eval.outcome import ObservedCall
from eval.scenario import ExpectedCall, Given

Args = Mapping[str, Any]

CARRIED = ("exercise", "reps", "weight", "unit", "set_type", "duration_seconds", "distance_meters")
"""What "same again" takes over from the last set. How hard it was (RPE, RIR) is never taken over."""


@dataclass(frozen=True, slots=True)
class State:
    """The athlete's own unit, the slug of the exercise the workout is on, and the last set as `log_set`
    arguments with `exercise` a slug and `unit` explicit. `undo_last` goes back to `before`, the state before
    the last call, which logged `sets` sets."""

    unit: WeightUnit = "lbs"
    exercise: str | None = None
    last_set: Args | None = None
    workout_open: bool = False
    sets: int = 0
    before: State | None = field(default=None, repr=False, compare=False)

    @classmethod
    def given(cls, given: Given) -> State:
        """The state before the first turn."""
        state = cls(unit=given.unit)
        if given.workout is None:
            return state
        named = given.workout.current_exercise
        exercise = exercise_slug(named) if named else None
        state = replace(state, workout_open=True, exercise=exercise)
        for row in given.workout.sets:
            state = state.after_call("log_set", row.model_dump(exclude_none=True, exclude_defaults=True))
        return replace(state, exercise=exercise)

    def context(self, tool: str) -> Context:
        """What left-out arguments of `tool` mean."""
        if tool == "correct_set" and self.last_set is not None:
            return Context(self.unit, self.last_set.get("exercise"))
        return Context(self.unit, self.exercise)

    def as_log_set(self, tool: str, args: Args) -> Args | None:
        """The `log_set` arguments of one set that a `log_set` or `repeat_set` call comes to, all spelt out.

        None when it cannot be known: a `repeat_set` with no last set, or weights that are no weights.
        """
        said = {name: value for name, value in args.items() if value is not None and name != "sets"}
        if not valid_weights(said):
            return None
        if isinstance(named := said.get("exercise"), str):
            said["exercise"] = exercise_slug(named) or named
        if tool == "log_set":
            row = {"exercise": self.exercise, **said}
        elif self.last_set is not None:
            carried = {name: self.last_set[name] for name in CARRIED if name in self.last_set}
            row = carried | self._changed(carried, said)
        else:
            return None
        if "weight" in row:
            row.setdefault("unit", self.unit)
        return {name: value for name, value in row.items() if value is not None}

    def _changed(self, carried: Args, said: dict[str, Any]) -> dict[str, Any]:
        """What a `repeat_set` that says `said` changes of the set it repeats."""
        unit: WeightUnit = said.pop("unit", self.unit)
        change = said.pop("weight_change", None)
        if "weight" in said:
            return {**said, "unit": unit}
        if change is None:
            return said
        own: WeightUnit = carried.get("unit", unit)
        return {**said, "weight": carried.get("weight", 0) + convert_weight(change, unit, own), "unit": own}

    def after_turn(self, expected: tuple[ExpectedCall, ...], got: tuple[ObservedCall, ...]) -> State:
        """The state once the expected calls were made.

        What the scenario leaves to the system (which substitute, how far an undo goes) is taken from the
        calls that were made.
        """
        state = self
        made = {call.tool: call.args for call in got if not call.failed}
        for call in expected:
            left_open = {
                name: value
                for name, value in made.get(call.tool, {}).items()
                if name in {"substitute", "scope"} and name not in call.args
            }
            state = state.after_call(call.tool, {**call.args, **left_open})
        return state

    def after_call(self, tool: str, args: Args) -> State:
        """The state after one call. Tools that do not touch the workout change nothing."""
        match tool:
            case "log_set" | "repeat_set":
                return self._after_sets(tool, args)
            case "correct_set":
                return self._after_correction(args)
            case "swap_exercise":
                substitute = args.get("substitute")
                slug = exercise_slug(substitute) if isinstance(substitute, str) else None
                return replace(self, exercise=slug, before=self)
            case "start_workout":
                return self if self.workout_open else State(self.unit, workout_open=True, before=self)
            case "finish_workout":
                return State(self.unit, before=self)
            case "undo_last":
                return self._before(args)
            case _:
                return self

    def _after_sets(self, tool: str, args: Args) -> State:
        row = self.as_log_set(tool, args)
        return replace(
            self,
            exercise=row.get("exercise") if row else self.exercise,
            last_set=row,
            workout_open=True,
            sets=sets_of(args),
            before=self,
        )

    def _before(self, args: Args) -> State:
        if args.get("scope") == "set" and self.sets > 1:
            return replace(self, sets=self.sets - 1)
        if self.before is None:
            return self
        # The athlete is still at the same exercise when its only set was taken back.
        return replace(self.before, exercise=self.before.exercise or self.exercise)

    def _after_correction(self, args: Args) -> State:
        if self.last_set is None:
            return self
        said = {name: value for name, value in args.items() if value is not None}
        if isinstance(named := said.get("exercise"), str):
            said["exercise"] = exercise_slug(named) or named
        row = {**self.last_set, **said}
        return replace(self, last_set=row, exercise=row.get("exercise"), sets=0, before=self)
