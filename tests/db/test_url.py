"""Addresses as people paste them."""

from __future__ import annotations

import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.errors import DatabaseUnavailable
from db.url import create_engine, for_psql, parse


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_the_usual_schemes_are_taken(scheme: str) -> None:
    assert str(parse(f"{scheme}://ann@db.example.com/fit")) == "postgresql+asyncpg://ann@db.example.com/fit"


@pytest.mark.parametrize(
    "url", ["mysql://ann:secret@db/fit", "ann:secret@db", "", "postgresql://ann:secret@db:x/fit"]
)
def test_other_addresses_are_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="not an address of PostgreSQL") as caught:
        parse(url)
    assert "secret" not in str(caught.value)


def test_a_parameter_that_is_not_understood_is_named() -> None:
    with pytest.raises(DatabaseUnavailable, match="target_session_attrs"):
        create_engine("postgresql://ann@db/fit?target_session_attrs=any")


async def test_addresses_of_hosted_databases_work(database_url: str) -> None:
    engine = create_engine(
        f"{database_url}&sslmode=disable&application_name=check&connect_timeout=5&channel_binding=prefer"
    )
    async with engine.begin() as connection:
        assert await connection.scalar(text("select current_setting('application_name')")) == "check"
    await engine.dispose()


async def test_a_refused_row_is_not_repeated_in_the_error(database_url: str) -> None:
    engine = create_engine(database_url)
    insert = text("insert into refused values (:words, null)")
    words = " ".join(["what", "ana", "said"])  # a traceback shows lines of this file
    async with engine.connect() as connection:
        await connection.execute(text("create temporary table refused (words text, needed text not null)"))
        with pytest.raises(IntegrityError) as caught:
            await connection.execute(insert, {"words": words})
    await engine.dispose()
    told = "".join(traceback.format_exception(caught.value))
    assert 'null value in column "needed"' in told
    assert words not in told


async def test_behind_a_pooler_nothing_stays_prepared(database_url: str) -> None:
    engine = create_engine(f"{database_url}&pgbouncer=true", pool_size=1)
    for number in range(3):
        async with engine.begin() as connection:
            assert (
                await connection.scalar(text("select cast(:number as integer)"), {"number": number}) == number
            )
    async with engine.begin() as connection:
        # A pooler may hand the next transaction a connection on which all of this is unknown.
        await connection.exec_driver_sql("deallocate all")
    async with engine.begin() as connection:
        assert await connection.scalar(text("select cast(:number as integer)"), {"number": 7}) == 7
    await engine.dispose()


def test_psql_gets_an_address_it_takes() -> None:
    assert for_psql("postgres://ann:pw@db/fit?pgbouncer=true&sslmode=require") == (
        "postgresql://ann:pw@db/fit?sslmode=require"
    )
