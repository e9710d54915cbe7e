"""Signs that a coach does not talk around: training stops, and a professional looks at it. No diagnosis.

They are the usual reasons to stop: pain or pressure in the chest, fainting, not getting breath; numbness, a
pop, a joint that gives way or does not move, swelling, a blow to the head.
"""

from __future__ import annotations

import re

EMERGENCY = re.compile(
    r"\b(chest (pains?|pressure|tightness|is tight|feels tight)|pains? in (my|the) chest|tight chest"
    r"|heart attack|stroke|faint(ed|ing)?|pass(ed|ing)? out|black(ed|ing)? out|coughing (up )?blood"
    r"|(cant|can't|cannot|can not|trouble|hard to) breath(e|ing)?)\b",
    re.IGNORECASE,
)
SERIOUS = re.compile(
    r"\b(numb(ness)?|tingl(es?|y|ing)|pins and needles|dislocat\w*|fractur\w*|broken bone|broke (my|a) \w+"
    r"|(heard|felt) (it|a|something) (pop|snap|tear|rip)|popped out|gave way|gives way|giving way"
    r"|(cant|can't|cannot) (move|feel|lift|bend|straighten) (my|it|the)|(cant|can't) put (any )?weight on"
    r"|shooting (pain )?down|swollen|swelling|hit my head|concuss\w*)\b",
    re.IGNORECASE,
)
STOP_NOW = "Stop and sit down. With chest pain, fainting or trouble breathing, call emergency services now."
SEE_SOMEBODY = (
    "Leave it there. That needs a doctor or physio to look at before you train on it. I won't guess."
)


def advice(words: str | None) -> str | None:
    """What to say to somebody who names such a sign, instead of anything else; None when they name none."""
    if not words:
        return None
    if EMERGENCY.search(words):
        return STOP_NOW
    return SEE_SOMEBODY if SERIOUS.search(words) else None
