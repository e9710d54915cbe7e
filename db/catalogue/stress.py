"""How much each exercise asks of the parts of the body: `stress.csv`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from pydantic import TypeAdapter

from db.catalogue.entries import ExerciseSlug, Line, Row, content_id, hashed, note_twice
from db.catalogue.exercises import exercise_id
from db.catalogue.faults import Faults
from db.catalogue.files import read_table
from db.models.exercises import BodyPart, StressLevel

FILE = "stress.csv"
COLUMNS = ("slug", "body_part", "stress_level")


class Stress(Line):
    """What one exercise asks of one part of the body."""

    slug: ExerciseSlug
    body_part: BodyPart
    stress_level: StressLevel

    @property
    def key(self) -> str:
        """What is unique."""
        return f"{self.slug}/{self.body_part}"


STRESS = TypeAdapter(Stress)


def load_stress(folder: Path, slugs: Collection[str], faults: Faults) -> tuple[Stress, ...]:
    """The lines of a content folder's `stress.csv`."""
    found: list[tuple[str, Stress]] = []
    for entry, cells in read_table(folder, FILE, COLUMNS, faults):
        if (line := faults.validated(STRESS, cells, FILE, entry, {"slugs": slugs})) is not None:
            found.append((entry, line))
    note_twice(((FILE, entry, line.key) for entry, line in found), faults)
    return tuple(line for _, line in found)


def stress_rows(lines: Iterable[Stress]) -> list[Row]:
    """Rows of `exercise_body_part_stress`."""
    return [
        hashed(
            {
                "id": content_id("exercise_body_part_stress", line.key),
                "exercise_id": str(exercise_id(line.slug)),
                "body_part": line.body_part,
                "stress_level": line.stress_level,
            }
        )
        for line in lines
    ]
