"""What to do instead: suggestions with their reason, and the choice among them."""

from __future__ import annotations

from typing import Any

from agent.router.context import Clause, Reading
from agent.router.ordinals import ORDINALS
from agent.router.questions.question import Question
from agent.router.questions.training import call
from agent.router.understanding import Call
from agent.router.variants import says_only_changes, variant
from agent.router.vocabulary import POLITE, words
from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseSpan
from services.exercises.stress import first_loaded

ASK_WHICH = "Which exercise would you like instead?"
_NOT_TELLING = frozenset({"one", "up", "and", "the", "to", "on", "with"})
_TAKES = frozenset({"one", "please", "then", "yeah", "yes", "yep", "okay", "ok", "is"})
"""Words that take what was offered when its name is said with them."""
_PICK = frozenset({"with", "option", "choose", "pick"})
"""Words that choose, whatever was offered before."""
_CHOOSING = frozenset({"one", "option", "choice", "suggestion", "exercise", "alternative", "pick"})
_WONDERING = frozenset(
    {"what", "whats", "which", "is", "are", "any", "anything", "should", "how", "suggest", "got"}
    | {"does", "why", "will", "would", "did", "was"}
)
_DECIDING = frozenset({"ill", "lets", "do", "try", "take", "with", "well"})
"""Words of whoever makes up their mind for something that was not offered."""
_RESOLVES = words("lets ill im switch swap change do use try go gonna id switching move")
"""Words that whoever changes something begins with."""
_AROUND_CHANGE = words("instead please the with on for this one actually okay ok , today now")
_REFUSES = words("not dont no nope isnt but except anything never neither without skip hate")
_BENCHES = frozenset({"bench", "benches"})
"""Names of an exercise that are as well those of what it is done on."""
_BEFORE_SUBSTITUTE = frozenset({"for", "with", "to", "into", "by", "do", "doing"})


def chosen(question: Question) -> Reading | None:
    """ "go with the second one", "option three", "let's do the landmine press" after suggestions."""
    suggestions = question.clause.state.suggestions
    place = _place(question)
    if place is not None and not question.spans:
        if not suggestions:
            unclear = _PICK & set(question.clause.words) and _picks(question) and not question.strange
            return Reading("ask", "swap_exercise", reply=ASK_WHICH, confidence=0.9) if unclear else None
        if not -len(suggestions) <= place < len(suggestions):
            reply = f"I only suggested {len(suggestions)}. Which one?"
            return Reading("ask", "swap_exercise", reply=reply, confidence=0.9)
        return _swap(question.clause, suggestions[place])
    return _named(question) if suggestions else None


def _named(question: Question) -> Reading | None:
    """The exercise that is taken by its name, from what was suggested or in its place."""
    exercise = question.exercise or _partly_named(question)
    said = question.clause.sentence.words
    numbers = [n for n in question.numbers if said[n.start : n.end] != ("one",)]  # "the landmine one"
    if exercise is None or numbers or question.any("hurts", "taken", "only_have", "bored"):
        return None
    if question.has("did") and (
        question.has("ask") or not question.has("go_with")
    ):  # "let's go with", not "what did I go with"
        return None
    if question.any("last", "record", "cue", "how_to", "setup", "too_easy", "too_hard"):
        return None
    words = set(question.clause.words)
    if _REFUSES & words or question.clause.words[0] in _WONDERING:
        return None  # "not the landmine one", "is the landmine one hard"
    if exercise.slug in question.clause.state.suggestions:
        takes = question.any("go_with", "swap", "instead") or bool(_TAKES & words)
        takes = takes or (question.clause.words[0] == "the" and not question.strange and len(words) <= 4)
    else:
        decides = question.has("go_with") and bool(_DECIDING & words)
        takes = decides and not question.any("ask") and not question.strange
    if not takes or exercise.slug == question.clause.state.exercise:
        return None
    return _swap(question.clause, exercise.slug)


