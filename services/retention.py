"""What is only kept for a time, and its deletion when the time is up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from db.session import Database

BATCH = 1000
"""Rows deleted in one transaction: locks stay short, and a kill in the middle loses little."""


@dataclass(frozen=True, slots=True)
class Expired:
    """Rows that nobody needs any more: those of `table` for which `condition` (SQL) is true."""

    table: str
    condition: str


async def delete_expired(database: Database, rules: Sequence[Expired], batch: int = BATCH) -> dict[str, int]:
    """Deletes what has expired. Returns the number of deleted rows by table."""
    deleted: dict[str, int] = {}
    for rule in rules:
        # Locked rows are in use: the next time will do.
        statement = text(
            f"with gone as (delete from {rule.table} where ctid = any(array("
            f"select ctid from {rule.table} where {rule.condition} limit :batch for update skip locked"
            ")) returning 1) select count(*) from gone"
        )
        while True:
            async with database.transaction(None, durable=False) as db:
                count = await db.scalar(statement, {"batch": batch}) or 0
            deleted[rule.table] = deleted.get(rule.table, 0) + count
            if count < batch:
                break
    return deleted
