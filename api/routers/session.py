"""Signing the page in and out, and who is signed in."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from fastapi import HTTPException, Request, Response

from api.auth import CurrentAthlete, CurrentSignIn, end_session, start_session
from api.context import AppContext
from api.models import Output
from api.routing import api_router
from api.security import is_from_this_machine

router = api_router("", "session")


class Me(Output):
    """The athlete who is signed in."""

    id: UUID
    email: str


@router.get("/me")
async def me(athlete_id: CurrentAthlete, context: AppContext) -> Me:
    """Who is signed in; 401 when nobody is."""
    return Me(id=athlete_id, email=await context.identity.email_of(athlete_id))


@router.post("/session")
async def sign_in(request: Request, response: Response, signed_in: CurrentSignIn, context: AppContext) -> Me:
    """Exchanges a bearer token (`voicefit token EMAIL` prints one) for a cookie that lasts as long."""
    await start_session(request, response, context, signed_in.athlete_id, signed_in.remaining)
    return await me(signed_in.athlete_id, context)


@router.post("/session/local")
async def continue_locally(request: Request, response: Response, context: AppContext) -> Me:
    """Signs in as the local athlete, without a password: 403 unless asked from this machine itself."""
    if not is_from_this_machine(request):
        raise HTTPException(
            HTTPStatus.FORBIDDEN,
            "Only a browser on the server's own machine, at localhost, may continue without a token.",
        )
    athlete_id = await context.identity.local_athlete()
    await start_session(request, response, context, athlete_id)
    return await me(athlete_id, context)


@router.post("/session/end", status_code=HTTPStatus.NO_CONTENT)
async def sign_out(request: Request, response: Response, context: AppContext) -> None:
    """Signs out: the session ends and the cookie is taken back."""
    await end_session(request, response, context)
