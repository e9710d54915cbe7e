"""Built-in accounts: registering, signing in and out, sessions, and the password."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from api.auth import ClientAddress, CurrentSignIn, end_session, start_session
from api.context import AppContext
from api.models import Output, Page
from api.routing import api_router
from core.fields import Input, by_rule
from services.identity import (
    MAX_EMAIL_LENGTH,
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    check_password,
    checked_email,
)
from services.profile import Name, UserView, read_user

router = api_router("/auth", "auth")

# The limits are for the document: the rules check them, with more to say.
Email = Annotated[
    str,
    by_rule(checked_email),
    Field(json_schema_extra={"format": "email", "maxLength": MAX_EMAIL_LENGTH}, examples=["ana@example.com"]),
]
NewPassword = Annotated[
    str,
    by_rule(check_password),
    Field(json_schema_extra={"minLength": MIN_PASSWORD_LENGTH, "maxLength": MAX_PASSWORD_LENGTH}),
]
SomePassword = Annotated[str, Field(max_length=1024)]
"""A password that is only compared."""

RefreshToken = Annotated[str, Field(max_length=200)]


class LoginIn(Input):
    """The email and password of an account."""

    email: Email
    password: SomePassword
    cookie: bool = False
    """For browsers: a cookie instead of tokens, so that no script can get at them."""


class RegisterIn(LoginIn):
    """A new account."""

    password: NewPassword
    name: Name | None = None


class RefreshIn(Input):
    """A refresh token that has not been used."""

    refresh_token: RefreshToken


class LogoutIn(Input):
    """Ends the session of this refresh token, too: the access token may have expired."""

    refresh_token: RefreshToken | None = None


class PasswordIn(Input):
    """The present password, null where there is none, and the one that replaces it."""

    current_password: SomePassword | None = None
    new_password: NewPassword


class TokensOut(Output):
    """A token pair. The access token lasts `expires_in` seconds, the refresh token is good once."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int


class SignedInOut(Output):
    """Who signed in, with their tokens unless they asked for a cookie."""

    user: UserView
    access_token: str | None = None
    refresh_token: str | None = None
    token_type: Literal["bearer"] = "bearer"
    expires_in: int | None = None


class SessionOut(Output):
    """A client that is signed in. `current` is the one that asks."""

    id: UUID
    client: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class SessionPage(Page[SessionOut]):
    """Where the athlete is signed in, the most recently used first: all of it."""


@router.post("/register", status_code=HTTPStatus.CREATED)
async def register(
    body: RegisterIn, request: Request, response: Response, address: ClientAddress, context: AppContext
) -> SignedInOut:
    """Makes an account and signs it in."""
    user_id = await context.accounts.register(body.email, body.password, address, name=body.name)
    return await _sign_in(user_id, body, request, response, context)


@router.post("/login")
async def login(
    body: LoginIn, request: Request, response: Response, address: ClientAddress, context: AppContext
) -> SignedInOut:
    """Signs in. An email that nobody has is answered as a wrong password is."""
    user_id = await context.accounts.sign_in(body.email, body.password, address)
    return await _sign_in(user_id, body, request, response, context)


async def _sign_in(
    user_id: UUID, body: LoginIn, request: Request, response: Response, context: AppContext
) -> SignedInOut:
    async with context.database.transaction(user_id) as db:
        user = await read_user(db, user_id)
    if body.cookie:
        await start_session(request, response, context, user_id)
        return SignedInOut(user=user)
    grant = await context.accounts.grant(user_id, request.headers.get("user-agent"))
    return SignedInOut(
        user=user,
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_in=grant.expires_in,
    )


@router.post("/refresh")
async def refresh(body: RefreshIn, context: AppContext) -> TokensOut:
    """Exchanges a refresh token for a new pair. One that was used before ends its session."""
    grant = await context.accounts.refresh(body.refresh_token)
    return TokensOut(
        access_token=grant.access_token, refresh_token=grant.refresh_token, expires_in=grant.expires_in
    )


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT)
async def logout(
    request: Request, response: Response, context: AppContext, body: LogoutIn | None = None
) -> None:
    """Ends the session of the request's token and of the refresh token in its body; takes the cookie back."""
    if body is not None and body.refresh_token is not None:
        await context.accounts.sign_out_by_refresh_token(body.refresh_token)
    await end_session(request, response, context)


@router.get("/sessions")
async def list_sessions(signed_in: CurrentSignIn, context: AppContext) -> SessionPage:
    """Where the athlete is signed in."""
    return SessionPage(
        next_cursor=None,
        items=[
            SessionOut(
                id=one.id,
                client=one.client,
                created_at=one.created_at,
                last_used_at=one.last_used_at,
                expires_at=one.expires_at,
                current=one.id == signed_in.session_id,
            )
            for one in await context.accounts.sessions(signed_in.athlete_id)
        ],
    )


@router.delete("/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT)
async def revoke_session(session_id: UUID, signed_in: CurrentSignIn, context: AppContext) -> None:
    """Signs a client out; 404 when the athlete has no such session."""
    await context.accounts.revoke(signed_in.athlete_id, session_id)


@router.post("/password", status_code=HTTPStatus.NO_CONTENT)
async def change_password(
    body: PasswordIn, signed_in: CurrentSignIn, address: ClientAddress, context: AppContext
) -> None:
    """Changes the password and signs every other client out."""
    await context.accounts.change_password(signed_in, body.current_password, body.new_password, address)
