"""How names of exercises are written: one spelling of their words, and the equipment in parentheses.

Apps put the equipment in parentheses and the variant behind a dash ("Bench Press - Close Grip (Barbell)").
People shorten ("DB RDL"), join and part words ("pull-ups", "push down"), and turn them about.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

EQUIPMENT: dict[str, frozenset[str]] = {
    "barbell": frozenset({"barbell"}),
    "dumbbell": frozenset({"dumbbell"}),
    "kettlebell": frozenset({"kettlebell"}),
    "cable": frozenset({"cable"}),
    "machine": frozenset({"machine", "cardio_machine"}),
    "plate loaded": frozenset({"machine"}),
    "machine plate": frozenset({"machine"}),
    "smith machine": frozenset({"smith_machine"}),
    "smith": frozenset({"smith_machine"}),
    "band": frozenset({"band"}),
    "resistance band": frozenset({"band"}),
    "bodyweight": frozenset({"bodyweight", "none"}),
    "ez bar": frozenset({"ez_bar"}),
    "trap bar": frozenset({"trap_bar"}),
    "plate": frozenset({"plate"}),
    "ring": frozenset({"rings"}),
    "suspension": frozenset({"suspension"}),
    "trx": frozenset({"suspension"}),
    "medicine ball": frozenset({"medicine_ball"}),
}
"""What apps call equipment, and what the catalogue has for it."""

_SPELLINGS: dict[str, str] = {
    "pushup": "push up",
    "pullup": "pull up",
    "chinup": "chin up",
    "situp": "sit up",
    "stepup": "step up",
    "pullapart": "pull apart",
    "pushdown": "push down",
    "pressdown": "push down",
    "pulldown": "pull down",
    "pullover": "pull over",
    "rollout": "roll out",
    "crossover": "cross over",
    "skullcrusher": "skull crusher",
    "db": "dumbbell",
    "dumbell": "dumbbell",
    "bb": "barbell",
    "barbel": "barbell",
    "kb": "kettlebell",
    "bw": "bodyweight",
    "ezbar": "ez bar",
    "rdl": "romanian deadlift",
    "sldl": "stiff leg deadlift",
    "slrdl": "single leg romanian deadlift",
    "sl": "single leg",
    "ohp": "overhead press",
    "cgbp": "close bench press",
    "bss": "bulgarian split squat",
    "ghr": "glute ham raise",
    "inc": "incline",
    "tri": "tricep",
    "bi": "bicep",
    "ham": "hamstring",
    "ext": "extension",
    "one": "single",
    "1": "single",
    "two": "double",
    "2": "double",
    "alternate": "alternating",
    "flye": "fly",
    "flie": "fly",
    "abductor": "abduction",
    "adductor": "adduction",
    "underhand": "reverse",
    "supinated": "reverse",
    "legged": "leg",
    "armed": "arm",
    "handed": "hand",
    "banded": "band",
    "grip": "",
    "the": "",
    "on": "",
    "with": "",
}
"""Words that are written in several ways, and abbreviations, after their plural's "s" was taken off."""
_PARENTHESES = re.compile(r"\(([^()]*)\)")


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """The words of `name` in one spelling, singular and lower case, without punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    found = (_singular(word) for word in re.findall(r"[^\W_]+", re.sub(r"['’´`]", "", plain)))
    return tuple(word for one in found for word in _SPELLINGS.get(one, one).split())


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("sses", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def equipment_in(name: str) -> str | None:
    """The equipment that stands in the last parentheses of `name`, in the words of `EQUIPMENT`."""
    inside = _PARENTHESES.findall(name)
    if not inside:
        return None
    said = " ".join(words(inside[-1]))
    return said if said in EQUIPMENT else None


def without_equipment(name: str) -> str:
    """`name` up to the parentheses that the equipment stands in, if it does."""
    return name if equipment_in(name) is None else name[: name.rindex("(")]
