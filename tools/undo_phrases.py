"""What is said when something is taken back."""

from __future__ import annotations

from collections.abc import Mapping

from core.units import WeightUnit
from tools.base import ToolResult
from tools.phrases import set_words

RUN_UNDONE: Mapping[str, str] = {
    "start_run": "Run removed.",
    "pause_run": "The run goes on.",
    "resume_run": "Paused again.",
    "finish_run": "The run goes on.",
    "log_run": "Run removed.",
    "delete_run": "Brought the run back.",
    "cancel_run": "The run goes on.",
    "correct_run": "Took the change back.",
    "change_run": "Took the change back.",
}
"""By the call that is taken back."""


def undone_words(was: ToolResult, unit: WeightUnit) -> str:
    """What was taken back: the result of the call as it was, loads in `unit` without saying so."""
    if was.tool in {"correct_set", "change_workout", "update_profile", "next_onboarding_step"}:
        return "Took the change back."
    if was.timer is not None:
        return "Timer off."
    if was.tool == "stop_rest_timer":
        return "Brought the timer back."
    if was.names_changed and was.tool != "correct_set":
        return "Took the name back."
    if was.tool == "start_workout":
        return "Workout removed."
    if was.swap is not None:
        return f"Back to {was.swap.exercise.lower()}." if was.swap.exercise else "Took it back."
    if was.tool == "finish_workout":
        return "The workout goes on."
    if was.tool in RUN_UNDONE:
        return RUN_UNDONE[was.tool]
    if was.tool in {"undo_last", "delete_workout"}:
        return "Brought it back."
    words = set_words(was.sets[0], unit, len(was.sets)) if was.sets else "that"
    return f"Removed {words}."
