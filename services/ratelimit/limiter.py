"""Saying whether somebody may, and what happens while nobody can count."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from core.errors import VoiceFitError
from services.keyvalue import StoreUnavailable
from services.ratelimit.counters import Counter
from services.ratelimit.limits import Limit

logger = logging.getLogger(__name__)

WARN_EVERY_SECONDS = 60.0
REST_SECONDS = 5.0
"""How long a counter that did not answer is left alone, where things go on without it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody may, under which limit, and how much they have left.

    `retry_seconds`: how long until the next one would be allowed (0: at once), `reset_seconds`: until all of
    the limit is free again.
    """

    limit: Limit
    allowed: bool
    remaining: int
    retry_seconds: int
    reset_seconds: int


class TooManyRequests(VoiceFitError):
    """Something was done too often; `verdict` says when it may be done again."""

    def __init__(self, verdict: Verdict) -> None:
        seconds = verdict.retry_seconds
        wait = "a second" if seconds == 1 else f"{seconds} seconds"
        if seconds > 90:
            wait = f"{-(-seconds // 60)} minutes"
        super().__init__(f"That was too often in a short time. Try again in {wait}.")
        self.verdict = verdict


class LimitsUnavailable(VoiceFitError):
    """It cannot be counted at the moment, and this may not be done uncounted."""

    retry_seconds = round(REST_SECONDS)


class RateLimiter:
    """Counts what is done, by limit and by who does it."""

    def __init__(
        self,
        counter: Counter,
        limits: Mapping[str, Limit],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """What is not in `limits` is not limited."""
        self._counter = counter
        self._limits = limits
        self._clock = clock
        self._resting_until = 0.0
        self._warned_at: float | None = None

    async def hit(self, name: str, subject: UUID | str) -> Verdict | None:
        """Counts one of `name` for `subject`, an athlete or a network address.

        None when it is not limited, or cannot be counted at the moment and goes on without.
        Raises `LimitsUnavailable` when it cannot be counted and must be.
        """
        limit = self._limits.get(name)
        if limit is None:
            return None
        if limit.when_down == "allow" and self._clock() < self._resting_until:
            return None
        try:
            count = await self._counter.hit(_key(name, subject), limit.amount, limit.window_seconds * 1000)
        except StoreUnavailable as error:
            self._failed(error)
            if limit.when_down == "refuse":
                raise LimitsUnavailable(
                    "This cannot be done for the moment: how often it was tried cannot be counted. "
                    "Try again in a few seconds."
                ) from error
            return None
        self._resting_until = 0.0
        return Verdict(
            limit,
            count.allowed,
            remaining=max(0, limit.amount - count.used),
            retry_seconds=_seconds(count.retry_ms),
            reset_seconds=_seconds(count.reset_ms),
        )

    async def check(self, name: str, subject: UUID | str) -> None:
        """Counts as `hit` does. Raises `TooManyRequests` as well."""
        verdict = await self.hit(name, subject)
        if verdict is not None and not verdict.allowed:
            raise TooManyRequests(verdict)

    def _failed(self, error: StoreUnavailable) -> None:
        now = self._clock()
        self._resting_until = now + REST_SECONDS
        if self._warned_at is None or now - self._warned_at >= WARN_EVERY_SECONDS:
            self._warned_at = now
            logger.warning(
                "rate limits are not counted, requests go on without them (sign-ins do not): %s",
                error,
                exc_info=error.__cause__,
            )


def _key(name: str, subject: UUID | str) -> str:
    """Names the count without saying whose it is."""
    digest = hashlib.blake2b(str(subject).encode(errors="replace"), digest_size=16, person=b"voicefit limit")
    return f"{name}:{digest.hexdigest()}"


def _seconds(milliseconds: int) -> int:
    return -(-milliseconds // 1000)
