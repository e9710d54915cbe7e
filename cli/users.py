"""`voicefit user`: what people may do here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from core.settings import settings

if TYPE_CHECKING:
    from db.session import Database

user_app = typer.Typer(no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="Somebody who has an account.")]


@user_app.callback()
def _group() -> None:
    """What people may do here."""


@user_app.command()
def role(
    email: Email,
    new: Annotated[
        str, typer.Argument(metavar="ROLE", help="athlete, coach, or admin: an operator, who sees /admin.")
    ],
) -> None:
    """Give somebody a role."""
    asyncio.run(_set_role(email, new))
    typer.echo(f"{email} is {new} now.")


async def _set_role(email: str, new: str) -> None:
    from services.operators import assign_role

    async with _person(email) as (database, person), database.transaction(None) as db:
        await assign_role(db, person, new)


@asynccontextmanager
async def _person(email: str) -> AsyncIterator[tuple[Database, UUID]]:
    from db.session import open_database
    from services.identity import Identity

    database = await open_database(settings())
    try:
        yield database, await Identity(database, settings()).athlete_by_email(email, create=False)
    finally:
        await database.aclose()


@user_app.command()
def transcripts(
    email: Email,
    reason: Annotated[str, typer.Option(help="Why; kept with everything that is read.")] = "",
    days: Annotated[int, typer.Option(min=0, help="For how long; 0 takes it back.")] = 7,
) -> None:
    """Let an operator read what athletes said, for some days. Each reading is noted."""
    until = asyncio.run(_give_leave(email, reason, days))
    typer.echo(f"{email} may read until {until:%Y-%m-%d %H:%M} UTC." if until else f"{email} may not read.")


async def _give_leave(email: str, reason: str, days: int) -> datetime | None:
    from services.turns_seen import give_leave, take_leave_back

    async with _person(email) as (database, person), database.transaction(None) as db:
        if days == 0:
            await take_leave_back(db, person)
            return None
        return await give_leave(db, person, reason, days)
