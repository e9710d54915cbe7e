"""Athletes by their email or id, made when they are first seen."""

from __future__ import annotations

import re
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import User, UserProfile
from services.identity.errors import EmailNeeded, EmailTaken, InvalidEmail, UnknownAthlete

MAX_EMAIL_LENGTH = 254
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def checked_email(email: str) -> str:
    """`email` without the spaces around it. Raises `InvalidEmail`.

    Only an answer to a message proves that an address exists, so its form is hardly judged.
    """
    email = email.strip()
    if len(email) > MAX_EMAIL_LENGTH or not EMAIL.fullmatch(email) or not email.isprintable():
        raise InvalidEmail(
            f"{email[:MAX_EMAIL_LENGTH]!r} is not an email address. Give one such as ana@example.com."
        )
    return email


async def athlete_with_email(db: AsyncSession, email: str, *, create: bool) -> UUID:
    """The athlete with this email (case does not matter), made when there is none and `create` is set.

    Raises `InvalidEmail`, and `UnknownAthlete` when there is none and `create` is not set.
    """
    email = checked_email(email)
    if create:
        # Two callers at once make one athlete: the unique email decides, the loser's insert is void.
        await db.execute(insert(User).values(email=email).on_conflict_do_nothing())
    user_id = await db.scalar(select(User.id).where(User.email == email))
    if user_id is None:
        raise UnknownAthlete(f"No athlete has the email {email!r}. Check it for a slip.")
    if create:
        await db.execute(insert(UserProfile).values(user_id=user_id).on_conflict_do_nothing())
    return user_id


async def ensure_athlete(db: AsyncSession, user_id: UUID, email: str | None) -> None:
    """Makes the rows of an athlete whose account is kept elsewhere, and follows a change of their email.

    Raises `EmailNeeded` without an email, `EmailTaken` when an athlete with another id has it.
    """
    if email is None:
        raise EmailNeeded(
            "Your account has no email address. Add one where you signed up, then sign in again."
        )
    await db.execute(insert(User).values(id=user_id, email=email).on_conflict_do_nothing())
    known = await db.scalar(select(User.email).where(User.id == user_id))
    if known is None:
        raise EmailTaken(
            f"Another account of this server has the email {email!r} already. Sign in with that account, or "
            "ask whoever runs the server to remove it."
        )
    await db.execute(insert(UserProfile).values(user_id=user_id).on_conflict_do_nothing())
    if known.casefold() != email.casefold():
        with suppress(IntegrityError):  # somebody else has it: the old one stays
            async with db.begin_nested():
                await db.execute(update(User).where(User.id == user_id).values(email=email))
