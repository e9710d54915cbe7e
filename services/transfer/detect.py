"""What a file is, by its first bytes: names and media types of uploads are not to be relied on."""

from __future__ import annotations

from typing import BinaryIO, Literal

from services.transfer.errors import FileRefused

Kind = Literal["table", "voicefit"]

SNIFFED_BYTES = 4096
TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

RUNS = "Recordings of runs are brought to POST /api/runs/import, or with `voicefit import`"

_BINARY: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "a zip archive (or a spreadsheet). Unpack it, or export as CSV, and bring that file"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"\x1f\x8b", "a gzip archive. Unpack it and bring the file inside"),
    (0, b"%PDF", "a PDF. Export as CSV instead"),
    (0, b"SQLite format 3\x00", "a database, such as a backup of FitNotes. Export as CSV instead"),
    (8, b".FIT", f"a FIT activity. {RUNS}"),
)
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<gpx", f"a GPX track. {RUNS}"),
    (b"<trainingcenterdatabase", f"a TCX activity. {RUNS}"),
    (b"<html", "a web page, not an export. Download the file itself and bring that"),
    (b"<!doctype html", "a web page, not an export. Download the file itself and bring that"),
)


def detect(file: BinaryIO) -> Kind:
    """A table of another app, or VoiceFit's own JSON. `file` is left at its start. Raises `FileRefused`."""
    file.seek(0)
    head = file.read(SNIFFED_BYTES)
    file.seek(0)
    for offset, mark, what in _BINARY:
        if head.startswith(mark, offset):
            raise FileRefused(f"This is {what}.")
    text = head.removeprefix(TEXT_MARKS[0]).lstrip()
    if not text:
        raise FileRefused("The file is empty.")
    if text.startswith(b"{"):
        return "voicefit"
    if text.startswith(b"<"):
        raise FileRefused(f"This is {_markup(text.lower())}.")
    return "table"


def _markup(text: bytes) -> str:
    return next((what for mark, what in _MARKUP if mark in text), "XML, not an export that is known here")
