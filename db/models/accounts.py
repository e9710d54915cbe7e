"""Built-in accounts: passwords, sessions and their refresh tokens, and failed sign-ins.

Only the server's own role sees these tables. Secrets are stored as hashes.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, CreatedAt, Id, OwnerId


class AccountPassword(Base):
    """The argon2id hash of an athlete's password; no row when they have none."""

    __tablename__ = "account_passwords"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AccountSession(Base):
    """One signed-in client, and the family of its refresh tokens. `client` is what it says it is.

    It ends at `expires_at`, or at `revoked_at` when it was signed out.
    """

    __tablename__ = "account_sessions"
    __table_args__ = (UniqueConstraint("id", "user_id"), Index(None, "user_id"), Index(None, "expires_at"))

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    client: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AccountRefreshToken(Base):
    """The SHA-256 of a refresh token. One that has been used stays, so that a second use shows."""

    __tablename__ = "account_refresh_tokens"
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "user_id"], ["account_sessions.id", "account_sessions.user_id"], ondelete="CASCADE"
        ),
        CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),
        Index(None, "session_id"),
        Index(None, "user_id"),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID]
    user_id: Mapped[OwnerId]
    created_at: Mapped[CreatedAt]
    used_at: Mapped[datetime | None]


class AccountAttempt(Base):
    """How often signing in was tried for one subject until `expires_at`.

    `subject` is a keyed hash of an email or of a network address: neither can be read from it.
    """

    __tablename__ = "account_attempts"
    __table_args__ = (
        CheckConstraint("octet_length(subject) = 32", name="subject"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index(None, "expires_at"),
    )

    subject: Mapped[bytes] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    expires_at: Mapped[datetime]
