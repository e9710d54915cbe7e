"""What it costs to watch a turn: `python -m eval.watching_cost` prints microseconds of CPU a turn.

The turn is a spoken set: four stages with their parts, one call. Nothing is sent: the exporter throws away.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import uuid4

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from agent.observing import Observer
from agent.turn import Turn
from core.measures import Measures
from core.tracing import Tracing
from tools import ToolResult

TURNS = 5000
TIMINGS = {
    "speech_began": -2300.0,
    "speech_ended": -420.0,
    "transcription_delay": 310.0,
    "end_of_turn_delay": 420.0,
    "state": 2.1,
    "router": 4.6,
    "recorded": 7.9,
    "calls": 15.2,
    "committed": 18.4,
    "done": 18.9,
    "first_audio": 96.0,
    "last_audio": 1850.0,
}


class Discarding(SpanExporter):
    """Sends nothing."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Says that they were sent."""
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """There is nothing to close."""


def microseconds(tracing: Tracing | None) -> float:
    """CPU of this thread for a turn."""
    observer = Observer(Measures(), tracing, "realtime", uuid4())
    began = time.thread_time()
    for number in range(TURNS):
        turn = Turn(str(number), "", timings=dict(TIMINGS), reply="225 for 8.")
        turn.results, turn.call_times = [ToolResult(tool="log_set")], [(8.2, 15.0)]
        turn.done.set()
        observer.begun(turn)
        observer.done(turn)
        observer.spoken(turn, interrupted=False)
    return (time.thread_time() - began) / TURNS * 1e6


def main() -> None:
    """Prints the costs."""
    print(f"figures alone {microseconds(None):7.1f} µs")
    print(f"and traces    {microseconds(Tracing(Discarding())):7.1f} µs")


if __name__ == "__main__":
    main()
