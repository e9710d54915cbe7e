"""The server's login owns nothing and sees nothing by itself, and is made when it is missing."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import DatabaseUnavailable, NotConfigured
from core.settings import Settings
from db.embedded import EmbeddedServer
from db.migrate import upgrade
from db.models import Base, User
from db.session import open_database
from db.url import create_engine
from tests.db.fixtures import database_address, drop_database, new_athlete, run_on_server

ABOUT = text(
    """
    select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolinherit,
           (select count(*) from pg_class where relowner = pg_roles.oid),
           array(select roleid::regrole::text from pg_auth_members where member = pg_roles.oid order by 1)
    from pg_roles where rolname = current_user
    """
)


@pytest.fixture
async def as_login(app_url: str) -> AsyncIterator[AsyncEngine]:
    """A connection as the server has it, with no role taken on."""
    engine = create_engine(app_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def login(embedded_server: EmbeddedServer, database_url: str) -> AsyncIterator[str]:
    """An address of the test's database with a role that is not there yet. Its password needs quoting."""
    name = f"login_{uuid4().hex}"
    address = make_url(database_url).set(username=name, password='it\'s :a %s "word"')
    yield address.render_as_string(hide_password=False)
    await run_on_server(embedded_server.url, f"drop role if exists {name}")


async def make_role(server: EmbeddedServer, login: str, inherit: str) -> None:
    """Makes the role of the address `login` as somebody without VoiceFit would."""
    role, password = make_url(login).username, (make_url(login).password or "").replace("'", "''")
    await run_on_server(
        server.url, f"create role {role} login {inherit} password '{password}'".replace(":", r"\:")
    )


async def test_it_owns_nothing_and_cannot_pass_by_row_level_security(as_login: AsyncEngine) -> None:
    async with as_login.begin() as connection:
        row = (await connection.execute(ABOUT)).one()
    assert tuple(row) == (False, 0, ["authenticated", "voicefit_service"])


async def test_a_transaction_that_forgot_its_role_sees_nothing(as_login: AsyncEngine) -> None:
    readable = text(
        """
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
          and has_table_privilege(oid, 'select, insert, update, delete, truncate, references, trigger')
        """
    )
    async with as_login.begin() as connection:
        assert (await connection.scalars(readable)).all() == []
        with pytest.raises(Exception, match="permission denied for table users"):
            await connection.execute(select(User.id))


@pytest.mark.parametrize("role", ["voicefit", "postgres", "pg_read_all_data"])
async def test_it_cannot_become_anybody_else(as_login: AsyncEngine, role: str) -> None:
    async with as_login.begin() as connection:
        with pytest.raises(Exception, match="permission denied to set role"):
            await connection.execute(text(f"set role {role}"))


async def test_every_table_is_there_for_the_servers_work(as_login: AsyncEngine) -> None:
    async with as_login.begin() as connection:
        await connection.execute(text("set local role voicefit_service"))
        for name in Base.metadata.tables:
            privileges = "select, insert, update, delete"
            for privilege in privileges.split(", "):
                has = text(f"select has_table_privilege('{name}', '{privilege}')")
                assert await connection.scalar(has), (name, privilege)


async def test_a_missing_login_is_made(
    database_url: str, login: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(database_url=login, database_owner_url=database_url)
    for _ in range(2):
        database = await open_database(settings)
        athlete = await new_athlete(database)
        async with database.transaction(athlete) as session:
            assert (await session.scalars(select(User.id))).all() == [athlete]
        await database.aclose()
    engine = create_engine(login)
    async with engine.begin() as connection:
        assert tuple((await connection.execute(ABOUT)).one()) == (
            False,
            0,
            ["authenticated", "voicefit_service"],
        )
    await engine.dispose()
    assert "can read every table" not in caplog.text


async def test_a_login_that_is_there_is_let_become_the_roles_and_inherits_nothing(
    embedded_server: EmbeddedServer, database_url: str, login: str
) -> None:
    await make_role(embedded_server, login, "inherit")
    database = await open_database(Settings(database_url=login, database_owner_url=database_url))
    await database.aclose()
    engine = create_engine(login)
    async with engine.begin() as connection:
        assert await connection.scalar(text("select has_table_privilege('users', 'select')")) is False
    await engine.dispose()


async def test_the_owner_as_login_is_warned_of_and_bound_all_the_same(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        database = await open_database(Settings(database_url=database_url))
    assert "logs in to the database as voicefit, who can read every table" in caplog.text
    assert "VOICEFIT_DATABASE_OWNER_URL" in caplog.text
    athletes = [await new_athlete(database) for _ in range(2)]
    async with database.transaction(athletes[0]) as session:
        assert (await session.scalars(select(User.id))).all() == [athletes[0]]
    await database.aclose()


async def test_the_login_alone_opens_a_database_that_is_up_to_date(app_url: str) -> None:
    database = await open_database(Settings(database_url=app_url))
    assert await new_athlete(database)
    await database.aclose()


@pytest.fixture
async def outdated_url(embedded_server: EmbeddedServer) -> AsyncIterator[str]:
    """The login's address of a database whose schema is not the newest."""
    name = f"old_{uuid4().hex}"
    await run_on_server(embedded_server.url, f"create database {name}")
    login = database_address(embedded_server.app_url, name)
    await upgrade(database_address(embedded_server.url, name), "0009", login=login)
    yield login
    await drop_database(embedded_server, name)


async def test_the_login_alone_says_that_a_database_is_outdated(outdated_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"at 0009 and should be at .*voicefit db upgrade"):
        await open_database(Settings(database_url=outdated_url))


async def test_a_login_that_may_not_become_the_roles_is_said_so(
    embedded_server: EmbeddedServer, login: str
) -> None:
    await make_role(embedded_server, login, "noinherit")
    with pytest.raises(DatabaseUnavailable, match=r"permission denied to set role.*OWNER_URL"):
        await open_database(Settings(database_url=login))


async def test_an_owner_who_may_not_make_roles_says_what_to_do(
    embedded_server: EmbeddedServer, database_url: str, login: str
) -> None:
    superuser = make_url(embedded_server.url).set(username="postgres").render_as_string(hide_password=False)
    await run_on_server(superuser, "alter role voicefit nocreaterole")
    try:
        with pytest.raises(DatabaseUnavailable, match=r"no role login_\w+, which DATABASE_URL.*create role"):
            await open_database(Settings(database_url=login, database_owner_url=database_url))
    finally:
        await run_on_server(superuser, "alter role voicefit createrole")


async def test_an_owners_address_alone_is_not_enough(database_url: str) -> None:
    with pytest.raises(NotConfigured, match="DATABASE_URL is not"):
        await open_database(Settings(database_url=None, database_owner_url=database_url))
