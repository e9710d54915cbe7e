"""Rate limits: how often an athlete or an address may do what, counted over all servers together."""

from __future__ import annotations

from core.settings import Settings
from db.session import Database
from services.keyvalue import KeyValue, UpstashStore
from services.ratelimit.counters import Counter, DatabaseCounter, KeyValueCounter
from services.ratelimit.limiter import LimitsUnavailable, RateLimiter, TooManyRequests, Verdict
from services.ratelimit.limits import LIMITS, Limit, limits_of
from services.retention import Expired

__all__ = [
    "EXPIRED",
    "LIMITS",
    "Limit",
    "LimitsUnavailable",
    "RateLimiter",
    "TooManyRequests",
    "Verdict",
    "rate_limiter",
]

EXPIRED = Expired("internal.rate_limits", "expires_at < now()")


def rate_limiter(settings: Settings, database: Database, store: KeyValue | None) -> RateLimiter:
    """The limits of `settings`, counted in `store`, or in the database when it is None.

    Raises `NotConfigured` when the limits make no sense.
    """
    counter: Counter = DatabaseCounter(database)
    if store is not None:
        # Whether a script may ask for the time is not documented for Upstash: it is told.
        counter = KeyValueCounter(store, tells_time=not isinstance(store, UpstashStore))
    return RateLimiter(counter, limits_of(settings.rate_limits))
