"""What is said of exercises: suggestions with their reason, and cues, in as few words as will do."""

from __future__ import annotations

from collections.abc import Sequence

from services.exercises.catalogue import Exercise
from services.exercises.cues import Cues
from services.exercises.gear import BENCH, NOTHING, needed, needs
from services.exercises.matcher import squeeze
from services.exercises.substitutes import Wish, direction
from tools.phrases import exercise_words

MAX_WORDS = 25
"""Longer lists are not kept in mind between two sets."""
CHEST_CAUTION = "If it's pressure, stop and get help."
PLURALS = {"machine": "machines", "cable": "cables", "band": "bands", "plate": "plates", "box": "a box"}


def suggestion_words(original: Exercise, wish: Wish, found: Sequence[Exercise]) -> str:
    """ "Try machine shoulder press, landmine press or push-ups. They're easier on the shoulder." """
    if not found:
        return _nothing_words(wish)
    why = _why_words(original, wish, found)
    names = [plural_words(one) for one in found]
    while len(names) > 1 and len(f"try {_listed(names)} {why}".split()) > MAX_WORDS:
        names.pop()
    said = f"Try {_listed(names)}." + (f" {why}" if why else "")
    return f"{said} {CHEST_CAUTION}" if (wish.reason, wish.body_part) == ("injury", "chest") else said


def _why_words(original: Exercise, wish: Wish, found: Sequence[Exercise]) -> str:
    they = "They're" if len(found) > 1 else "It's"
    if wish.reason == "injury" and wish.body_part:
        return f"{they} easier on the {wish.body_part.replace('_', ' ')}."
    if wish.reason == "equipment":
        return _gear_words(original, wish, found)
    if wish.reason == "difficulty":
        steps = {direction(original, one) for one in found}
        if steps == {"easier"}:
            return f"{they} a step down."
        return f"{they} a step up." if steps == {"harder"} else ""
    if all(one.primary_muscle == original.primary_muscle for one in found):
        muscle = original.primary_muscle.replace("_", " ")
        return "" if muscle == "cardio" else f"They train the {muscle} too."
    return ""


def _gear_words(original: Exercise, wish: Wish, found: Sequence[Exercise]) -> str:
    they = "They" if len(found) > 1 else "It"
    if wish.equipment:
        if not any(needed(one) for one in found):
            return f"{they} need{_s(found)} no equipment."
        if all(wish.equipment in one.equipment for one in found):
            return f"All you need is {gear_words(wish.equipment)}."
        return ""
    without = wish.missing or next(iter(sorted(needed(original))), None)
    if without and not any(needs(one, without) or without in needed(one) for one in found):
        return f"{they} {'need' if len(found) > 1 else 'needs'} no {gear_words(without, one=True)}."
    return ""


def _nothing_words(wish: Wish) -> str:
    if wish.reason == "injury" and wish.body_part:
        part = wish.body_part.replace("_", " ")
        return f"I know nothing like it that spares the {part}. Leave it out, and see a physio if it stays."
    if wish.reason == "equipment":
        return "I know nothing like it with what you have. Leave it out, or tell me what else there is."
    if wish.reason == "difficulty":
        return "I know no such step from there. Change the weight or the reps instead."
    return "I know nothing better in its place. Keep it, or leave it out today."


def cue_words(exercise: Exercise, found: Cues) -> str:
    """The cues one after the other; those of another exercise say whose they are."""
    said = " ".join(cue.cue_text for cue in found.cues)
    if found.exercise.slug == exercise.slug:
        return said
    return f"It's much like the {exercise_words(found.exercise)}. {said}"


def plural_words(exercise: Exercise) -> str:
    """The exercise as one speaks of doing it: "push-ups", "goblet squats", but "leg press"."""
    words = exercise_words(exercise)
    if words.endswith("press"):
        return words
    names = {squeeze(alias) for alias in exercise.aliases}
    return f"{words}s" if squeeze(f"{words}s") in names else words


def gear_words(gear: str, *, one: bool = False) -> str:
    """Equipment as it is said: "dumbbells", or `one` of it: "smith machine"."""
    words = gear.replace("_", " ")
    if gear in NOTHING:
        return "your own weight"
    if one:
        return words
    return PLURALS.get(gear, f"a {words}" if gear in {"smith_machine", "trap_bar", BENCH} else f"{words}s")


def _s(found: Sequence[Exercise]) -> str:
    return "" if len(found) > 1 else "s"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
