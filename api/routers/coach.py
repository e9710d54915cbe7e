"""The coach, asked in writing: the same conversation as the voice."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Header, Response
from pydantic import Field
from starlette.responses import StreamingResponse

from api.calls import AthleteCall
from api.context import AppContext
from api.models import Id, Input, Output
from api.problems import MAY_BE_MISSING
from api.routing import api_router
from core.errors import VoiceFitError
from services.coach import Answered, Part, Question

logger = logging.getLogger(__name__)

router = api_router("/coach", "coach")

MAX_QUESTION = 500
EVENTS = "text/event-stream"
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer. To `Accept: text/event-stream`, as events: `delta` with a `text` each "
        "time more of it is there, then `answer` with the whole, or `error` with a `detail`.",
        "content": {EVENTS: {"schema": {"type": "string"}}},
    }
}


class QuestionIn(Input):
    """A question, in the athlete's words. Without a `conversation_id` it goes on with the latest one."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION, examples=["how much protein do I need"])
    conversation_id: Id | None = None


class SourceOut(Output):
    """A chunk of knowledge that the answer rests on: `GET /api/knowledge/{chunk_id}` has it."""

    chunk_id: str
    title: str | None
    source: str | None


class AnswerOut(Output):
    """What the coach says. Without `sources` it is from the athlete's own data, or unknown."""

    answer: str
    sources: list[SourceOut]
    conversation_id: UUID

    @classmethod
    def of(cls, answered: Answered) -> AnswerOut:
        """The answer as it is sent."""
        sources = [SourceOut(chunk_id=s.chunk_id, title=s.title, source=s.source) for s in answered.sources]
        return cls(answer=answered.answer, sources=sources, conversation_id=answered.conversation_id)


@router.post("/ask", response_model=AnswerOut, responses=STREAMED, openapi_extra=MAY_BE_MISSING)
async def ask_coach(
    asked: QuestionIn,
    call: AthleteCall,
    context: AppContext,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=100,
            pattern=r"^[!-~]+$",
            description="Names the question within its conversation: sent again, it is answered as it was.",
        ),
    ] = None,
) -> Response | AnswerOut:
    """Asks the coach: from the knowledge base, with sources, and from the athlete's own records and workouts.

    What is said here is understood as if it were spoken: "bench 225 for 8" logs the set.
    """
    item_id = f"http_{idempotency_key or uuid4().hex}"
    question = Question(asked.question, item_id, asked.conversation_id)
    answer = context.coach.ask(call.athlete_id, question)
    if EVENTS not in accept:
        return await _whole(answer)
    first = await anext(answer)  # what cannot be answered at all is refused with its own status
    # Proxies pass it on as it comes.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(first, answer), media_type=EVENTS, headers=headers)


async def _whole(answer: AsyncGenerator[Part | Answered]) -> AnswerOut:
    async with aclosing(answer):
        async for part in answer:
            if isinstance(part, Answered):
                return AnswerOut.of(part)
    raise RuntimeError("an answer ended without being whole")


async def _events(first: Part | Answered, rest: AsyncGenerator[Part | Answered]) -> AsyncIterator[str]:
    async with aclosing(rest):
        yield _event(first)
        try:
            async for part in rest:
                yield _event(part)
        except VoiceFitError as error:
            yield _named("error", {"detail": str(error)})
        except Exception:
            logger.exception("an answer broke off")
            yield _named("error", {"detail": "Something went wrong here. Ask again."})


def _event(part: Part | Answered) -> str:
    if isinstance(part, Part):
        return _named("delta", {"text": part.text})
    return _named("answer", AnswerOut.of(part).model_dump(mode="json"))


def _named(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
