"""`voicefit search`: the search index, and how good it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from core.settings import settings

if TYPE_CHECKING:
    from db.models import SearchIndexName
    from search import Report, Search

EXIT_FAILED = 1
EXIT_BELOW_MINIMUM = 1

search_app = typer.Typer(no_args_is_help=True)


@search_app.command()
def reindex(
    quick: Annotated[
        bool, typer.Option("--quick", help="Only what changed, as servers do it by themselves.")
    ] = False,
) -> None:
    """Write every document anew, and take out what is gone. Searching goes on meanwhile.

    Exits 1 when something could not be written; doing it again goes on with that.
    """
    report = asyncio.run(_reindex(everything=not quick))
    typer.echo(
        f"{report.written} written, {report.removed} removed"
        + (f", {report.sent} sent to Upstash Search" if settings().upstash_search_rest_url else "")
        + "."
    )
    if report.failed:
        typer.echo(f"{report.failed} could not be written; the log above says why.", err=True)
        raise typer.Exit(EXIT_FAILED)


@search_app.command()
def query(
    text: Annotated[str, typer.Argument(help="What to look for, in an athlete's words.")],
    index: Annotated[str, typer.Option(help="exercises, exercise_cues or knowledge_base.")] = "knowledge_base",
    limit: Annotated[int, typer.Option(min=1, max=40)] = 5,
) -> None:
    """Print the best documents, with how well each fits."""
