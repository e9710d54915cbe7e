"""What Alembic runs: with the connection it is given, or its own when used from the command line."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.pool import NullPool

from core.settings import settings
from db.migrate import LOCK
from db.models import Base
from db.session import addresses_of, start_server
from db.url import create_engine


def run(connection: Connection) -> None:
    """Runs the migrations within the caller's transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata)
    context.run_migrations()


async def connect_and_run() -> None:
    """For `alembic -c db/migrations/alembic.ini`: the database of the settings."""
    server = await start_server(settings())
    engine = create_engine(addresses_of(settings(), server).owner, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(LOCK)
            await connection.run_sync(run)
    finally:
        await engine.dispose()
        if server:
            server.release()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(connect_and_run())
