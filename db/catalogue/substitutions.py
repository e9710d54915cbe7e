"""What can stand in for what, and why: `substitutions.csv`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, TypeAdapter, model_validator

from db.catalogue.entries import ExerciseSlug, Line, Row, content_id, hashed, note_twice
from db.catalogue.exercises import exercise_id
from db.catalogue.faults import Faults
from db.catalogue.files import read_table
from db.models.exercises import BodyPart, SubstitutionReason

FILE = "substitutions.csv"
COLUMNS = (
    "original_slug",
    "substitute_slug",
    "reason",
    "affected_body_part",
    "similarity_score",
    "note_key",
)


class Substitution(Line):
    """An exercise that can stand in for another. An injury's protects `affected_body_part`.

    `note_key` is kept for remarks, of which there are none yet.
    """

    original_slug: ExerciseSlug
    substitute_slug: ExerciseSlug
    reason: SubstitutionReason
    affected_body_part: BodyPart | None
    similarity_score: Annotated[float, Field(ge=0, le=1)]
    note_key: None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.original_slug == self.substitute_slug:
            raise ValueError("an exercise cannot stand in for itself")
        if (self.reason == "injury") != (self.affected_body_part is not None):
            raise ValueError("affected_body_part belongs to the reason injury, and only to it")
        return self

    @property
    def key(self) -> str:
        """What is unique."""
        part = self.affected_body_part or ""
        return f"{self.original_slug}/{self.substitute_slug}/{self.reason}/{part}"


SUBSTITUTION = TypeAdapter(Substitution)


def load_substitutions(folder: Path, slugs: Collection[str], faults: Faults) -> tuple[Substitution, ...]:
    """The lines of a content folder's `substitutions.csv`."""
    found: list[tuple[str, Substitution]] = []
    for entry, cells in read_table(folder, FILE, COLUMNS, faults):
        if (line := faults.validated(SUBSTITUTION, cells, FILE, entry, {"slugs": slugs})) is not None:
            found.append((entry, line))
    note_twice(((FILE, entry, line.key) for entry, line in found), faults)
    return tuple(line for _, line in found)


def substitution_rows(lines: Iterable[Substitution]) -> list[Row]:
    """Rows of `exercise_substitutions`."""
    return [
        hashed(
            {
                "id": content_id("exercise_substitutions", line.key),
                "original_exercise_id": str(exercise_id(line.original_slug)),
                "substitute_exercise_id": str(exercise_id(line.substitute_slug)),
                "reason": line.reason,
                "affected_body_part": line.affected_body_part,
                "similarity_score": line.similarity_score,
            }
        )
        for line in lines
    ]
