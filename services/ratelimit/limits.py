"""How often what may be done: the limits by name, and how settings change them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from core.errors import NotConfigured

WhenDown = Literal["allow", "refuse"]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` in any `window_seconds`.

    `when_down` says what happens while nobody can count: most things go on, guessing passwords does not.
    """

    name: str
    amount: int
    window_seconds: int
    when_down: WhenDown = "allow"


MINUTE, HOUR = 60, 3600

LIMITS: Mapping[str, Limit] = {
    limit.name: limit
    for limit in (
        # Of one athlete, on all devices and servers together.
        Limit("read", 600, MINUTE),
        Limit("write", 600, MINUTE),
        Limit("import", 20, HOUR),
        Limit("export", 20, HOUR),
        Limit("connect", 30, MINUTE),
        Limit("turn", 120, MINUTE),
        # Of one address: a gym's network may be that of all its guests.
        Limit("anonymous", 600, MINUTE),
        Limit("sign_in", 60, MINUTE, when_down="refuse"),
    )
}
"""Far above what a person does, low enough that one client cannot take the server from the others."""

SETTING = re.compile(r"(\w+)=(\d{1,9})/(second|minute|hour|day)")
SECONDS_OF = {"second": 1, "minute": MINUTE, "hour": HOUR, "day": 24 * HOUR}


def limits_of(setting: str) -> Mapping[str, Limit]:
    """`LIMITS` with the changes of a setting such as `write=60/minute,export=3/hour`; empty for `off`.

    Raises `NotConfigured` when it cannot be understood.
    """
    if setting.strip().lower() == "off":
        return {}
    limits = dict(LIMITS)
    for part in filter(None, (one.strip() for one in setting.split(","))):
        found = SETTING.fullmatch(part)
        if found is None or found[1] not in limits or int(found[2]) == 0:
            raise NotConfigured(
                f"VOICEFIT_RATE_LIMITS has {part!r}. Write NAME=AMOUNT/PERIOD, the name one of "
                f"{', '.join(sorted(limits))}, the period one of {', '.join(SECONDS_OF)}; or `off` alone."
            )
        changed = replace(limits[found[1]], amount=int(found[2]), window_seconds=SECONDS_OF[found[3]])
        limits[found[1]] = changed
    return limits
