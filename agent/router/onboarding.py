"""Setting an athlete up: asking to be, answering the questions of the setup, changing what was answered.

The sentences are data (`onboarding.txt`, and the templates here). An answer is taken only when every word of
it is explained by what was asked about, so that a command in between is a command, and is done at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from agent.router.context import Clause, Reading
from agent.router.patterns import expand
from agent.router.profile_words import answers, person_name
from agent.router.templates import Templates
from agent.router.understanding import Call, Pending, Understanding
from agent.router.vocabulary import POLITE, YES
from services.interview import BY_FIELD

ASKED = "onboarding:"
"""What is missing while a question of the setup waits: this, and the field that it asks for."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "preferred_unit": ("preferred_unit", "distance_unit"),
    "distance_unit": ("distance_unit",),
    "experience_level": ("experience_level", "years"),
    "weight_kg": ("weight",),
    "goals": ("goals",),
    "equipment": ("equipment",),
    "weekly_goal": ("weekly_goal", "training_days"),
    "training_days": ("training_days", "weekly_goal"),
    "injuries": ("injuries",),
}
"""What an answer to the question for a field may tell."""
NUMBERED: Mapping[str, str] = {
    "weekly_goal": "weekly_goal",
    "experience_level": "years",
    "weight_kg": "weight",
}
"""What a bare number is the answer to."""
SATISFIED: Mapping[str, frozenset[str]] = {
    "experience_level": frozenset({"experience_level", "training_years"}),
    "weight_kg": frozenset({"weight"}),
    "weekly_goal": frozenset({"weekly_goal", "training_days"}),
}
"""What answers a question, where it is not the field itself."""

START = Templates(
    (
        "[can you|could you|lets] (set|get) me [all] set up",
        "[can you|could you|lets|help me] set me up",
        "[can you|could you|lets|help me] (set up|setup) my (profile|account)",
        "[lets] (start|begin|do|continue|resume|finish|go on with|carry on with|go back to) [the|my] "
        "(setup|set up|onboarding|profile|profile setup)",
        "(ask me|whats|what is) the next question",
        "(im|i am) new [here|to this|to this app]",
    )
)
HELLO = Templates(("(hello|hi|hey|hi there|hello there|hey there|good (morning|afternoon|evening)) [coach]",))
SKIP = Templates(
    (
        "[lets] (skip|pass|next) [it|that|this|one|this one|that one|question]",
        "(no|nah|nope|none|no answer|no idea|not sure|whatever|prefer not to say|[it] doesnt matter)",
        "(id|i would|i) (rather|prefer) not [to] [say|answer|tell you]|[i] dont (know|want to say|care)",
    )
)
BACK = Templates(("[go|lets go] back [one|a step]|[the] (previous|last) (one|question)|the one before",))
LATER = Templates(
    (
        "[maybe|lets do (it|this|that)|do (it|this|that)|ask me] (later|another time|tomorrow)",
        "not (now|right now)|stop [it|this|that|asking]|[thats] enough|cancel|quit|never mind|nevermind",
        "forget it|lets (train|lift|work out|get going)|i want to train",
    )
)
SMALL_TALK = frozenset({"praise", "thanks"})
"""Why something was said that asks for nothing."""
LATER_WORDS = "Okay, later. Say set me up to go on."

CHANGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "[lets|please|can we|could we|can you|could you|can i|could i|id like to|i want to|i wanna|"
        "id rather] "
        "(use|switch to|change to|go back to|change back to|switch back to|work in|count in|do) [my]",
        ("preferred_unit", "distance_unit"),
    ),
    (
        "[please|can you|could you|lets] (switch|change|set|move|put|convert) (me|us|everything|all) "
        "[over|back] (to|into)",
        ("preferred_unit", "distance_unit"),
    ),
    (
        "[can you|could you|can i|please|id like to|i want to|i wanna] (show|give|tell|have|see|want|"
        "i want|id like|"
        "i prefer|keep|log|put|i need) [me] (everything|it all|all of it|my weights|weights|the "
        "weights|all my weights) in",
        ("preferred_unit", "distance_unit"),
    ),
    (
        "i (use|prefer|only use|lift in|train in|think in|work in|count in|always use|usually use)",
        ("preferred_unit", "distance_unit"),
    ),
    (
        "[can you|could you|please|lets] (set|change|switch) (my|the) (unit|units|weights) [over|"
        "back] to|my (unit|units) (is|are)",
        ("preferred_unit",),
    ),
    ("(set|change|make|put) my (weekly goal|goal for the week|weekly target) [to|at]", ("weekly_goal",)),
    ("my (weekly goal|weekly target) is [now]", ("weekly_goal",)),
    ("(set|change) my training days to|my training days are [now]", ("training_days",)),
    ("call me|(change|set) my name to|my name is|my names", ("name",)),
)
"""What is changed without being asked about: how it is begun, and what may follow."""


