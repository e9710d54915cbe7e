"""What the conversations of a process do, as figures for Prometheus. Numbers alone: nothing of any person.

Labels have few values: doors, routes, outcomes, tools and stages are ours; nothing a client says is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from core.errors import NotConfigured
from core.settings import Settings

STAGE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0)
"""Fine around half a second, within which an answer should begin."""

JOB_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0)


class Measures:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._turns = Counter(
            "voicefit_turns",
            "Turns by what they came to: done, asked, ignored, not_understood, handed_over, refused, failed.",
            ("door", "route", "outcome"),
            registry=registry,
        )
        self._stages = Histogram(
            "voicefit_turn_stage_seconds",
            "How long the stages of turns took (docs/observability.md says from when to when).",
            ("stage", "door", "route"),
            buckets=STAGE_SECONDS,
            registry=registry,
        )
        self._calls = Counter(
            "voicefit_tool_calls",
            "Calls of tools by what they came to: done, asked, failed.",
            ("tool", "outcome", "door"),
            registry=registry,
        )
        self._interruptions = Counter(
            "voicefit_interruptions", "Replies that the athlete spoke over.", ("door",), registry=registry
        )
        self._rehearsals = Counter(
            "voicefit_rehearsals",
            "Replies that were prepared on a guess: said, or dropped because something else was.",
            ("door", "outcome"),
            registry=registry,
        )
        self._sessions = Gauge(
            "voicefit_open_sessions", "Conversations that are open, by door.", ("door",), registry=registry
        )
        self._due = Gauge("voicefit_jobs_due", "Jobs that nobody is at yet.", registry=registry)
        self._given_up = Gauge("voicefit_jobs_dead_letters", "Jobs that were given up.", registry=registry)
        self._places = Gauge(
            "voicefit_session_places", "Conversations that the process takes at once.", registry=registry
        )
        self._answers = Counter(
            "voicefit_model_answers",
            "Turns that the language model was asked for, by what went wrong (`none`: nothing).",
            ("trouble",),
            registry=registry,
        )
        self._requests = Counter(
            "voicefit_model_requests", "Requests to the language model.", registry=registry
        )
        self._tokens = Counter(
            "voicefit_model_tokens",
            "Tokens: asked (cached ones too), cached, answered.",
            ("kind",),
            registry=registry,
        )
        self._usd = Counter(
            "voicefit_model_usd", "What the language model cost, in US dollars.", registry=registry
        )
        self._stuck = Counter(
            "voicefit_stuck_sessions",
            "Sessions found stuck, by the state they were in and what became of them: recovered, closed.",
            ("door", "state", "outcome"),
            registry=registry,
        )
        self._jobs = Counter(
            "voicefit_jobs",
            "Attempts at jobs by what they came to: done, again, dead, overtaken.",
            ("job", "outcome"),
            registry=registry,
        )
        self._job_seconds = Histogram(
            "voicefit_job_seconds",
            "How long attempts at jobs took.",
            ("job",),
            buckets=JOB_SECONDS,
            registry=registry,
        )

    def turn(self, door: str, route: str, outcome: str) -> None:
        """A turn is done."""
        self._turns.labels(door, route, outcome).inc()

    def stage(self, stage: str, door: str, route: str, milliseconds: float) -> None:
        """A stage of a turn took so long."""
        self._stages.labels(stage, door, route).observe(max(0.0, milliseconds) / 1000)

    def call(self, tool: str, outcome: str, door: str) -> None:
        """A tool was called."""
        self._calls.labels(tool, outcome, door).inc()

    def interruption(self, door: str) -> None:
        """A reply was spoken over."""
        self._interruptions.labels(door).inc()

    def rehearsal(self, door: str, *, said: bool) -> None:
        """A reply was prepared on a guess; whether it was said."""
        self._rehearsals.labels(door, "said" if said else "dropped").inc()

    def opened(self, door: str) -> None:
        """A conversation begins."""
        self._sessions.labels(door).inc()

    def closed(self, door: str) -> None:
        """A conversation has ended."""
        self._sessions.labels(door).dec()

    def answered(
        self, trouble: str | None, *, requests: int, asked: int, cached: int, answered: int, usd: float
    ) -> None:
        """The language model answered a turn, or did not."""
        self._answers.labels(trouble or "none").inc()
        self._requests.inc(requests)
        self._usd.inc(usd)
        for kind, tokens in (("asked", asked), ("cached", cached), ("answered", answered)):
            self._tokens.labels(kind).inc(tokens)

    def stuck(self, door: str, state: str, outcome: str) -> None:
        """A session was stuck."""
        self._stuck.labels(door, state, outcome).inc()

    def has_places(self, count: int) -> None:
        """How many conversations the process takes at once."""
        self._places.set(count)

    def queue(self, due: int, given_up: int) -> None:
        """How many jobs could be done now, and how many were given up."""
        self._due.set(due)
        self._given_up.set(given_up)

    def job(self, name: str, outcome: str, seconds: float) -> None:
        """An attempt at a job is over."""
        self._jobs.labels(name, outcome).inc()
        self._job_seconds.labels(name).observe(seconds)

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self.registry)


@contextmanager
def scraped(measures: Measures, settings: Settings) -> Iterator[None]:
    """Serves the figures at `/metrics` on `settings.metrics_port` during the block, if that is not 0.

    Only to this machine, unless `settings.metrics_open` says otherwise. For processes that serve no HTTP of
    their own, or share their port with others. Raises `NotConfigured` when the port is taken.
    """
    if not (port := settings.metrics_port):
        yield
        return
    from prometheus_client import start_http_server

    try:
        host = "0.0.0.0" if settings.metrics_open else "127.0.0.1"
        server, thread = start_http_server(port, host, measures.registry)
    except OSError as error:
        raise NotConfigured(
            f"Metrics cannot be served on port {port} ({error.strerror}). "
            "Choose another VOICEFIT_METRICS_PORT."
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
