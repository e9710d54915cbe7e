"""Traces to an OpenTelemetry collector, as the standard `OTEL_*` variables say; off without them.

Our provider is never the global one: livekit-agents traces to that, and puts what was said into its spans.
Attributes hold no words, no names and no athlete: see `TURN_ATTRIBUTES` in `agent.observing`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, Span, SpanContext, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.types import Scope

from core.errors import NotConfigured

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
PROTOCOL = "http/protobuf"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MCP = "/mcp"
TRACED = ("/api/", MCP)
"""How the addresses begin whose requests are traced: files and probes are not worth it."""

TRACE = "voicefit.trace"
"""In the scope of a request: the context of its span. What the request started may run in another task."""

caller: ContextVar[SpanContext | None] = ContextVar("caller", default=None)
"""The trace of whoever opened this websocket, if they said: the conversation's turns are linked to it."""

_traceparent = TraceContextTextMapPropagator()


class Tracing:
    """Makes spans and sends them off in a thread of its own."""

    def __init__(self, exporter: SpanExporter) -> None:
        resource = Resource.create({SERVICE_NAME: os.environ.get("OTEL_SERVICE_NAME", "voicefit")})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self.tracer = self._provider.get_tracer("voicefit")

    @contextmanager
    def request(self, scope: Scope) -> Iterator[Span]:
        """The span of an HTTP request, below what its `traceparent` names (W3C Trace Context)."""
        parent = _traceparent.extract(Headers(scope=scope))
        with self.tracer.start_as_current_span(
            "request", parent, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            scope[TRACE] = span.get_span_context()
            yield span

    def flush(self) -> None:
        """Sends what is waiting. Blocks."""
        self._provider.force_flush()

    def close(self) -> None:
        """Sends what is waiting, and no more. Blocks."""
        self._provider.shutdown()


def open_tracing(environ: Mapping[str, str] = os.environ) -> Tracing | None:
    """Traces as `environ` asks for them; None when it names no collector. Raises `NotConfigured`."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or environ.get("OTEL_TRACES_EXPORTER", "otlp") == "none":
        return None
    if not any(environ.get(name) for name in ENDPOINTS):
        return None
    protocol = next((environ[name] for name in PROTOCOLS if environ.get(name)), PROTOCOL)
    if protocol != PROTOCOL:
        raise NotConfigured(f"Traces are sent by {PROTOCOL}, not by {protocol}. Change {PROTOCOLS[1]}.")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return Tracing(OTLPSpanExporter())


def finish_request(span: Span, scope: Scope, status: int) -> None:
    """Says what the request of `span` was, by the template of its address."""
    route = getattr(scope.get("route"), "path", None) or (MCP if scope["path"] == MCP else "other")
    method = scope["method"] if scope["method"] in METHODS else "_OTHER"
    span.update_name(f"{method} {route}")
    span.set_attributes(
        {"http.request.method": method, "http.route": route, "http.response.status_code": status}
    )


def note_caller(scope: Scope) -> None:
    """Remembers who opened a websocket: everything that it starts is in the same context."""
    context = trace.get_current_span(_traceparent.extract(Headers(scope=scope))).get_span_context()
    caller.set(context if context.is_valid else None)


def above(span: SpanContext | None) -> otel_context.Context | None:
    """A context whose current span is `span`; None for the one there is."""
    return None if span is None else trace.set_span_in_context(trace.NonRecordingSpan(span))


def links() -> list[Link]:
    """To the trace of whoever opened the websocket."""
    return [Link(context)] if (context := caller.get()) is not None else []


@contextmanager
def called(tracing: Tracing | None, tool: str, within: SpanContext | None) -> Iterator[Span]:
    """The span of a call of `tool`, below the request `within` which it came."""
    if tracing is None:
        yield trace.INVALID_SPAN
        return
    with tracing.tracer.start_as_current_span(
        tool, above(within), record_exception=False, attributes={"voicefit.tool": tool}
    ) as span:
        yield span
