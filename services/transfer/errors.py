"""Why a file was not taken in, in words for the person who brought it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Invalid


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be used: the line of the file it begins on, counted from 1, and the reason."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class FileRefused(Invalid):
    """Nothing was written. `field` is what to mend: `file`, `unit`, `mapping` or `mapping/NAME`."""

    def __init__(self, message: str, field: str = "file", problems: Sequence[RowProblem] = ()) -> None:
        super().__init__(message, field)
        self.problems = tuple(problems)


class FileTooLarge(FileRefused):
    """The file is longer than an import may be."""


class BadRow(ValueError):
    """One row cannot be used. The text is the reason, a clause without a full stop."""
