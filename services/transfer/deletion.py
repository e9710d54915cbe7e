"""Deleting a person: everything of theirs in every table, at once and for good."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select

from core.errors import Invalid
from db.models import AccountSession, User
from db.session import Database
from services.transfer.ownership import belongs_to, personal_tables


class NotConfirmed(Invalid):
    """The email that was given to confirm a deletion is not the account's."""


async def delete_person(database: Database, person: UUID, confirmed_by: str) -> list[UUID]:
    """Deletes an account and everything of its person; `confirmed_by` is the account's email.

    What others keep stays with them, without the person. Returns the sessions that have ended with it.
    Raises `NotConfirmed`.
    """
    async with database.transaction(None) as db:
        # Held until the end: whoever is logging a set just now comes before, or too late.
        email = await db.scalar(select(User.email).where(User.id == person).with_for_update())
        if email is None or email.casefold() != confirmed_by.strip().casefold():
            raise NotConfirmed("This is not the email of the account. Nothing was deleted.", "email")
        sessions = await db.scalars(select(AccountSession.id).where(AccountSession.user_id == person))
        ended = list(sessions)
        # Each table by itself, the rows that need others first: no foreign key has to be trusted to do it.
        for table in reversed(personal_tables()):
            await db.execute(delete(table).where(belongs_to(table, person)))
    return ended


async def count_rows(database: Database, person: UUID) -> dict[str, int]:
    """How many rows a person has, by table."""
    async with database.transaction(None) as db:
        counts = {
            table.name: await db.scalar(
                select(func.count()).select_from(table).where(belongs_to(table, person))
            )
            or 0
            for table in personal_tables()
        }
    return {name: count for name, count in counts.items() if count}
