"""Addresses of databases: from what people paste to what the driver takes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core.errors import DatabaseUnavailable

SCHEMES = frozenset({"postgres", "postgresql", "postgresql+asyncpg"})
DRIVER = "postgresql+asyncpg"
POOLED = frozenset({"true", "1"})
CONNECTION_ERRORS = (OSError, DBAPIError)
"""What may be raised when no connection can be made."""


def create_engine(url: str | URL, **options: Any) -> AsyncEngine:
    """An asyncpg engine for a PostgreSQL address; `options` go to SQLAlchemy.

    Of libpq's parameters `host`, `port`, `sslmode`, `application_name` and `connect_timeout` are understood.
    `pgbouncer=true` says that a pooler hands every transaction another connection: nothing is prepared ahead.

    Raises:
        DatabaseUnavailable: the address is not one of PostgreSQL or has a parameter that is not understood.
    """
    address = parse(url)
    query = {name: value if isinstance(value, str) else value[-1] for name, value in address.query.items()}
    arguments: dict[str, Any] = {}
    if query.pop("pgbouncer", "false").lower() in POOLED:
        # A name is used once: the pooler may run the next transaction where the last one's is taken.
        arguments["statement_cache_size"] = 0
        arguments["prepared_statement_name_func"] = lambda: f"__voicefit_{uuid4()}__"
        query["prepared_statement_cache_size"] = "0"
    if "sslmode" in query:
        arguments["ssl"] = query.pop("sslmode")
    if "connect_timeout" in query:
        arguments["timeout"] = float(query.pop("connect_timeout"))
    if "application_name" in query:
        arguments["server_settings"] = {"application_name": query.pop("application_name")}
    # asyncpg knows no channel binding; the connection stays as safe as `sslmode` makes it.
    query.pop("channel_binding", None)
    unknown = query.keys() - {"host", "port", "prepared_statement_cache_size"}
    if unknown:
        raise DatabaseUnavailable(
            f"The database address has parameters that are not understood: {', '.join(sorted(unknown))}. "
            "Remove them from DATABASE_URL."
        )
    # What a statement was given is the athletes' own: it does not belong in logs and error reports.
    engine = create_async_engine(
        address.set(query=query), connect_args=arguments, hide_parameters=True, **options
    )
    event.listen(engine.sync_engine, "handle_error", _leave_out_the_row)
    return engine


def _leave_out_the_row(context: ExceptionContext) -> None:
    """Nor does the row that PostgreSQL repeats where it says what it refused."""
    refusal = context.original_exception.__cause__
    if getattr(refusal, "detail", None):
        refusal.detail = None  # type: ignore[union-attr]


def is_pooled(url: str | URL) -> bool:
    """Whether the address is one of a pooler that hands every transaction another connection."""
    value = parse(url).query.get("pgbouncer", "false")
    return (value if isinstance(value, str) else value[-1]).lower() in POOLED


def parse(url: str | URL) -> URL:
    """`url` with the driver's scheme.

    Raises:
        DatabaseUnavailable: it is not an address of a PostgreSQL database. The message never repeats it:
            there is a password in it.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.drivername not in SCHEMES:
        raise DatabaseUnavailable(
            "DATABASE_URL is not an address of PostgreSQL. Write it as "
            "postgresql://USER:PASSWORD@HOST:5432/NAME, or leave it out to use the embedded database."
        )
    return address.set(drivername=DRIVER)


def for_psql(url: str | URL) -> str:
    """The address as psql and other libpq programs take it, password included."""
    address = parse(url).set(drivername="postgresql")
    return address.difference_update_query(["pgbouncer"]).render_as_string(hide_password=False)


def unavailable(error: BaseException) -> DatabaseUnavailable:
    """The error to show for one met while connecting."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return DatabaseUnavailable(
        f"The database cannot be reached ({type(cause).__name__}: {cause}). Check that it runs and that "
        "DATABASE_URL is right, or leave DATABASE_URL out to use the embedded database."
    )
