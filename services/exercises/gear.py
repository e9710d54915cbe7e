"""What exercises need, against what there is: the athlete's own equipment, what is free, what is taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from services.exercises.catalogue import Exercise

NOTHING = frozenset({"none", "bodyweight"})
"""What the catalogue has for exercises that need no equipment."""
HANDHELD = frozenset({"dumbbell", "kettlebell", "plate", "medicine_ball"})
"""What makes an exercise that can be done without anything only heavier."""
BENCH = "bench"
"""Not in the catalogue's equipment, but taken more often than anything else in a gym."""
ON_BENCH = re.compile(
    r"\b(bench|incline|decline|(?<!reverse )fly|pullover|skull|jm|seal|chest-supported|hip thrust|spider"
    r"|seated (barbell|dumbbell)|arnold|preacher curl|concentration|squeeze press)\b",
    re.IGNORECASE,
)
"""Names of exercises that are done on a bench, unless they are on what stands by itself."""
FREE_STANDING = frozenset({"machine", "cardio_machine", "cable", "bodyweight"})

PLURALS = {
    "barbells": "barbell",
    "dumbbells": "dumbbell",
    "kettlebells": "kettlebell",
    "cables": "cable",
    "cable machine": "cable",
    "machines": "machine",
    "bands": "band",
    "resistance bands": "band",
    "resistance band": "band",
    "plates": "plate",
    "rings": "rings",
    "benches": BENCH,
    "smith": "smith_machine",
    "trx": "suspension",
    "body weight": "bodyweight",
    "pull-up bar": "bodyweight",
}
KNOWN = frozenset(
    {
        *("barbell", "dumbbell", "kettlebell", "bodyweight", "machine", "cable", "band", "smith_machine"),
        *("ez_bar", "trap_bar", "plate", "medicine_ball", "box", "rings", "suspension", "jump_rope"),
        *("ab_wheel", "sled", "stone", "cardio_machine", "none", BENCH),
    }
)
"""The catalogue's equipment, and the bench."""


def gear_named(words: str) -> str | None:
    """The catalogue's name for equipment that somebody named ("Dumbbells", "cable machine"), or None."""
    plain = words.strip().lower().replace("_", " ")
    for said in (plain, plain.replace(" ", "_")):
        if (known := PLURALS.get(said, said)) in KNOWN:
            return known
    return None


def gear_owned(listed: Iterable[str]) -> frozenset[str]:
    """The equipment of a profile; empty when it names none, which says that there is everything."""
    return frozenset(known for one in listed if (known := gear_named(one)))


def needed(exercise: Exercise) -> frozenset[str]:
    """What has to be there, any one of it being enough; empty when nothing has to."""
    gear = frozenset(exercise.equipment) - NOTHING
    optional = NOTHING & set(exercise.equipment) and not exercise.name.startswith("Weighted")
    return gear - HANDHELD if optional else gear


def can_be_done(exercise: Exercise, available: Collection[str]) -> bool:
    """Whether `exercise` can be done with no more than `available`."""
    gear = needed(exercise)
    return not gear or not gear.isdisjoint(available)


def needs(exercise: Exercise, gear: str) -> bool:
    """Whether `exercise` cannot be done without `gear`."""
    if gear == BENCH:
        return ON_BENCH.search(exercise.name) is not None and FREE_STANDING.isdisjoint(exercise.equipment)
    return needed(exercise) == {gear}
