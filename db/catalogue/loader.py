"""Bringing the content into the database when it is not there yet: all of it or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.catalogue.faults import ContentError
from db.catalogue.files import PACKAGED, content_version
from db.models import ContentVersion

# Any constant will do, as long as every server uses the same one (and migrations another).
LOCK = text("select pg_advisory_xact_lock(7318652002)")


@dataclass
class Changes:
    """How many rows a load wrote and removed, by table; tables without either are left out."""

    written: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


async def load_catalogue(session: AsyncSession, folder: Path = PACKAGED) -> Changes:
    """Brings the database's content to the state of `folder` (what comes with VoiceFit).

    When the database has that state already this is one query. Otherwise rows that are new or changed are
    written, and those that left the files removed, except exercises, WODs and badges, which athletes' rows
    may name. Of servers that start at once one loads and the others wait.

    Raises:
        ContentError: something in the files is wrong. Nothing is changed.
    """
    version = await asyncio.to_thread(content_version, folder)
    if await _has(session, version):
        return Changes()
    # Only here: a server that starts warm has no use for them.
    from db.catalogue.content import read_content
    from db.catalogue.writing import write_content

    content = await asyncio.to_thread(read_content, folder)
    await session.execute(LOCK)
    changes = Changes()
    if await _has(session, version):
        return changes
    try:
        await write_content(session, content, changes)
    except IntegrityError as error:
        raise ContentError([f"the database holds something that is in its way: {error.orig}"]) from error
    await _note(session, version)
    return changes


async def _has(session: AsyncSession, version: str) -> bool:
    return await session.scalar(select(ContentVersion.version)) == version


async def _note(session: AsyncSession, version: str) -> None:
    statement = insert(ContentVersion).values(version=version)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[ContentVersion.is_only],
            set_={"version": statement.excluded.version, "loaded_at": func.now()},
        )
    )
