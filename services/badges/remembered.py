"""What was measured of athletes who are training now, brought forward set by set.

Years of sets need not be added up anew with each. What is remembered never awards anything: when it says that
a badge is reached, the rows are asked. Sets that came by another server are in it an hour later.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from core.units import convert_weight
from services.badges.measures import Best, Totals
from services.exercises.catalogue import packaged_catalogue
from services.workouts import SetView

MOST = 5000
"""Athletes, the longest unseen of whom is forgotten."""
SECONDS = 3600.0


@dataclass(slots=True)
class Remembered:
    """Measures of one athlete; None is what was not measured."""

    totals: Totals | None = None
    lifts: Mapping[str, Best] | None = None
    measured_at: float = field(default_factory=time.monotonic)

    def add(self, sets: Iterable[SetView]) -> None:
        """Brings it forward by sets that were done since."""
        for one in sets:
            if one.set_type == "warmup":
                continue
            weight = convert_weight(one.weight or 0.0, one.unit, "kg")
            if self.totals is not None:
                self.totals = _with(self.totals, one, weight)
            if self.lifts is not None and one.reps and one.slug in self.lifts:
                best = self.lifts[one.slug].after(weight, one.reps, one.rpe, one.rir)
                self.lifts = {**self.lifts, one.slug: best}


def _with(totals: Totals, one: SetView, weight: float) -> Totals:
    volume = (one.reps or 0) * weight * (2 if one.is_per_side else 1)
    done = totals.done | {packaged_catalogue().by_slug[one.slug].id}
    return Totals(totals.sets + 1, done, totals.volume + volume)


_athletes: OrderedDict[UUID, Remembered] = OrderedDict()


def recall(athlete_id: UUID) -> Remembered | None:
    """What is remembered of an athlete, if it is not too old."""
    found = _athletes.get(athlete_id)
    if found is None or time.monotonic() - found.measured_at > SECONDS:
        return None
    _athletes.move_to_end(athlete_id)
    return found


def remember(athlete_id: UUID, totals: Totals | None = None, lifts: Mapping[str, Best] | None = None) -> None:
    """Keeps what was just measured, beside what was before."""
    found = recall(athlete_id) or Remembered()
    found.totals = totals or found.totals
    found.lifts = lifts if lifts is not None else found.lifts
    _athletes[athlete_id] = found
    while len(_athletes) > MOST:
        _athletes.popitem(last=False)


def forget(athlete_id: UUID) -> None:
    """Drops what is no longer so."""
    _athletes.pop(athlete_id, None)
