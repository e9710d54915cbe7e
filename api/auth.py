"""Who a request speaks for: a bearer token, or the cookie that the page is given."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.security.utils import get_authorization_scheme_param

from api.context import AppContext, context_of
from core.errors import VoiceFitError
from services.identity import NotSignedIn

COOKIE = "voicefit_session"
COOKIE_TTL = timedelta(days=30)


def request_token(request: Request) -> str:
    """The token that came with `request`; a header wins over a cookie. Raises `NotSignedIn`."""
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme:
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn("The Authorization header must be `Bearer` and a token.")
        return token
    if cookie := request.cookies.get(COOKIE):
        return cookie
    raise NotSignedIn("Sign in first: send a bearer token, or start a session in the page.")


async def athlete_of(request: Request) -> UUID | None:
    """The athlete that `request` speaks for; None when it does not say so, or cannot prove it."""
    try:
        return context_of(request).identity.verify(request_token(request))
    except VoiceFitError:
        return None


async def current_athlete(request: Request, context: AppContext) -> UUID:
    """The athlete that this request speaks for. Raises `NotSignedIn`, which is answered with 401."""
    return context.identity.verify(request_token(request))


CurrentAthlete = Annotated[UUID, Depends(current_athlete)]


def start_session(request: Request, response: Response, context: AppContext, athlete_id: UUID) -> None:
    """Signs the browser in: a cookie that scripts cannot read and other sites cannot use."""
    response.set_cookie(
        COOKIE,
        context.identity.issue_token(athlete_id, COOKIE_TTL),
        max_age=int(COOKIE_TTL.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def end_session(request: Request, response: Response) -> None:
    """Signs the browser out."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=request.url.scheme == "https")
