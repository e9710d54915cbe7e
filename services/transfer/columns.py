"""The values of columns as an export has them, back as the database takes them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB

from services.transfer.errors import BadRow
from services.transfer.values import shown


def read_row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `row`, without those whose values the database makes. Raises `BadRow`."""
    if unknown := sorted(row.keys() - table.c.keys()):
        raise BadRow(f"it has {shown(unknown[0])}, which is not known here")
    return {
        name: _read(table.c[name], value) for name, value in row.items() if table.c[name].identity is None
    }


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, JSONB):
        return value
    if isinstance(column.type, ARRAY):
        if not isinstance(value, list):
            raise BadRow(f"{column.name} is not a list")
        kind = column.type.item_type.python_type
        return [_one(column.name, kind, one) for one in value]
    kind = bytes if isinstance(column.type, LargeBinary) else column.type.python_type
    return _one(column.name, kind, value)


def _one(name: str, kind: type, value: Any) -> Any:
    try:
        return READERS[kind](value)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise BadRow(f"{name} cannot be {shown(str(value))}") from None


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


READERS: dict[type, Callable[[Any], Any]] = {
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
