"""Who is speaking: the athlete that a token names, and whether it still may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import DatabaseUnavailable
from core.settings import Settings
from db.models import User
from db.session import Database
from services.identity import sessions
from services.identity.errors import NotSignedIn
from services.identity.people import athlete_with_email, ensure_athlete
from services.identity.recent import Recent
from services.identity.secret import signing_secret
from services.identity.supabase import supabase
from services.identity.tokens import ISSUER, SignedIn, Tokens, unverified

LOCAL_EMAIL = "athlete@localhost"

REVOKED_WITHIN_SECONDS = 5.0
"""How long a token may go on working on other servers after its session was revoked. Where it was revoked,
it stops at once. In between, a token costs no query."""


LOOK_AGAIN_SECONDS = 10.0
"""How soon an open connection ends after its session was revoked."""


class Identity:
    """Checks tokens, ours and those of the Supabase project in `settings`; knows athletes by their email."""

    def __init__(
        self, database: Database, settings: Settings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Reads the signing secret, making one under `settings.home` on first use.

        Raises `NotConfigured` when `settings.secret` is too short, the secret's file cannot be made, or
        Supabase's settings are incomplete.
        """
        self.secret = signing_secret(settings)
        self.supabase = supabase(settings)
        self._database = database
        self._tokens = Tokens(self.secret)
        self._recent = Recent(REVOKED_WITHIN_SECONDS, clock)

    def issue_token(
        self, user_id: UUID, ttl: timedelta, *, session_id: UUID | None = None, email: str | None = None
    ) -> str:
        """A token that speaks for `user_id` until `ttl` has passed or its session, if any, has ended."""
        return self._tokens.issue(user_id, ttl, session_id=session_id, email=email)

    async def verify(self, token: str) -> UUID:
        """The athlete that `token` speaks for. Raises as `authenticate` does."""
        return (await self.authenticate(token)).athlete_id

    async def authenticate(self, token: str) -> SignedIn:
        """What `token` says. An athlete of Supabase's who was never here before has their rows made.

        Raises:
            NotSignedIn: it is not ours, damaged, expired or revoked, or the account is gone.
            EmailNeeded, EmailTaken: Supabase's account cannot be one of this server.
            SignInUnavailable: Supabase's keys cannot be fetched.
        """
        if self.supabase is not None and unverified(token)[1].get("iss") != ISSUER:
            signed_in = await self.supabase.verify(token)
            key = (signed_in.athlete_id, signed_in.email)
            if key not in self._recent:
                async with self._database.transaction(None) as db:
                    await ensure_athlete(db, signed_in.athlete_id, signed_in.email)
                self._recent.add(key)
            return signed_in
        signed_in = self._tokens.verify(token)
        await self._check(signed_in)
        return signed_in

    async def _check(self, signed_in: SignedIn) -> None:
        """Raises `NotSignedIn` when the session has ended or the account is gone."""
        session_id, athlete_id = signed_in.session_id, signed_in.athlete_id
        if (session_id or athlete_id) in self._recent:
            return
        async with self._database.transaction(None) as db:
            if session_id is not None:
                good = await sessions.note_use(db, session_id)
            else:
                good = await _exists(db, athlete_id)
        if not good:
            raise NotSignedIn("You have been signed out here. Sign in again.")
        self._recent.add(session_id or athlete_id)

    async def until_revoked(self, token: str) -> None:
        """Returns when the session of `token`, which was good, was ended or its account is gone.

        For connections that outlive the token: that it expires in the meantime ends nothing.
        """
        claims = unverified(token)[1]
        session_id = claims.get("session_id") if claims.get("iss") == ISSUER else None
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            with suppress(DatabaseUnavailable, DBAPIError):
                async with self._database.transaction(None) as db:
                    if session_id is not None:
                        ended = await sessions.is_revoked(db, UUID(session_id))
                    else:
                        ended = not await _exists(db, UUID(claims["sub"]))
                if ended:
                    return

    async def start_session(self, user_id: UUID, client: str | None, ttl: timedelta) -> str:
        """A token that lasts as long as the new session. `client` is what the client calls itself."""
        async with self._database.transaction(None) as db:
            session_id = await sessions.start_session(db, user_id, client, ttl)
            email = await db.scalar(select(User.email).where(User.id == user_id))
        return self.issue_token(user_id, ttl, session_id=session_id, email=email)

    def forget(self, *session_ids: UUID) -> None:
        """Has the next token of these sessions checked at once: they were revoked."""
        for session_id in session_ids:
            self._recent.discard(session_id)

    async def athlete_by_email(self, email: str, create: bool = True) -> UUID:
        """The athlete with this email (case does not matter), made on first use when `create` is set.

        Raises `InvalidEmail`, and `UnknownAthlete` when there is none and `create` is not set.
        """
        async with self._database.transaction(None) as db:
            return await athlete_with_email(db, email, create=create)

    async def local_athlete(self) -> UUID:
        """The one athlete of a server that only its own machine can reach."""
        return await self.athlete_by_email(LOCAL_EMAIL)

    async def email_of(self, user_id: UUID) -> str:
        """The email of an athlete. Raises `NotSignedIn` when the account is gone."""
        async with self._database.transaction(None) as db:
            email = await db.scalar(select(User.email).where(User.id == user_id))
        if email is None:
            raise NotSignedIn("This account no longer exists. Sign in again.")
        return email


async def _exists(db: AsyncSession, user_id: UUID) -> bool:
    return await db.scalar(select(User.id).where(User.id == user_id)) is not None
