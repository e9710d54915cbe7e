"""The rest timer's tools. A timer is the call that started it: it runs until its end, or a later call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services import ledger
from services.limits import check_rest
from tools.base import Arguments, NoArguments, Question, Read, TimerView, Tool, ToolResult, Write
from tools.phrases import duration_words

NONE_RUNS = "No timer is running."


class StartRestTimer(Arguments):
    seconds: float


async def start_rest_timer(write: Write, args: StartRestTimer) -> ToolResult:
    if question := check_rest(args.seconds):
        raise Question(question)
    seconds = round(args.seconds)
    write.images.elsewhere("timer", write.call_id)
    return ToolResult(
        tool="start_rest_timer",
        say=f"Resting {duration_words(seconds)}.",
        timer=TimerView(seconds=seconds, ends_at=datetime.now(UTC) + timedelta(seconds=seconds)),
    )


async def stop_rest_timer(write: Write, _: NoArguments) -> ToolResult:
    if await running_timer(write) is None:
        raise Question(f"{NONE_RUNS} What did you do?")
    write.images.elsewhere("timer", write.call_id)
    return ToolResult(tool="stop_rest_timer", say="Timer off.", timer_cancelled=True)


async def get_rest_timer(read: Read, _: NoArguments) -> ToolResult:
    timer = await running_timer(read)
    said = f"{duration_words(timer.seconds)} left." if timer is not None else NONE_RUNS
    return ToolResult(tool="get_rest_timer", say=said[:1].upper() + said[1:])


async def running_timer(call: Read | Write) -> TimerView | None:
    """The timer that runs, with the seconds that are left of it."""
    ends_at = await ledger.running_timer(call.db, call.athlete_id)
    if ends_at is None:
        return None
    left = (ends_at - datetime.now(UTC)).total_seconds()
    return TimerView(seconds=max(1, round(left)), ends_at=ends_at)


TOOLS: list[Tool[Any]] = [
    Tool(
        "start_rest_timer",
        "Start a rest timer; the athlete is told when it ends.",
        StartRestTimer,
        start_rest_timer,
    ),
    Tool("stop_rest_timer", "Stop the rest timer that runs.", NoArguments, stop_rest_timer),
    Tool("get_rest_timer", "How long the rest still is.", NoArguments, read=get_rest_timer),
]
