"""A file as rows of cells: its encoding, separator, quotes and line ends found out."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from services.transfer.errors import FileRefused, RowProblem

CHUNK_BYTES = 1 << 16
MAX_LINE_CHARACTERS = 1_000_000
SEPARATORS = (",", ";", "\t")
UTF16_SHARE = 0.3
"""Text in UTF-16 without a mark has a zero in nearly every second byte."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Line:
    """A row: the line of the file it begins on, counted from 1, and its cells."""

    number: int
    cells: list[str]


class Table:
    """Rows of cells. Iterating reads the file from its start, a row at a time, without the header."""

    def __init__(self, file: BinaryIO) -> None:
        """Finds out encoding and separator. Raises `FileRefused`."""
        self._file = file
        self.encoding = encoding_of(file)
        self.separator = ","

    def header(self, separator: str) -> list[str]:
        """The cells of the header when `separator` separates them; empty when its quotes do not fit that.

        Raises `FileRefused` for what is no text.
        """
        try:
            return next(self._lines(separator), Line(1, [])).cells
        except FileRefused as error:
            if not error.problems:
                raise
            return []

    def __iter__(self) -> Iterator[Line]:
        lines = self._lines(self.separator)
        next(lines, None)
        yield from lines

    def _lines(self, separator: str) -> Iterator[Line]:
        """All rows that have anything in them, the header first."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, encoding=self.encoding, newline="")
        reader = csv.reader(_checked_lines(text), delimiter=separator, strict=True)
        number = 1
        try:
            for cells in reader:
                # Excel may say the separator in a line of its own ahead of the header.
                if any(cell.strip() for cell in cells) and not (number == 1 and _says_separator(cells)):
                    yield Line(number, cells)
                number = reader.line_num + 1
        except csv.Error as error:
            raise _broken(number, error) from None
        except UnicodeDecodeError as error:
            raise FileRefused(f"The text is damaged: it is not {self.encoding} throughout.") from error
        finally:
            text.detach()  # it would close the file


def _says_separator(cells: list[str]) -> bool:
    return cells[0].lower().startswith("sep=")


def _broken(number: int, error: csv.Error) -> FileRefused:
    if "field larger" in str(error) or "unexpected end" in str(error):
        reason = "a quote that begins here is never closed"
    else:
        reason = "its quotes do not match"
    return FileRefused(
        f"The file is damaged from line {number} on: {reason}.", problems=[RowProblem(number, reason)]
    )


def _checked_lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE_CHARACTERS):
        if "\0" in line:
            raise FileRefused(
                "This is not a text file: it has zero bytes in it. Export as CSV and bring that."
            )
        if len(line) == MAX_LINE_CHARACTERS:
            raise FileRefused(f"A line has more than {MAX_LINE_CHARACTERS:,} characters: this is no export.")
        yield line


def encoding_of(file: BinaryIO) -> str:
    """The encoding: UTF-8 or UTF-16, by mark or by their form, else Windows-1252 (Latin-1 and more).

    Reads all of `file`, a chunk at a time. Raises `FileRefused` for what is not text in any of them.
    """
    file.seek(0)
    head = file.read(CHUNK_BYTES)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    zeros = head[0::2].count(0), head[1::2].count(0)
    if max(zeros) > UTF16_SHARE * len(head) / 2 and min(zeros) == 0:
        return "utf-16-le" if zeros[1] else "utf-16-be"
    for name in ("utf-8", "cp1252"):
        if _decodes(file, name):
            return name
    raise FileRefused("The encoding of the file is not known: save it as UTF-8 and bring it again.")


def _decodes(file: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
