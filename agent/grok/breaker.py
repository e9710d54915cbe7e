"""A circuit breaker: a model that fails again and again is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 3
"""So many failures in a row open it."""
REST_SECONDS = 20.0
MAX_REST_SECONDS = 300.0


class Breaker:
    """Says whether the model may be asked. One for all conversations of a process.

    While it is open nobody asks. When its time is up one turn tries; as long as that is under way the others
    go on without, and if it fails the next rest is twice as long.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._rest = REST_SECONDS
        self._open_until = 0.0
        self._trying_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the model is being left alone."""
        return self._failures >= FAILURES

    def may_ask(self) -> bool:
        """Whether to ask now. Who asks has to say how it went."""
        if not self.is_open:
            return True
        now = self._clock()
        if now < self._open_until or now < self._trying_until:
            return False
        self._trying_until = now + REST_SECONDS  # a try that never reports back does not block for good
        return True

    def worked(self) -> None:
        """It answered."""
        self._failures = 0
        self._rest = REST_SECONDS
        self._trying_until = 0.0

    def failed(self, retry_seconds: float | None = None) -> None:
        """It did not; `retry_seconds` is how long it wants to be left alone, which counts at once."""
        again = self.is_open
        self._failures = FAILURES if retry_seconds else self._failures + 1
        self._trying_until = 0.0
        if self.is_open:
            self._rest = min(MAX_REST_SECONDS, self._rest * 2) if again else REST_SECONDS
            rest = min(MAX_REST_SECONDS, retry_seconds) if retry_seconds else self._rest
            self._open_until = self._clock() + rest
