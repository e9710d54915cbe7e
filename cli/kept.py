"""Keeping evaluation runs, and saying how each compares with the one before."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from core.settings import settings

if TYPE_CHECKING:
    from services.evaluations import Compared


def keep(report: Mapping[str, Any], folder: Path = Path()) -> Compared | None:
    """Saves a run in the database and prints how it compares with the one before of its series; None if
    there is none. Sounds are at paths relative to `folder`. Raises `VoiceFitError`."""
    from db.session import open_database
    from eval import keeping
    from eval.writing import comparison_markdown

    async def kept() -> tuple[UUID, Compared | None]:
        database = await open_database(settings())
        try:
            return await keeping.keep(database, report, folder)
        finally:
            await database.aclose()

    run_id, compared = asyncio.run(kept())
    typer.echo(f"Saved as {run_id}: see /admin/eval.", err=True)
    if compared is not None:
        typer.echo("Against the run before (A), this one (B):\n")
        typer.echo(comparison_markdown(compared), nl=False)
    return compared
