"""The load part of `make bench`: many athletes on one process and on two, and beside Pipecat."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from eval.load.report import conditions, table, words
from eval.load.run import Plan, measure, own_home
from eval.load.stand_in import Delays
from eval.peers.compare import side_by_side
from eval.peers.peer import NoPeer

SECONDS = 60.0
PLANS = (
    Plan(12, SECONDS, every=12.0, delays=Delays(), cores=(0,)),
    Plan(12, SECONDS, every=5.0, delays=Delays(), cores=(0,)),
    Plan(24, SECONDS, every=12.0, delays=Delays(), processes=2),
    Plan(8, SECONDS, every=12.0, delays=None),
)
BESIDE = Plan(8, SECONDS, every=12.0, delays=Delays(), cores=(0,))


async def bench_load(console: Console, environments: Path) -> None:
    """Prints a table for each plan. `environments` is where Pipecat is installed, once."""
    for plan in PLANS:
        console.print(conditions(plan))
        with own_home() as settings:
            outcome = await measure(plan, settings)
        console.print(table(outcome))
        for line in words(outcome):
            console.print(line)
        console.print()
    console.print(conditions(BESIDE))
    try:
        with own_home() as settings:
            console.print(await side_by_side(BESIDE, settings, environments))
    except NoPeer as error:
        console.print(f"not compared with a peer: {error}")
