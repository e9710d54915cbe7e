"""`voicefit eval nightly`: the large sets, kept and compared with the night before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.eval import EXIT_BAD_INPUT, EXIT_BELOW_MINIMUM
from cli.evaluated import eval_app

__all__ = ["eval_app"]

NICENESS = 10
"""Whoever trains at night comes first."""


@eval_app.command()
def nightly(
    only: Annotated[
        list[str] | None, typer.Option(help="Only this set: text, varied, aloud or door; repeatable.")
    ] = None,
    reports: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Also write each run's report and page here.")
    ] = None,
) -> None:
    """Play the large sets, keep the runs, and compare each with the one before.

    Exits 1 when a run misses its gate or is worse than the run before by more than chance.
    """
    from eval.nightly import sets

    known = sets()
    if unknown := set(only or ()) - known.keys():
        typer.echo(f"There is no set {', '.join(sorted(unknown))}: there are {', '.join(known)}.", err=True)
        raise typer.Exit(EXIT_BAD_INPUT)
    if reports is not None:
        reports.mkdir(parents=True, exist_ok=True)
    os.nice(NICENESS)
    failed = []
    for name in only or known:
        typer.echo(f"== {name}")
        out = [] if reports is None else ["--json", str(reports / f"{name}.json")]
        run = ["run", *known[name], "--gate", name, "--save", "--not-worse", *out]
        if _voicefit_eval(*run):
            failed.append(name)
        if reports is not None and (reports / f"{name}.json").exists():
            _voicefit_eval("report", str(reports / f"{name}.json"), "--html", str(reports / f"{name}.html"))
    if failed:
        typer.echo(f"These runs went wrong or are worse than before: {', '.join(failed)}.", err=True)
        raise typer.Exit(EXIT_BELOW_MINIMUM)


def _voicefit_eval(*arguments: str) -> int:
    """In a process of its own: what a run held is free again for the next."""
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", "cli.main", "eval", *arguments], check=False).returncode
