"""Sessions: one row a signed-in client. Refresh tokens belong to a session, which is their family.

All of it runs in the server's own transactions: athletes' cannot see these tables.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import AccountRefreshToken, AccountSession

SESSION_TTL = timedelta(days=30)
"""How long a session lasts: from its last refresh where there are refresh tokens, else from its start."""

KEPT_AFTER_END = timedelta(days=1)
MAX_SESSIONS = 100
"""More than these at once are no athlete's: the one that was used least recently ends."""

USE_NOTED_EVERY = timedelta(hours=1)
REFRESH_TOKEN_BYTES = 32
MAX_CLIENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as its athlete sees it. `client` is what the client said it is."""

    id: UUID
    client: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Used:
    """What became of a refresh token: the session it belongs to if it was good."""

    session_id: UUID | None = None
    user_id: UUID | None = None
    reused: bool = False


def is_live() -> ColumnElement[bool]:
    """Holds for sessions that have not ended."""
    return (AccountSession.revoked_at.is_(None)) & (AccountSession.expires_at > func.now())


async def start_session(db: AsyncSession, user_id: UUID, client: str | None, ttl: timedelta) -> UUID:
    """A new session of an athlete. Ends the least used ones above `MAX_SESSIONS`, forgets old ended ones."""
    longest_ago = datetime.now(UTC) - KEPT_AFTER_END
    mine = AccountSession.user_id == user_id
    await db.execute(
        delete(AccountSession).where(
            mine, (AccountSession.expires_at < longest_ago) | (AccountSession.revoked_at < longest_ago)
        )
    )
    row = AccountSession(user_id=user_id, client=_shown(client), expires_at=datetime.now(UTC) + ttl)
    db.add(row)
    await db.flush()
    surplus = (
        select(AccountSession.id)
        .where(mine, is_live(), AccountSession.id != row.id)
        .order_by(AccountSession.last_used_at.desc())
        .offset(MAX_SESSIONS - 1)
    )
    await db.execute(
        update(AccountSession).where(AccountSession.id.in_(surplus)).values(revoked_at=func.now())
    )
    return row.id


async def add_refresh_token(db: AsyncSession, user_id: UUID, session_id: UUID) -> str:
    """A new refresh token of a session. Only its hash is kept."""
    token = secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
    db.add(AccountRefreshToken(token_hash=_hash(token), session_id=session_id, user_id=user_id))
    await db.flush()
    return token


async def use_refresh_token(db: AsyncSession, token: str) -> Used:
    """Uses `token` up and prolongs its session. A token that was used before ends its session.

    Of two uses at once the second waits at the update for the first to commit, and is the reuse.
    """
    mine = AccountRefreshToken.token_hash == _hash(token)
    family = (AccountRefreshToken.session_id, AccountRefreshToken.user_id)
    used = await db.execute(
        update(AccountRefreshToken)
        .where(mine, AccountRefreshToken.used_at.is_(None))
        .values(used_at=func.now())
        .returning(*family)
    )
    row = used.one_or_none()
    if row is None:
        again = (await db.execute(select(*family).where(mine))).one_or_none()
        if again is None:
            return Used()
        session_id, user_id = again
        await revoke(db, user_id, AccountSession.id == session_id)
        return Used(session_id, user_id, reused=True)
    session_id, user_id = row
    live = await db.scalar(
        update(AccountSession)
        .where(AccountSession.id == session_id, is_live())
        .values(last_used_at=func.now(), expires_at=datetime.now(UTC) + SESSION_TTL)
        .returning(AccountSession.id)
    )
    return Used(live, user_id)


async def session_of_refresh_token(db: AsyncSession, token: str) -> tuple[UUID, UUID] | None:
    """The session and the athlete of a refresh token, whether or not it was used."""
    row = await db.execute(
        select(AccountRefreshToken.session_id, AccountRefreshToken.user_id).where(
            AccountRefreshToken.token_hash == _hash(token)
        )
    )
    found = row.one_or_none()
    return None if found is None else (found[0], found[1])


async def note_use(db: AsyncSession, session_id: UUID) -> bool:
    """Whether a session is live; notes that it was used, once an hour."""
    last_used = await db.scalar(
        select(AccountSession.last_used_at).where(AccountSession.id == session_id, is_live())
    )
    if last_used is None:
        return False
    if last_used < datetime.now(UTC) - USE_NOTED_EVERY:
        await db.execute(
            update(AccountSession).where(AccountSession.id == session_id).values(last_used_at=func.now())
        )
    return True


async def is_revoked(db: AsyncSession, session_id: UUID) -> bool:
    """Whether a session was ended by somebody, or is forgotten, and has not merely expired."""
    kept = select(AccountSession.id).where(
        AccountSession.id == session_id, AccountSession.revoked_at.is_(None)
    )
    return await db.scalar(kept) is None


async def live_sessions(db: AsyncSession, user_id: UUID) -> list[SessionView]:
    """The sessions of an athlete, the most recently used first."""
    rows = await db.scalars(
        select(AccountSession)
        .where(AccountSession.user_id == user_id, is_live())
        .order_by(AccountSession.last_used_at.desc(), AccountSession.id)
    )
    return [SessionView(row.id, row.client, row.created_at, row.last_used_at, row.expires_at) for row in rows]


async def revoke(db: AsyncSession, user_id: UUID, *which: ColumnElement[bool]) -> Sequence[UUID]:
    """Ends the live sessions of an athlete that `which` holds for. Returns their ids."""
    ended = await db.scalars(
        update(AccountSession)
        .where(AccountSession.user_id == user_id, is_live(), *which)
        .values(revoked_at=func.now())
        .returning(AccountSession.id)
    )
    return ended.all()


def _hash(token: str) -> bytes:
    # Tokens are 256 random bits: there is nothing that a slow hash would protect.
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _shown(client: str | None) -> str | None:
    """What a client calls itself, in one line."""
    if client is None:
        return None
    return (
        " ".join("".join(c if c.isprintable() else " " for c in client).split())[:MAX_CLIENT_LENGTH] or None
    )
