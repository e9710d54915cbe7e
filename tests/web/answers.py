"""What the stand-in answers: a table of sentences, with outputs in the shape of the tools' own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WORKOUT = {"id": "w1", "name": None, "status": "active"}


def bench(number: int, weight: float, reps: int) -> dict[str, Any]:
    """A bench press set as tools report it."""
    return {
        "id": f"set-{number}",
        "exercise": "Bench Press",
        "slug": "bench-press",
        "set_number": number,
        "reps": reps,
        "weight": weight,
        "unit": "lbs",
        "set_type": "working",
    }


@dataclass(frozen=True)
class Answer:
    """What a sentence comes to: a tool's output (none: no tool), and what is said."""

    say: str
    tool: str | None = None
    output: dict[str, Any] = field(default_factory=dict)


ANSWERS = {
    "bench press, two twenty five for eight": Answer(
        "225 for 8, bench press.", "log_set", {"sets": [bench(1, 225, 8)], "workout": WORKOUT}
    ),
    "no, make that ten reps": Answer("Changed to 225 for 10.", "correct_set", {"sets": [bench(1, 225, 10)]}),
    "same again": Answer("225 for 10.", "repeat_set", {"sets": [bench(2, 225, 10)], "workout": WORKOUT}),
    "scratch that": Answer("Removed 225 for 10.", "undo_last", {"removed": ["set-2"]}),
    "rest two seconds": Answer(
        "Resting 2 seconds.",
        "start_rest_timer",
        {"timer": {"seconds": 2, "ends_at": "2000-01-01T00:00:00Z"}},
    ),
    "what did I bench last time?": Answer("Last Tuesday, 220 for 8.", "get_last_performance"),
    "hello": Answer(""),
    "press 100 for 5": Answer("Which press?", "log_set", {"question": "Which press?"}),
    "start push day": Answer(
        "Push day started.", "start_workout", {"workout": {**WORKOUT, "name": "push day"}}
    ),
    "that's it for today": Answer(
        "Done. 2 sets in 42 minutes.",
        "finish_workout",
        {"workout": {**WORKOUT, "status": "completed", "duration_seconds": 2520}},
    ),
}
