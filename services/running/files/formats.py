"""Which format a file has, and what reads and writes it."""

from __future__ import annotations

import re
from typing import BinaryIO, Literal, get_args

from services.running.files import fit, fit_writing, gpx, tcx
from services.running.files.activity import Activity
from services.running.files.recording import Recording
from services.running.files.unpacking import GZIP, ZIP, unpacked
from services.transfer.errors import FileRefused

Form = Literal["gpx", "tcx", "fit"]
FORMATS: tuple[Form, ...] = get_args(Form)
SNIFFED_BYTES = 4096
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(gpx|trainingcenterdatabase)\b")
_ROOTS: dict[bytes, Form] = {b"gpx": "gpx", b"trainingcenterdatabase": "tcx"}
READERS = {"gpx": gpx.read, "tcx": tcx.read, "fit": fit.read}
WRITERS = {"gpx": gpx.write, "tcx": tcx.write, "fit": fit_writing.write}


def kind_of(head: bytes) -> Form | None:
    """The format of what begins with `head`, or None: names of files are not to be relied on."""
    if head[8:12] == b".FIT":
        return "fit"
    # Without the zeros of UTF-16.
    found = _ROOT.search(head[:SNIFFED_BYTES].replace(b"\0", b"").lower())
    return _ROOTS[found[1]] if found else None


def is_recording(file: BinaryIO) -> bool:
    """Whether a file is a recording that `read` knows, or is packed around one. Left at its start."""
    file.seek(0)
    head = file.read(SNIFFED_BYTES)
    file.seek(0)
    if not head.startswith((GZIP, ZIP)):
        return kind_of(head) is not None
    try:
        return any(kind_of(content[:SNIFFED_BYTES]) for content in unpacked(file))
    except FileRefused:
        return False
    finally:
        file.seek(0)


def read(file: BinaryIO) -> list[Activity]:
    """The activities of a recording, of whatever sport, in the order of time.

    Packed files (.gz, .zip) are unpacked. Takes up to some seconds for the largest: call it in a thread.

    Raises:
        FileRefused: it is no recording, it is damaged, or it has nothing to compute from. Nothing of it can
            be used then.
    """
    found: list[Activity] = []
    for content in unpacked(file):
        kind = kind_of(content)
        if kind is None:
            raise FileRefused("This is no recording of a run: GPX, TCX and FIT can be read.")
        found += READERS[kind](content)
    if not found:
        raise FileRefused("The archive is empty.")
    return sorted(found, key=lambda one: float(one.samples.time[0]))


def write(recording: Recording, form: Form) -> bytes:
    """A recording in a format."""
    return WRITERS[form](recording)
