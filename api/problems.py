"""Errors as problem details (RFC 9457): `application/problem+json` with type, title, status and detail."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.errors import DatabaseUnavailable, VoiceFitError
from services.identity import (
    EmailNeeded,
    EmailTaken,
    InvalidEmail,
    InvalidPassword,
    NotSignedIn,
    NotYourPassword,
    SignInElsewhere,
    SignInUnavailable,
    TooManyAttempts,
    UnknownAthlete,
    UnknownSession,
)
from services.onboarding import NotSkippable
from services.profile import RoleNotYours

logger = logging.getLogger(__name__)

STATUS_OF: Mapping[type[VoiceFitError], HTTPStatus] = {
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotYourPassword: HTTPStatus.FORBIDDEN,
    RoleNotYours: HTTPStatus.FORBIDDEN,
    NotSkippable: HTTPStatus.CONFLICT,
    EmailNeeded: HTTPStatus.FORBIDDEN,
    SignInElsewhere: HTTPStatus.FORBIDDEN,
    UnknownAthlete: HTTPStatus.NOT_FOUND,
    UnknownSession: HTTPStatus.NOT_FOUND,
    EmailTaken: HTTPStatus.CONFLICT,
    InvalidEmail: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidPassword: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    SignInUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""How an error that people meet is answered; any other is 500."""


class ProblemResponse(JSONResponse):
    """A JSON body that says of itself that it describes a problem."""

    media_type = "application/problem+json"


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **members: object
) -> Response:
    """A problem of the type `about:blank`: its title is the status's own phrase."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return ProblemResponse(body | members, status, headers=headers)


def install_problem_handlers(app: FastAPI) -> None:
    """Every error of `app` leaves as a problem."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(VoiceFitError, _voicefit_error)
    app.add_exception_handler(Exception, _unexpected_error)


async def _http_error(_: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    return problem(error.status_code, error.detail, error.headers)


async def _invalid_request(_: Request, error: Exception) -> Response:
    errors = [
        {"pointer": "/".join(str(part) for part in item["loc"]), "detail": item["msg"]}
        for item in cast(RequestValidationError, error).errors()
    ]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields of the request cannot be used.", errors=errors
    )


async def _voicefit_error(_: Request, error: Exception) -> Response:
    status = next(
        (status for kind, status in STATUS_OF.items() if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    members: dict[str, object] = {}
    if isinstance(error, TooManyAttempts):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, SignInElsewhere):
        members["sign_in_at"] = error.address
    return problem(status, str(error), headers, **members)


async def _unexpected_error(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here. Try again.")
