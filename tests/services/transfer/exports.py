"""Exports as tests handle them."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from db.models import Base
from db.session import Database
from services.transfer.export import export_json
from services.transfer.links import Ids
from services.transfer.restoring import Restored, restore
from tests.db.access import OWNED

BETWEEN_TWO = {"client_assignments", "coach_client_invitations", "coach_notes", "client_check_ins"}
SERVERS_WORK = {"fine_tuned_models"}
LEFT_OUT = frozenset(BETWEEN_TWO | SERVERS_WORK | {"users"})
NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
Tables = dict[str, list[dict[str, Any]]]


async def exported(database: Database, person: UUID) -> bytes:
    """A person's export."""
    out = io.BytesIO()
    await export_json(database, person, out, NOW)
    return out.getvalue()


async def tables_of(database: Database, person: UUID) -> Tables:
    """The rows of a person's export by table."""
    tables: Tables = json.loads(await exported(database, person))["tables"]
    return tables


async def bring_back(database: Database, person: UUID, export: bytes | dict[str, Any]) -> Restored:
    """Imports an export."""
    data = export if isinstance(export, bytes) else json.dumps(export).encode()
    return await restore(database, person, io.BytesIO(data))


def as_anothers(tables: Tables, person: UUID, other: UUID, *, without: frozenset[str]) -> Tables:
    """What `tables` of `person` are when they are brought to `other`: everything under its new name."""
    ids = Ids(other)
    names = {str(person): str(other)}
    for table, rows in tables.items():
        names |= {row["id"]: str(ids.fresh(table, UUID(row["id"]))) for row in rows if "id" in row}
    names[str(person)] = str(other)
    kept = {table: rows for table, rows in tables.items() if table not in without}
    text = json.dumps(kept)
    for old, new in names.items():
        text = text.replace(old, new)
    return comparable(json.loads(text))


def comparable(tables: Tables) -> Tables:
    """`tables` without what is made anew where they come to, whatever the order of their keys."""
    left: Tables = {}
    for table, rows in tables.items():
        ordered = table in ("messages", "tool_calls", "workout_sets")
        bare = [
            {name: value for name, value in row.items() if name not in ("sequence", "undo")} for row in rows
        ]
        left[table] = bare if ordered else sorted(bare, key=json.dumps)
    return left


async def row_counts(database: Database) -> dict[str, int]:
    """How many rows there are in all tables that hold something of a person."""
    async with database.transaction(None) as session:
        return {
            name: await session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) or 0
            for name in OWNED
        }


def restorable(tables: Tables) -> Tables:
    return comparable({name: rows for name, rows in tables.items() if name not in LEFT_OUT})


def as_export(tables: Tables, **head: Any) -> bytes:
    return json.dumps({"format": "voicefit-export", "version": 1} | head | {"tables": tables}).encode()