def asked(field: str, question: str) -> Pending:
    """The question of the setup for `field`, waiting for its answer."""
    return Pending((), ASKED + field, question)


def asked_field(pending: Pending | None) -> str | None:
    """The field that the question which waits asks for; None when it is not one of the setup."""
    if pending is None or not pending.missing.startswith(ASKED):
        return None
    return pending.missing.removeprefix(ASKED)


def parse(clause: Clause) -> Reading | None:
    """ "set me up", "use kilos", "set my weekly goal to four"; of a newcomer, also "hello"."""
    greeted = clause.state.newcomer and HELLO.match(" ".join(clause.words)) is not None
    if greeted or START.match(_plain(clause)) is not None:
        return _step("start", None)
    words = clause.sentence.words
    for prefix, fields in _changes():
        after = clause.start + len(prefix)
        if after >= clause.end or words[clause.start : after] != prefix:
            continue
        if fields == ("name",):
            name = person_name(words[after : clause.end])
            given: dict[str, Any] | None = {"name": name} if name else None
        else:
            given = answers(clause, after, fields, fields[0])
        if given is not None:
            return Reading("calls", "update_profile", (Call("update_profile", given),), confidence=0.95)
    return None


def answer(clause: Clause, pending: Pending, field: str) -> Reading | None:
    """The answer to the question for `field`, or what is to become of it; None for anything else."""
    said = _plain(clause)
    given = _given(clause, field)
    if given is not None:
        call = Call("update_profile", {**given, "answers": field})
        return Reading("calls", "onboarding", (call,), confidence=0.95)
    if SKIP.match(said) is not None:
        return _step("skip", field)
    if BACK.match(said) is not None:
        return _step("back", field)
    if LATER.match(said) is not None:
        return Reading("chat", "onboarding_later", reply=LATER_WORDS, confidence=0.95)
    if clause.words and all(word in YES for word in clause.words):
        return Reading("ask", "onboarding", reply=BY_FIELD[field].hint, confidence=0.9, pending=pending)
    return None


def still_asked(got: Understanding, pending: Pending, field: str) -> Understanding:
    """What becomes of the question when nobody knows what was said: it is put once more, then dropped.

    Talk that is not for us does not touch it.
    """
    if got.kind == "ignore" or got.reason in SMALL_TALK:
        return replace(got, pending=pending)
    if got.kind != "hand_over" or got.reason != "unexplained" or pending.about:
        return got
    again = replace(pending, about="again")
    hint = f"Sorry. {BY_FIELD[field].hint}"
    return Understanding("ask", reply=hint, confidence=0.7, reason="onboarding", pending=again)


def _given(clause: Clause, field: str) -> dict[str, Any] | None:
    if field == "name":
        name = person_name(clause.words)
        return {"name": name} if name else None
    given = answers(clause, clause.start, FIELDS[field], NUMBERED.get(field))
    if given is None or not given.keys() & SATISFIED.get(field, frozenset({field})):
        return None
    if given.get("training_days") and "weekly_goal" not in given and field == "weekly_goal":
        given["weekly_goal"] = len(given["training_days"])
    return given


def _step(action: str, at: str | None) -> Reading:
    args = {"action": action} if action != "start" else {}
    call = Call("next_onboarding_step", {**args, **({"at": at} if at else {})})
    return Reading("calls", "onboarding", (call,), confidence=0.95)


def _plain(clause: Clause) -> str:
    return " ".join(word for word in clause.words if word == "no" or word not in POLITE)


@lru_cache
def _changes() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Every way to begin a change, the longest first."""

    def each() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        for pattern, fields in CHANGES:
            for phrase in expand(pattern):
                yield tuple(phrase.split()), fields

    return tuple(sorted(each(), key=lambda one: -len(one[0])))
