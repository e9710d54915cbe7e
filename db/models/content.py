"""Which state of the packaged content a database has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, func, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class ContentVersion(Base):
    """The one row that says which content was loaded last: a hash over its files (`db.catalogue.files`).

    Whoever caches content can tell by it that theirs is old.
    """

    __tablename__ = "content_version"
    __table_args__ = (CheckConstraint("is_only", name="is_only"),)

    is_only: Mapped[bool] = mapped_column(primary_key=True, server_default=true())
    version: Mapped[str]
    loaded_at: Mapped[datetime] = mapped_column(server_default=func.now())
