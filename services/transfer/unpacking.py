"""An export that comes back: read as a stream, its rows laid out by table."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO

import ijson
from ijson.common import ObjectBuilder

from services.transfer.detect import TEXT_MARKS
from services.transfer.errors import FileRefused, FileTooLarge
from services.transfer.export import FORMAT, VERSION
from services.transfer.ownership import exported_tables
from services.transfer.values import shown

MAX_BYTES = 1024 * 1024 * 1024
MAX_ROWS = 1_000_000


@dataclass
class Unpacked:
    """The rows of an export, each table's in a temporary file, and their `counts` by table."""

    files: dict[str, IO[bytes]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of `table` in the order of the export."""
        if (file := self.files.get(table)) is not None:
            file.seek(0)
            for line in file:
                yield json.loads(line)

    def close(self) -> None:
        """Throws the temporary files away."""
        for file in self.files.values():
            file.close()

    def add(self, table: str, row: Any) -> None:
        """Lays out one row."""
        if not isinstance(row, dict):
            raise FileRefused(f"The export is damaged: {table} has something that is no row.")
        if table not in self.files:
            self.files[table] = tempfile.TemporaryFile()  # noqa: SIM115
        self.counts[table] = self.counts.get(table, 0) + 1
        if sum(self.counts.values()) > MAX_ROWS:
            raise FileTooLarge(
                f"The export has more than {MAX_ROWS:,} rows, the most that is taken in at once."
            )
        # Numbers with a point are read as decimals: as floats the parser would take no number above 64 bits.
        self.files[table].write(json.dumps(row, default=float).encode() + b"\n")


def unpack(file: BinaryIO) -> Unpacked:
    """Reads an export of VoiceFit. Raises `FileRefused` for what is none, or of a version not known here."""
    if (size := file.seek(0, 2)) > MAX_BYTES:
        raise FileTooLarge(f"The export has {size:,} bytes; {MAX_BYTES:,} is the most that is taken in.")
    file.seek(0)
    if file.read(3) != TEXT_MARKS[0]:
        file.seek(0)
    layout = Unpacked()
    try:
        _read(file, layout)
    except BaseException as error:
        layout.close()
        if isinstance(error, (ijson.JSONError, UnicodeDecodeError)):
            raise FileRefused(f"The JSON is damaged or cut off: {error}.") from None
        raise
    return layout


def _read(file: BinaryIO, layout: Unpacked) -> None:
    known = {table.name for table in exported_tables()}
    head: dict[str, Any] = {}
    events = ijson.parse(file)
    for prefix, event, value in events:
        if (prefix, event) == ("tables", "start_map"):
            _check_head(head)
        elif (prefix, event) == ("tables", "map_key"):
            if value not in known:
                raise FileRefused(f"The export has a table {shown(value)}, which is not known here.")
            _read_table(value, events, layout)
        elif event in ("string", "number") and prefix in ("format", "version"):
            head[prefix] = value
    _check_head(head)


def _check_head(head: dict[str, Any]) -> None:
    if head.get("format") != FORMAT:
        raise FileRefused("This JSON is not an export of VoiceFit.")
    if head.get("version") != VERSION:
        raise FileRefused(
            f"This export is of version {head.get('version')}; known here is version {VERSION}. "
            "Bring VoiceFit up to date."
        )


def _read_table(table: str, events: Iterator[tuple[str, str, Any]], layout: Unpacked) -> None:
    """Reads the list of rows that comes next."""
    within, item = f"tables.{table}", f"tables.{table}.item"
    if next(events)[1] != "start_array":
        raise FileRefused(f"The export is damaged: {table} is no list of rows.")
    builder = ObjectBuilder()
    for prefix, event, value in events:
        if prefix == within and event == "end_array":
            return
        builder.event(event, value)
        if prefix == item and event not in ("start_map", "map_key", "start_array"):
            layout.add(table, builder.value)
            builder = ObjectBuilder()
