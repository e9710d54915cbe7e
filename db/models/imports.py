"""What was taken in from other apps, so that it comes once and can be taken back."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.units import WeightUnit
from db.models.base import Base, CreatedAt, Id, OwnerId, not_negative, one_of

ImportApp = Literal["strong", "hevy", "fitnotes", "fitbod"]


class Import(Base):
    """One file of another app that was imported, and how many workouts and sets came of it.

    `unit` is the one that was said for a file that has none. What came of it names it by `import_id`.
    """

    __tablename__ = "imports"
    __table_args__ = (
        one_of("app", ImportApp),
        one_of("unit", WeightUnit),
        not_negative("workouts"),
        not_negative("sets"),
        UniqueConstraint("id", "user_id"),
        Index(None, "user_id", "created_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[OwnerId]
    app: Mapped[ImportApp] = mapped_column(Text)
    file_name: Mapped[str | None]
    unit: Mapped[WeightUnit | None] = mapped_column(Text)
    workouts: Mapped[int]
    sets: Mapped[int]
    created_at: Mapped[CreatedAt]
