"""The content's files: which there are, one version for all of them, and the lines of the CSV ones."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from db.catalogue.faults import Faults

PACKAGED = Path(__file__).parent
"""The folder with the content that comes with VoiceFit."""

TABLES = ("exercises.csv", "stress.csv", "substitutions.csv", "wods.csv")
LISTS = ("badges.yaml", "warmups.yaml", "cooldowns.yaml")
CUES = "cues"
KNOWLEDGE = "knowledge"
SUFFIXES = {".csv", ".yaml", ".yml"}

Cells = dict[str, str | None]
"""A line of a CSV file by column; an empty cell is None."""


def content_files(folder: Path) -> list[str]:
    """The content's files below `folder`, as sorted paths relative to it with `/`.

    Everything else is left out: the code that reads them, notes, hidden files, what an editor leaves behind.
    """
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in found
        if path.suffix in SUFFIXES and not any(part.startswith(".") for part in path.parts)
    )


def content_version(folder: Path = PACKAGED) -> str:
    """What tells one state of the content from another: a hash over the files' names and bytes.

    The code that turns them into rows is part of it: other code may make other rows of the same files.
    """
    digest = hashlib.sha256()
    code = [(path.name, path) for path in sorted(PACKAGED.glob("*.py"))]
    for name, path in [*code, *((name, folder / name) for name in content_files(folder))]:
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def check_layout(folder: Path, faults: Faults) -> None:
    """Notes files that are missing, and files that nothing reads."""
    if not folder.is_dir():
        faults.add(str(folder), "", "there is no such folder")
        return
    names = content_files(folder)
    for name in (*TABLES, *LISTS):
        if name not in names:
            faults.add(name, "", "is missing")
    for name in names:
        if name not in (*TABLES, *LISTS) and not _is_entry_file(name):
            faults.add(
                name,
                "",
                f"nothing reads this file. There are {', '.join((*TABLES, *LISTS))}, {CUES}/*.yaml and "
                f"{KNOWLEDGE}/<chunk type>/*.yaml",
            )


def _is_entry_file(name: str) -> bool:
    parts = name.split("/")
    depth = {CUES: 2, KNOWLEDGE: 3}.get(parts[0])
    return len(parts) == depth and name.endswith(".yaml")


def read_text(folder: Path, name: str, faults: Faults) -> str | None:
    """The text of a file; None, and the fault noted, if it cannot be read. That it is missing is no fault."""
    try:
        return (folder / name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        faults.add(name, "", f"is not UTF-8 (byte {error.start})")
    except OSError as error:
        faults.add(name, "", f"cannot be read: {error.strerror}")
    return None


def read_table(folder: Path, name: str, columns: Sequence[str], faults: Faults) -> list[tuple[str, Cells]]:
    """The lines of a CSV file, by what to call them in a fault."""
    text = read_text(folder, name, faults)
    return [] if text is None else table_lines(text, columns, name, faults)


def table_lines(text: str, columns: Sequence[str], name: str, faults: Faults) -> list[tuple[str, Cells]]:
    """The lines of CSV text, by what to call them in a fault."""
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = next(reader, [])
        if header != list(columns):
            faults.add(name, "line 1", f"the columns are {','.join(header)}, not {','.join(columns)}")
            return []
        return list(_lines(reader, columns, name, faults))
    except csv.Error as error:
        faults.add(name, f"line {reader.line_num}", f"is not CSV: {error}")
        return []


def _lines(
    reader: Iterable[list[str]], columns: Sequence[str], name: str, faults: Faults
) -> Iterable[tuple[str, Cells]]:
    for number, cells in enumerate(reader, start=2):
        entry = f"line {number}" + (f" ({cells[0]})" if cells else "")
        if len(cells) != len(columns):
            faults.add(name, entry, f"has {len(cells)} cells, not {len(columns)}")
            continue
        yield entry, {column: cell.strip() or None for column, cell in zip(columns, cells, strict=True)}


def split_cell(cell: str | None) -> list[str]:
    """The parts of a cell that holds a list separated by `|`."""
    return list(dict.fromkeys(part.strip() for part in (cell or "").split("|") if part.strip()))
