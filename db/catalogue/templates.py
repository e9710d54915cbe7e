"""Warm-ups and cool-downs: `warmups.yaml` and `cooldowns.yaml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from db.catalogue.entries import Entry, ExerciseSlug, Identifier, Row, content_id, hashed, note_twice
from db.catalogue.entry_files import read_entries
from db.catalogue.faults import Faults
from db.catalogue.text import Spoken, SpokenName
from db.models.programs import WorkoutType

WARMUPS = "warmups.yaml"
COOLDOWNS = "cooldowns.yaml"


class Step(Entry):
    """Something to do: sets of repetitions, or a time. `slug` if it is an exercise of the catalogue."""

    name: SpokenName
    slug: ExerciseSlug | None = None
    sets: Annotated[int, Field(ge=1, le=10)] | None = None
    reps: Annotated[int, Field(ge=1, le=100)] | None = None
    duration_seconds: Annotated[int, Field(ge=5, le=3600)] | None = None
    notes: Annotated[Spoken, StringConstraints(max_length=160)] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.reps is None) == (self.duration_seconds is None):
            raise ValueError("says how much by reps or by duration_seconds, one of them")
        return self


class Template(Entry):
    """A warm-up or a cool-down. Without `workout_type` it suits any workout."""

    id: Identifier
    name: SpokenName
    workout_type: WorkoutType | None
    duration_minutes: Annotated[int, Field(ge=1, le=60)]
    is_default: bool
    exercises: Annotated[list[Step], Field(min_length=2, max_length=15)]


TEMPLATE = TypeAdapter(Template)


def load_templates(folder: Path, file: str, slugs: Collection[str], faults: Faults) -> tuple[Template, ...]:
    """The templates of `file`, which is `WARMUPS` or `COOLDOWNS`, in a content folder."""
    found: list[Template] = []
    for entry, value in read_entries(folder, file, faults):
        template = faults.validated(TEMPLATE, value, file, entry, {"slugs": slugs})
        if template is not None:
            found.append(template)
    for unique in ("id", "name"):
        note_twice(((file, one.id, getattr(one, unique)) for one in found), faults)
    defaults = Counter(one.workout_type for one in found if one.is_default)
    for workout_type in {one.workout_type for one in found}:
        if defaults[workout_type] != 1:
            what = workout_type or "any workout"
            faults.add(file, "", f"has {defaults[workout_type]} defaults for {what}, not 1")
    return tuple(found)


def template_rows(table: str, templates: Iterable[Template]) -> list[Row]:
    """Rows of `table`, which is `warmup_templates` or `cooldown_templates`."""
    return [
        hashed(
            {
                "id": content_id(table, template.id),
                "name": template.name,
                "workout_type": template.workout_type,
                "duration_minutes": template.duration_minutes,
                "exercises": [step.model_dump(exclude_none=True) for step in template.exercises],
                "is_default": template.is_default,
            }
        )
        for template in templates
    ]
