"""What to say about how an exercise is done: `cues/*.yaml`, lists of cues by exercise and type."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args

from pydantic import Field, StringConstraints, TypeAdapter

from db.catalogue.entries import Entry, ExerciseSlug, Row, content_id, hashed, note_twice
from db.catalogue.entry_files import read_yaml
from db.catalogue.exercises import exercise_id
from db.catalogue.faults import Faults
from db.catalogue.files import CUES, content_files
from db.catalogue.text import Spoken, note_repeated
from db.models.exercises import CueType

CUE_TYPES: tuple[CueType, ...] = get_args(CueType)
MAX_CUES = 4
"""Of one type: more than that nobody keeps in mind under a bar."""

CueText = Annotated[Spoken, StringConstraints(min_length=15, max_length=180)]
CueTexts = Annotated[list[CueText], Field(min_length=1, max_length=MAX_CUES)]


class CueSheet(Entry):
    """The cues of one exercise, each type's in the order in which they are said."""

    setup: CueTexts
    execution: CueTexts
    breathing: CueTexts
    common_mistake: CueTexts


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue. `position` counts from 1 among the exercise's cues of the type."""

    slug: str
    cue_type: CueType
    position: int
    text: str


SHEET = TypeAdapter(CueSheet)
SLUG: TypeAdapter[str] = TypeAdapter(ExerciseSlug)


def load_cues(folder: Path, slugs: Collection[str], faults: Faults) -> tuple[Cue, ...]:
    """The cues of a content folder."""
    found: list[tuple[str, str, CueSheet]] = []
    for name in content_files(folder):
        if not name.startswith(f"{CUES}/"):
            continue
        value = read_yaml(folder, name, faults)
        if not isinstance(value, dict):
            if value is not None:
                faults.add(name, "", "must be a mapping from exercises' slugs to their cues")
            continue
        for slug, entry in value.items():
            known = faults.validated(SLUG, slug, name, str(slug), {"slugs": slugs})
            sheet = faults.validated(SHEET, entry, name, str(slug))
            if known is not None and sheet is not None:
                found.append((name, known, sheet))
    note_twice(((name, slug, slug) for name, slug, _ in found), faults)
    cues = [(name, cue) for name, slug, sheet in found for cue in _cues(slug, sheet)]
    note_repeated(
        ((name, f"{cue.slug}, {cue.cue_type} {cue.position}", cue.text) for name, cue in cues), faults
    )
    return tuple(cue for _, cue in cues)


def cue_rows(cues: Iterable[Cue]) -> list[Row]:
    """Rows of `exercise_cues`. A cue that is reworded keeps its row."""
    return [
        hashed(
            {
                "id": content_id("exercise_cues", f"{cue.slug}/{cue.cue_type}/{cue.position}"),
                "exercise_id": str(exercise_id(cue.slug)),
                "cue_text": cue.text,
                "cue_type": cue.cue_type,
                "position": cue.position,
            }
        )
        for cue in cues
    ]


def _cues(slug: str, sheet: CueSheet) -> list[Cue]:
    return [
        Cue(slug, cue_type, position, text)
        for cue_type in CUE_TYPES
        for position, text in enumerate(getattr(sheet, cue_type), start=1)
    ]
