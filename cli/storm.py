"""`voicefit eval storm` and `leaks`: is everything written once, and nothing left behind?"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.load import eval_app
from core.settings import Settings, settings

__all__ = ["eval_app"]

EXIT_VIOLATED = 1
SHOWN = 10
MEGABYTE = 1024 * 1024
MEMORY_GROWTH = 0.05


@eval_app.command()
def storm(
    turns: Annotated[int, typer.Option(min=1, help="How many turns are sent.")] = 1000,
    seed: Annotated[int, typer.Option(help="What is sent, and what goes wrong, follows from it.")] = 1,
    athletes: Annotated[int, typer.Option(min=1, max=200, help="Each with one to four devices.")] = 8,
    kills: Annotated[int, typer.Option(min=0, help="How often the server is killed, or stopped.")] = 2,
    cuts: Annotated[int, typer.Option(min=0, help="How often it loses its database connections.")] = 4,
    spoken: Annotated[bool, typer.Option(help="Ask for some replies as speech, and speak over some.")] = True,
    minutes: Annotated[float | None, typer.Option(help="Send nothing new after so long.")] = None,
    rooms: Annotated[
        bool, typer.Option("--rooms", help="In rooms, with hosted models stood in for.")
    ] = False,
) -> None:
    """Let it storm: interruptions, lost connections, repeated turns and a server that dies. Then compare what
    clients were told with what is in the database.

    A server of its own, with a database of its own, that are thrown away afterwards.
    """
    from eval.storm.storm import Storm
    from eval.storm.storm import storm as let_it_storm

    wanted = Storm(turns, seed, athletes, kills, cuts, spoken, minutes, rooms)
    with _new_home() as chosen:
        verdict = asyncio.run(let_it_storm(chosen, wanted))
    counts = verdict.journal.counts
    typer.echo(f"seed {seed}, {verdict.seconds:.0f} s, load {_load()}")
    typer.echo(", ".join(f"{what} {count}" for what, count in sorted(counts.items())))
    for misunderstood in verdict.journal.misunderstood:
        typer.echo(f"understood as something else: {misunderstood}")
    for violation in verdict.violations[:SHOWN]:
        typer.echo(violation, err=True)
    if verdict.violations:
        typer.echo(f"{len(verdict.violations)} violations with seed {seed}", err=True)
        raise typer.Exit(EXIT_VIOLATED)
    typer.echo(f"{counts['acknowledged']} turns acknowledged, each done exactly once; nothing is stuck")


@eval_app.command()
def leaks(
    sessions: Annotated[int, typer.Option(min=2, help="How many sessions are opened and closed.")] = 1000,
    warm_up: Annotated[int, typer.Option(min=1, help="After how many memory is looked at first.")] = 200,
) -> None:
    """Open and close sessions, well and badly, and see what they leave in the server's process."""
    from eval.storm.leaks import leaks as find_leaks

    with _new_home() as chosen:
        found = asyncio.run(find_leaks(chosen, sessions, min(warm_up, sessions - 1)))
    for when, held in ((f"after {warm_up} sessions", found.warm), (f"after {sessions}", found.after)):
        typer.echo(
            f"{when}: {held.uss / MEGABYTE:.1f} MB of its own (resident {held.rss / MEGABYTE:.1f}), "
            f"{held.tasks.total()} tasks, {held.threads} threads, {held.files} files"
        )
    typer.echo(f"memory: {found.memory_growth:+.1%}; load {_load()}")
    for grown in found.after.grown(found.warm, sessions // 2):
        typer.echo(f"objects: {grown}")
    for left in found.left:
        typer.echo(f"left behind: {left}", err=True)
    if found.left or found.memory_growth > MEMORY_GROWTH:
        raise typer.Exit(EXIT_VIOLATED)


@contextmanager
def _new_home() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="voicefit-storm-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        yield settings().model_copy(update={"home": Path(home)})


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"
