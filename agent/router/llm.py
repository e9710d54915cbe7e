"""Turns as a livekit-agents LLM: they become tool calls, and their results the reply."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from livekit.agents import llm, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, APIConnectOptions, NotGivenOr

from agent.router.understanding import Call


class UnderstoodTurn(Protocol):
    """What this model needs to know of a turn."""

    item_id: str
    handed_over: bool

    @property
    def calls(self) -> tuple[Call, ...]: ...

    def call_id(self, index: int) -> str: ...


class TurnSource(Protocol):
    """Where turns come from."""

    async def understood(self, item_id: str, text: str) -> UnderstoodTurn:
        """The turn, once it is known what it means."""

    async def reply(self, item_id: str) -> str:
        """What to say to the turn, once its calls are committed; empty to say nothing."""

    def sentences(self, item_id: str) -> AsyncIterator[str]:
        """What to say to a turn that was handed over, a sentence at a time as it is made."""


class RouterLLM(llm.LLM[Any]):
    """Answers the newest user message from `turns`: first its calls, then, when they are done, the reply."""

    def __init__(self, turns: TurnSource) -> None:
        super().__init__()
        self._turns = turns

    @property
    def model(self) -> str:
        return "grammar"

    @property
    def provider(self) -> str:
        return "voicefit"

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: NotGivenOr[bool] = NOT_GIVEN,
        tool_choice: NotGivenOr[llm.ToolChoice] = NOT_GIVEN,
        extra_kwargs: NotGivenOr[dict[str, Any]] = NOT_GIVEN,
    ) -> llm.LLMStream:
        return RouterStream(
            self, turns=self._turns, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options
        )


class RouterStream(llm.LLMStream):
    """One answer: calls or words."""

    def __init__(
        self,
        model: RouterLLM,
        *,
        turns: TurnSource,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool],
        conn_options: APIConnectOptions,
    ) -> None:
        self._turns = turns
        super().__init__(model, chat_ctx=chat_ctx, tools=tools, conn_options=conn_options)

    async def _run(self) -> None:
        message = newest_user_message(self._chat_ctx.items)
        if message is None:
            return
        turn = await self._turns.understood(message.id, message.text_content or "")
        if turn.handed_over:  # its calls are its own: they are made while it is answered
            between = ""
            async for sentence in self._turns.sentences(message.id):
                self._send(llm.ChoiceDelta(role="assistant", content=between + sentence))
                between = " "
            return
        answered = {item.call_id for item in self._chat_ctx.items if item.type == "function_call_output"}
        calls = [
            llm.FunctionToolCall(name=call.tool, arguments=json.dumps(call.args), call_id=turn.call_id(index))
            for index, call in enumerate(turn.calls)
            if turn.call_id(index) not in answered
        ]
        if calls:
            self._send(llm.ChoiceDelta(role="assistant", tool_calls=calls))
        elif text := await self._turns.reply(message.id):
            self._send(llm.ChoiceDelta(role="assistant", content=text))

    def _send(self, delta: llm.ChoiceDelta) -> None:
        self._event_ch.send_nowait(llm.ChatChunk(id=utils.shortuuid("local_"), delta=delta))


def newest_user_message(items: Sequence[llm.ChatItem]) -> llm.ChatMessage | None:
    """The last thing the athlete said."""
    for item in reversed(items):
        if item.type == "message" and item.role == "user":
            return item
    return None
