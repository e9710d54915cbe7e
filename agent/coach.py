"""The Agent of livekit-agents: its instructions, and the contract's tools as it offers them to a model."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from functools import lru_cache
from typing import Any

from livekit import rtc
from livekit.agents import Agent, ModelSettings, RunContext, function_tool, llm

from agent.prepared import Prepared
from prompts import prompt
from tools import TOOLS

SPEECH = {"started_speaking_at": "speech_began", "stopped_speaking_at": "speech_ended"}
"""When the athlete spoke, as livekit-agents calls it and we do."""

REPLY = {"started_speaking_at": "first_audio", "stopped_speaking_at": "last_audio"}
"""The same of the reply."""

TakeTurn = Callable[[str, str, dict[str, float], float | None], Awaitable[None]]
"""(item id, text, milliseconds by stage so far, the recogniser's confidence); returns when the turn can be
answered."""

CallTool = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""(call id, tool, arguments) -> the tool's output."""


class Coach(Agent):
    """Turns are done in tasks of their own: what becomes of the reply does not matter to them."""

    def __init__(
        self,
        call_tool: CallTool,
        take_turn: TakeTurn,
        chat_ctx: llm.ChatContext,
        sounds: Callable[[float], None] = lambda _: None,
        rehearsed: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """`sounds` is told of the seconds of each piece of sound that is said, `rehearsed` of each reply that
        was prepared whether it was said."""
        super().__init__(
            instructions=prompt("coach"),
            tools=[offered(name, call_tool) for name in TOOLS],
            chat_ctx=chat_ctx,
        )
        self._take_turn = take_turn
        self._sounds = sounds
        self.prepared = Prepared(
            lambda words: Agent.default.tts_node(self, _of(words), ModelSettings()), rehearsed
        )
        """The sound of what will perhaps be said next."""

    async def on_user_turn_completed(self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage) -> None:
        if text := new_message.text_content:
            timings = milliseconds(new_message.metrics) | since(time.time(), new_message.metrics, SPEECH)
            await self._take_turn(new_message.id, text, timings, new_message.transcript_confidence)

    async def tts_node(
        self, text: AsyncIterable[str], model_settings: ModelSettings
    ) -> AsyncGenerator[rtc.AudioFrame]:
        async with aclosing(self._said(text, model_settings)) as frames:
            async for frame in frames:
                self._sounds(frame.duration)
                yield frame

    async def _said(
        self, text: AsyncIterable[str], model_settings: ModelSettings
    ) -> AsyncGenerator[rtc.AudioFrame]:
        pieces = aiter(text)
        first = await anext(pieces, "")
        if first and (ready := self.prepared.take(first)) is not None:
            async with aclosing(ready):
                async for frame in ready:
                    yield frame
            if not (first := await anext(pieces, "")):
                return
        async for frame in Agent.default.tts_node(self, _of(first, pieces), model_settings):
            yield frame


async def _of(first: str, rest: AsyncIterator[str] | None = None) -> AsyncIterator[str]:
    """Text in pieces, of which the first is there already."""
    if first:
        yield first
    if rest is not None:
        async for piece in rest:
            yield piece


def since(moment: float, metrics: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, float]:
    """Moments of the wall clock among a message's figures, by our `names`, in milliseconds since `moment`."""
    return {
        ours: round((metrics[theirs] - moment) * 1000, 1)
        for theirs, ours in names.items()
        if isinstance(metrics.get(theirs), float)
    }


def milliseconds(metrics: Mapping[str, Any]) -> dict[str, float]:
    """livekit-agents' figures of a message, which are in seconds, in milliseconds."""
    return {
        name: round(value * 1000, 1)
        for name, value in metrics.items()
        if isinstance(value, float) and not name.endswith("_at")
    }


def offered(name: str, call_tool: CallTool) -> llm.RawFunctionTool[..., Any]:
    """The tool `name` as livekit-agents offers it; calling it goes to `call_tool`."""

    async def run(raw_arguments: dict[str, object], context: RunContext[Any]) -> str:
        output = await call_tool(context.function_call.call_id, name, dict(raw_arguments))
        return json.dumps(output)

    return function_tool(run, raw_schema=_schema(name))


@lru_cache
def _schema(name: str) -> dict[str, Any]:
    """Made once: they are the same for every conversation, and a conversation should open at once."""
    return TOOLS[name].schema()
