"""Taking in an export: what is not here yet, all of it or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import (
    ColumnElement,
    Table,
    Update,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import WorkoutSet
from db.session import Database
from services import ledger, records
from services.transfer.columns import read_row
from services.transfer.commit import BEGIN
from services.transfer.errors import BadRow, FileRefused
from services.transfer.links import Ids, Links, is_between_two, links_of, same_rows
from services.transfer.ownership import belongs_to, exported_tables
from services.transfer.unpacking import Unpacked, unpack

ROWS_AT_ONCE = 200
MAY_INSERT = "has_table_privilege(current_user, 'public.{table}', 'insert')"
BAD_DATA, BROKEN_RULE, NOT_ALLOWED = "22", "23", "42501"

# An athlete has at most one that is open: a second one is over.
CLOSED = {"workouts": ("status", "completed"), "runs": ("status", "completed")}
# What it says how to take back are rows as they were called elsewhere.
NOT_KEPT = {"tool_calls": ("undo",)}


class Restored(BaseModel):
    """What came of an export: rows written by table, rows that were here already, rows that cannot come.

    Those are between two people (a coach and a client), or only the server makes them.
    """

    app: str = "voicefit"
    label: str = "VoiceFit"
    written: dict[str, int]
    already_here: int
    left_out: int


class Contents(BaseModel):
    """What an export holds: the number of rows by table."""

    app: str = "voicefit"
    label: str = "VoiceFit"
    tables: dict[str, int]


def contents(file: BinaryIO) -> Contents:
    """Counts the rows of an export. Raises `FileRefused`."""
    with closing(unpack(file)) as layout:
        return Contents(tables=layout.counts)


async def restore(database: Database, person: UUID, file: BinaryIO) -> Restored:
    """Takes in an export of VoiceFit, whoever's it was, as the rows of `person`.

    What is here already stays as it is, and so do the account and its settings unless there is nothing else
    in it. Raises `FileRefused`, and writes nothing, for what is no export or does not fit together.
    """
    # Away from the event loop, like all that takes long.
    with closing(await asyncio.to_thread(unpack, file)) as layout:
        try:
            async with database.transaction(person) as session:
                await session.execute(BEGIN, {"athlete": str(person)})
                return await _Restoration(session, person, layout).run()
        except DBAPIError as error:
            raise _refusal(error) from error


def _refusal(error: DBAPIError) -> Exception:
    """What to say of an error of the database; itself when the export is not to blame."""
    state = str(getattr(error.orig, "sqlstate", "") or "")
    cause = getattr(error.orig, "__cause__", None)
    if state == NOT_ALLOWED or state.startswith((BAD_DATA, BROKEN_RULE)) or isinstance(cause, ValueError):
        rule = getattr(cause, "constraint_name", None) or "a value that no column can hold"
        return FileRefused(f"The export does not fit together: it breaks {rule}. Nothing was written.")
    return error


class _Restoration:
    """One export on its way in."""

    def __init__(self, db: AsyncSession, person: UUID, layout: Unpacked) -> None:
        self._db = db
        self._person = person
        self._layout = layout
        self._ids = Ids(person)
        self._made: dict[str, set[UUID]] = {}
        self._result = Restored(written={}, already_here=0, left_out=0)

    async def run(self) -> Restored:
        """Writes all tables, then the links between rows that came before and after each other."""
        tables = [table for table in exported_tables() if self._layout.counts.get(table.name)]
        is_empty = await self._is_empty()
        for table in tables:
            if "id" not in table.c or table.name == "users":
                await self._restore_settings(table, is_empty)
            elif is_between_two(table) or not await self._may_insert(table):
                self._result.left_out += self._layout.counts[table.name]
            else:
                await self._restore_table(table)
        for table in tables:
            if table.name in self._made and any(link.late for link in links_of(table).rows):
                await self._restore_late_links(table)
        if not is_empty:
            await self._settle_records()
        return self._result

    async def _settle_records(self) -> None:
        """The records that were held here and those that came are one history now."""
        if made := self._made.get("workout_sets"):
            await ledger.lock_calls(self._db, self._person)
            places = await records.places_of(self._db, WorkoutSet.id.in_(made))
            await records.recompute(self._db, self._person, dict.fromkeys(places))

    async def _is_empty(self) -> bool:
        """Whether the account has nothing but itself and its settings."""
        rows = (self._any(table) for table in exported_tables() if "id" in table.c and table.name != "users")
        return not await self._db.scalar(select(or_(*rows)))

    def _any(self, table: Table) -> ColumnElement[bool]:
        return select(table.c.id).where(belongs_to(table, self._person)).exists()

    async def _may_insert(self, table: Table) -> bool:
        return bool(await self._db.scalar(select(text(MAY_INSERT.format(table=table.name)))))

    async def _restore_settings(self, table: Table, is_empty: bool) -> None:
        """Takes over the one row that a person has in `table`; over what is there if all else is empty."""
        async for chunk in self._read(table):
            for row in chunk:
                written = await self._take_over(table, row, is_empty)
                self._note(table, written, 1)

    async def _take_over(self, table: Table, row: dict[str, Any], is_empty: bool) -> int:
        if table.name == "users":
            values = {"name": row["name"]} if row.get("name") else {}
        else:
            values = row | {"user_id": self._person}
            made = insert(table).values(values).on_conflict_do_nothing().returning(table.c.user_id)
            if written := await self._count(made):
                return written
        if not is_empty or not values:
            return 0
        mine = belongs_to(table, self._person)
        differs = or_(*(table.c[name].is_distinct_from(value) for name, value in values.items()))
        return await self._count(update(table).where(mine, differs).values(values).returning(mine))

    async def _count(self, statement: Any) -> int:
        return len((await self._db.execute(statement)).all())

    async def _restore_table(self, table: Table) -> None:
        self._made[table.name] = set()
        is_new = not await self._db.scalar(select(self._any(table)))
        async for chunk in self._read(table):
            here: set[UUID] = set() if is_new else await self._here(table, [row["id"] for row in chunk])
            new = {row["id"]: await self._translated(table, row) for row in chunk if row["id"] not in here}
            await self._check_content(links_of(table), new.values())
            made = await self._insert(table, list(new.values()))
            self._made[table.name] |= made
            for old, row in new.items():
                if row["id"] not in made:
                    await self._find(table, old, row)
            self._note(table, len(made), len(chunk))

    def _note(self, table: Table, written: int, of: int) -> None:
        if written:
            self._result.written[table.name] = self._result.written.get(table.name, 0) + written
        self._result.already_here += of - written

    async def _read(self, table: Table) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows of `table`, some at a time."""
        rows = (self._read_row(table, i, row) for i, row in enumerate(self._layout.rows(table.name), start=1))
        while chunk := await asyncio.to_thread(lambda: list(islice(rows, ROWS_AT_ONCE))):
            yield chunk

    def _read_row(self, table: Table, number: int, row: dict[str, Any]) -> dict[str, Any]:
        try:
            values = read_row(table, row)
            if "id" in table.c and not isinstance(values.get("id"), UUID):
                raise BadRow("it has no id")
        except BadRow as error:
            raise FileRefused(f"The export cannot be used: row {number} of {table.name}: {error}.") from None
        return values

    async def _here(self, table: Table, ids: list[UUID]) -> set[UUID]:
        """Those of the rows `ids` of the export that the person has, as they are or as they were brought."""
        fresh = {old: self._ids.fresh(table.name, old) for old in ids}
        query = select(table.c.id).where(table.c.id.in_([*ids, *fresh.values()]))
        mine = set(await self._db.scalars(query.where(belongs_to(table, self._person))))
        for old in mine.intersection(ids):
            self._ids.is_here(table.name, old, old)
        return {old for old in ids if old in mine or fresh[old] in mine}

    async def _translated(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """`row` as a row of this person's, with the names that rows have here."""
        links = links_of(table)
        changed = (
            row | {"id": self._ids.fresh(table.name, row["id"])} | dict.fromkeys(links.people, self._person)
        )
        for link in links.rows:
            if link.late:
                changed[link.column] = None
            elif (old := row.get(link.column)) is not None and (other := link.target(row)):
                changed[link.column] = self._ids(other, old)
        for name in NOT_KEPT.get(table.name, ()):
            changed[name] = None
        if table.name in CLOSED:
            await self._close_if_second(table, changed)
        return changed

    async def _close_if_second(self, table: Table, row: dict[str, Any]) -> None:
        column, closed = CLOSED[table.name]
        if row.get(column, closed) == closed or (table.name == "workouts" and row[column] == "cancelled"):
            return
        is_open = table.c[column].not_in([closed, "cancelled"])
        query = select(table.c.id).where(belongs_to(table, self._person), is_open, table.c.id != row["id"])
        if await self._db.scalar(query.limit(1)) is not None:
            row[column] = closed

    async def _check_content(self, links: Links, rows: Iterable[dict[str, Any]]) -> None:
        """Raises `FileRefused` for an exercise, say, that there is not here."""
        rows = list(rows)
        for column, content in links.content:
            key = next(iter(content.primary_key))
            named = {row[column.name] for row in rows if row.get(column.name) is not None}
            known = set(await self._db.scalars(select(key).where(key.in_(named)))) if named else named
            if missing := named - known:
                raise FileRefused(
                    f"The export has {column.name} {missing.pop()} in {column.table.name}, which is not "
                    f"among the {content.name} here. Bring VoiceFit up to date."
                )

    async def _insert(self, table: Table, rows: list[dict[str, Any]]) -> set[UUID]:
        """Writes those of `rows` that are not here; returns their names."""
        made: set[UUID] = set()
        # Rows may have different columns where the export was made by another version.
        for columns in {tuple(row) for row in rows}:
            some = [row for row in rows if tuple(row) == columns]
            statement = insert(table).on_conflict_do_nothing().returning(table.c.id)
            made |= set(await self._db.scalars(statement, some))
        return made

    async def _find(self, table: Table, old: UUID, row: dict[str, Any]) -> None:
        """Notes under what name a row is here that could not be written: what is unique was there."""
        for same in same_rows(table, row):
            query = select(table.c.id).where(belongs_to(table, self._person), same)
            if (new := await self._db.scalar(query.limit(1))) is not None:
                self._ids.is_here(table.name, old, new)
                return

    async def _restore_late_links(self, table: Table) -> None:
        late = [link for link in links_of(table).rows if link.late]
        async for chunk in self._read(table):
            for link in late:
                named = [
                    {
                        "row": new,
                        "other": self._ids(other, row[link.column]),
                        "touched": row.get("updated_at"),
                    }
                    for row in chunk
                    if row.get(link.column) is not None and (other := link.target(row))
                    if (new := self._ids(table.name, row["id"])) in self._made[table.name]
                ]
                if named:
                    await self._db.execute(_naming(table, link.column), named)


def _naming(table: Table, column: str) -> Update:
    """Fills in `column` of a row, and leaves the time of its last change as it was."""
    values: dict[str, Any] = {column: bindparam("other")}
    if "updated_at" in table.c:
        values["updated_at"] = func.coalesce(bindparam("touched"), table.c.updated_at)
    return update(table).where(table.c.id == bindparam("row")).values(values)
