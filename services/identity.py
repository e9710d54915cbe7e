"""Who is speaking: tokens, the secret that signs them, and the athletes they name.

A token is a JWT (RFC 7519) signed with HMAC-SHA-256. Its claims are those that row-level security reads:
`sub` is the athlete, `role` and `aud` are `authenticated`.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import jwt
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.errors import NotConfigured, VoiceFitError
from core.settings import Settings
from db.models import User, UserProfile
from db.session import Database

ALGORITHM = "HS256"
AUDIENCE = "authenticated"
ISSUER = "voicefit"
LOCAL_EMAIL = "athlete@localhost"
MIN_SECRET_BYTES = 32
"""HMAC keys are at least as long as the hash's output (RFC 7518, section 3.2)."""

MAX_EMAIL_LENGTH = 254
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class NotSignedIn(VoiceFitError):
    """No token, or one that is not ours, is damaged or has expired."""


class UnknownAthlete(VoiceFitError):
    """No athlete has this email."""


class InvalidEmail(VoiceFitError):
    """What was given is not an email address."""


class Identity:
    """Built-in accounts: athletes are rows of `users`, tokens are signed by this server."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Reads the signing secret, making one under `settings.home` on first use.

        Raises `NotConfigured` when `settings.secret` is too short or the secret's file cannot be made.
        """
        self._database = database
        self._secret = signing_secret(settings)

    def issue_token(self, user_id: UUID, ttl: timedelta) -> str:
        """A token that speaks for `user_id` until `ttl` has passed."""
        now = datetime.now(UTC)
        claims = {
            "sub": str(user_id),
            "role": AUDIENCE,
            "aud": AUDIENCE,
            "iss": ISSUER,
            "iat": now,
            "exp": now + ttl,
        }
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def verify(self, token: str) -> UUID:
        """The athlete that `token` speaks for. Raises `NotSignedIn` unless it is ours, whole and current."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["sub", "exp", "iat"]},
            )
            return UUID(claims["sub"])
        except jwt.ExpiredSignatureError as error:
            raise NotSignedIn("Your sign-in has expired. Sign in again.") from error
        except (jwt.InvalidTokenError, ValueError) as error:
            raise NotSignedIn("This token is not valid here. Sign in again.") from error

    async def athlete_by_email(self, email: str, create: bool = True) -> UUID:
        """The athlete with this email (case does not matter), made on first use when `create` is set.

        Raises `InvalidEmail`, and `UnknownAthlete` when there is none and `create` is not set.
        """
        email = email.strip()
        if len(email) > MAX_EMAIL_LENGTH or not EMAIL.fullmatch(email):
            raise InvalidEmail(f"{email!r} is not an email address. Give one such as ana@example.com.")
        async with self._database.transaction(None) as session:
            if create:
                # Two callers at once make one athlete: the unique email decides, the loser's insert is void.
                await session.execute(insert(User).values(email=email).on_conflict_do_nothing())
            user_id = await session.scalar(select(User.id).where(User.email == email))
            if user_id is None:
                raise UnknownAthlete(f"No athlete has the email {email!r}. Check it for a slip.")
            if create:
                await session.execute(insert(UserProfile).values(user_id=user_id).on_conflict_do_nothing())
            return user_id

    async def local_athlete(self) -> UUID:
        """The one athlete of a server that only its own machine can reach."""
        return await self.athlete_by_email(LOCAL_EMAIL)

    async def email_of(self, user_id: UUID) -> str:
        """The email of an athlete. Raises `NotSignedIn` when the account is gone."""
        async with self._database.transaction(None) as session:
            email = await session.scalar(select(User.email).where(User.id == user_id))
        if email is None:
            raise NotSignedIn("This account no longer exists. Sign in again.")
        return email


def signing_secret(settings: Settings) -> bytes:
    """The key that signs tokens: `settings.secret`, or the one kept in `settings.home/secret`.

    Raises `NotConfigured` when the key is too short, or its file cannot be read or made.
    """
    if settings.secret is not None:
        secret, source = settings.secret.encode(), "VOICEFIT_SECRET"
    else:
        path = settings.home / "secret"
        secret, source = _kept_secret(path), str(path)
    if len(secret) < MIN_SECRET_BYTES:
        raise NotConfigured(
            f"The secret in {source} is shorter than {MIN_SECRET_BYTES} bytes. "
            "Make one with `openssl rand -hex 32`, or remove it to have one made."
        )
    return secret


def _kept_secret(path: Path) -> bytes:
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_bytes().strip()
    except OSError as error:
        raise NotConfigured(
            f"The signing secret {path} cannot be read or made ({error.strerror}). "
            "Make its folder writable, or set VOICEFIT_SECRET."
        ) from error


def _make_secret(path: Path) -> None:
    """Writes a new secret at `path` unless another process is faster.

    A hard link appears at once with its whole content and fails if the name is taken, so nobody ever reads
    half a secret and all processes agree on one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(MIN_SECRET_BYTES))
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
