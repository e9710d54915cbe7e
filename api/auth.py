"""Who a request speaks for: a bearer token, or the cookie that the page is given."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy.exc import SQLAlchemyError

from api.context import AppContext, Context, context_of
from core.errors import VoiceFitError
from services.identity import SESSION_TTL, NotSignedIn, SignedIn

COOKIE = "voicefit_session"
SIGNED_IN = "voicefit.signed_in"
"""Where a request keeps what its token says."""


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
        signed_in = await _signed_in(request, await context_of(request))
    except (VoiceFitError, SQLAlchemyError):  # of the database the request itself will hear
        return None
    return signed_in.athlete_id


async def _signed_in(request: Request, context: Context) -> SignedIn:
    """What the request's token says, which is checked once for a request."""
    token = request_token(request)
    known: tuple[str, SignedIn] | None = request.scope.get(SIGNED_IN)
    if known is None or known[0] != token:
        request.scope[SIGNED_IN] = known = token, await context.identity.authenticate(token)
    return known[1]


async def current_sign_in(request: Request, context: AppContext) -> SignedIn:
    """What the request's token says. Raises `NotSignedIn`, which is answered with 401."""
    return await _signed_in(request, context)


CurrentSignIn = Annotated[SignedIn, Depends(current_sign_in)]


async def current_athlete(signed_in: CurrentSignIn) -> UUID:
    """The athlete that this request speaks for. Raises `NotSignedIn`, which is answered with 401."""
    return signed_in.athlete_id


CurrentAthlete = Annotated[UUID, Depends(current_athlete)]


def client_address(request: Request) -> str | None:
    """Where the request comes from. Behind a proxy that uvicorn trusts it is the client's own address."""
    return request.client.host if request.client else None


ClientAddress = Annotated[str | None, Depends(client_address)]


async def start_session(
    request: Request,
    response: Response,
    context: AppContext,
    athlete_id: UUID,
    ttl: timedelta = SESSION_TTL,
) -> None:
    """Signs the browser in: a cookie that scripts cannot read and other sites cannot use."""
    response.set_cookie(
        COOKIE,
        await context.identity.start_session(athlete_id, request.headers.get("user-agent"), ttl),
        max_age=int(ttl.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


async def end_session(request: Request, response: Response, context: AppContext) -> None:
    """Signs out whoever the request speaks for, if anybody, and takes the cookie back."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    try:
        signed_in = await current_sign_in(request, context)
    except NotSignedIn:
        return  # there is nothing left to end
    await context.accounts.sign_out(signed_in)
