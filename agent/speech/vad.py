"""Voice activity: Silero, as it comes with livekit-agents, set up for short commands."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

from livekit.agents import inference

P = ParamSpec("P")
T = TypeVar("T")

_BEFORE_ENDPOINT_SECONDS = 0.05
_SHORTEST_SILENCE_SECONDS = 0.1


class InlineExecutor(Executor):
    """Runs work where it is submitted: a window takes 30 µs to judge, handing it to a thread takes longer."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run now; the future is already done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def new_vad(endpointing_seconds: float) -> inference.VAD:
    """A Silero VAD for any number of sessions, whose streams share one inline executor.

    It reports the end of speech a little before `endpointing_seconds` of silence are over, so that the
    transcript is asked for in time. Push frames of 32-64 ms: smaller ones cost more and tell nothing sooner.
    """
    return inference.VAD(
        model="silero",
        min_speech_duration=0.05,
        min_silence_duration=max(_SHORTEST_SILENCE_SECONDS, endpointing_seconds - _BEFORE_ENDPOINT_SECONDS),
        prefix_padding_duration=0.4,
        max_buffered_speech=30.0,
        executor=InlineExecutor(),
    )
