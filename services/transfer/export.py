"""Everything a person has, as one JSON that can be imported again, or as a CSV for each table.

Tables come in the order in which they need each other, rows in the order of their making or of their keys,
one a line; timestamps are in UTC. All is read in one snapshot, a few hundred rows at a time.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Column, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.session import Database
from services.transfer.ownership import belongs_to, exported_tables, is_personal

FORMAT = "voicefit-export"
VERSION = 1
ROWS_AT_ONCE = 500
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV injection)."""


async def export_json(
    database: Database, person: UUID, out: BinaryIO, now: datetime | None = None
) -> dict[str, int]:
    """Writes everything `person` has to `out` as JSON; returns the number of rows by table."""
    head = {"format": FORMAT, "version": VERSION, "exported_at": _written(now or datetime.now(UTC))}
    counts: dict[str, int] = {}
    out.write(json.dumps(head)[:-1].encode() + b', "tables": {')
    async with database.transaction(person, snapshot=True) as session:
        for table in exported_tables():
            out.write((b",\n" if counts else b"\n") + json.dumps(table.name).encode() + b": [")
            counts[table.name] = 0
            async for row in _rows(session, rows_of(table, person)):
                line = json.dumps(dict(row), default=_written, ensure_ascii=False)
                out.write((b",\n" if counts[table.name] else b"\n") + line.encode())
                counts[table.name] += 1
            out.write(b"]")
    out.write(b"\n}}\n")
    return counts


async def export_csv(
    database: Database, person: UUID, out: BinaryIO, now: datetime | None = None
) -> dict[str, int]:
    """Writes everything `person` has to `out` as a zip with a CSV for each table; returns the rows by table.

    Beside the key of an exercise or of other content stands its name.
    """
    made_at = (now or datetime.now(UTC)).timetuple()[:6]
    counts: dict[str, int] = {}
    with zipfile.ZipFile(out, "w") as archive:
        async with database.transaction(person, snapshot=True) as session:
            for table in exported_tables():
                query = rows_of(table, person, with_names=True)
                info = zipfile.ZipInfo(f"{table.name}.csv", made_at)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                with archive.open(info, "w") as member, io.TextIOWrapper(member, "utf-8", newline="") as text:
                    writer = csv.writer(text, lineterminator="\r\n")
                    writer.writerow(query.selected_columns.keys())
                    counts[table.name] = 0
                    async for row in _rows(session, query):
                        writer.writerow(_cell(value) for value in row.values())
                        counts[table.name] += 1
    return counts


def rows_of(table: Table, person: UUID, *, with_names: bool = False) -> Select[*tuple[Any, ...]]:
    """The query of the rows of `table` that are the person's, in the order of an export."""
    query = select(table).where(belongs_to(table, person)).order_by(*order_of(table))
    if with_names:
        for column, content in _content(table):
            named = content.alias(f"{column.name}_row")
            label = f"{column.name.removesuffix('_id')}_name"
            query = query.outerjoin(named, named.c.id == column).add_columns(named.c.name.label(label))
    return query


def order_of(table: Table) -> list[Column[Any]]:
    """What rows of `table` are ordered by: the order of their making where it is kept, else their keys."""
    made = [column for column in table.c if column.identity is not None]
    return made or list(table.primary_key)


def _content(table: Table) -> list[tuple[Column[Any], Table]]:
    """The columns of `table` that name content with a `name`, and that content."""
    keys = sorted(table.foreign_keys, key=lambda key: key.parent.name)
    return [
        (key.parent, key.column.table)
        for key in keys
        if not is_personal(key.column.table) and "name" in key.column.table.c
    ]


async def _rows(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> AsyncIterator[Mapping[str, Any]]:
    stream = await session.stream(query, execution_options={"yield_per": ROWS_AT_ONCE})
    async for row in stream.mappings():
        yield {str(key): value for key, value in row.items()}


def _written(value: Any) -> str:
    """A value that JSON has no form for, as text. Raises `TypeError` for what no column holds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} cannot be exported")


def _cell(value: Any) -> str:
    """A value as a spreadsheet takes it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_MARKS) else value
    if isinstance(value, (bool, list, dict, int, float)):
        return json.dumps(value, default=_written, ensure_ascii=False)
    return _written(value)
