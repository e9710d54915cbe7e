"""Errors as problem details (RFC 9457): `application/problem+json` with type, title, status and detail."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Literal, cast
from uuid import UUID

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError, TimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.database_errors import explain
from core.errors import Conflict, DatabaseUnavailable, Invalid, NotFound, VoiceFitError
from core.logs import request_id
from services.coach import TooFast
from services.identity import (
    EmailNeeded,
    NotSignedIn,
    NotYourPassword,
    SignInElsewhere,
    SignInUnavailable,
    TooManyAttempts,
)
from services.operators import OperatorsOnly
from services.profile import RoleNotYours
from services.turns_seen import NoLeave

logger = logging.getLogger(__name__)

STATUS_OF: Mapping[type[VoiceFitError], HTTPStatus] = {
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotYourPassword: HTTPStatus.FORBIDDEN,
    RoleNotYours: HTTPStatus.FORBIDDEN,
    OperatorsOnly: HTTPStatus.FORBIDDEN,
    NoLeave: HTTPStatus.FORBIDDEN,
    EmailNeeded: HTTPStatus.FORBIDDEN,
    SignInElsewhere: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    TooFast: HTTPStatus.TOO_MANY_REQUESTS,
    SignInUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""How an error that people meet is answered; any other is 500."""

TYPE = "urn:problem-type:voicefit:"
"""How the types begin that a program may want to tell apart; the others are `about:blank`."""
INVALID = "Some fields of the request cannot be used."
TRY_AGAIN_SECONDS = "5"

MAY_BE_MISSING = {"responses": {"404": {"$ref": "#/components/responses/Problem404"}}}
"""`openapi_extra` of an operation whose body or query names something that there may not be."""


class FieldError(BaseModel):
    """One thing that is wrong, and where: `pointer` is a JSON pointer (RFC 6901) into what `in` names."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    in_: Literal["body", "query", "path", "header", "cookie"] = Field(alias="in")
    pointer: str = Field(examples=["/reps"])
    detail: str


class ExerciseChoice(BaseModel):
    """An exercise that may be meant."""

    id: UUID
    slug: str
    name: str


class Problem(BaseModel):
    """What went wrong and what to do (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="`about:blank`, or a URN that a program can tell apart.")
    title: str
    status: int
    detail: str
    request_id: str = Field(description="Names this request in the server's log, and in `X-Request-ID`.")
    errors: list[FieldError] = Field(default=[], description="The fields that are wrong, where known.")
    alternatives: list[ExerciseChoice] = Field(
        default=[], description="For the type `…:unclear-exercise`: what may be meant."
    )


class ProblemResponse(JSONResponse):
    """A JSON body that says of itself that it describes a problem."""

    media_type = "application/problem+json"


class RequestRefused(HTTPException):
    """A request that cannot be used. `errors` name its fields, `members` are added to the problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(status, detail, headers)
        listed = [error.model_dump() for error in errors]
        self.members = members | ({"errors": listed} if listed else {})


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any) -> Response:
    """A problem of the type `about:blank` (its title is the status's own phrase), or of the `type` given."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": request_id.get(),
    }
    return ProblemResponse(body | members, status, headers=headers)


def pointer(path: Iterable[object]) -> str:
    """The JSON pointer (RFC 6901) to `path`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def install_problem_handlers(app: FastAPI) -> None:
    """Every error of `app` leaves as a problem."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(VoiceFitError, _voicefit_error)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(TimeoutError, _pool_exhausted)


async def _http_error(request: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    members = error.members if isinstance(error, RequestRefused) else {}
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_MODIFIED:
        return Response(status_code=error.status_code, headers=headers)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods_at(request))
        return problem(error.status_code, f"This address takes {headers['Allow']}.", headers)
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail == HTTPStatus.NOT_FOUND.phrase:
        return problem(error.status_code, "There is nothing at this address.", headers)
    return problem(error.status_code, error.detail, headers, **members)


def _methods_at(request: Request) -> list[str]:
    """The methods of all routes at the address of `request`."""
    listed = (getattr(route, "routes", None) or [route] for route in request.app.router.routes)
    routes = [r for some in listed for r in some if r.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in routes for method in getattr(route, "methods", None) or ()})


async def _invalid_request(_: Request, error: Exception) -> Response:
    errors = [_field_error(item) for item in cast(RequestValidationError, error).errors()]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, INVALID, errors=[e.model_dump() for e in errors])


def _field_error(item: Mapping[str, Any]) -> FieldError:
    where, *path = item["loc"]
    detail = str(item["msg"]).removeprefix("Value error, ")
    return FieldError.model_validate({"in": where, "pointer": pointer(path), "detail": detail})


async def _voicefit_error(_: Request, error: Exception) -> Response:
    status = next(
        (status for kind, status in STATUS_OF.items() if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    headers = {
        HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
        HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": TRY_AGAIN_SECONDS},
    }.get(status)
    if isinstance(error, TooManyAttempts):
        headers = {"Retry-After": str(error.retry_after)}
    elif isinstance(error, TooFast):
        headers = {"Retry-After": str(error.retry_seconds)}
    members: dict[str, Any] = {}
    if isinstance(error, Invalid) and error.field:
        wrong = FieldError(in_=error.place, pointer=pointer([error.field]), detail=str(error))
        members["errors"] = [wrong.model_dump()]
    if isinstance(error, SignInElsewhere):
        members["sign_in_at"] = error.address
    return problem(status, str(error), headers, **members)


async def _database_error(request: Request, error: Exception) -> Response:
    """What the services should have noticed first. The database has undone it all."""
    found = explain(cast(DBAPIError, error))
    if found is None:
        return unexpected(request.scope, error)
    logger.warning("%s %s: %s", request.method, request.url.path, found.logged)
    headers = {"Retry-After": TRY_AGAIN_SECONDS} if found.passing else None
    return problem(found.status, found.detail, headers)


async def _pool_exhausted(request: Request, _: Exception) -> Response:
    logger.warning("%s %s: no database connection was free", request.method, request.url.path)
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The server is busy. Try again in a few seconds.",
        {"Retry-After": TRY_AGAIN_SECONDS},
    )


def unexpected(scope: Mapping[str, Any], error: Exception) -> Response:
    """The answer to an error that nobody foresaw: what happened is in the log, under the request's id."""
    logger.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. Try again.")
