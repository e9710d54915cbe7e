"""`voicefit eval report`, `compare` and `harvest`: what has been measured, and what could be."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli.eval import EXIT_BAD_INPUT, eval_app, write
from cli.kept import keep
from core.errors import VoiceFitError
from core.settings import settings

__all__ = ["eval_app"]


@eval_app.command()
def report(
    path: Annotated[Path, typer.Argument(metavar="OUT.json", help="What `voicefit eval run --json` wrote.")],
    html: Annotated[
        Path | None, typer.Option(metavar="PAGE", help="Write one page that needs no other file.")
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print it as Markdown, as for a pull request.")
    ] = False,
) -> None:
    """Show a run as a page for people, or in short as Markdown."""
    from eval.page import page
    from eval.reading import read_report
    from eval.writing import report_markdown

    try:
        found = read_report(path)
        if html is not None:
            write(html, page(found, path.parent), "--html")
    except VoiceFitError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None
    if markdown or html is None:
        typer.echo(report_markdown(found), nl=False)


@eval_app.command()
def save(
    paths: Annotated[
        list[Path], typer.Argument(metavar="OUT.json...", help="What `voicefit eval run --json` wrote.")
    ],
) -> None:
    """Keep runs that were made elsewhere in the database, for /admin/eval to show."""
    from eval.reading import read_report

    for path in paths:
        try:
            keep(read_report(path), path.parent)
        except VoiceFitError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(EXIT_BAD_INPUT) from None


@eval_app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A.json", help="What `voicefit eval run --json` wrote.")],
    second: Annotated[Path, typer.Argument(metavar="B.json", help="Of another run over the same scenarios.")],
) -> None:
    """Compare two runs turn by turn: which is better, and is that more than chance?"""
    from eval.reading import read_report
    from eval.writing import comparison_markdown
    from services.evaluations import comparing

    try:
        found = comparing.compare(read_report(first), read_report(second))
    except VoiceFitError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None
    typer.echo(comparison_markdown(found), nl=False)


@eval_app.command()
def harvest(
    out: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="Where the scenarios go, to be reviewed.")],
) -> None:
    """Make scenarios of corrected voice commands: of athletes who agreed, without anything personal."""
    from db.session import open_database
    from eval.harvest import Harvest
    from eval.harvest import harvest as gather

    async def gathered() -> Harvest:
        database = await open_database(settings())
        try:
            return await gather(database)
        finally:
            await database.aclose()

    try:
        found = asyncio.run(gathered())
        write(out, found.lines(), "OUT")
    except VoiceFitError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None
    typer.echo(f"{len(found.scenarios)} scenarios in {out}. Read each before it goes into a set.")
    for reason, count in found.left_out.most_common():
        typer.echo(f"{count} left out: {reason}")
