"""The bases of what comes in and what goes out, and the types of their fields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Annotated, Any, Generic, Self, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    field_validator,
)

from core.fields import Input as Input
from core.fields import not_given as not_given
from services.paging import MAX_PAGE, PageRequest, Slice

T = TypeVar("T")
DEFAULT_PAGE = 50
MAX_CURSOR = 1000
MAX_NAME = 120
MAX_NOTE = 2000
MAX_OBJECT_BYTES = 16 * 1024
BARE_NUMBER = re.compile(r"[-+]?[\d.]+")


class Query(BaseModel):
    """Base of a list's parameters: unknown ones are refused, for a misspelt filter filters nothing."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="after")
    @classmethod
    def _is_text(cls, value: object) -> object:
        if any(
            isinstance(one, str) and "\0" in one for one in (value if isinstance(value, list) else [value])
        ):
            raise ValueError("Text cannot have the character NUL in it.")
        return value


class Output(BaseModel):
    """Base of answers. A field with a default is always there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Nothing(Output):
    """What a deletion has to say."""


class PageQuery(Query):
    """The parameters of a list. Subclasses add `sort` and filters."""

    limit: int = Field(DEFAULT_PAGE, ge=1, le=MAX_PAGE, description="How many items at most.")
    cursor: str | None = Field(
        None, max_length=MAX_CURSOR, description="`next_cursor` of the page before; left out, the first page."
    )

    def page(self) -> PageRequest:
        """The page that is asked for."""
        return PageRequest(getattr(self, "sort"), self.limit, self.cursor)  # noqa: B009


class Page(Output, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="The `cursor` of the next page; null on the last.")

    @classmethod
    def of(cls, found: Slice[Any], make: Callable[[Any], T]) -> Self:
        """The page of the rows `found`, each made into an item."""
        return cls(items=[make(row) for row in found.rows], next_cursor=found.next_cursor)


def _no_numbers(value: object) -> object:
    """Moments are dates and times: a bare number could count seconds or milliseconds."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and BARE_NUMBER.fullmatch(value)):
        raise ValueError("Write it as `2025-11-02T07:00:00Z`.")
    return value


def _small(value: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(value)) > MAX_OBJECT_BYTES:
        raise ValueError(f"At most {MAX_OBJECT_BYTES // 1024} KiB.")
    return value


Moment = Annotated[AwareDatetime, Strict(False), BeforeValidator(_no_numbers)]
"""A point in time with its offset from UTC: `2025-11-02T07:00:00Z`."""

Id = Annotated[UUID, Strict(False)]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Note = Annotated[str, Field(max_length=MAX_NOTE)]
JsonObject = Annotated[dict[str, Any], AfterValidator(_small)]
"""Any JSON object that is not large."""
