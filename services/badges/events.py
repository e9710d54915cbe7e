"""What happened, as badges see it: which families of measures it can have changed.

An event is made of a call's name and result, whether it came by voice or over HTTP. It says where to look and
nothing of what is there: the rows say that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.badges.criteria import Family
from services.workouts import SetView

OF_SETS: frozenset[Family] = frozenset({"totals", "session_volume", "records", "lifts"})
OF_RUNS: frozenset[Family] = frozenset({"diary", "runs", "run_times"})
EVERYTHING: frozenset[Family] = OF_SETS | {"diary", "runs", "run_times", "wods"}

TOUCHES: Mapping[str, frozenset[Family]] = {
    "log_set": OF_SETS | {"diary"},
    "repeat_set": OF_SETS | {"diary"},
    "start_workout": frozenset({"diary"}),  # over HTTP it may be over already
    "finish_workout": frozenset({"diary"}),
    "log_run": OF_RUNS,
    "finish_run": OF_RUNS,
    "change_run": OF_RUNS,
    "correct_run": OF_RUNS,
    "delete_run": OF_RUNS,
    "log_wod": frozenset({"diary", "wods"}),
    "log_nutrition": frozenset({"diary"}),
    "log_sleep": frozenset({"diary"}),
    "log_health_metric": frozenset({"diary", "lifts"}),
    "update_profile": frozenset({"diary", "lifts"}),
    "correct_set": OF_SETS | {"diary"},
    "change_workout": OF_SETS | {"diary"},
    "delete_workout": OF_SETS | {"diary"},
    "undo_last": EVERYTHING,
}
"""By the name of the call. What is not here changes nothing that badges or streaks hang on."""

TAKES_BACK = frozenset(
    {
        *("correct_set", "change_workout", "delete_workout", "undo_last"),
        *("change_run", "correct_run", "delete_run"),
    }
)
ONLY_SETS = frozenset({"log_set", "repeat_set"})


@dataclass(frozen=True, slots=True)
class Event:
    """Where something has changed.

    `exercises` (slugs) and `workouts` narrow it down; empty, any may be meant. `only_sets`: `sets` were added
    and nothing else. `takes_back`: something may be less than it was. `live`: the athlete is doing it now,
    and may be told at once of what it earned.
    """

    families: frozenset[Family]
    exercises: frozenset[str] = frozenset()
    workouts: frozenset[UUID] = frozenset()
    sets: tuple[SetView, ...] = ()
    only_sets: bool = False
    takes_back: bool = False
    live: bool = True

    def __or__(self, other: Event) -> Event:
        """Both at once."""
        return Event(
            self.families | other.families,
            self.exercises | other.exercises if self.exercises and other.exercises else frozenset(),
            self.workouts | other.workouts if self.workouts and other.workouts else frozenset(),
            self.sets + other.sets,
            self.only_sets and other.only_sets,
            self.takes_back or other.takes_back,
            self.live and other.live,
        )


ANYTHING = Event(EVERYTHING, live=False)
"""Everything is looked at: after an import, in the night, when the athlete asks."""


def event_of(tool: str, result: Mapping[str, Any]) -> Event | None:
    """The event that a call which came to `result` (as the ledger keeps it) is; None when it is none."""
    families = TOUCHES.get(tool)
    if families is None or not result.get("ok", True):
        return None
    event = Event(families, only_sets=tool in ONLY_SETS, takes_back=tool in TAKES_BACK)
    if tool not in ONLY_SETS:
        return event
    workout = (result.get("workout") or {}).get("id")
    sets = tuple(map(SetView.model_validate, result.get("sets", ())))
    if not any(one.is_pr for one in sets):
        families -= {"records"}
    return replace(
        event,
        families=families,
        sets=sets,
        exercises=frozenset(one.slug for one in sets),
        workouts=frozenset({UUID(str(workout))} if workout else ()),
    )
