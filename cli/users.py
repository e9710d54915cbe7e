"""`voicefit user`: what people may do here."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from core.settings import settings

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
    from db.session import open_database
    from services.identity import Identity
    from services.operators import assign_role

    database = await open_database(settings())
    try:
        person = await Identity(database, settings()).athlete_by_email(email, create=False)
        async with database.transaction(None) as db:
            await assign_role(db, person, new)
    finally:
        await database.aclose()
