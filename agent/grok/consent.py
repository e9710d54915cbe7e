"""May a call that a model proposes be made? It is for the athlete to say, and for nobody else.

Reading the athlete's own rows harms nobody. A call that writes is made only when the words of this turn ask
for it: every number and exercise in it was said, the sentence speaks of what was done just now, and no other
call rests on the same numbers. When they only half do, the athlete is asked first ("Shall I log 225 for 8?"),
and their "yes" makes it; when they do not, nothing happens. The policy does not look at what the model says,
nor at what it read: decision 17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agent.grok.evidence import Heard
from agent.router.compose import confirm_text
from agent.router.understanding import Call
from agent.router.vocabulary import words
from core.units import spoken_number
from tools import TOOLS
from tools.run_phrases import distance_words, time_words

Decision = Literal["do", "ask", "refuse"]

NOT_ASKED = "The athlete did not ask for this. Answer without it, or ask them one short question."
DONE_ALREADY = "This was done already in this turn."

QUANTITIES = ("weight", "reps", "duration_seconds", "distance_meters", "rpe", "rir")
MAX_WRITES = 6
"""More writes than this in one turn nobody asked for."""

UNITS: Mapping[str, frozenset[str]] = {
    "kg": words("kg kgs kilo kilos kilogram kilograms"),
    "lbs": words("lb lbs pound pounds"),
}
SET_TYPES: Mapping[str, frozenset[str]] = {
    "warmup": words("warm warmup warming warmups"),
    "drop": words("drop dropset"),
    "failure": words("fail failed failure failing"),
    "amrap": words("amrap max many possible"),
}
SIDES = words("each per side sides arm leg hand single")
TIMES = words("twice both couple pair")

OF_TRAINING = words("set sets each per workout session lift lifts minutes")
OF_COMMANDS = words("lets let last")
"""Words of doubt or of plans elsewhere, which are none here."""

CUES: Mapping[str, frozenset[str]] = {
    "correct_set": words("""
        no not actually make change correct correction wrong meant mean should was wasnt were sorry instead
        fix supposed edit
    """),
    "undo_last": words("undo scratch delete remove erase cancel forget back discard drop strike unlog"),
    "repeat_set": words("same again another repeat more copy ditto identical"),
    "start_workout": words("start begin starting beginning new kick open"),
    "finish_workout": words("done finish finished finishing end over complete completed wrap stop close"),
    "start_rest_timer": words("rest timer break time clock remind"),
    "stop_rest_timer": words("stop cancel off end kill clear skip"),
    "swap_exercise": words("swap instead switch replace change do use with"),
    "name_exercise": words("call name mean called means say"),
    "update_profile": words("im i my change set update prefer use have train call name"),
    "next_onboarding_step": words("setup set up profile skip back next onboarding question"),
    "start_run": words("run running jog start begin starting go intervals tempo race"),
    "log_run": words("ran run jogged jog running logged log"),
    "pause_run": words("pause hold stop wait"),
    "resume_run": words("resume continue start back again keep go"),
    "finish_run": words("done finish finished finishing end over complete completed stop"),
    "cancel_run": words("cancel scrap abandon discard forget drop delete without save"),
    "delete_run": words("delete remove erase scrap discard cancel"),
    "correct_run": words("no not actually make change correct wrong meant mean should was sorry instead"),
}
"""What has to be said of each, besides what it is about. A tool that is not here is always asked about."""

DIRECT = frozenset(
    {
        "log_set",
        "correct_set",
        "undo_last",
        "repeat_set",
        "start_workout",
        "finish_workout",
        "swap_exercise",
        "start_rest_timer",
        "stop_rest_timer",
    }
)
"""What may be done at once when all of it was said; everything else is asked about first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a call: `do` it, `ask` the athlete `words`, or `refuse` it, and why: `words`."""

    decision: Decision
    words: str = ""


DO = Verdict("do")
REFUSE = Verdict("refuse", NOT_ASKED)


class Consent:
    """What the athlete of one turn has asked for. Judges the calls of the turn in order."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._made: list[Call] = []

    def judge(self, call: Call) -> Verdict:
        """Whether `call`, with arguments that fit the tool, may be made."""
        if call in self._made:
            return Verdict("refuse", DONE_ALREADY)
        verdict = self._of_write(call) if TOOLS[call.tool].writes else DO
        if verdict.decision == "do":
            self._made.append(call)
        return verdict

    def _of_write(self, call: Call) -> Verdict:
        heard = self._heard
        writes = sum(TOOLS[one.tool].writes for one in self._made)
        if heard.is_question or heard.of_others() or heard.of_the_machine() or writes >= MAX_WRITES:
            return REFUSE
        return self._of_log_set(call) if call.tool == "log_set" else self._of_other(call)

    def _of_log_set(self, call: Call) -> Verdict:
        heard, args = self._heard, call.args
        if heard.of_another_time() or not any(self._said(args, name) for name in QUANTITIES):
            return REFUSE
        sure = (
            not heard.unreal(OF_TRAINING)
            and self._takes_numbers(args)
            and self._names(args)
            and self._says_how(args)
            and not self._read_otherwise(args)
        )
        return DO if sure else self._ask(call)

    def _of_other(self, call: Call) -> Verdict:
        heard, args = self._heard, call.args
        cues = CUES.get(call.tool, frozenset())
        if cues and not heard.says(cues):
            return REFUSE
        if not (self._half_said(args) if args else cues):
            return REFUSE
        sure = (
            call.tool in DIRECT
            and not heard.unreal(cues | OF_TRAINING | OF_COMMANDS)
            and self._takes_numbers(args)
            and self._names(args)
            and self._says_how(args)
            and self._says_text(args)
            and heard.all_taken()
        )
        return DO if sure else self._ask(call)

    def _ask(self, call: Call) -> Verdict:
        return Verdict("ask", question(call))

    def _said(self, args: Mapping[str, Any], name: str) -> bool:
        return args.get(name) is not None and self._heard.said_number(float(args[name]))

    def _half_said(self, args: Mapping[str, Any]) -> bool:
        """Whether at least something of it was said."""
        return any(self._is_said(name, value) for name, value in args.items())

    def _is_said(self, name: str, value: Any) -> bool:
        heard = self._heard
        if _is_number(value):
            return heard.said_number(float(value)) or heard.said_number(-float(value))
        if isinstance(value, list):
            return any(self._is_said(name, one) for one in value)
        if isinstance(value, dict):
            return any(self._is_said(inner, one) for inner, one in value.items())
        if not isinstance(value, str):
            return False
        if name in ("exercise", "substitute"):
            return heard.exercise(value) is not None
        known = UNITS.get(value) or SET_TYPES.get(value)
        return heard.says(known) if known else name == "scope" or heard.said_words(value.replace("_", " "))

    def _takes_numbers(self, args: Mapping[str, Any]) -> bool:
        for name, value in args.items():
            if not _is_number(value):
                continue
            if name == "sets" and (value == 1 or self._heard.says(TIMES)):
                continue
            if not self._heard.take(abs(float(value))):
                return False
        return True

    def _names(self, args: Mapping[str, Any]) -> bool:
        named = [str(args[name]) for name in ("exercise", "substitute") if args.get(name) is not None]
        return all(self._heard.exercise(one) is not None for one in named)

    def _says_how(self, args: Mapping[str, Any]) -> bool:
        heard = self._heard
        unit, kind = args.get("unit"), args.get("set_type")
        if unit is not None and unit != heard.state.unit and not heard.says(UNITS.get(unit, frozenset())):
            return False
        if kind not in (None, "working") and not heard.says(SET_TYPES.get(kind, frozenset())):
            return False
        return not args.get("per_side") or heard.says(SIDES)

    def _says_text(self, args: Mapping[str, Any]) -> bool:
        closed = {"exercise", "substitute", "unit", "set_type", "per_side", "scope"}
        texts = [value for name, value in args.items() if name not in closed and isinstance(value, str)]
        nested = [value for value in args.values() if isinstance(value, list | dict)]
        return not nested and all(self._heard.said_words(one) for one in texts)

    def _read_otherwise(self, args: Mapping[str, Any]) -> bool:
        """Whether the grammar reads the numbers in other places: 8 as the weight, 225 as the reps."""
        if args.get("notes"):  # what was said besides is the model's to choose: better asked
            return True
        pairs = [
            (draft["weight"], draft["reps"])
            for draft in self._heard.drafts()
            if _is_number(draft.get("weight")) and _is_number(draft.get("reps"))
        ]
        weight, reps = args.get("weight"), args.get("reps")
        if weight is None or reps is None:
            return False
        if pairs:
            return (weight, reps) not in pairs
        return bool(weight <= reps)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def question(call: Call) -> str:
    """What the athlete is asked before `call` is made. All of it comes from the call, none from a model."""
    told = QUESTIONS.get(call.tool)
    return told(call.args) if told else f"Shall I {call.tool.replace('_', ' ')}{_of(call.args)}?"


