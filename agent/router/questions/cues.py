"""How an exercise is done: cues by type."""

from __future__ import annotations

from agent.router.context import Reading
from agent.router.questions.question import Question
from agent.router.questions.training import call, named

TYPES = (
    ("breathing", "breathing"),
    ("mistake", "common_mistake"),
    ("setup", "setup"),
    ("execution", "execution"),
)
"""Concepts that name a type of cue, the most telling first."""

_PLURAL = frozenset({"common", "mistakes", "errors", "faults", "pitfalls"})
"""Words of mistakes that people make; "that was a mistake" is about a set."""


def cues(question: Question) -> Reading | None:
    """ "how do I set up for a deadlift", "give me a cue", "common mistakes on RDLs"."""
    if question.numbers or len(question.spans) > 1 or question.any("record", "last", "plates", "instead"):
        return None
    about = question.exercise is not None or question.any("this")
    kind = next((kind for concept, kind in TYPES if question.has(concept)), None)
    if kind is None and not question.any("cue") and not (question.any("how_to") and about):
        return None
    if not (question.any("ask", "cue", "how_to") or (kind and about)):
        return None
    if kind == "common_mistake" and not (question.any("ask", "cue") or _PLURAL & set(question.clause.words)):
        return None
    if kind == "breathing" and not (about or question.any("cue", "ask")):
        return None
    args = named(question)
    if kind:
        args["cue_type"] = kind
    return call("get_exercise_cues", args)
