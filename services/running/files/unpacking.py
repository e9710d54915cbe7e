"""The bytes of a recording, unpacked within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import BinaryIO

from services.transfer.errors import FileRefused, FileTooLarge

MAX_BYTES = 64 * 1024 * 1024
"""A file, packed or unpacked. A point of GPX with all its extensions takes some 350 bytes."""
MAX_MEMBERS = 20
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"


def unpacked(file: BinaryIO) -> list[bytes]:
    """What is in `file`: itself, what it is packed around (.gz), or the files of a zip.

    Raises `FileRefused` for archives that are damaged or packed too tight.
    """
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _too_large()
    if content.startswith(GZIP):
        return [_gunzipped(content)]
    return _unzipped(content) if content.startswith(ZIP) else [content]


def _gunzipped(content: bytes) -> bytes:
    # 31: the largest window, in a gzip wrapper.
    unpacker = zlib.decompressobj(31)
    try:
        result = unpacker.decompress(content, MAX_BYTES + 1)
    except zlib.error:
        raise FileRefused("The gzip archive is damaged.") from None
    if len(result) > MAX_BYTES:
        raise _too_large()
    if not unpacker.eof:
        raise FileRefused("The gzip archive is cut off.")
    return result


def _unzipped(content: bytes) -> list[bytes]:
    results: list[bytes] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise FileTooLarge(
                    f"The zip has {len(members):,} files in it; {MAX_MEMBERS} are taken in at once."
                )
            for member in members:
                room = MAX_BYTES - sum(map(len, results))
                with archive.open(member) as packed:
                    results.append(packed.read(room + 1))
                if len(results[-1]) > room:
                    raise _too_large()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise FileRefused(f"The zip archive cannot be read: {error}.") from None
    return [one if not one.startswith(GZIP) else _gunzipped(one) for one in results]


def _too_large() -> FileTooLarge:
    return FileTooLarge(f"A recording may have {MAX_BYTES // 1024**2} MiB, unpacked too.")
