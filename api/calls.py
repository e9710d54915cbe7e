"""What a router is given of a request: for whom, in which transactions, under which conditions.

A reading route takes `AthleteCall`, and `Etags` when its answer may be kept; one that writes takes `PostCall`
(POST) or `ChangeCall` (PATCH, DELETE).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid4

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from api.auth import CurrentAthlete
from api.context import AppContext
from api.problems import TYPE, FieldError, RequestRefused
from db.session import Database
from services import ledger
from services.badges import Follower, event_of
from services.images import Images

T = TypeVar("T", bound=BaseModel)

KEY_TTL = timedelta(hours=24)
"""How long an `Idempotency-Key` is remembered."""

ETAG = re.compile(r'(?:W/)?"([^"]*)"')
REPLAYED = "Idempotency-Replayed"


class NotModified(HTTPException):
    """The client has it already."""

    def __init__(self, etag: str) -> None:
        super().__init__(HTTPStatus.NOT_MODIFIED, headers={"ETag": etag, "Cache-Control": REVALIDATE})


REVALIDATE = "private, no-cache"
"""The athlete's own cache may keep it, and asks each time whether it still holds."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request of an athlete."""

    athlete_id: UUID
    database: Database

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction that sees and writes this athlete's rows alone, committed when the block ends."""
        return self.database.transaction(self.athlete_id)


async def athlete_call(athlete_id: CurrentAthlete, context: AppContext) -> Call:
    """The request as routers see it."""
    return Call(athlete_id, context.database)


AthleteCall = Annotated[Call, Depends(athlete_call)]


def etag_of(model: BaseModel) -> str:
    """The ETag of an answer: a hash of what it says, weak because it may be sent compressed or not."""
    digest = hashlib.blake2b(model.model_dump_json().encode(), digest_size=12)
    return f'W/"{digest.hexdigest()}"'


def names(header: str, etag: str) -> bool:
    """Whether an `If-Match` or `If-None-Match` header names `etag`. All of ours are weak, so they compare
    weakly in both headers."""
    return header.strip() == "*" or etag.removeprefix("W/").strip('"') in ETAG.findall(header)


@dataclass(frozen=True, slots=True)
class EtagAnswer:
    """What a client knows of an answer already."""

    response: Response
    known: str | None

    def of(self, model: T) -> T:
        """The answer, with its ETag. Raises `NotModified` (304) when the client has it."""
        etag = etag_of(model)
        if self.known is not None and names(self.known, etag):
            raise NotModified(etag)
        self.response.headers["ETag"] = etag
        self.response.headers["Cache-Control"] = REVALIDATE
        return model


async def etag_answer(
    response: Response,
    if_none_match: Annotated[
        str | None,
        Header(
            alias="If-None-Match", description="ETags that the client has: 304 when one of them still holds."
        ),
    ] = None,
) -> EtagAnswer:
    """The condition of a request that reads."""
    return EtagAnswer(response, if_none_match)


Etags = Annotated[EtagAnswer, Depends(etag_answer)]


@dataclass(frozen=True, slots=True)
class Write:
    """The inside of a write: its transaction, its row in the ledger, and where before-images go.

    `report` is what the row keeps for those who read it later, in the members of a tool's result.
    """

    db: AsyncSession
    athlete_id: UUID
    call_id: UUID
    images: Images
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WriteCall(Call):
    """A request that writes, once: a row of the ledger (decision 2), as everything that writes is."""

    request: Request
    response: Response
    follower: Follower
    key: str | None = None
    if_match: str | None = None

    async def once(
        self, tool: str, body: BaseModel | None, answer: type[T], effect: Callable[[Write], Awaitable[T]]
    ) -> T:
        """Runs `effect` in a transaction and returns its answer; with an `Idempotency-Key` that was used
        before, what was answered then. Raises `RequestRefused` when it was another request.

        `tool` names the write, as the tool of the conversation that does the same if there is one.
        """
        arguments = body.model_dump(mode="json", exclude_unset=True) if body else {}
        fingerprint = self._fingerprint(body)
        made: T | None = None

        async with self.transaction() as db:

            async def record(call_id: UUID, images: Images) -> dict[str, Any]:
                nonlocal made
                write = Write(db, self.athlete_id, call_id, images)
                made = await effect(write)
                result = {"tool": tool, "ok": True, **write.report}
                if self.key:
                    status = self.response.status_code
                    said = made.model_dump(mode="json")
                    result["http"] = {"request": fingerprint, "status": status, "answer": said}
                return result

            name = f"http:{self.key}" if self.key else f"http-{uuid4().hex}"
            key = ledger.Key(name, ttl=KEY_TTL)
            result = await ledger.once(db, self.athlete_id, key, tool, arguments, record)
        if made is None:
            return self._again(result["http"], fingerprint, answer)
        self.follower.note(self.athlete_id, event_of(tool, result))
        return made

    def _again(self, kept: dict[str, Any], fingerprint: str, answer: type[T]) -> T:
        if kept["request"] != fingerprint:
            detail = "This key was used for another request. Use a new one for each."
            error = FieldError(in_="header", pointer="/Idempotency-Key", detail=detail)
            raise RequestRefused(
                HTTPStatus.UNPROCESSABLE_ENTITY, detail, [error], type=TYPE + "idempotency-key-reused"
            )
        self.response.headers[REPLAYED] = "true"
        self.response.status_code = kept["status"]
        return answer.model_validate(kept["answer"])

    def _fingerprint(self, body: BaseModel | None) -> str:
        said = body.model_dump_json(exclude_unset=True) if body else ""
        target = f"{self.request.method} {self.request.url.path}?{self.request.url.query}\n{said}"
        return hashlib.blake2b(target.encode(), digest_size=16).hexdigest()

    async def once_changed(
        self, tool: str, body: BaseModel | None, answer: type[T], effect: Callable[[Write], Awaitable[T]]
    ) -> T:
        """`once`, for an answer that is what GET would give: it has the same ETag."""
        made = await self.once(tool, body, answer, effect)
        self.response.headers["ETag"] = etag_of(made)
        return made

    def check_is(self, current: BaseModel) -> None:
        """Raises `RequestRefused` (412) when the client's `If-Match` names another state than `current`."""
        etag = etag_of(current)
        if self.if_match is not None and not names(self.if_match, etag):
            raise RequestRefused(
                HTTPStatus.PRECONDITION_FAILED,
                "It was changed since you read it. Read it again, then decide.",
                [FieldError(in_="header", pointer="/If-Match", detail=f"It is {etag} now.")],
                {"ETag": etag},
                type=TYPE + "stale",
            )


async def post_call(
    athlete_id: CurrentAthlete,
    context: AppContext,
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            pattern=r"^[!-~]+$",
            description="Names this request: sent again with the same key and body within 24 hours, it does "
            "nothing and is answered as it was. A UUID will do.",
        ),
    ] = None,
) -> WriteCall:
    """A POST that writes."""
    return WriteCall(athlete_id, context.database, request, response, context.follower, key=idempotency_key)


async def change_call(
    athlete_id: CurrentAthlete,
    context: AppContext,
    request: Request,
    response: Response,
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match", description="The ETag of what is to be changed: 412 when it is no longer that."
        ),
    ] = None,
) -> WriteCall:
    """A PATCH or DELETE."""
    return WriteCall(athlete_id, context.database, request, response, context.follower, if_match=if_match)


PostCall = Annotated[WriteCall, Depends(post_call)]
ChangeCall = Annotated[WriteCall, Depends(change_call)]
