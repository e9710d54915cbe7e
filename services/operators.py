"""Operators: who runs the server (`users.role` is `admin`), and may look at how it does."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, VoiceFitError
from db.models import User
from db.models.users import Role

OPERATOR: Role = "admin"


class OperatorsOnly(VoiceFitError):
    """It is for those who run the server."""


async def admit(db: AsyncSession, person_id: UUID) -> User:
    """The account of an operator, in a transaction of theirs. Raises `OperatorsOnly` for everybody else."""
    user = await db.scalar(select(User).where(User.id == person_id, User.role == OPERATOR))
    if user is None:
        raise OperatorsOnly(
            "This is for those who run the server. They can let you in: `voicefit user role EMAIL admin`."
        )
    return user


async def assign_role(db: AsyncSession, person_id: UUID, role: str) -> None:
    """Gives somebody a role, in a transaction of the server's. Raises `Invalid`."""
    if role not in get_args(Role):
        raise Invalid(f"There is no role {role}. There are: {', '.join(get_args(Role))}.")
    await db.execute(update(User).where(User.id == person_id).values(role=role, updated_at=func.now()))
