"""What is said back of a profile: what was understood, in a word or two, before the next question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.units import spoken_number
from tools.phrases import UNIT_WORDS, plural

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LISTED = 3
"""More are counted, not read out."""


def known_words(given: Mapping[str, Any]) -> str:
    """ "Kilos, and miles": what is known now."""
    words = [SAID[name](value) for name, value in given.items() if name in SAID]
    said = ", and ".join(words) if len(words) <= LISTED - 1 else "Noted"
    return said[:1].upper() + said[1:] if said else "Noted"


def wrapped_up(known: str) -> str:
    """The end of the setup."""
    return f"{known}. You're all set." if known else "You're all set."


def _listed(values: Sequence[str], many: str) -> str:
    words = [value.replace("_", " ") for value in values]
    if len(words) > LISTED:
        return f"{len(words)} {many}"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _days(days: Sequence[int]) -> str:
    return "any day" if not days else _listed([DAYS[day - 1] for day in sorted(days)], "days")


def _injuries(injuries: Sequence[Mapping[str, Any]]) -> str:
    if not injuries:
        return "nothing hurts"
    parts = [" ".join(filter(None, (one.get("side"), one["body_part"]))) for one in injuries]
    return f"I'll mind your {_listed(parts, 'sore spots')}"


SAID: Mapping[str, Callable[[Any], str]] = {
    "name": lambda name: f"hi {name}",
    "preferred_unit": lambda unit: UNIT_WORDS[unit],
    "distance_unit": lambda unit: {"mi": "miles", "km": "kilometers"}[unit],
    "auto_pause": lambda wanted: f"auto pause is {'on' if wanted else 'off'}",
    "experience_level": str,
    "weight_kg": lambda weight: f"{spoken_number(round(weight, 1))} kilos",
    "goals": lambda goals: _listed(goals, "goals") if goals else "no goal",
    "equipment": lambda gear: _listed(gear, "kinds of equipment") if gear else "no equipment",
    "weekly_goal": lambda times: f"{plural(times, 'day')} a week",
    "training_days": _days,
    "injuries": _injuries,
}
"""How each field is said."""
