"""Whose a table's rows are: found from the tables themselves, so that a new one is not forgotten.

A person's are the rows that name them by `user_id`, else by any foreign key to `users` (a coach and a client
both) or by their address (a column that ends in `_email`); and the rows that hang on such rows and go with
them (`ON DELETE CASCADE`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Column, ColumnElement, ForeignKeyConstraint, Table, Text, cast, func, or_, select

from db.models import Base

SERVERS_OWN = frozenset({"account_passwords", "account_sessions", "account_refresh_tokens"})
"""What only the server may read, for it guards the account. Deleted with the person, never exported."""


@lru_cache
def personal_tables() -> tuple[Table, ...]:
    """The tables that hold something of a person, each after those that its rows need."""
    return tuple(table for table in Base.metadata.sorted_tables if is_personal(table))


@lru_cache
def exported_tables() -> tuple[Table, ...]:
    """Those of the personal tables that are the person's to have."""
    return tuple(table for table in personal_tables() if table.name not in SERVERS_OWN)


def is_personal(table: Table) -> bool:
    """Whether rows of `table` can be somebody's."""
    return table.name == "users" or bool(people(table)) or any(True for _ in _parents(table))


def people(table: Table) -> list[Column[UUID]]:
    """The columns of `table` that say whose a row is."""
    named = [key.parent for key in table.foreign_keys if key.column.table.name == "users"]
    owners = {column.name: column for column in named}
    return [owners["user_id"]] if "user_id" in owners else list(owners.values())


def belongs_to(table: Table, person: UUID) -> ColumnElement[bool]:
    """The condition that a row of `table`, a personal one, is the person's."""
    if table.name == "users":
        return table.c.id == person
    if columns := people(table):
        return or_(*(column == person for column in columns), *_addressed_to(table, person))
    return or_(
        *(
            column.in_(select(parent.c.id).where(belongs_to(parent, person)))
            for column, parent in _parents(table)
        )
    )


def _addressed_to(table: Table, person: UUID) -> Iterator[ColumnElement[bool]]:
    users = Base.metadata.tables["users"]
    email = select(func.lower(cast(users.c.email, Text))).where(users.c.id == person).scalar_subquery()
    for column in table.c:
        if column.name.endswith("_email"):
            yield func.lower(column) == email


def _parents(table: Table) -> Iterator[tuple[Column[UUID], Table]]:
    """The columns of `table` that name the row that its rows go with, and that row's table."""
    for constraint in table.foreign_key_constraints:
        parent = constraint.referred_table
        if constraint.ondelete == "CASCADE" and parent is not table and is_personal(parent):
            yield naming(constraint), parent


def naming(constraint: ForeignKeyConstraint) -> Column[UUID]:
    """The column of a foreign key that names the other row, not its owner."""
    return next(key.parent for key in constraint.elements if key.column.name == "id")