def _log(args: Mapping[str, Any]) -> str:
    sets = f"{args['sets']} sets of " if args.get("sets", 1) > 1 else ""
    exercise = f", {str(args['exercise'])[:60].lower()}" if args.get("exercise") else ""
    return f"Shall I log {sets}{_amount(args)}{exercise}?"


def _amount(args: Mapping[str, Any]) -> str:
    given = {name: args[name] for name in ("weight", "reps") if args.get(name) is not None}
    if given:
        return confirm_text(given)
    if args.get("duration_seconds") is not None:
        return f"{spoken_number(args['duration_seconds'])} seconds"
    if args.get("distance_meters") is not None:
        return f"{spoken_number(args['distance_meters'])} meters"
    return "that"


def _of(args: Mapping[str, Any]) -> str:
    told = ", ".join(f"{name.replace('_', ' ')} {str(value)[:40]}" for name, value in args.items())
    return f": {told}" if told else ""


def _far(args: Mapping[str, Any]) -> str:
    far, long = args.get("distance_meters"), args.get("duration_seconds")
    words = f" of {distance_words(far, 'km')}" if far else ""
    return words + (f" in {time_words(long)}" if long else "")


def _whose_run(args: Mapping[str, Any]) -> str:
    return f"the run of {args['day']}" if args.get("day") else "the last run"


QUESTIONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "log_set": _log,
    "correct_set": lambda args: f"Shall I change the last set{_of(args)}?",
    "undo_last": lambda args: "Shall I take the last one back?",
    "repeat_set": lambda args: f"The same again{_of(args)}?",
    "start_workout": lambda args: "Shall I start a workout?",
    "finish_workout": lambda args: "Shall I finish the workout?",
    "start_rest_timer": lambda args: f"Shall I start a rest of {args.get('seconds')} seconds?",
    "stop_rest_timer": lambda args: "Shall I stop the timer?",
    "log_run": lambda args: f"Shall I log a run{_far(args)}?",
    "start_run": lambda args: f"Shall I start a run{_far(args)}?",
    "pause_run": lambda args: "Shall I pause the run?",
    "resume_run": lambda args: "Shall the run go on?",
    "finish_run": lambda args: "Shall I finish the run?",
    "cancel_run": lambda args: "Shall I throw the run away?",
    "delete_run": lambda args: f"Shall I delete {_whose_run(args)}?",
    "correct_run": lambda args: f"Shall I change the last run{_of(args)}?",
}
