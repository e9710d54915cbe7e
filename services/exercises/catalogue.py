"""The catalogue of exercises in memory: immutable, shared by every session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from core.errors import NotFound
from db.catalogue.exercises import EXERCISE_NAMESPACE, Exercise, packaged_exercises, read_exercises
from db.models.exercises import Measure

__all__ = ["EXERCISE_NAMESPACE", "Catalogue", "Exercise", "Measure", "packaged_catalogue", "read_exercises"]


class UnknownExercise(NotFound):
    """The catalogue has no such exercise."""

    def __init__(self) -> None:
        super().__init__("No exercise has this id or slug. `GET /api/exercises?q=` finds them by name.")


@dataclass(frozen=True)
class Catalogue:
    """All exercises, by slug, by name (case folded) and by identifier."""

    exercises: tuple[Exercise, ...]
    by_slug: dict[str, Exercise] = field(init=False, repr=False)
    by_name: dict[str, Exercise] = field(init=False, repr=False)
    by_id: dict[UUID, Exercise] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_slug", {e.slug: e for e in self.exercises})
        object.__setattr__(self, "by_name", {e.name.casefold(): e for e in self.exercises})
        object.__setattr__(self, "by_id", {e.id: e for e in self.exercises})

    def by_reference(self, reference: str) -> Exercise | None:
        """The exercise with this slug or identifier, or None."""
        if known := self.by_slug.get(reference):
            return known
        try:
            return self.by_id.get(UUID(reference))
        except ValueError:
            return None

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self.exercises)

    def __len__(self) -> int:
        return len(self.exercises)


@lru_cache
def packaged_catalogue() -> Catalogue:
    """The catalogue that comes with VoiceFit."""
    return Catalogue(packaged_exercises())
