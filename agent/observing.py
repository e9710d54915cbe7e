"""What is seen from outside of one conversation's turns: figures, and a trace of each.

Nothing is measured twice: the turn notes when its stages were reached, and when it is over they become spans.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode, Tracer

from agent.turn import Turn
from core.measures import Measures
from core.tracing import Tracing, links
from services.turn_bars import Bar, bars_from

TURN_ATTRIBUTES = frozenset(
    f"voicefit.{name}"
    for name in ("door", "route", "outcome", "turn", "conversation", "tools", "interrupted", "tool", "error")
)
"""All that a span of a turn may say. `turn` and `conversation` are random ids of rows."""


class Observer:
    """Watches one conversation that came in by `door`."""

    def __init__(
        self,
        measures: Measures,
        tracing: Tracing | None,
        door: str,
        conversation_id: UUID,
        *,
        speaks: bool = True,
    ) -> None:
        """Without a voice that `speaks` a turn is over when it is done."""
        self.door = door
        self._speaks = speaks
        self._open = False
        self._measures = measures
        self._tracer = tracing.tracer if tracing is not None else None
        self._links = links() if tracing is not None else []
        self._conversation = str(conversation_id)
        self._spans: dict[str, tuple[Turn, Span | None]] = {}

    def opened(self) -> None:
        """The conversation begins; `close` ends it."""
        self._measures.opened(self.door)
        self._open = True

    def begun(self, turn: Turn) -> None:
        """Its words have come. Within a request it belongs to that one's trace, else it is one of its own."""
        span = self._begin_span(self._tracer, turn) if self._tracer is not None else None
        self._spans[turn.item_id] = turn, span

    def _begin_span(self, tracer: Tracer, turn: Turn) -> Span:
        began = turn.moment(turn.timings.get("speech_began", 0.0))
        span = tracer.start_span("turn", links=self._links, start_time=began)
        context = span.get_span_context()
        turn.trace_id = format(context.trace_id, "032x") if context.trace_flags.sampled else None
        return span

    def done(self, turn: Turn) -> None:
        """Everything is committed that it does; only to be spoken is left."""
        measures, door, route = self._measures, self.door, turn.route
        measures.turn(door, route, turn.outcome)
        for stage, value in stages(turn):
            measures.stage(stage, door, route, value)
        for index, result in enumerate(turn.results):
            measures.call(result.tool, turn.outcome_of(index), door)
        if not (turn.reply and self._speaks) or turn.refused:
            self._finish(turn)

    def spoken(self, turn: Turn, *, interrupted: bool) -> None:
        """Its reply is over, and those to earlier turns that were said with it."""
        turn.interrupted = interrupted
        said_since = -min(turn.timings.get("speech_ended", 0.0), 0.0)
        for stage, mark in (("first_audio", "first_audio"), ("total", "last_audio")):
            if mark in turn.timings and not (interrupted and stage == "total"):
                self._measures.stage(stage, self.door, turn.route, turn.timings[mark] + said_since)
        for one, _ in list(self._spans.values()):
            if one.done.is_set():
                self._finish(one)
            if one is turn:
                return

    def stuck(self, state: str, outcome: str) -> None:
        """The session was stuck in `state`."""
        self._measures.stuck(self.door, state, outcome)

    def interrupted(self) -> None:
        """The athlete spoke over a reply."""
        self._measures.interruption(self.door)

    def rehearsed(self, *, said: bool) -> None:
        """A reply was prepared on a guess; whether it was said."""
        self._measures.rehearsal(self.door, said=said)

    def close(self) -> None:
        """The conversation is over: what was not spoken by now will not be."""
        for turn, _ in list(self._spans.values()):
            self._finish(turn)
        if self._open:
            self._open = False
            self._measures.closed(self.door)

    def _finish(self, turn: Turn) -> None:
        _, span = self._spans.pop(turn.item_id, (turn, None))
        if span is None or self._tracer is None:
            return
        said: dict[str, Any] = {
            "voicefit.door": self.door,
            "voicefit.route": turn.route,
            "voicefit.outcome": turn.outcome,
            "voicefit.turn": str(turn.id),
            "voicefit.conversation": self._conversation,
            "voicefit.tools": [result.tool for result in turn.results],
            "voicefit.interrupted": turn.interrupted,
        }
        if turn.error:
            said["voicefit.error"] = turn.error
        span.set_attributes(said)
        if turn.outcome == "failed":
            span.set_status(Status(StatusCode.ERROR))
        bars = list(bars_of(turn))
        _draw(self._tracer, turn, span, bars)
        span.end(turn.moment(max([0.0, *(bar.ended for bar in bars)])))


def _draw(tracer: Tracer, turn: Turn, above: Span, bars: list[Bar] | tuple[Bar, ...]) -> None:
    context = trace.set_span_in_context(above)
    for bar in bars:
        span = tracer.start_span(bar.name, context, start_time=turn.moment(bar.began))
        if bar.outcome:
            span.set_attributes({"voicefit.tool": bar.name, "voicefit.outcome": bar.outcome})
        _draw(tracer, turn, span, bar.parts)
        span.end(turn.moment(bar.ended))


def stages(turn: Turn) -> Iterator[tuple[str, float]]:
    """The stages of a turn that is done, with their milliseconds; what there was of them."""
    timings = turn.timings
    for stage, name in (
        ("hear", "transcription_delay"),
        ("endpoint", "end_of_turn_delay"),
        ("understand", "router"),
        ("commit", "committed"),
    ):
        if name in timings:
            yield stage, timings[name]
    if "first_sentence" in timings and "committed" in timings:
        yield "model", timings["first_sentence"] - timings["committed"]


def bars_of(turn: Turn) -> Iterator[Bar]:
    """The parts of a turn: hear, understand, do, speak."""
    calls = [
        Bar(result.tool, *turn.call_times[index], turn.outcome_of(index))
        for index, result in enumerate(turn.results)
        if index < len(turn.call_times)
    ]
    yield from bars_from(turn.timings, calls)
