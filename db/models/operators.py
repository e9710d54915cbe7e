"""What operators see of everybody's turns: views with no column that holds words.

Not among the tables of `Base`: they belong to no athlete, and show nothing to anybody but operators.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import REAL, DateTime, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Views(DeclarativeBase):
    """The base of views."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
    }


class Turn:
    """One turn. `shapes` are its calls with their arguments' names and JSON types;
    `waited_ms` is from the end of speech to the first sound, or from the words until all was done."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    door: Mapped[str | None]
    route: Mapped[str | None]
    reason: Mapped[str | None]
    outcome: Mapped[str | None]
    error: Mapped[str | None]
    interrupted: Mapped[bool]
    confidence: Mapped[float | None] = mapped_column(REAL)
    model: Mapped[str | None]
    trace_id: Mapped[str | None]
    timings: Mapped[dict[str, Any] | None]
    call_timings: Mapped[list[dict[str, Any]] | None]
    shapes: Mapped[list[dict[str, Any]]]
    waited_ms: Mapped[int] = mapped_column(Integer)


class SeenTurn(Turn, Views):
    """A turn that is recorded."""

    __tablename__ = "turns"
    __table_args__ = ({"schema": "app"},)


class FailedTurn(Turn, Views):
    """A turn whose record was rolled back."""

    __tablename__ = "failed_turns"
    __table_args__ = ({"schema": "app"},)
