"""How the rows of an export name each other, and what they are called where they come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Column, ColumnElement, Index, Table, UniqueConstraint, and_

from services.transfer.ownership import exported_tables, is_personal, naming, people

NAMESPACE = UUID("4b1c8a80-7f2e-5d7c-9a51-2f6c9d0c7e21")

CONTEXTS = {"workout": "workouts", "program": "generated_programs", "injury": "injury_logs"}
"""What `conversations.context_id` names, by its `context_type`: no foreign key says it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A column that names a row of another table, or of its own.

    `late` ones name rows that may come later: they are filled in when all rows are there.
    """

    column: str
    table: str | None
    late: bool

    def target(self, row: Mapping[str, Any]) -> str | None:
        """The table of the row that `row` names."""
        return self.table or CONTEXTS.get(row.get("context_type") or "")


@dataclass(frozen=True, slots=True)
class Links:
    """What the columns of a table name: its `people`, rows of persons, and `content` that is everybody's."""

    people: tuple[str, ...]
    rows: tuple[Link, ...]
    content: tuple[tuple[Column[Any], Table], ...]


@lru_cache
def links_of(table: Table) -> Links:
    """The links of a personal table."""
    before = exported_tables()[: exported_tables().index(table)]
    rows, content = [], []
    for constraint in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
        other = constraint.referred_table
        if other.name == "users":
            continue
        if is_personal(other):
            rows.append(Link(naming(constraint).name, other.name, other not in before))
        else:
            content.append((constraint.elements[0].parent, other))
    if table.name == "conversations":
        rows.append(Link("context_id", None, True))
    owners = {key.parent.name for key in table.foreign_keys if key.column.table.name == "users"}
    return Links(tuple(sorted(owners)), tuple(rows), tuple(content))


def is_between_two(table: Table) -> bool:
    """Whether a row of `table` is between a person and another: only those two can agree on it again."""
    return len(people(table)) > 1


def same_rows(table: Table, row: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    """The conditions under which a row of `table` is one that `row` cannot be beside, each for an index."""
    for columns, nulls_count, where in _unique(table):
        values = [row.get(column.name) for column in columns]
        if all(column.name != "id" for column in columns) and (nulls_count or None not in values):
            same = and_(*(column == value for column, value in zip(columns, values, strict=True)))
            yield same if where is None else and_(same, where)


def _unique(table: Table) -> Iterator[tuple[list[Column[Any]], bool, ColumnElement[bool] | None]]:
    """The columns that are unique together in `table`, whether nulls are alike, and among which rows."""
    for one in (*table.constraints, *table.indexes):
        if isinstance(one, UniqueConstraint) or (isinstance(one, Index) and one.unique):
            options = one.dialect_options["postgresql"]
            where = options["where"] if isinstance(one, Index) else None
            yield list(one.columns), bool(options["nulls_not_distinct"]), where


class Ids:
    """What rows are called here. A row of the person's own keeps its name, any other gets a new one.

    The new name follows from the person and the old name: the same export, brought again, gives the same.
    """

    def __init__(self, person: UUID) -> None:
        self._person = person
        self._others: defaultdict[str, dict[UUID, UUID]] = defaultdict(dict)

    def __call__(self, table: str, old: UUID) -> UUID:
        """The name here of the row `old` of `table`."""
        return self._others[table].get(old) or self.fresh(table, old)

    def fresh(self, table: str, old: UUID) -> UUID:
        """The name that a row gets when it is made here."""
        return uuid5(NAMESPACE, f"{self._person}\n{table}\n{old}")

    def is_here(self, table: str, old: UUID, new: UUID) -> None:
        """The row `old` is here already, under the name `new`."""
        self._others[table][old] = new
