"""Built-in accounts: registering, signing in and out, refresh tokens, and changing the password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import AccountPassword, AccountSession, User, UserProfile
from db.session import Database
from services.identity import sessions
from services.identity.attempts import Attempts, DatabaseAttempts, registration_subjects, sign_in_subjects
from services.identity.errors import (
    EmailTaken,
    NotSignedIn,
    NotYourPassword,
    SignInElsewhere,
    UnknownSession,
    WrongPassword,
)
from services.identity.identity import Identity
from services.identity.passwords import Passwords, check_password
from services.identity.people import checked_email
from services.identity.sessions import SESSION_TTL, SessionView
from services.identity.tokens import SignedIn

ACCESS_TTL = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Grant:
    """A token pair. `access_token` is for requests; `refresh_token` is good for one exchange."""

    user_id: UUID
    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds that the access token lasts."""


class Accounts:
    """Built-in accounts. Where Supabase keeps them, whatever needs a password raises `SignInElsewhere`."""

    def __init__(self, database: Database, identity: Identity, attempts: Attempts | None = None) -> None:
        self._database = database
        self._identity = identity
        self._attempts = attempts or DatabaseAttempts(database, identity.secret)
        self._passwords = Passwords()

    async def register(
        self, email: str, password: str, address: str | None, *, name: str | None = None
    ) -> UUID:
        """A new athlete with a password.

        Raises `InvalidEmail`, `InvalidPassword`, `EmailTaken`, `TooManyAttempts`.
        An athlete who was made without a password (`voicefit token`) counts as taken: whoever runs the server
        gives them one (`voicefit password`).
        """
        self._only_built_in()
        email = checked_email(email)
        check_password(password)
        await self._attempts.spend(registration_subjects(address))
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction(None) as db:
            user_id: UUID | None = await db.scalar(
                insert(User).values(email=email, name=name).on_conflict_do_nothing().returning(User.id)
            )
            if user_id is None:
                raise EmailTaken(f"There is an account with the email {email!r} already. Sign in to it.")
            db.add_all(
                [UserProfile(user_id=user_id), AccountPassword(user_id=user_id, password_hash=password_hash)]
            )
        return user_id

    async def sign_in(self, email: str, password: str, address: str | None) -> UUID:
        """The athlete with this email and password.

        An email that nobody has takes as long, and is answered as a wrong password is.
        Raises `WrongPassword`, `InvalidEmail`, `TooManyAttempts`.
        """
        self._only_built_in()
        email = checked_email(email)
        subjects = sign_in_subjects(email, address)
        await self._attempts.spend(subjects)
        async with self._database.transaction(None) as db:
            row = (
                await db.execute(
                    select(User.id, AccountPassword.password_hash)
                    .join(AccountPassword, AccountPassword.user_id == User.id)
                    .where(User.email == email)
                )
            ).one_or_none()
        user_id, password_hash = row or (None, None)
        if not await self._passwords.verify(password_hash, password) or user_id is None:
            raise WrongPassword("Email and password do not match an account here. Check both for a slip.")
        await self._attempts.give_back(subjects)
        if password_hash is not None and self._passwords.is_outdated(password_hash):
            renewed = await self._passwords.hash(password)
            async with self._database.transaction(None) as db:
                await db.execute(
                    update(AccountPassword)
                    .where(AccountPassword.user_id == user_id, AccountPassword.password_hash == password_hash)
                    .values(password_hash=renewed)
                )
        return user_id

    async def grant(self, user_id: UUID, client: str | None) -> Grant:
        """A session with a token pair, for clients that are not browsers."""
        async with self._database.transaction(None) as db:
            session_id = await sessions.start_session(db, user_id, client, SESSION_TTL)
            return await self._grant(db, user_id, session_id)

    async def refresh(self, refresh_token: str) -> Grant:
        """A new token pair for a refresh token, which is used up. Raises `NotSignedIn`.

        A token that was used before may have been stolen, as may the one that it was exchanged for: the
        session ends, and with it every token that came of it (RFC 9700, section 4.14.2).
        """
        self._only_built_in()
        async with self._database.transaction(None) as db:
            used = await sessions.use_refresh_token(db, refresh_token)
            if used.session_id is not None and used.user_id is not None and not used.reused:
                return await self._grant(db, used.user_id, used.session_id)
        if used.reused and used.session_id is not None:
            self._identity.forget(used.session_id)
            raise NotSignedIn("This refresh token was used before, so its session was ended. Sign in again.")
        raise NotSignedIn("This refresh token is not valid, or its session has ended. Sign in again.")

    async def sign_out(self, signed_in: SignedIn) -> None:
        """Ends the session of a token."""
        if signed_in.session_id is not None:
            await self._revoke(signed_in.athlete_id, signed_in.session_id)

    async def sign_out_by_refresh_token(self, refresh_token: str) -> None:
        """Ends the session of a refresh token; one that is not known is no error."""
        async with self._database.transaction(None) as db:
            found = await sessions.session_of_refresh_token(db, refresh_token)
        if found is not None:
            session_id, user_id = found
            await self._revoke(user_id, session_id)

    async def sessions(self, user_id: UUID) -> list[SessionView]:
        """Where an athlete is signed in, the most recently used first."""
        async with self._database.transaction(None) as db:
            return await sessions.live_sessions(db, user_id)

    async def revoke(self, user_id: UUID, session_id: UUID) -> None:
        """Ends a session of an athlete. Raises `UnknownSession`."""
        if not await self._revoke(user_id, session_id):
            raise UnknownSession("You have no such session: it has ended, or it never was yours.")

    async def change_password(
        self, signed_in: SignedIn, current: str | None, new: str, address: str | None
    ) -> None:
        """Sets the password of who is signed in, and ends their other sessions.

        `current` may be None for who has none yet. Raises `NotYourPassword`, `InvalidPassword`,
        `TooManyAttempts`.
        """
        self._only_built_in()
        user_id = signed_in.athlete_id
        check_password(new)
        subjects = sign_in_subjects(await self._identity.email_of(user_id), address)
        await self._attempts.spend(subjects)
        async with self._database.transaction(None) as db:
            known = await db.scalar(
                select(AccountPassword.password_hash).where(AccountPassword.user_id == user_id)
            )
        if known is not None and not await self._passwords.verify(known, current or ""):
            raise NotYourPassword("That is not your current password.")
        await self._attempts.give_back(subjects)
        others = [] if signed_in.session_id is None else [AccountSession.id != signed_in.session_id]
        await self._replace_password(user_id, new, *others)

    async def set_password(self, email: str, new: str) -> None:
        """Sets an athlete's password and ends all their sessions: for whoever runs the server.

        Raises `UnknownAthlete`, `InvalidPassword`.
        """
        self._only_built_in()
        check_password(new)
        await self._replace_password(await self._identity.athlete_by_email(email, create=False), new)

    async def _replace_password(self, user_id: UUID, new: str, *which: ColumnElement[bool]) -> None:
        """Sets a password and ends the sessions that `which` holds for, all at once."""
        password_hash = await self._passwords.hash(new)
        async with self._database.transaction(None) as db:
            await _store(db, user_id, password_hash)
            ended = await sessions.revoke(db, user_id, *which)
        self._identity.forget(*ended)

    async def _revoke(self, user_id: UUID, session_id: UUID) -> bool:
        async with self._database.transaction(None) as db:
            ended = await sessions.revoke(db, user_id, AccountSession.id == session_id)
        self._identity.forget(*ended)
        return bool(ended)

    async def _grant(self, db: AsyncSession, user_id: UUID, session_id: UUID) -> Grant:
        email = await db.scalar(select(User.email).where(User.id == user_id))
        return Grant(
            user_id=user_id,
            access_token=self._identity.issue_token(user_id, ACCESS_TTL, session_id=session_id, email=email),
            refresh_token=await sessions.add_refresh_token(db, user_id, session_id),
            expires_in=int(ACCESS_TTL.total_seconds()),
        )

    def _only_built_in(self) -> None:
        if self._identity.supabase is not None:
            raise SignInElsewhere(self._identity.supabase.address)


async def _store(db: AsyncSession, user_id: UUID, password_hash: str) -> None:
    row = {"password_hash": password_hash, "changed_at": func.now()}
    await db.execute(
        insert(AccountPassword)
        .values(user_id=user_id, **row)
        .on_conflict_do_update(index_elements=[AccountPassword.user_id], set_=row)
    )
