"""One request to the model as a stream of pieces: words, the calls it wants, what it used.

It speaks the chat completions protocol through the OpenAI SDK, which xAI and many others serve. Whatever goes
wrong comes out as a `ModelFailed` that says what.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import openai
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from openai.types.completion_usage import CompletionUsage

from core.errors import VoiceFitError
from core.settings import Settings

Trouble = Literal["outage", "busy", "slow", "refused", "rejected", "garbled", "empty"]
"""It cannot be reached or breaks off; too many requests; too late; it will not answer; our request or key is
not accepted; what came makes no sense; nothing came."""

CONVERSATION_HEADER = "x-grok-conv-id"
"""Requests of one conversation go to the server that has its beginning in the cache."""

MAX_ARGUMENTS = 8_000
MAX_CALLS = 32
"""More arguments, or calls, than any sentence has: what goes on beyond that is no answer."""


class ModelFailed(VoiceFitError):
    """The model gave no usable answer. `retry_seconds` is when it wants to be asked again, if it said so."""

    def __init__(self, trouble: Trouble, detail: str, retry_seconds: float | None = None) -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble
        self.retry_seconds = retry_seconds


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of the answer."""

    text: str


@dataclass(slots=True)
class Wanted:
    """A call that the model wants made. `arguments` is what it wrote, JSON or not."""

    id: str = ""
    tool: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more requests. `cached` are among those `asked`."""

    asked: int = 0
    cached: int = 0
    answered: int = 0
    requests: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.asked + other.asked,
            self.cached + other.cached,
            self.answered + other.answered,
            self.requests + other.requests,
        )


Piece = Words | Wanted | Usage


@dataclass(slots=True)
class Assembly:
    """Puts the chunks of a stream together."""

    calls: dict[int, Wanted] = field(default_factory=dict)
    said: int = 0
    usage: Usage | None = None
    finish: str | None = None

    def take(self, chunk: ChatCompletionChunk) -> str:
        """Takes a chunk in; returns the words it brought. Raises `ModelFailed` when the model refuses."""
        if chunk.usage is not None:
            self.usage = used(chunk.usage)
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self.finish = choice.finish_reason or self.finish
        if choice.finish_reason == "content_filter":
            raise ModelFailed("refused", "the answer was filtered")
        delta = choice.delta
        if delta is None:
            return ""
        if delta.refusal:
            raise ModelFailed("refused", delta.refusal[:200])
        for part in delta.tool_calls or ():
            self._take_call(part.index, part.id, part.function)
        words = delta.content or ""
        self.said += len(words)
        return words

    def _take_call(self, index: int | None, call_id: str | None, function: Any) -> None:
        place = index if index is not None else len(self.calls)
        if place not in self.calls and len(self.calls) >= MAX_CALLS:
            raise ModelFailed("garbled", f"more than {MAX_CALLS} calls at once")
        call = self.calls.setdefault(place, Wanted())
        call.id = call.id or call_id or ""
        if function is None:
            return
        # A name comes whole; some services repeat it with every piece.
        call.tool = call.tool or function.name or ""
        call.arguments += function.arguments or ""
        if len(call.arguments) > MAX_ARGUMENTS:
            raise ModelFailed("garbled", "arguments without an end")


def used(usage: CompletionUsage) -> Usage:
    """What the provider says was used. A figure below nothing counts as nothing."""
    details = usage.prompt_tokens_details
    return Usage(
        asked=max(0, usage.prompt_tokens or 0),
        cached=max(0, (details.cached_tokens or 0) if details else 0),
        answered=max(0, usage.completion_tokens or 0),
        requests=1,
    )


class Model:
    """A model behind an address and a key. One for all conversations of a process."""

    def __init__(self, settings: Settings) -> None:
        """`settings` must have a key."""
        self.name = settings.xai_model
        self._settings = settings
        self._client = AsyncOpenAI(
            api_key=settings.xai_api_key,
            base_url=settings.xai_base_url,
            max_retries=0,
            timeout=settings.xai_answer_seconds,
        )

    async def aclose(self) -> None:
        """Closes its connections."""
        await self._client.close()

    async def stream(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]],
        conversation: str,
        name: str | None = None,
    ) -> AsyncGenerator[Piece]:
        """The answer to `messages` of the model `name`, or of the usual one: words as they come, then the
        calls, then the usage.

        Raises `ModelFailed`.
        """
        try:
            request = self._request(messages, tools, conversation, name or self.name)
            stream = await self._client.chat.completions.create(**request)
            got = Assembly()
            async with stream:
                async for chunk in stream:
                    if words := got.take(chunk):
                        yield Words(words)
        except ModelFailed:
            raise
        except Exception as error:
            raise failure_of(error) from error
        for place in sorted(got.calls):
            yield got.calls[place]
        yield got.usage or estimated(messages, got)
        if not got.calls and not got.said:
            raise ModelFailed("empty", "no words and no calls")
        if got.finish is None:
            raise ModelFailed("outage", "the answer broke off")

    def _request(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]],
        conversation: str,
        name: str,
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": name,
            "messages": list(messages),
            "tools": list(tools),
            "parallel_tool_calls": True,
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": self._settings.xai_max_tokens,
            "temperature": 0,
            "extra_headers": {CONVERSATION_HEADER: conversation},
        }
        if self._settings.xai_effort:
            request["reasoning_effort"] = self._settings.xai_effort
        return request


CHARACTERS_PER_TOKEN = 4


def estimated(messages: Sequence[Mapping[str, Any]], got: Assembly) -> Usage:
    """The usage when the provider says nothing of it: by length."""
    asked = sum(len(str(message)) for message in messages)
    answered = got.said + sum(len(call.arguments) for call in got.calls.values())
    return Usage(asked // CHARACTERS_PER_TOKEN, 0, answered // CHARACTERS_PER_TOKEN, 1)


def failure_of(error: Exception) -> ModelFailed:
    """What an error of the SDK, of the network or of decoding means here."""
    if isinstance(error, openai.RateLimitError):
        return ModelFailed("busy", str(error)[:200], _retry_after(error))
    if isinstance(error, openai.APITimeoutError | TimeoutError | asyncio.TimeoutError):
        return ModelFailed("slow", "no answer in time")
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return ModelFailed("refused", "the answer was filtered")
    if isinstance(error, openai.APIStatusError):
        kind: Trouble = "outage" if error.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else "rejected"
        return ModelFailed(kind, f"HTTP {error.status_code}", _retry_after(error))
    if isinstance(
        error, ValueError | TypeError | AttributeError | KeyError | openai.APIResponseValidationError
    ):
        return ModelFailed("garbled", f"{type(error).__name__}: {error}"[:200])
    return ModelFailed("outage", f"{type(error).__name__}: {error}"[:200])


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None
