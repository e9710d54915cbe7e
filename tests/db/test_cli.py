"""`voicefit db`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from cli.db import db_app
from core.settings import settings
from db.url import create_engine
from tests.db.fixtures import new_home, remove_home


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = new_home()
    monkeypatch.setenv("VOICEFIT_HOME", str(home))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings.cache_clear()
    yield home
    settings.cache_clear()
    remove_home(home)


@pytest.fixture
def given_database(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[str]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    settings.cache_clear()
    yield database_url
    settings.cache_clear()


async def count_exercises(url: str) -> int:
    engine = create_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        number: int = await connection.scalar(text("select count(*) from exercises"))
    await engine.dispose()
    return number


@pytest.mark.slow
def test_url_leaves_a_filled_database_that_can_be_reached(home: Path) -> None:
    done = CliRunner().invoke(db_app, ["url"], catch_exceptions=False)
    url = done.stdout.strip()
    assert url.startswith("postgresql://voicefit:")
    assert asyncio.run(count_exercises(url)) > 400


def test_url_of_another_database_is_given_as_psql_takes_it(given_database: str) -> None:
    done = CliRunner().invoke(db_app, ["url"], catch_exceptions=False)
    assert done.stdout.strip() == given_database.replace("+asyncpg", "")


def test_the_address_given_is_the_owners(given_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://voicefit_app@localhost/voicefit")
    monkeypatch.setenv("VOICEFIT_DATABASE_OWNER_URL", given_database)
    settings.cache_clear()
    done = CliRunner().invoke(db_app, ["url"], catch_exceptions=False)
    assert done.stdout.strip() == given_database.replace("+asyncpg", "")


def test_upgrade_can_be_repeated(given_database: str) -> None:
    for _ in range(2):
        done = CliRunner().invoke(db_app, ["upgrade"], catch_exceptions=False)
        assert (done.exit_code, done.stdout) == (0, "The database is up to date.\n")
