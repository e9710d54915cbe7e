"""Our own tokens: JWTs (RFC 7519) signed with HMAC-SHA-256.

Their claims are those of Supabase's access tokens, which row-level security reads as well: `sub` is the
athlete, `role` and `aud` are `authenticated`, `session_id` names what can be revoked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from services.identity.errors import NotSignedIn

ALGORITHM = "HS256"
AUDIENCE = "authenticated"
ISSUER = "voicefit"
REQUIRED = ("sub", "exp", "iat")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a valid token says. Without `session_id` nothing but its expiry ends it."""

    athlete_id: UUID
    expires_at: datetime
    session_id: UUID | None = None
    email: str | None = None

    @property
    def remaining(self) -> timedelta:
        """How long the token is still good for."""
        return self.expires_at - datetime.now(UTC)


class Tokens:
    """Signs and checks tokens with `secret`."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(
        self, athlete_id: UUID, ttl: timedelta, *, session_id: UUID | None = None, email: str | None = None
    ) -> str:
        """A token that speaks for an athlete until `ttl` has passed."""
        now = datetime.now(UTC)
        claims: dict[str, Any] = {
            "sub": str(athlete_id),
            "role": AUDIENCE,
            "aud": AUDIENCE,
            "iss": ISSUER,
            "iat": now,
            "exp": now + ttl,
        }
        if session_id is not None:
            claims["session_id"] = str(session_id)
        if email is not None:
            claims["email"] = email
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def verify(self, token: str) -> SignedIn:
        """What `token` says. Raises `NotSignedIn` unless it is ours, whole and current."""
        return checked(token, self._secret, ALGORITHM, ISSUER)


def checked(token: str, key: Any, algorithm: str, issuer: str) -> SignedIn:
    """What `token` says once signature, issuer, audience, role and expiry are right. Raises `NotSignedIn`."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=AUDIENCE,
            issuer=issuer,
            options={"require": [*REQUIRED]},
        )
        return _signed_in(claims)
    except jwt.ExpiredSignatureError as error:
        raise NotSignedIn("Your sign-in has expired. Sign in again.") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise not_valid() from error


def unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims of `token`, to choose what to check it with. Raises `NotSignedIn` if it is no JWT."""
    try:
        decoded = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError) as error:
        raise not_valid() from error
    return decoded["header"], decoded["payload"]


def not_valid() -> NotSignedIn:
    """The refusal of a token that is not valid, without saying why to whoever made it."""
    return NotSignedIn("This token is not valid here. Sign in again.")


def _signed_in(claims: Mapping[str, Any]) -> SignedIn:
    """Raises `ValueError` for a claim of the wrong form."""
    if claims.get("role") != AUDIENCE:
        raise ValueError("role")
    session_id, email = claims.get("session_id"), claims.get("email")
    if not isinstance(email, str | None) or not isinstance(session_id, str | None):
        raise ValueError("email or session_id")
    return SignedIn(
        athlete_id=UUID(claims["sub"]),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        session_id=UUID(session_id) if session_id else None,
        email=email or None,
    )
