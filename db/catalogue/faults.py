"""What is wrong with content, said so that its writer finds it: file, entry, fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from core.errors import VoiceFitError

MAX_SHOWN = 20
MAX_VALUE = 60

T = TypeVar("T")


class ContentError(VoiceFitError):
    """Content that cannot be used. `faults` are all that were found: `file: entry: fault`."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        shown = [*self.faults[:MAX_SHOWN]]
        if len(self.faults) > MAX_SHOWN:
            shown.append(f"... and {len(self.faults) - MAX_SHOWN} more")
        super().__init__("\n  ".join(["The content has faults, so none of it was loaded:", *shown]))


class Faults:
    """Collects what is wrong, so that a writer sees all of it at once and not one fault a run."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, file: str, entry: str, fault: str) -> None:
        """Notes a fault of `entry` (empty: of the file as a whole)."""
        self.found.append(": ".join(part for part in (file, entry, fault) if part))

    def validated(
        self,
        adapter: TypeAdapter[T],
        value: object,
        file: str,
        entry: str,
        context: Mapping[str, Any] | None = None,
    ) -> T | None:
        """`value` as what `adapter` describes; None, and its faults noted, if it is not that."""
        try:
            return adapter.validate_python(value, context=dict(context or {}))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.add(file, entry, _described(detail))
            return None

    def raise_if_any(self) -> None:
        """Raises `ContentError` if anything was noted."""
        if self.found:
            raise ContentError(self.found)


def _described(detail: ErrorDetails) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    given = detail["input"]
    if isinstance(given, str | int | float) and detail["type"] not in (
        "missing",
        "value_error",
        "extra_forbidden",
    ):
        text = repr(given)
        message += f" (it is {text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + '...'})"
    return f"{place}: {message}" if place else message
