"""Questions about training that no other tool answers: food, injuries, sleep, how to train."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from agent.router.context import Reading
from agent.router.questions.concepts import FILLER, Found, find
from agent.router.questions.question import Question
from agent.router.questions.training import call
from agent.router.vocabulary import POLITE, words
from services.exercises.red_flags import DESPAIR, EMERGENCY

TOPICS = "router/questions/topics.txt"
NOT = "not"
"""The concept of what makes a question another tool's, or nobody's."""
LIFT = "lift"
"""The concept of what is asked of an exercise; a topic only with one that is named."""

MAX_STRANGE = 3
"""Words that nothing explains; a question is about what it names, and these are what about it."""
LONGEST_CRY = 14
"""Words of somebody who is not well; more are a story."""

_OPENERS = words("""
    how hows what whats why whys when whens which where should do does is are am can could will would must
    shall explain
""")
_BEFORE = POLITE | words(
    "i was just wondering got a question do you know tell me about any tips coach and but"
)
_PAIRS = """
    should i, do i, can i, could i, will i, is it, is that, is this, are there, is there, how long, how much,
    how many, how often, does it, does that, what can, what should, what does, what helps, will my, does my,
    is my, am i, how do, how should, how can, why do, why does, why is, why am, any truth
"""
_ASKING = frozenset(tuple(pair.split()) for pair in _PAIRS.split(","))
_OTHERWISE = words("""
    instead alternative alternatives else swap sub subs substitute substitution replace replacement other
    another different taken broken option options
""")
_OF_THEIR_OWN = frozenset({"nutrition", "recovery", "mobility"})
"""Categories whose words no other tool's questions have."""

_THEMSELVES = words("i im ive my me")
_SOMEBODY_ELSE = words("""
    he hes she shes they theyre him her his them buddy friend guy guys dude man brother sister wife husband
    girlfriend boyfriend mom dad kid everybody
""")
_LONG_AGO = words("year years ago once movie party drunk")

_CRY = re.compile(
    r"\b(?:(?:my|i have|ive got|got|getting|having|with) (?:a |an |some |really |bad )*chest (?:\w+ )?"
    r"(?:pains?|pressure|tightness|hurts|tight)|my chest (?:is|feels|got|went) tight"
    r"|(?:pains?|pressure|tightness|squeezing) (?:in|on|across) my chest"
    r"|i (?:just |nearly |almost )?(?:fainted|passed out|blacked out)"
    r"|(?:im|i am) (?:going to|gonna|about to) (?:faint|pass out|black out)"
    r"|(?:having|had) a (?:heart attack|stroke)"
    r"|i (?:cant|cannot|can not) (?:breathe|(?:catch|get) my breath)|cough(?:ed|ing) (?:up )?blood"
    r"|my heart (?:is |keeps )?(?:skipp|flutter)(?:ing|s|ed)|face is (?:\w+ )?droop(?:ing|y)"
    r"|lost control of my (?:bladder|bowels?)|worst headache of my life"
    r"|(?:somebody|someone|she|he|they) (?:just |has |have )*(?:collapsed|fainted|passed out)"
    r"|(?:kill|killing) myself|end(?:ing)? it all)\b"
)


def cry(question: Question) -> Reading | None:
    """ "my chest feels tight", "I just passed out": whoever says so is to hear what to do, whatever else."""
    said = question.clause.words
    text = " ".join(said)
    if len(said) > LONGEST_CRY or _LONG_AGO.intersection(said):
        return None
    if not (_CRY.search(text) or _is_of_themselves(text, said)):
        return None
    return _search(question, "injury")


def _is_of_themselves(text: str, said: Sequence[str]) -> bool:
    """Whether they speak of a sign of danger, as their own and as of now."""
    if not _THEMSELVES.intersection(said) or _SOMEBODY_ELSE.intersection(said):
        return False
    return bool(EMERGENCY.search(text) or DESPAIR.search(text))


def clear(question: Question) -> Reading | None:
    """A question about food, recovery or mobility that could sound like another tool's: "what should I do
    on my rest day", "when's the best time to take creatine"."""
    said = question.clause.words
    if question.spans or _OTHERWISE & set(said) or question.any("progress", "streak", "badge"):
        return None
    topics = _topics(said)
    if not topics or not _OF_THEIR_OWN.issuperset(one.name for one in topics):
        return None
    return general(question)


def general(question: Question) -> Reading | None:
    """ "how much protein do I need", "what helps with shin splints", "is it okay to train with a cold"."""
    said = question.clause.words
    if not _asks(said) or any(one.name == NOT for one in _find(said)):
        return None
    topics = _topics(said, lift=bool(question.spans))
    if not topics or len(_strange(question)) > MAX_STRANGE:
        return None
    return _search(question, _category(["strength" if one.name == LIFT else one.name for one in topics]))


def _search(question: Question, category: str | None) -> Reading:
    args = {"query": " ".join(word for word in question.clause.words if word != ",")}
    if category:
        args["category"] = category
    return call("search_knowledge", args, confidence=0.8)


@lru_cache(maxsize=16)
def _find(said: tuple[str, ...]) -> tuple[Found, ...]:
    return tuple(find(said, TOPICS))


def _topics(said: tuple[str, ...], *, lift: bool = False) -> list[Found]:
    return [one for one in _find(said) if one.name not in (NOT, FILLER) and (lift or one.name != LIFT)]


def _strange(question: Question) -> list[str]:
    said = question.clause.words
    explained = {said[i] for one in _find(said) for i in range(one.start, one.end)}
    return [word for word in question.strange if word not in explained]


def _asks(said: tuple[str, ...]) -> bool:
    """Whether it is a question: it begins as one, or has one in it."""
    if any(pair in _ASKING for pair in pairwise(said)):
        return True
    first = next((word for word in said if word in _OPENERS or word not in _BEFORE), "")
    return first in _OPENERS


def _category(names: list[str]) -> str | None:
    """What most of the topics belong to; None when two have the same claim."""
    (best, count), *others = Counter(names).most_common(2)
    return None if others and others[0][1] == count else best
