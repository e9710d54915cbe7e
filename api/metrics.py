"""Metrics for Prometheus: requests, connections, conversations. Numbers alone: nothing of any person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram
from starlette.types import Scope

from core.measures import Measures
from db.session import Database

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The metrics of one application, and with them the `measures` of its process.

    `sessions` says how many conversations are open.
    """

    def __init__(self, database: Database, sessions: Callable[[], int], measures: Measures) -> None:
        registry = measures.registry
        self.text = measures.text
        """All of them in Prometheus' text format."""
        self._requests = Counter(
            "voicefit_http_requests",
            "Requests by the template of their address, method and status.",
            ("route", "method", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "voicefit_http_request_seconds",
            "How long requests took.",
            ("route", "method"),
            buckets=SECONDS,
            registry=registry,
        )
        self._in_flight = Gauge(
            "voicefit_http_requests_in_flight", "Requests being answered.", registry=registry
        )
        pool = Gauge(
            "voicefit_database_connections",
            "Connections of the pool.",
            ("state",),
            registry=registry,
        )
        pool.labels("in_use").set_function(lambda: database.pool_status().in_use)
        pool.labels("idle").set_function(lambda: database.pool_status().idle)
        open_sessions = Gauge("voicefit_sessions", "Conversations that are open.", registry=registry)
        open_sessions.set_function(sessions)

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Counts a request as being answered."""
        self._in_flight.inc()
        try:
            yield
        finally:
            self._in_flight.dec()

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Counts a request that was answered."""
        # Templates only: an address that nobody serves could be anything, and each would be kept for good.
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route, method).observe(seconds)
