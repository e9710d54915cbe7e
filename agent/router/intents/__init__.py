"""The intents, a module each. To add one: write its module (`parse`, sentences as data) and add it here.

Order matters only where sentences overlap: the narrow intents come first, `log_set` last.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.router.context import Clause, Reading
from agent.router.intents import (
    chatter,
    correct_set,
    incomplete,
    log_set,
    repeat_set,
    start_rest_timer,
    stop_rest_timer,
    undo_last,
    workout,
)
from agent.router.running import parse as running

Parser = Callable[[Clause], Reading | None]

COMMANDS: tuple[Parser, ...] = (
    running,
    stop_rest_timer.parse,
    undo_last.parse,
    start_rest_timer.parse,
    workout.parse,
    repeat_set.parse,
    correct_set.parse,
    log_set.parse,
)
"""Intents that may stand beside others in one sentence."""

WHOLE: tuple[Parser, ...] = (running, chatter.parse, incomplete.parse, undo_last.parse)
"""Intents that take a sentence whole, tried before the commands."""
