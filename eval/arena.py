"""Databases to play in: clones of a template that is made once and is made anew when it is out of date.

In a clone the clock is pinned: it starts at `PINNED` whenever it is cloned and goes on from there, and new
rows get ids in the order in which they are made.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import time_machine
from asyncpg.exceptions import (
    DuplicateDatabaseError,
    InsufficientPrivilegeError,
    InvalidCatalogNameError,
    ObjectInUseError,
    UniqueViolationError,
)
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from core.errors import VoiceFitError
from core.settings import Settings
from db.catalogue.files import content_version
from db.catalogue.loader import load_catalogue
from db.migrate import MIGRATIONS, upgrade
from db.session import Addresses, Database
from db.url import create_engine, is_pooled
from search import open_search, refresh
from search.embedding import READY_MADE

PINNED = datetime(2026, 1, 7, 17, 0, tzinfo=UTC)
"""When every run begins: a Wednesday."""

PREFIX = "voicefit_eval_"
LEFT_BEHIND_SECONDS = 6 * 3600
"""A database of ours that nobody has used for so long is dropped."""
DROP_TRIES, DROP_PAUSE_SECONDS = 100, 0.1

PIN = """
create schema pinned;
grant usage on schema pinned to public;
create function pinned.now() returns timestamptz language sql stable as 'select pg_catalog.now()';
do $$
declare
    one record;
    ids text := case when current_setting('server_version_num')::int >= 180000
                     then 'uuidv7()' else 'gen_random_uuid()' end;
begin
    for one in
        select d.adrelid::regclass as in_table, a.attname as in_column,
               pg_get_expr(d.adbin, d.adrelid) as expression
        from pg_attrdef as d
        join pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
        join pg_class as c on c.oid = d.adrelid
        where a.attgenerated = '' and c.relkind in ('r', 'p')
          and c.relnamespace in ('public'::regnamespace, 'internal'::regnamespace)
          and pg_get_expr(d.adbin, d.adrelid) in ('now()', 'gen_random_uuid()')
    loop
        execute format('alter table %s alter column %I set default %s', one.in_table, one.in_column,
                       case one.expression when 'now()' then 'pinned.now()' else ids end);
    end loop;
end $$;
"""
"""What makes a template of a database that is ready for use."""

SET_CLOCK = """
create or replace function pinned.now() returns timestamptz language sql stable
as 'select pg_catalog.now() + interval ''{seconds} seconds'''
"""
FIND_LEFT_BEHIND = """
select d.datname from pg_database as d
where starts_with(d.datname, :prefix)
  and shobj_description(d.oid, 'pg_database')::float < :before
  and not exists (select from pg_stat_activity as a where a.datname = d.datname)
"""


def clock_ahead() -> float:
    """How many seconds a clock must be ahead of ours so that it is `PINNED` now."""
    return PINNED.timestamp() - time.time()


@contextmanager
def pinned_clock(ahead: float) -> Iterator[None]:
    """In the block this process's clock is `ahead` seconds ahead; how long things take is as ever."""
    with time_machine.travel(time.time() + ahead, tick=True):
        yield


class CannotClone(VoiceFitError):
    """The server does not let us make databases."""


@asynccontextmanager
async def clones(
    addresses: Addresses, settings: Settings, count: int, clock: float
) -> AsyncIterator[list[Addresses]]:
    """The addresses of `count` databases like that of `addresses` but without athletes.

    Their clocks are `clock` seconds ahead of ours. They are gone after the block. Raises `CannotClone`.
    """
    if is_pooled(addresses.owner):
        raise CannotClone("there is a pooler before the database")
    names: list[str] = []
    try:
        async with _server(addresses.owner) as server:
            template = await _template(server, addresses, settings)
            for _ in range(count):
                names.append(await _clone(server, template))
        for name in names:
            await _set_clock(_at(addresses.owner, name), clock)
    except DBAPIError as error:
        if _is(error, InsufficientPrivilegeError):
            raise CannotClone(str(error.orig)) from error
        raise
    try:
        yield [Addresses(_at(addresses.owner, name), _at(addresses.login, name)) for name in names]
    finally:
        async with _server(addresses.owner) as server:
            await _drop(server, names)