def _partly_named(question: Question) -> Exercise | None:
    """ "the band one", "sandbag it is": the only suggestion with that word in its name."""
    by_slug = question.clause.matcher.catalogue.by_slug
    offered = [by_slug[slug] for slug in question.clause.state.suggestions]
    said = {word.removesuffix("s") for word in question.clause.words} - _NOT_TELLING
    named = [e for e in offered if said & set(e.name.lower().replace("-", " ").split())]
    return named[0] if len(named) == 1 else None


def _place(question: Question) -> int | None:
    """The place in the list that is chosen; -1 is the last."""
    words = question.clause.words
    if "last" in words and question.any("last", "record", "so_far") and "one" not in words:
        return None
    for i, word in enumerate(words):
        if word in ORDINALS and (i + 1 == len(words) or words[i + 1] in _CHOOSING or _picks(question)):
            return ORDINALS[word]
        if word in ("option", "number", "choice"):
            number = question.clause.sentence.numbers.get(question.clause.start + i + 1)
            if number is not None:
                return int(number.value) - 1
    return None


def _picks(question: Question) -> bool:
    """Whether it says that something is taken, not only which place it has."""
    return question.any("go_with") and not question.any("ask", "record", "last", "did")


def swap(question: Question) -> Reading | None:
    """ "swap it for goblet squats", "replace rows with cable rows", "do hip thrusts instead of deadlifts"."""
    if question.numbers or len(question.spans) > 2:
        return None
    words = question.clause.words
    if not question.spans:
        return _varied(question)
    if question.any("hurts", "only_have") or words[0] in _WONDERING or "what" in words:
        return None
    if question.has("taken") and not (len(question.spans) == 2 and question.has("swap")):
        return None
    if words[:2] in (("can", "i"), ("could", "i"), ("may", "i"), ("i", "cant")):
        return None
    if not _swaps(question):
        return None
    substitute, original = _which(question)
    if substitute is None or (original is None and substitute.slug == question.clause.state.exercise):
        return None
    args: dict[str, Any] = {"substitute": substitute.name}
    if (original is not None and original.slug != question.clause.state.exercise) or (
        original is not None and len(question.spans) == 2
    ):
        args["exercise"] = original.name
    return Reading("calls", "swap_exercise", (Call("swap_exercise", args),), confidence=0.9)


def _varied(question: Question) -> Reading | None:
    """ "let's do dumbbells instead", "switch to incline": the current exercise with that changed."""
    words = question.clause.words
    leads = next((word for word in words if word not in POLITE or word in _RESOLVES), "")
    alone = "instead" in words and says_only_changes(words, _AROUND_CHANGE)
    if not (leads in _RESOLVES or alone) or question.strange or not _swaps(question):
        return None
    if question.any("hurts", "taken", "only_have", "bored", "too_easy", "too_hard", "last", "record"):
        return None
    exercise = variant(question.clause)
    return _swap(question.clause, exercise.slug) if exercise is not None else None


def _swaps(question: Question) -> bool:
    words = question.clause.words
    if question.any("swap"):
        # "change that to incline" corrects the set that was logged; "change this" is about what comes.
        changes = words[0] in ("change", "changing", "substitute") or "change" in words
        return not changes or not question.clause.state.last_set or "that" not in words
    return "instead" in words


def _which(question: Question) -> tuple[Exercise | None, Exercise | None]:
    """The substitute, and the exercise that it takes the place of if that is named."""
    first = question.spans[0]
    words = question.clause.sentence.words
    if len(question.spans) == 1:
        if words[max(0, first.start - 2) : first.start] in (("instead", "of"), ("place", "of")):
            return None, first.exercise
        before = words[first.start - 1] if first.start > question.clause.start else ""
        after = words[first.end : first.end + 1]
        only_original = question.any("swap") and before not in _BEFORE_SUBSTITUTE and before != "the"
        named_out = after in ((), ("out",)) and only_original and "instead" not in words
        return (None, first.exercise) if named_out else (first.exercise, None)
    second = question.spans[1]
    between = words[first.end : second.start]
    if "instead" in between or "rather" in between or "over" in between:
        return first.exercise, second.exercise
    return second.exercise, first.exercise


