"""Bringing a database's schema up to date."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import NullPool

from core.errors import DatabaseUnavailable
from db.url import CONNECTION_ERRORS, create_engine, unavailable

MIGRATIONS = Path(__file__).parent / "migrations"
# Any constant will do, as long as every server uses the same one.
LOCK = text("select pg_advisory_xact_lock(7318652001)")


async def upgrade(url: str | URL, revision: str = "head") -> None:
    """Migrates the database at `url` to `revision`; does nothing when it is there already.

    All of it is one transaction under an advisory lock: it happens completely or not at all, and of several
    servers that start at once one migrates while the others wait.

    Raises:
        DatabaseUnavailable: the database cannot be reached, or its role may not do what a migration needs.
    """
    engine = create_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(LOCK)
            await connection.run_sync(_upgrade, revision)
    except ProgrammingError as error:
        raise DatabaseUnavailable(
            f"The database could not be migrated: {error.orig}. Nothing was changed. The role in "
            "DATABASE_URL must own the database and be allowed to create roles and extensions "
            "(see docs/database.md)."
        ) from error
    except CONNECTION_ERRORS as error:
        raise unavailable(error) from error
    finally:
        await engine.dispose()


async def is_migrated(session: AsyncSession) -> bool:
    """Whether the schema is at least that of the packaged migrations.

    One from a newer version counts: while servers are replaced one by one, the old ones go on.
    """
    if await session.scalar(text("select to_regclass('public.alembic_version')")) is None:
        return False
    at = set(await session.scalars(text("select version_num from alembic_version")))
    heads, known = await asyncio.to_thread(_revisions)
    return bool(at) and (at == heads or not at & known)


@lru_cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """The newest of the packaged migrations, and all of them."""
    scripts = ScriptDirectory.from_config(config())
    return frozenset(scripts.get_heads()), frozenset(one.revision for one in scripts.walk_revisions())


def config() -> Config:
    """Alembic's settings for the packaged migrations."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return settings


def _upgrade(connection: Connection, revision: str) -> None:
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, revision)
