"""A file that somebody brings, whatever it is: looked at, or taken in."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from db.session import Database
from services.transfer.commit import Receipt, commit
from services.transfer.detect import detect
from services.transfer.preview import Preview, preview
from services.transfer.resolving import Choices
from services.transfer.restoring import Contents, Restored, contents, restore


async def look_at(
    database: Database, person: UUID, file: BinaryIO, choices: Choices, now: datetime | None = None
) -> Preview | Contents:
    """What `file` holds, without anything being written. Raises `FileRefused`."""
    if detect(file) == "voicefit":
        return await asyncio.to_thread(contents, file)
    return await preview(database, person, file, choices, now)


async def take_in(
    database: Database,
    person: UUID,
    file: BinaryIO,
    choices: Choices,
    file_name: str | None = None,
    now: datetime | None = None,
) -> Receipt | Restored:
    """Imports `file` for `person`: all of it or nothing, and nothing twice. Raises `FileRefused`."""
    if detect(file) == "voicefit":
        return await restore(database, person, file)
    return await commit(database, person, file, choices, file_name, now)
