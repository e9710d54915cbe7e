"""`voicefit finetune`: training data from corrections, and which trained model answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from core.settings import settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from db.session import Database

Result = TypeVar("Result")

finetune_app = typer.Typer(no_args_is_help=True)

Whose = Annotated[
    str | None, typer.Option("--athlete", help="Only for the athlete with this email; left out, for all.")
]


@finetune_app.command()
def export(
    out: Annotated[Path, typer.Argument(help="A folder for train.jsonl and test.jsonl.", file_okay=False)],
) -> None:
    """Write corrected and sure turns as chat-format JSONL, without what tells who spoke.

    An athlete's turns are all in one of the two files.
    """
    from prompts import prompt
    from services.finetune import export as write

    out.mkdir(parents=True, exist_ok=True)
    done = asyncio.run(_with_database(lambda database: write(database, out, prompt("coach"))))
    typer.echo(
        f"{done.train} examples to train with and {done.test} to test with, of {done.athletes} athletes; "
        f"{done.left_out} turns left out."
    )


@finetune_app.command()
def activate(
    model: Annotated[str, typer.Argument(help="The provider's name of the trained model.")],
    athlete: Whose = None,
) -> None:
    """Let a trained model answer what is handed over, in the place of XAI_MODEL."""
    from services import finetune

    async def work(database: Database) -> None:
        async with database.transaction(None) as db:
            whose = await finetune.athlete_with(db, athlete)
            await finetune.activate(db, model, "voice_parser", settings().xai_model, whose)

    asyncio.run(_with_database(work))
    typer.echo(
        f"{model} answers {athlete or 'everybody without a model of their own'} from the next turn on."
    )


@finetune_app.command()
def deactivate(athlete: Whose = None) -> None:
    """Let XAI_MODEL answer again."""
    from services import finetune

    async def work(database: Database) -> bool:
        async with database.transaction(None) as db:
            return await finetune.deactivate(db, "voice_parser", await finetune.athlete_with(db, athlete))

    was = asyncio.run(_with_database(work))
    typer.echo("Put away." if was else "There was none.")


async def _with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    from db.session import open_database

    database = await open_database(settings())
    try:
        return await work(database)
    finally:
        await database.aclose()
