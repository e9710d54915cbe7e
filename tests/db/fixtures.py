"""A real PostgreSQL for tests: one server a run, one migrated template, a clone of it for every test."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.pool import NullPool

from core.units import WeightUnit
from db.catalogue.loader import load_catalogue
from db.embedded import EmbeddedServer
from db.embedded.cluster import SUPERUSER
from db.embedded.locks import wait_lock
from db.migrate import upgrade
from db.models import User, UserProfile
from db.session import Database
from db.url import create_engine
from search import Search, refresh
from search.embedding import packaged_embedder

TEMPLATE = "voicefit_template"
SEARCHABLE = "voicefit_searchable"
STOP_SECONDS = 20.0
MODELS = Path(tempfile.gettempdir()) / "voicefit-models-of-tests"
ROOM_BYTES = 2_000_000_000


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[EmbeddedServer]:
    """The embedded server of this test run, in a home of its own."""
    home = new_home(_in_memory())
    server = EmbeddedServer.start(home)
    asyncio.run(_trade_safety_for_speed(server.url))
    yield server
    server.release()
    remove_home(home)


@pytest.fixture(scope="session")
def template_database(embedded_server: EmbeddedServer) -> str:
    """The name of a migrated database with the catalogue in it, to be cloned."""
    asyncio.run(_make_template(embedded_server))
    return TEMPLATE


@pytest.fixture
async def database_url(embedded_server: EmbeddedServer, template_database: str) -> AsyncIterator[str]:
    """The owner's address of a database of the test's own: migrated, with the catalogue and nothing else."""
    name = f"test_{uuid4().hex}"
    await run_on_server(
        embedded_server.url, f"create database {name} template {template_database} strategy file_copy"
    )
    yield database_address(embedded_server.url, name)
    await drop_database(embedded_server, name)


@pytest.fixture
def app_url(embedded_server: EmbeddedServer, database_url: str) -> str:
    """The address of the same database for the role that servers log in as."""
    return database_address(embedded_server.app_url, make_url(database_url).database or "")


@pytest.fixture
async def database(app_url: str) -> AsyncIterator[Database]:
    """A database of the test's own: migrated, with the catalogue and nothing else."""
    database = Database(app_url, pool_size=10)
    yield database
    await database.aclose()


@pytest.fixture(scope="session")
def searchable_template(embedded_server: EmbeddedServer, template_database: str) -> str:
    """The name of a database like the template whose search indexes are up to date, to be cloned or read."""
    asyncio.run(_make_searchable(embedded_server, template_database))
    return SEARCHABLE


@pytest.fixture
async def searchable(embedded_server: EmbeddedServer, searchable_template: str) -> AsyncIterator[Search]:
    """A search among all that is packaged, with the packaged model: not to be written to."""
    database = Database(database_address(embedded_server.app_url, searchable_template), pool_size=2)
    yield Search(database, embedder=packaged_embedder())
    await database.aclose()


@pytest.fixture
async def indexed(embedded_server: EmbeddedServer, searchable_template: str) -> AsyncIterator[Database]:
    """A database of the test's own whose search indexes are up to date."""
    name = f"test_{uuid4().hex}"
    await run_on_server(
        embedded_server.url, f"create database {name} template {searchable_template} strategy file_copy"
    )
    database = Database(database_address(embedded_server.app_url, name), pool_size=5)
    yield database
    await database.aclose()
    await drop_database(embedded_server, name)


async def new_athlete(
    database: Database, email: str | None = None, unit: WeightUnit = "lbs", timezone: str | None = None
) -> UUID:
    """Makes an athlete and returns their id; in which `timezone` matters to nobody who does not say."""
    async with database.transaction(None) as session:
        user = User(email=email or f"{uuid4().hex}@example.com")
        session.add(user)
        await session.flush()
        session.add(UserProfile(user_id=user.id, preferred_unit=unit, timezone=timezone or _late_enough()))
        return user.id


def _late_enough() -> str:
    """A time zone near UTC in which it is not the time of early birds, who are told of their badge."""
    return "Etc/GMT-3" if datetime.now(UTC).hour in range(4, 7) else "UTC"


def new_home(parent: Path | None = None) -> Path:
    """A new home folder that also another account reaches, which pytest's own temporary folders are not.

    What servers make of models once is the same in all homes of their own."""
    home = Path(tempfile.mkdtemp(prefix="voicefit-", dir=parent))
    home.chmod(0o755)
    if parent is None:
        MODELS.mkdir(exist_ok=True)
        (home / "models").symlink_to(MODELS)
    return home


def remove_home(home: Path) -> None:
    """Removes a home folder, once its server, which nobody may use any more, has stopped."""
    (home / "postgres" / "users.lock").unlink(missing_ok=True)
    if (home / "postgres" / "keeper.lock").exists():
        wait_lock(home / "postgres" / "keeper.lock", time.monotonic() + STOP_SECONDS).release()
    shutil.rmtree(home)


def database_address(server_url: str, name: str) -> str:
    """The address of another database of the same server."""
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


async def end_connections(server: EmbeddedServer, database: Database) -> None:
    """Ends every connection to `database`, as a restart of its server would."""
    name = database.name
    ending = f"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{name}'"
    await run_on_server(superuser_address(server.url), ending)


async def drop_database(server: EmbeddedServer, name: str) -> None:
    """Drops a database, also while connections to it are still closing: those are another role's."""
    await run_on_server(superuser_address(server.url), f"drop database {name} with (force)")


def superuser_address(server_url: str) -> str:
    """The address of the server for the one who may do everything."""
    return make_url(server_url).set(username=SUPERUSER).render_as_string(hide_password=False)


async def run_on_server(server_url: str, statement: str) -> None:
    """Runs a statement that cannot be part of a transaction."""
    engine = create_engine(server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def _in_memory() -> Path | None:
    """Linux's folder in memory if it has room: a clone takes 15 ms there and may take 400 on a disk."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES else None


async def _trade_safety_for_speed(server_url: str) -> None:
    """Spares the server the waiting for the disk: nothing here has to last."""
    superuser_url = superuser_address(server_url)
    await run_on_server(superuser_url, "alter system set fsync = off")
    await run_on_server(superuser_url, "select pg_reload_conf()")


async def _make_template(server: EmbeddedServer) -> None:
    await run_on_server(server.url, f"create database {TEMPLATE}")
    login = database_address(server.app_url, TEMPLATE)
    await upgrade(database_address(server.url, TEMPLATE), login=login)
    database = Database(login)
    async with database.transaction(None) as session:
        await load_catalogue(session)
    await database.aclose()


async def _make_searchable(server: EmbeddedServer, template: str) -> None:
    await run_on_server(server.url, f"create database {SEARCHABLE} template {template}")
    database = Database(database_address(server.app_url, SEARCHABLE))
    report = await refresh(Search(database, embedder=packaged_embedder()))
    assert report.written > 2000
    assert not report.failed
    await database.aclose()
