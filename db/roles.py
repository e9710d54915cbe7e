"""Who the server is to the database: the login, and the two roles that its transactions run as.

The login owns nothing and may do nothing by itself. Each transaction becomes one of the two roles; one that
forgot to sees nothing.
"""

from __future__ import annotations

import logging

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

ATHLETE_ROLE = "authenticated"
"""The role of athletes' transactions, by Supabase's name: row-level security shows it one athlete's rows."""

SERVICE_ROLE = "voicefit_service"
"""The role of the server's own work: it reads and writes every row, but cannot change the schema."""

ROLES = (ATHLETE_ROLE, SERVICE_ROLE)

INHERIT_PER_GRANT = 160000
"""The first version of PostgreSQL (16) in which a grant itself says whether it is inherited."""

IS_SUPERUSER = text("select rolsuper from pg_roles where rolname = :login")
MAY_MAKE_ROLES = text("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")
MAKE = text(
    """
    select format('create role %I login noinherit password %L', cast(:login as text), cast(:password as text))
    """
)
MISSING = text(
    """
    select rolname from pg_roles as role
    where rolname = any(:roles) and not exists (
        select from pg_auth_members as held
        where held.roleid = role.oid
          and held.member = (select oid from pg_roles where rolname = :login)
          and coalesce((to_jsonb(held) ->> 'set_option')::boolean, true)
    )
    """
)
GRANT = text("select format('grant %I to %I', cast(:role as text), cast(:login as text))")
SEES_EVERYTHING = text("select has_table_privilege(cast(:login as name), 'public.users', 'select')")


async def ensure_login(connection: AsyncConnection, login: URL) -> None:
    """Sees to it that the role of the address `login` exists and may become `ROLES`, as the schema's owner.

    A role that is missing is made, with the address's password. Logs a warning when the login can see
    every athlete's rows by itself.

    Raises:
        DatabaseUnavailable: there is no such role and the owner may not make one.
    """
    owner = await connection.scalar(text("select current_user"))
    name = login.username or owner
    if name != owner:
        is_superuser = await connection.scalar(IS_SUPERUSER, {"login": name})
        if is_superuser is None:
            await _make(connection, name, login.password)
        if not is_superuser:
            await _let_become(connection, name)
    if await connection.scalar(SEES_EVERYTHING, {"login": name}):
        logger.warning(
            "The server logs in to the database as %s, who can read every table: only the role that it takes "
            "on in each transaction keeps athletes apart. Better put this address into "
            "VOICEFIT_DATABASE_OWNER_URL and a login that owns nothing into DATABASE_URL (docs/database.md).",
            name,
        )


async def _make(connection: AsyncConnection, name: str, password: str | None) -> None:
    # Asked first: a statement that fails may be logged by the server, and there is a password in this one.
    if not await connection.scalar(MAY_MAKE_ROLES):
        raise DatabaseUnavailable(
            f"The database has no role {name}, which DATABASE_URL logs in as, and the role in "
            f"VOICEFIT_DATABASE_OWNER_URL may not make it. Have it made: create role {name} login noinherit "
            "password '...' (docs/database.md)."
        )
    await _run(connection, await connection.scalar(MAKE, {"login": name, "password": password}))


async def _let_become(connection: AsyncConnection, name: str) -> None:
    version = int(await connection.scalar(text("show server_version_num")) or 0)
    # Older versions go by the role's own NOINHERIT.
    not_inherited = " with inherit false" if version >= INHERIT_PER_GRANT else ""
    missing = await connection.scalars(MISSING, {"roles": list(ROLES), "login": name})
    for role in missing.all():
        grant = await connection.scalar(GRANT, {"role": role, "login": name})
        await _run(connection, f"{grant}{not_inherited}")


async def _run(connection: AsyncConnection, statement: str | None) -> None:
    # Not text(): a colon in a password is not a parameter.
    await connection.exec_driver_sql(statement or "")
