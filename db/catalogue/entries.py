"""What entries of all kinds share: strictness, slugs that must exist, identifiers, rows with their hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationInfo

from db.catalogue.faults import Faults

CONTENT_NAMESPACE = UUID("0b6c43b7-6f0e-5d51-8d1c-7a5a5f0b9b0f")
"""Identifiers of content are uuid5(namespace, "table/key"): the same in every database."""

Row = dict[str, Any]
"""A row as JSON has it: identifiers and dates as text."""


class Entry(BaseModel):
    """An entry as its file has it: no unknown fields, no value taken for another type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Line(BaseModel):
    """A line of a CSV file: all text, so numbers are read out of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known(slug: str, info: ValidationInfo) -> str:
    if slug not in (info.context or {}).get("slugs", ()):
        raise ValueError(f"there is no exercise {slug!r} in exercises.csv")
    return slug


ExerciseSlug = Annotated[str, AfterValidator(_known)]
"""The slug of an exercise that exists, by the validation context's `slugs`."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=80)]
"""A readable identifier: lower-case words and digits joined by `-` or `_`."""


def content_id(table: str, key: str) -> str:
    """The identifier, in any database, of the row of `table` that the files call `key`."""
    return str(uuid5(CONTENT_NAMESPACE, f"{table}/{key}"))


def hashed(row: Row) -> Row:
    """`row` with a `content_hash` over all that is in it."""
    content = json.dumps(row, sort_keys=True, ensure_ascii=False)
    return {**row, "content_hash": hashlib.sha256(content.encode()).hexdigest()}


def note_twice(keys: Iterable[tuple[str, str, str]], faults: Faults) -> None:
    """Notes what is there twice. `keys` are file, entry, and what must be unique."""
    first: dict[str, str] = {}
    for file, entry, key in keys:
        if key in first:
            faults.add(file, entry, f"{key!r} is also in {first[key]}")
        else:
            first[key] = f"{file}: {entry}"
