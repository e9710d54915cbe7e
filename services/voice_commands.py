"""Turns as their athlete looks at them: lists and single ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from db.models import VoiceCommand
from services.paging import PageRequest, Slice, Sort, fetch_slice

SORTS = {
    "-created_at": Sort((VoiceCommand.created_at, VoiceCommand.id), descending=True),
    "created_at": Sort((VoiceCommand.created_at, VoiceCommand.id)),
}


class UnknownCommand(NotFound):
    """No such turn of this athlete."""


@dataclass(frozen=True, slots=True)
class CommandFilter:
    """Which turns: by the rows they touched, who decided, how sure it was, when (from, but before)."""

    conversation_id: UUID | None = None
    workout_id: UUID | None = None
    exercise_id: UUID | None = None
    route: str | None = None
    was_corrected: bool | None = None
    confidence_below: float | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What a turn's row must fulfil."""
        for column in ("conversation_id", "workout_id", "exercise_id", "route", "was_corrected"):
            if (value := getattr(self, column)) is not None:
                yield getattr(VoiceCommand, column) == value
        if self.confidence_below is not None:
            yield VoiceCommand.confidence < self.confidence_below
        if self.created_from is not None:
            yield VoiceCommand.created_at >= self.created_from
        if self.created_before is not None:
            yield VoiceCommand.created_at < self.created_before


async def list_commands(
    db: AsyncSession, user_id: UUID, wanted: CommandFilter, page: PageRequest
) -> Slice[tuple[VoiceCommand]]:
    """Turns by when they were said. Raises `InvalidCursor`."""
    query = select(VoiceCommand).where(VoiceCommand.user_id == user_id, *wanted.conditions())
    return await fetch_slice(db, query, SORTS, page)


async def get_command(db: AsyncSession, user_id: UUID, command_id: UUID) -> VoiceCommand:
    """One turn. Raises `UnknownCommand`."""
    row = await db.scalar(
        select(VoiceCommand).where(VoiceCommand.id == command_id, VoiceCommand.user_id == user_id)
    )
    if row is None:
        raise UnknownCommand("There is no such voice command.")
    return row
