"""What was found good a moment ago and need not be asked for again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

MAX_KEYS = 10_000


class Recent:
    """Remembers a key for `seconds` from when it was added; at most `MAX_KEYS`, the oldest go first."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._until: OrderedDict[Hashable, float] = OrderedDict()

    def __contains__(self, key: Hashable) -> bool:
        return self._until.get(key, 0.0) > self._clock()

    def add(self, key: Hashable) -> None:
        """Remembers `key` from now on."""
        self._until[key] = self._clock() + self._seconds
        self._until.move_to_end(key)
        if len(self._until) > MAX_KEYS:
            self._until.popitem(last=False)

    def discard(self, key: Hashable) -> None:
        """Forgets `key`."""
        self._until.pop(key, None)
