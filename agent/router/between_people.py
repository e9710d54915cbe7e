"""What is asked of somebody nearby: whether a bench is free, how many sets they have left, who has a belt.

An agent can neither answer it nor lend a belt. It looks like a question of training, since it names what one
trains with: so it is told apart by whom it is put to, before questions are read.
"""

from __future__ import annotations

from agent.router.context import Clause
from agent.router.lexer import VOCATIVES
from agent.router.sets import MAX_LISTED_REPS
from agent.router.vocabulary import POLITE, words

_PRAISE = words("nice great awesome sick beast killer amazing huge incredible insane dope")
_SOMEBODY = words("anybody anyone somebody someone anybodys anyones")
_ASK_OF = words("is are does has can could would did do will was were")
_GEAR = words("""
    bench rack machine bar barbell dumbbell dumbbells db dbs plate plates cable cables station mat box
    treadmill bike rower erg kettlebell kettlebells bell bells belt chalk collar collars clip clips seat
    platform band bands ball roller towel locker spot pad handle handles strap straps attachment rope ropes
    bars rings sled trap charger bottle water cage stand attachments stuff gear weights these those this that
    it one them
""")
_POINTED = words("these those this that it one them")
_FREE = words("free taken yours available used occupied empty theirs anyones anybodys open busy")
_AT_IT = words("""
    using done finished finishing waiting leaving next almost nearly through busy training lifting resting
    sharing warming good okay ok
""")
_TAKE = words("grab take use borrow steal have jump hop squeeze work slide sneak share move put change turn")
_HAND = words("pass hand toss throw lend spot watch help")
_LEFT = words("left to go remaining more")
_THEIR_OWN = words("""
    training lifting hitting benching squatting pulling deadlifting working repping weigh bench squat lift
    deadlift press pull doing train been going come coming started
""")
_OF_THEM = frozenset(
    tuple(asked.split())
    for asked in (
        "what are", "what do", "what did", "whats", "how much are", "how heavy are", "how many are",
        "how much do", "how much can", "how much did",
        "how long have", "how long are", "how long did", "how often are", "when are", "when did", "where are",
        "where did",
    )
)  # fmt: skip
"""What comes before "you" where nobody else is meant."""
_AROUND = words("the a an of on in with after you next your to for sec second minute quick real set rest")
_OF_AGENT = words("listening there working recording on hearing able sure")
"""What the agent itself may be asked about: "are you there?"."""


def between_people(clause: Clause) -> bool:
    """Whether all of the clause is something that one person asks another."""
    if _praised(clause):
        return True
    said = [word for word in clause.words if word not in POLITE and word != ","]
    while said and said[0] in ("hey", "excuse", "me", "sorry", "yo", "man", "bro", "mate", "dude", "so"):
        said = said[1:]
    if len(said) < 2:
        return False
    return any(rule(said) for rule in (_of_anybody, _of_you, _whether_free, _may_i, _hand_me))


def _praised(clause: Clause) -> bool:
    """ "nice, that was eight clean reps, man": said to whoever did them."""
    said = set(clause.words)
    if not (_PRAISE & said and VOCATIVES - {"coach"} & said) or said & {"no", "not", "log", "i"}:
        return False
    numbers = [n.value for i, n in clause.sentence.numbers.items() if clause.start <= i < clause.end]
    return len(numbers) == 1 and numbers[0] <= MAX_LISTED_REPS


def _of_anybody(said: list[str]) -> bool:
    """ "is anyone using that rack", "does anybody have a belt I could borrow"."""
    return said[0] in _ASK_OF and said[1] in _SOMEBODY


def _of_you(said: list[str]) -> bool:
    """ "are you done with those dumbbells", "how many sets have you got left", "what do you bench"."""
    if said[0] in ("are", "were", "you") and not _OF_AGENT.intersection(said):
        rest = said[1:] if said[0] == "you" else said[2:] if said[1] == "you" else []
        return any(word in _AT_IT for word in rest[:2])
    if "you" not in said[1:5]:
        return False
    rest = said[said.index("you") + 1 :]
    if said[:3] in (["how", "many", "sets"], ["how", "many", "more"], ["how", "many", "reps"]):
        return bool(_LEFT.intersection(said[3:]))
    # "How do you bench press?" asks how anybody does.
    asked = tuple(said[: said.index("you")]) in _OF_THEM
    return asked and bool(_THEIR_OWN.intersection(rest[:2])) and not {"i", "me", "should"}.intersection(said)


def _whether_free(said: list[str]) -> bool:
    """ "is this bench free", "are these your plates", "is that taken"."""
    if said[0] not in ("is", "are") or said[1] not in ("this", "that", "the", "these", "those", "it"):
        return False
    middle, last = said[2:-1], said[-1]
    if last in _FREE and all(word in _GEAR or word in ("still", "being", "already") for word in middle):
        return True
    return "your" in middle and last in _GEAR


def _may_i(said: list[str]) -> bool:
    """ "mind if I grab that plate", "can I take this bench"."""
    asked = said[:3] == ["mind", "if", "i"] or said[:5] == ["do", "you", "mind", "if", "i"]
    if asked:
        return True
    may = said[0] in ("can", "could", "may") and said[1] in ("i", "we") and said[2] in _TAKE
    what = said[3:]
    named = (_GEAR - _POINTED) & set(what) or "your" in what
    return (
        may
        and bool(named)
        and bool((_POINTED | {"your", "you"}) & set(what))
        and set(what) <= _GEAR | _AROUND
    )


def _hand_me(said: list[str]) -> bool:
    """ "pass me the chalk", "hand me those clips"."""
    return said[0] in _HAND and said[1] == "me" and said[-1] in _GEAR
