"""Questions and wishes that write nothing, or choose: records, cues, plates, what to do instead.

`parse` looks at the concepts of a sentence (`concepts.py`), not at its form. Each rule in `RULES` is tried in
turn; a rule returns None unless the concepts it needs are there and next to nothing is left unexplained.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.router.context import Clause, Reading
from agent.router.questions import cues, knowledge, naming, no_room, progress, rest, substitutes, training
from agent.router.questions.concepts import find
from agent.router.questions.question import Question
from agent.router.vocabulary import OTHERS

MAX_STRANGE = 2
_SPOKEN_TO = frozenset({"you", "your", "coach", "buddy", "we"})
_SPOKEN_OF = frozenset({"they", "them", "their", "theyre", "rack", "call", "somebody", "someone", "friend"})
"""Words of general questions: "do supplements work, or are they a waste"."""

Rule = Callable[[Question], Reading | None]

RULES: tuple[Rule, ...] = (
    rest.rest,
    knowledge.cry,
    naming.naming,
    knowledge.clear,
    substitutes.chosen,
    substitutes.swap,
    no_room.no_room,
    substitutes.suggest,
    progress.progress,
    training.plates,
    training.one_rep_max,
    cues.cues,
    training.records,
    training.last_performance,
    training.todays_workout,
    training.summary,
    knowledge.general,
)


def prepare() -> None:
    """Reads the concepts, so that the first question does not wait for them."""
    find(())
    find((), knowledge.TOPICS)


def parse(clause: Clause) -> Reading | None:
    """The question that `clause` asks, or None when it asks for nothing of the kind."""
    question = Question(clause)
    for rule in RULES:
        reading = rule(question)
        if reading is not None:
            return reading if _for_us(question, reading) else None
    return None


def _for_us(question: Question, reading: Reading) -> bool:
    """Whether it is the athlete who is meant, and little is left unexplained."""
    if reading.intent == "name_exercise":
        return True  # what it is called is in words that nothing explains
    if reading.intent in ("suggest_exercise_substitution", "swap_exercise"):
        return len(question.strange) <= MAX_STRANGE + 1  # why, they may tell at length
    others = OTHERS & set(question.clause.words) - _SPOKEN_TO
    if reading.intent == "search_knowledge":
        return not others - _SPOKEN_OF
    return not others and len(question.strange) <= MAX_STRANGE
