"""`voicefit db`: the database's address and its schema."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from core.settings import Settings, settings

KEEP_MINUTES = 10.0

db_app = typer.Typer(no_args_is_help=True)


@db_app.command()
def url(
    keep: Annotated[
        float,
        typer.Option(min=0, help="Minutes for which the embedded database stays up when nobody uses it."),
    ] = KEEP_MINUTES,
) -> None:
    """Print an address for psql, password included: that of the owner, who sees every athlete's rows.

    The embedded database is started, and made, if need be. It stays up for as long as something is connected.
    """
    print(asyncio.run(_address(settings(), keep * 60)))


@db_app.command()
def upgrade() -> None:
    """Bring the schema and the catalogue up to date."""
    asyncio.run(_upgrade(settings()))
    print("The database is up to date.")


async def _address(settings: Settings, keep_seconds: float) -> str:
    from db.session import addresses_of, open_database, start_server
    from db.url import for_psql

    server = await start_server(settings)
    if server is None:
        return for_psql(addresses_of(settings, None).owner)
    try:
        database = await open_database(settings)
        await database.aclose()
        server.keep_up(keep_seconds)
        return for_psql(server.url)
    finally:
        server.release()


async def _upgrade(settings: Settings) -> None:
    from db.session import open_database

    database = await open_database(settings)
    await database.aclose()
