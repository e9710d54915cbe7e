"""What every table shares: naming of constraints, column types, identifiers and timestamps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, get_args
from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    MetaData,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

type_annotations: dict[Any, Any] = {
    str: Text(),
    float: Double(),
    datetime: DateTime(timezone=True),
    list[str]: ARRAY(Text()),
    list[int]: ARRAY(Integer()),
    dict[str, Any]: JSONB(none_as_null=True),
    list[dict[str, Any]]: JSONB(none_as_null=True),
}


class Base(DeclarativeBase):
    """Base of all models. No lazy relationships: services say what they join and when they flush."""

    # Migrations name a constraint to change it, so every name follows from what it constrains.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = type_annotations
    # Values the database makes are fetched by the statement that wrote the row: an async session must not
    # load them later, unasked.
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012


Id = Annotated[UUID, mapped_column(primary_key=True, server_default=func.gen_random_uuid())]
"""A primary key that the database makes unless the caller brings one."""

OwnerId = Annotated[UUID, mapped_column(ForeignKey("users.id", ondelete="CASCADE"))]
"""The athlete a row belongs to: what row-level security looks at. Deleting the person deletes the row."""

PersonKey = Annotated[UUID, mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)]
"""The athlete a row belongs to, of a table with one row for each."""

ExerciseId = Annotated[UUID, mapped_column(ForeignKey("exercises.id", ondelete="CASCADE"))]
"""An exercise of the catalogue without which the row means nothing."""

Real = Annotated[float, mapped_column(REAL)]
"""A number in single precision, where the plan has REAL."""

Sequence = Annotated[int, mapped_column(BigInteger, Identity(always=True))]
"""A number that grows with every insert: the order of rows where timestamps tie within a transaction."""

Day = Annotated[date, mapped_column(Date())]
"""A date on the athlete's own calendar. (A column called `date` hides the type of that name.)"""

CreatedAt = Annotated[datetime, mapped_column(server_default=func.now())]
UpdatedAt = Annotated[datetime, mapped_column(server_default=func.now(), onupdate=func.now())]


def one_of(column: str, values: Any) -> CheckConstraint:
    """A CHECK that holds `column` to the members of the Literal `values` (or null, where null is allowed)."""
    listed = ", ".join(f"'{value}'" for value in get_args(values))
    return CheckConstraint(f"{column} in ({listed})", name=column)


def between(column: str, low: float, high: float) -> CheckConstraint:
    """A CHECK that `low <= column <= high` (or null, where null is allowed)."""
    return CheckConstraint(f"{column} between {low:g} and {high:g}", name=column)


def not_negative(column: str) -> CheckConstraint:
    """A CHECK that `column >= 0` (or null, where null is allowed)."""
    return CheckConstraint(f"{column} >= 0", name=column)


def positive(column: str) -> CheckConstraint:
    """A CHECK that a whole-number `column >= 1` (or null, where null is allowed)."""
    return CheckConstraint(f"{column} >= 1", name=column)


def measured(column: str) -> CheckConstraint:
    """A CHECK that a floating-point `column` is a real quantity: not negative, infinite or NaN."""
    return CheckConstraint(f"{column} >= 0 and {column} < 'infinity'", name=column)


def of_same_athlete(
    column: str, table: str, *, ondelete: str | None = None, owner: str = "user_id"
) -> ForeignKeyConstraint:
    """A foreign key that names a row of `table` and its athlete at once: never somebody else's row.

    `owner` is this table's column with the athlete. With `ondelete="SET NULL"` only `column` becomes null.
    """
    action = f"SET NULL ({column})" if ondelete == "SET NULL" else ondelete
    return ForeignKeyConstraint([column, owner], [f"{table}.id", f"{table}.user_id"], ondelete=action)
