"""Signs that a coach does not talk around: training stops, and a professional looks at it. No diagnosis.

They are the usual reasons to stop: pain or pressure in the chest, fainting, not getting breath; numbness, a
pop, a joint that gives way or does not move, swelling, a blow to the head. And whoever speaks of ending their
life is told where help is.
"""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


EMERGENCY = _any(
    r"chest (?:\w+ )?(?:pains?|pressure|tightness|hurts|hurting)",
    r"chest (?:is|feels|got|went|gets) (?:\w+ )?tight",
    r"(?:have|having|got|get|getting|with) a (?:\w+ )?tight chest",
    r"(?:pains?|pressure|tightness|squeezing|crushing) (?:in|on|across) (?:my|the|his|her) chest",
    r"heart attack",
    r"(?:signs of|having|had|have|like) a stroke",
    r"faint(?:ed|ing)?",
    r"(?:pass|black)(?:ed|ing)? out",
    r"cough(?:ed|ing)? (?:up )?blood",
    r"(?:can'?t|cannot|can not|trouble|hard to) (?:breathe?|breathing|(?:catch|get) (?:my|his|her) breath)",
    r"(?:isn'?t|not|stopped) breathing",
    r"lost control of (?:my|his|her) (?:bladder|bowels?|arm|leg)",
    r"(?:face|mouth) (?:is |feels |looks |went )?droop(?:ing|y|s|ed)?",
    r"(?:he|she|somebody|someone|partner|friend) (?:just |has |suddenly )?collapsed",
)
SERIOUS = _any(
    r"numb(?:ness)?",
    r"tingl(?:es?|y|ing)",
    r"pins and needles",
    r"dislocat\w*",
    r"fractur\w*",
    r"broken bone",
    r"broke (?:my|a) \w+",
    r"(?:heard|felt) (?:it|a|something) (?:\w+ )?(?:pop|snap|tear|rip)(?:ped)?",
    r"(?:something|knee|shoulder|elbow|ankle) (?:popped|snapped)(?: out)?",
    r"popped out",
    r"g(?:a|i)v(?:e|es|ing) way",
    r"(?:can'?t|cannot) (?:move|feel|lift|bend|straighten) (?:my|it|the)",
    r"(?:can'?t|cannot) put (?:any )?weight on",
    r"shooting (?:pain )?down",
    r"swollen",
    r"swelling",
    r"hit my head",
    r"concuss\w*",
    r"(?:blurry|blurred|double) vision",
    r"vision (?:is|went|got|goes) (?:blurry|blurred|double|black|dark)",
    r"(?:pee|urine|piss) (?:\w+ ){0,5}(?:brown|cola|coke|bloody)",
    r"(?:brown|bloody|cola colou?red) (?:pee|urine|piss)",
    r"blood in my (?:pee|urine|stool)",
)
DESPAIR = _any(
    r"(?:kill|killing|hurting) myself",
    r"end(?:ing)? (?:it all|my life)",
    r"suicid(?:e|al)",
    r"(?:don'?t|do not) want to (?:live|be here|be alive)",
    r"self harm(?:ing)?",
)
STOP_NOW = "Stop and sit down. With chest pain, fainting or trouble breathing, call emergency services now."
SEE_SOMEBODY = (
    "Leave it there. That needs a doctor or physio to look at before you train on it. I won't guess."
)
TALK_NOW = (
    "I'm glad you said it. Please call a crisis line or emergency services now, or somebody you trust. "
    "In the United States call or text 988."
)


def advice(words: str | None) -> str | None:
    """What to say to somebody who names such a sign, instead of anything else; None when they name none."""
    if not words:
        return None
    for signs, said in ((DESPAIR, TALK_NOW), (EMERGENCY, STOP_NOW), (SERIOUS, SEE_SOMEBODY)):
        if signs.search(words):
            return said
    return None