async def _template(server: AsyncConnection, addresses: Addresses, settings: Settings) -> str:
    """The name of the template, made now unless it is there."""
    name = f"{PREFIX}{await asyncio.to_thread(_fingerprint)}"
    await _sweep(server, keep=name)
    exists = text("select true from pg_database where datname = :name")
    if not await server.scalar(exists, {"name": name}):
        # Under another name until it is ready: nobody can see it half made.
        unready = f"{name}_{uuid4().hex[:8]}"
        await server.execute(text(f"create database {unready}"))
        await _mark_used(server, unready)
        await _fill(Addresses(_at(addresses.owner, unready), _at(addresses.login, unready)), settings)
        try:
            await server.execute(text(f"alter database {unready} rename to {name}"))
        except DBAPIError as error:
            if not _is(error, DuplicateDatabaseError, UniqueViolationError):
                raise
            await _drop(server, [unready])
    await _mark_used(server, name)
    return name


async def _fill(addresses: Addresses, settings: Settings) -> None:
    await upgrade(addresses.owner, login=addresses.login)
    database = Database(addresses.login)
    try:
        async with database.transaction(None) as db:
            await load_catalogue(db)
        local = settings.model_copy(update={"upstash_search_rest_url": None})
        await refresh(open_search(local, database))
    finally:
        await database.aclose()
    engine = create_engine(addresses.owner, poolclass=NullPool)
    async with engine.begin() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute(PIN)
    await engine.dispose()


async def _clone(server: AsyncConnection, template: str) -> str:
    name = f"{PREFIX}run_{os.getpid()}_{uuid4().hex[:8]}"
    await server.execute(text(f"create database {name} template {template} strategy file_copy"))
    await server.execute(text(f'alter database {name} set search_path = pinned, pg_catalog, "$user", public'))
    await _mark_used(server, name)
    return name


async def _set_clock(owner: str, seconds: float) -> None:
    engine = create_engine(owner, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(SET_CLOCK.format(seconds=f"{seconds:.6f}")))
    await engine.dispose()


async def _mark_used(server: AsyncConnection, name: str) -> None:
    await server.execute(text(f"comment on database {name} is '{time.time():.0f}'"))


async def _sweep(server: AsyncConnection, keep: str) -> None:
    """Drops what runs that were killed, and earlier versions, have left behind."""
    before = time.time() - LEFT_BEHIND_SECONDS
    found = await server.scalars(text(FIND_LEFT_BEHIND), {"prefix": PREFIX, "before": before})
    await _drop(server, [name for name in found if name != keep])


async def _drop(server: AsyncConnection, names: Sequence[str]) -> None:
    for name in names:
        for tries_left in reversed(range(DROP_TRIES)):
            try:
                await server.execute(text(f"drop database if exists {name}"))
                break
            except DBAPIError as error:
                if not _is(error, ObjectInUseError, InvalidCatalogNameError):
                    raise
                if not tries_left:
                    return  # somebody still looks at it: the next run drops it
                await asyncio.sleep(DROP_PAUSE_SECONDS)


def _is(error: DBAPIError, *kinds: type[Exception]) -> bool:
    return error.orig is not None and isinstance(error.orig.__cause__, kinds)


@asynccontextmanager
async def _server(owner: str) -> AsyncIterator[AsyncConnection]:
    """A connection for statements that cannot be part of a transaction."""
    engine = create_engine(owner, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def _at(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _fingerprint() -> str:
    """What tells one template from another: all that goes into it."""
    digest = hashlib.sha256(f"{content_version()}\0{PIN}".encode())
    for path in (*sorted((MIGRATIONS / "versions").glob("*.py")), *_searching(), READY_MADE):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _searching() -> list[Path]:
    return sorted(READY_MADE.parent.glob("*.py"))
