"""How long to wait for the rest of what may not be all."""

from __future__ import annotations

from collections.abc import Callable

Patience = Callable[[str], float]
"""How many seconds of silence to wait for more after this text; 0 when it is complete."""


def no_patience(_: str) -> float:
    """Whatever was said is all."""
    return 0.0
