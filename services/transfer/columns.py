"""The values of columns as an export has them, back as the database takes them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from services.transfer.errors import BadRow
from services.transfer.values import shown

Reader = Callable[[Any], Any]


def read_row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `row`, without those whose values the database makes. Raises `BadRow`."""
    readers = _readers(table)
    if unknown := sorted(row.keys() - readers.keys()):
        raise BadRow(f"it has {shown(unknown[0])}, which is not known here")
    read = {}
    for name, value in row.items():
        if (reader := readers[name]) is not None:
            try:
                read[name] = None if value is None else reader(value)
            except (ValueError, TypeError, AttributeError):
                raise BadRow(f"{name} cannot be {shown(str(value))}") from None
    return read


@lru_cache
def _readers(table: Table) -> dict[str, Reader | None]:
    """How each column is read; None for one that the database fills."""
    return {column.name: None if column.identity else _reader(column.type) for column in table.c}


def _reader(kind: TypeEngine[Any]) -> Reader:
    if isinstance(kind, JSONB):
        return lambda value: value
    if isinstance(kind, ARRAY):
        return partial(_list, _reader(kind.item_type))
    return READERS[bytes if isinstance(kind, LargeBinary) else kind.python_type]


def _list(one: Reader, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError
    return [one(item) for item in value]


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError
    return value


def _number(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ValueError
    return float(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment


READERS: dict[type, Reader] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _truth,
    UUID: UUID,
    datetime: _moment,
    date: date.fromisoformat,
    time: time.fromisoformat,
    bytes: lambda value: base64.b64decode(value, validate=True),
}