def _swap(clause: Clause, slug: str) -> Reading:
    name = clause.matcher.catalogue.by_slug[slug].name
    return Reading("calls", "swap_exercise", (Call("swap_exercise", {"substitute": name}),), confidence=0.95)


def suggest(question: Question) -> Reading | None:
    """ "my shoulder hurts, what can I do instead of overhead press", "these are too easy"."""
    spans = _not_gear(question)
    if question.numbers or len(spans) > 1:
        return None
    exercise = spans[0].exercise if spans else None
    reason = _reason(question, exercise or question.clause.current)
    if reason is None or not _wants_other(question, reason["reason"]):
        return None
    if reason["reason"] == "preference" and exercise is None and question.strange:
        return None  # "what can I use instead of butter"
    args: dict[str, Any] = {"exercise": exercise.name} if exercise else {}
    return call("suggest_exercise_substitution", args | reason)


def _not_gear(question: Question) -> list[ExerciseSpan]:
    """The exercises that are named: of "the benches are taken, what else for flyes" not the bench."""
    named = [span for span in question.spans if span.words not in _BENCHES]
    taken = question.has("taken") and (named or question.clause.current is not None)
    return named if taken else question.spans


def _wants_other(question: Question, reason: str) -> bool:
    if question.has("instead"):
        return question.any("ask", "go_with", "hurts", "taken", "bored", "too_hard", "too_easy", "only_have")
    easier = reason == "difficulty" and question.any("ask", "go_with", "this")
    wishes = (
        question.any("bored", "taken", "only_have")
        and (question.any("ask") or _wishes_besides(question))
        and "do" in question.clause.words
    )
    spares = question.has("hurts") and question.any("swap", "too_hard")
    return easier or wishes or spares


def _wishes_besides(question: Question) -> bool:
    """Whether something is wished for, besides the "don't want to" that says what is not."""
    bored = [one for one in question.found if one.name == "bored"]
    return any(
        one.name == "go_with" and not any(b.start <= one.start < b.end for b in bored)
        for one in question.found
    )


def _reason(question: Question, exercise: Exercise | None) -> dict[str, Any] | None:
    part = next((name[5:] for name in _ordered(question, "part:")), None)
    if part and (question.has("hurts") or (question.has("instead") and "with" in question.clause.words)):
        return {"reason": "injury", "body_part": part}
    gear = [name[5:] for name in _ordered(question, "gear:")]
    if question.has("only_have") and gear:
        return {"reason": "equipment", "equipment": _owned(question) or gear[0]}
    if question.any("too_easy", "too_hard"):
        return {"reason": "difficulty"} | _direction(question)
    if question.has("taken"):
        return {"reason": "equipment"} | ({"missing": gear[0]} if gear else {})
    if question.has("bored"):
        return {"reason": "preference"}
    if not question.has("instead"):
        return None
    hurting = first_loaded(exercise.slug if exercise else None, question.clause.state.injuries)
    return {"reason": "injury", "body_part": hurting} if hurting else {"reason": "preference"}


def _direction(question: Question) -> dict[str, Any]:
    """Which way: "too easy" and "harder" both ask for more."""
    easy, hard = question.has("too_easy"), question.has("too_hard")
    return {} if easy == hard else {"direction": "harder" if easy else "easier"}


def _owned(question: Question) -> str | None:
    """The equipment named after "only got"."""
    start = min(one.end for one in question.found if one.name == "only_have")
    after = [one for one in question.found if one.name.startswith("gear:") and one.start >= start]
    return min(after, key=lambda one: one.start).name[5:] if after else None


def _ordered(question: Question, prefix: str) -> list[str]:
    """The concepts with `prefix`, the longest words first, then as they are said."""
    named = (one for one in question.found if one.name.startswith(prefix))
    return [one.name for one in sorted(named, key=lambda one: (one.start - one.end, one.start))]
