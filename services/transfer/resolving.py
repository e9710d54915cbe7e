"""What a history means here: its names as exercises, its units, its sets within what people can lift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.units import WeightUnit
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.exercises.search import packaged_search
from services.limits import Bearing, bearing, check_set
from services.transfer.errors import FileRefused, RowProblem
from services.transfer.history import History, HistorySet, HistoryWorkout, Name, fold, meters
from services.transfer.values import shown

SKIP = "skip"
"""The word that maps a name to nothing: its sets are left out."""

ANY_BEARING = Bearing(machine=True, handheld=False)
"""The most a set can weigh while its exercise is not known."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was said of a file: the unit, if it has none, and `mapping`, its names as slugs or `skip`."""

    unit: WeightUnit | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    skip_bad_rows: bool = False


@dataclass(frozen=True)
class Resolved:
    """A history with an exercise for each name that is known (`exercises`, by the name's key).

    `skipped` are the names that were mapped to nothing, `unknown` those that are neither.
    """

    history: History
    choices: Choices
    exercises: Mapping[str, Exercise]
    skipped: frozenset[str]

    @property
    def unknown(self) -> list[Name]:
        """The names that somebody has to map, those with most sets first."""
        left = [one for key, one in self.history.names.items() if one.sets and not self._is_known(key)]
        return sorted(left, key=lambda name: (-name.sets, name.key))

    @property
    def lacks_unit(self) -> bool:
        """Whether a unit has to be said first."""
        return self.choices.unit is None and self.history.needs_unit

    def unit_of(self, one: HistorySet) -> WeightUnit | None:
        """The unit of a set: the file's own, else the one that was said."""
        return one.read.unit or self.choices.unit

    def sets(self, workout: HistoryWorkout) -> Iterator[tuple[HistorySet, Exercise]]:
        """The sets of `workout` that are to be written, with their exercises."""
        for one in workout.sets:
            if exercise := self.exercises.get(one.exercise):
                yield one, exercise

    def _is_known(self, key: str) -> bool:
        return key in self.exercises or key in self.skipped


def resolve(history: History, choices: Choices) -> Resolved:
    """Gives each name its exercise: as mapped, else as surely matched. Adds impossible sets to the problems.

    With `skip_bad_rows` those sets are taken out. Raises `FileRefused` for a mapping that cannot be.
    """
    exercises, skipped = _mapped(history, choices.mapping)
    for key, name in history.names.items():
        if key not in exercises and key not in skipped and (found := packaged_search().sure(name.written)):
            exercises[key] = found
    resolved = Resolved(history, choices, exercises, frozenset(skipped))
    _check_sets(resolved)
    return resolved


def _mapped(history: History, mapping: Mapping[str, str]) -> tuple[dict[str, Exercise], set[str]]:
    by_slug = packaged_catalogue().by_slug
    exercises: dict[str, Exercise] = {}
    skipped: set[str] = set()
    for written, slug in mapping.items():
        key = fold(written)
        if key not in history.names:
            raise FileRefused(
                f"The mapping has {shown(written)}, which is not in the file.", f"mapping/{written}"
            )
        if slug == SKIP:
            skipped.add(key)
        elif slug in by_slug:
            exercises[key] = by_slug[slug]
        else:
            raise FileRefused(
                f"The mapping has {shown(written)} as {shown(slug)}, which is no exercise. "
                f"Give its slug, such as barbell-bench-press, or {SKIP}.",
                f"mapping/{written}",
            )
    return exercises, skipped


def _check_sets(resolved: Resolved) -> None:
    history = resolved.history
    found: list[RowProblem] = []
    for workout in history.workouts:
        kept = []
        for one in workout.sets:
            reason = None if one.exercise in resolved.skipped else _impossible(resolved, one)
            if reason is None:
                kept.append(one)
            else:
                found.append(RowProblem(one.line, reason))
                history.names[one.exercise].sets -= 1
        workout.sets = kept
    history.workouts = [workout for workout in history.workouts if workout.sets]
    history.found(found)


def _impossible(resolved: Resolved, one: HistorySet) -> str | None:
    """Why nobody can have done the set, as a clause; None when somebody can."""
    exercise = resolved.exercises.get(one.exercise)
    bears = bearing(exercise.equipment) if exercise else ANY_BEARING
    unit = resolved.unit_of(one)
    question = check_set(
        reps=one.read.reps,
        weight=one.read.weight,
        unit=unit or "lbs",
        rpe=one.read.rpe,
        duration_seconds=one.read.duration_seconds,
        distance_meters=meters(one.read, unit),
        **bears,
    )
    # The limits ask a speaker; a file is only told what is wrong.
    return question and question.partition(". ")[0]
