"""`voicefit eval load` and `peers`: many athletes at once, here and with others."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from cli.nightly import eval_app

__all__ = ["eval_app"]


@eval_app.command()
def load(
    sessions: Annotated[int, typer.Option(min=1, max=1000, help="Athletes at once.")] = 12,
    seconds: Annotated[float, typer.Option(min=5, help="How long.")] = 60.0,
    every: Annotated[float, typer.Option(min=3, help="Seconds between an athlete's sentences.")] = 12.0,
    stubs: Annotated[
        bool, typer.Option("--stubs/--embedded", help="Stand-ins for hosted models, or the embedded ones.")
    ] = True,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Server processes.")] = 1,
    core: Annotated[
        list[int] | None, typer.Option(help="A core of the server's; repeatable. Left out: all of them.")
    ] = None,
    typed: Annotated[bool, typer.Option("--typed", help="The athletes type instead of speaking.")] = False,
    rooms: Annotated[
        bool,
        typer.Option("--rooms", help="In rooms of a development LiveKit server, with a worker."),
    ] = False,
    seed: Annotated[int, typer.Option(help="Who says what, and when.")] = 0,
) -> None:
    """Measure one session beside many, on a server and a database made for it: time to the first sound of an
    answer, CPU, memory, and whether every set was kept exactly once."""
    from rich.console import Console

    if rooms and (typed or processes > 1):
        raise typer.BadParameter("in rooms athletes speak, with one worker", param_hint="--rooms")

    from eval.load.report import conditions, table, words
    from eval.load.run import Plan, measure, own_home
    from eval.load.stand_in import Delays

    plan = Plan(
        sessions,
        seconds,
        every,
        delays=Delays() if stubs else None,
        processes=processes,
        cores=tuple(core) if core else None,
        typed=typed,
        rooms=rooms,
        seed=seed,
    )
    console = Console(highlight=False)
    console.print(conditions(plan))
    with own_home() as home:
        outcome = asyncio.run(measure(plan, home))
    console.print(table(outcome))
    for line in words(outcome):
        console.print(line)
    # In rooms athletes leave before a development server that is behind has told them everything.
    if outcome.many.lost or (outcome.many.extra and not rooms):
        raise typer.Exit(1)


@eval_app.command()
def peers(
    sessions: Annotated[int, typer.Option(min=1, max=1000, help="Athletes at once.")] = 8,
    seconds: Annotated[float, typer.Option(min=5, help="How long.")] = 60.0,
    every: Annotated[float, typer.Option(min=3, help="Seconds between an athlete's sentences.")] = 12.0,
    core: Annotated[
        list[int] | None, typer.Option(help="A core of the servers'; repeatable. Left out: all of them.")
    ] = None,
) -> None:
    """Measure VoiceFit beside Pipecat: the same conversation, stand-ins for models, silence and machine.
    Pipecat is installed the first time, apart from VoiceFit (540 MB)."""
    from rich.console import Console

    from core.settings import settings
    from eval.load.report import conditions
    from eval.load.run import Plan, own_home
    from eval.load.stand_in import Delays
    from eval.peers.compare import side_by_side

    plan = Plan(sessions, seconds, every, delays=Delays(), cores=tuple(core) if core else None)
    console = Console(highlight=False)
    console.print(conditions(plan))
    with own_home() as home:
        console.print(asyncio.run(side_by_side(plan, home, settings().home / "peers")))
