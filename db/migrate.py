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
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.pool import NullPool

from core.errors import DatabaseUnavailable
from db.roles import SERVICE_ROLE, ensure_login
from db.url import CONNECTION_ERRORS, create_engine, parse, unavailable
from db.vectors import ADD_EMBEDDINGS

MIGRATIONS = Path(__file__).parent / "migrations"
# Any constant will do, as long as every server uses the same one.
LOCK = text("select pg_advisory_xact_lock(7318652001)")
BELONGS_TO_ANOTHER = text(
    """
    select not pg_has_role(current_user, relowner, 'usage') from pg_class
    where oid = to_regclass('public.alembic_version')
    """
)


async def upgrade(url: str | URL, revision: str = "head", *, login: str | URL | None = None) -> None:
    """Migrates the database at `url` to `revision`; does nothing when it is there already.

    All of it is one transaction under an advisory lock: it happens completely or not at all, and of several
    servers that start at once one migrates while the others wait. `login` is the address that the server is
    going to log in with: its role is made if it is missing (see `db.roles`).

    Whoever `url` is may also be one who must not migrate: then the schema has to be at `revision` already.

    Raises:
        DatabaseUnavailable: the database cannot be reached, its role may not do what a migration needs, or it
            is not the owner and the schema is not at `revision`.
    """
    engine = create_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(LOCK)
            if await connection.scalar(BELONGS_TO_ANOTHER):
                await _check(connection, revision)
                return
            await connection.run_sync(_upgrade, revision)
            await connection.exec_driver_sql(ADD_EMBEDDINGS)
            if login is not None:
                await ensure_login(connection, parse(login))
    except ProgrammingError as error:
        raise DatabaseUnavailable(
            f"The database could not be migrated: {error.orig}. Nothing was changed. The role in "
            "VOICEFIT_DATABASE_OWNER_URL, or else in DATABASE_URL, must own the database and be allowed to "
            "create roles and extensions (see docs/database.md)."
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


async def _check(connection: AsyncConnection, revision: str) -> None:
    try:
        await connection.execute(text(f"set local role {SERVICE_ROLE}"))
        found = await connection.scalar(text("select version_num from alembic_version"))
    except ProgrammingError as error:
        raise DatabaseUnavailable(
            f"The role in DATABASE_URL may not work on this database: {error.orig}. Run "
            "`voicefit db upgrade` with VOICEFIT_DATABASE_OWNER_URL set to the owner's address: it grants "
            "what is needed."
        ) from error
    wanted = ScriptDirectory.from_config(config()).as_revision_number(revision)
    if found != wanted:
        raise DatabaseUnavailable(
            f"The database's schema is at {found} and should be at {wanted}. The role in DATABASE_URL does "
            "not own it: run `voicefit db upgrade` with VOICEFIT_DATABASE_OWNER_URL set to the owner's "
            "address."
        )
