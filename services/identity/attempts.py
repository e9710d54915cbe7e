"""How often signing in may be tried: counted in the database, so that all servers count together."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.network import network_of
from db.session import Database
from services.identity.errors import TooManyAttempts

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)

# A count whose time is over begins anew. Old counts of others are swept along, a few at a time.
COUNT = text(
    """
    with swept as (
        delete from account_attempts where subject in (
            select subject from account_attempts where expires_at < now() and subject <> :subject
            limit 20 for update skip locked
        )
    )
    insert into account_attempts as known (subject, attempts, expires_at)
    values (:subject, 1, now() + :window)
    on conflict (subject) do update set
        attempts = case when known.expires_at > now() then least(known.attempts + 1, 1000000) else 1 end,
        expires_at = case when known.expires_at > now() then known.expires_at else excluded.expires_at end
    returning attempts, ceil(extract(epoch from expires_at - now()))::integer
    """
)
FORGIVE = text("update account_attempts set attempts = greatest(attempts - 1, 0) where subject = :subject")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose attempts are counted together: at most `limit` of them in `window`."""

    name: str
    limit: int
    window: timedelta


def sign_in_subjects(email: str, address: str | None) -> list[Subject]:
    """What a sign-in counts for.

    An address may not try many emails, nor often one of them. The count of an email over all addresses is
    high: it stops a guess from many machines, and one machine alone cannot keep an athlete out with it.
    """
    email, network = email.casefold(), network_of(address)
    return [
        Subject(f"sign in from {network}", 100, QUARTER),
        Subject(f"sign in from {network} as {email}", 10, QUARTER),
        Subject(f"sign in as {email}", 200, HOUR),
    ]


def registration_subjects(address: str | None) -> list[Subject]:
    """What a registration counts for."""
    return [Subject(f"register from {network_of(address)}", 20, HOUR)]


class Attempts(Protocol):
    """Counts attempts. One that succeeds is given back, so only failures add up."""

    async def spend(self, subjects: Sequence[Subject]) -> None:
        """Counts one attempt. Raises `TooManyAttempts` when a subject has none left."""

    async def give_back(self, subjects: Sequence[Subject]) -> None:
        """Takes the count of one attempt back."""


class DatabaseAttempts:
    """Counts in `account_attempts`, under names that only a holder of `key` could work out."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    async def spend(self, subjects: Sequence[Subject]) -> None:
        """Counts before the attempt is made, so that many at once are not more than the limit.

        The first subject that has none left ends it: attempts that are refused do not count for the others.
        """
        wait = None
        async with self._database.transaction(None) as db:
            for subject in subjects:
                wait = await self._count(db, subject)
                if wait is not None:
                    break
        if wait is not None:
            raise TooManyAttempts(wait)

    async def give_back(self, subjects: Sequence[Subject]) -> None:
        """In the order of `spend`, so that two transactions cannot wait for each other."""
        async with self._database.transaction(None) as db:
            for subject in subjects:
                await db.execute(FORGIVE, {"subject": self._id(subject)})

    async def _count(self, db: AsyncSession, subject: Subject) -> int | None:
        """Counts one attempt; seconds to wait if it is one too many."""
        row = await db.execute(COUNT, {"subject": self._id(subject), "window": subject.window})
        attempts, wait = row.one()
        return max(1, wait) if attempts > subject.limit else None

    def _id(self, subject: Subject) -> bytes:
        return hmac.digest(self._key, subject.name.encode(errors="replace"), hashlib.sha256)
