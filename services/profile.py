"""An athlete's account and profile, as they see and change them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from core.fields import by_rule, one_line
from db.models import Role, User
from services.identity import NotSignedIn

Name = Annotated[str, Field(max_length=100), by_rule(one_line)]


@dataclass(frozen=True, slots=True)
class UserView:
    """Who an athlete is."""

    id: UUID
    email: str
    name: str | None
    role: Role
    created_at: datetime


async def read_user(db: AsyncSession, user_id: UUID) -> UserView:
    """The account of an athlete. Raises `NotSignedIn` when it is gone."""
    row = await db.get(User, user_id)
    if row is None:
        raise NotSignedIn("This account no longer exists. Sign in again.")
    return UserView(row.id, row.email, row.name, row.role, row.created_at)
