"""`voicefit content`: the exercises, cues, knowledge, badges and templates that come with VoiceFit."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.settings import Settings, settings

if TYPE_CHECKING:
    from db.catalogue.loader import Changes

EXIT_FAULTS = 1

content_app = typer.Typer(no_args_is_help=True)


@content_app.command()
def check(
    path: Annotated[
        Path | None,
        typer.Argument(help="A folder laid out as db/catalogue is. Left out: the packaged content."),
    ] = None,
) -> None:
    """Check content files and count what is in them.

    Prints every fault with its file and entry, and exits 1 if there is one.
    """
    # Imported here: no other command should wait for it.
    from db.catalogue.content import read_content
    from db.catalogue.faults import ContentError
    from db.catalogue.files import PACKAGED

    folder = path or PACKAGED
    try:
        content = read_content(folder)
    except ContentError as error:
        for fault in error.faults:
            typer.echo(fault)
        typer.echo(f"{folder}: {_counted(len(error.faults), 'fault')}.", err=True)
        raise typer.Exit(EXIT_FAULTS) from None
    for kind, count in content.counts().items():
        typer.echo(f"{kind:<14} {count:>5}")
    typer.echo("No faults.")


@content_app.command()
def load() -> None:
    """Bring the content in the database to that of this version of VoiceFit, and say what changed.

    A server does so when it starts.
    """
    changes = asyncio.run(_load(settings()))
    if not changes:
        typer.echo("The content is up to date.")
        return
    for table in sorted(changes.written.keys() | changes.removed.keys()):
        written, removed = changes.written.get(table, 0), changes.removed.get(table, 0)
        typer.echo(f"{table}: {written} written, {removed} removed")


async def _load(chosen: Settings) -> Changes:
    from db.catalogue.loader import load_catalogue
    from db.session import open_database

    database = await open_database(chosen, with_content=False)
    try:
        async with database.transaction(None) as session:
            return await load_catalogue(session)
    finally:
        await database.aclose()


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
