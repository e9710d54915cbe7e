"""All of the content: read from a folder, checked as a whole, and as rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from db.catalogue.badges import Badge, load_badges
from db.catalogue.cues import Cue, load_cues
from db.catalogue.exercises import Exercise, load_exercises
from db.catalogue.faults import Faults
from db.catalogue.files import PACKAGED, check_layout
from db.catalogue.knowledge import Chunk, load_knowledge
from db.catalogue.stress import Stress, load_stress
from db.catalogue.substitutions import Substitution, load_substitutions
from db.catalogue.templates import COOLDOWNS, WARMUPS, Template, load_templates
from db.catalogue.wods import Wod, load_wods


@dataclass(frozen=True, slots=True)
class Content:
    """What the files of one folder say, a field a kind."""

    exercises: tuple[Exercise, ...]
    stress: tuple[Stress, ...]
    substitutions: tuple[Substitution, ...]
    wods: tuple[Wod, ...]
    cues: tuple[Cue, ...]
    knowledge: tuple[Chunk, ...]
    badges: tuple[Badge, ...]
    warmups: tuple[Template, ...]
    cooldowns: tuple[Template, ...]

    def counts(self) -> dict[str, int]:
        """How many entries there are of each kind."""
        return {name: len(getattr(self, name)) for name in self.__slots__}


def read_content(folder: Path = PACKAGED) -> Content:
    """The content in `folder`, all of it checked.

    Raises:
        ContentError: something is wrong; it names every fault with its file and entry.
    """
    faults = Faults()
    check_layout(folder, faults)
    exercises = load_exercises(folder, faults)
    slugs = {exercise.slug for exercise in exercises}
    content = Content(
        exercises=exercises,
        stress=load_stress(folder, slugs, faults),
        substitutions=load_substitutions(folder, slugs, faults),
        wods=load_wods(folder, slugs, faults),
        cues=load_cues(folder, slugs, faults),
        knowledge=load_knowledge(folder, faults),
        badges=load_badges(folder, slugs, faults),
        warmups=load_templates(folder, WARMUPS, slugs, faults),
        cooldowns=load_templates(folder, COOLDOWNS, slugs, faults),
    )
    faults.raise_if_any()
    return content
