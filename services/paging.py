"""Pages of long lists by keyset: a page goes on after the last row of the one before, whatever was added.

A cursor holds the order and where the page ended: `["-started_at", "2025-11-02T07:00:00+00:00", "<id>"]`, in
base64. Clients take it as it is. It opens nothing: rows are those of the athlete whose transaction it is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.errors import Invalid

T = TypeVar("T")
MAX_PAGE = 100
MAX_TEXT = 500
MAX_NUMBER = 2**63


class InvalidCursor(Invalid):
    """The cursor is not one of ours, or belongs to another order."""

    def __init__(self) -> None:
        super().__init__(
            "This is no cursor of this list in this order. Take `next_cursor` as it came, or leave it out.",
            "cursor",
            "query",
        )


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: by `columns`, none of them null, of which the last (or all together) is unique."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    descending: bool = False

    def clauses(self) -> list[ColumnElement[Any]]:
        """What to order by."""
        return [c.desc() if self.descending else c.asc() for c in self.columns]

    def after(self, values: Sequence[Any]) -> ColumnElement[bool]:
        """Only the rows after the one with `values`. One comparison of rows: an index can serve it."""
        given = (literal(value, c.type) for value, c in zip(values, self.columns, strict=True))
        row, bound = tuple_(*self.columns), tuple_(*given)
        return row < bound if self.descending else row > bound


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page: at most `limit` rows in the order `sort`, after the one that `cursor` names."""

    sort: str
    limit: int = MAX_PAGE
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some rows of a list, and the cursor of the next page if there is one."""

    rows: list[T]
    next_cursor: str | None


async def fetch_slice(
    db: AsyncSession, query: Select[Any], sorts: Mapping[str, Sort], page: PageRequest
) -> Slice[Any]:
    """The rows of `query` on `page`, each as the tuple that was selected; its first member has the columns
    of the order. Raises `InvalidCursor`."""
    sort = sorts[page.sort]
    if page.cursor is not None:
        query = query.where(sort.after(decode(page.cursor, page.sort, sort)))
    found = (await db.execute(query.order_by(*sort.clauses()).limit(page.limit + 1))).all()
    rows = list(found[: page.limit])
    if len(found) <= page.limit:
        return Slice(rows, None)
    last = rows[-1][0]
    return Slice(rows, encode(page.sort, [getattr(last, column.key) for column in sort.columns]))


def encode(name: str, values: Sequence[Any]) -> str:
    """A cursor of the order `name` that ended at `values`."""
    text = json.dumps([name, *(v if isinstance(v, int) else _written(v) for v in values)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, name: str, sort: Sort) -> list[Any]:
    """The values that `cursor` ended at. Raises `InvalidCursor`."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        stored = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(stored, list) or stored[:1] != [name] or len(stored) != len(sort.columns) + 1:
            raise InvalidCursor
        return [_read(c, value) for c, value in zip(sort.columns, stored[1:], strict=True)]
    except (ValueError, RecursionError) as error:
        raise InvalidCursor from error


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read(column: InstrumentedAttribute[Any], value: Any) -> Any:
    kind = column.type.python_type
    if kind is int:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_NUMBER:
            return value
        raise InvalidCursor
    if not isinstance(value, str) or len(value) > MAX_TEXT or "\0" in value or not value.isprintable():
        raise InvalidCursor
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise InvalidCursor
        return moment
    return UUID(value) if kind is UUID else value
