"""`voicefit eval`: replay evaluation sets and measure."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import VoiceFitError
from core.settings import settings

if TYPE_CHECKING:
    from eval.run import Run
    from eval.scenario import Scenario

EXIT_BELOW_MINIMUM = 1
EXIT_BAD_INPUT = 2

eval_app = typer.Typer(help="Replay evaluation sets and measure.", no_args_is_help=True)


class RouterChoice(StrEnum):
    """Who understands: the local grammar, a language model, or the grammar handing over to the model."""

    LOCAL = "local"
    LLM = "llm"
    AUTO = "auto"


@eval_app.callback()
def _group() -> None:
    """Replay evaluation sets and measure."""


@eval_app.command()
def run(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files, or folders searched for *.jsonl. Left out: the packaged scenarios."),
    ] = None,
    router: Annotated[RouterChoice, typer.Option(help="Who understands.")] = RouterChoice.LOCAL,
    repeat: Annotated[int, typer.Option(min=1, max=100, help="Play everything this many times.")] = 1,
    json_out: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Write the report to this file.")
    ] = None,
    min_exact: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Exit 1 when a smaller share of turns is exact.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only scenarios with this tag; repeatable.")] = None,
    scenario_id: Annotated[
        list[str] | None, typer.Option("--id", help="Only the scenario with this id; repeatable.")
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=1, max=64, help="Scenarios played at once; more than one spoils latencies.")
    ] = 1,
    count_all: Annotated[
        bool, typer.Option("--all", help="Count turns that need a tool this build does not have.")
    ] = False,
) -> None:
    """Replay scenarios and report how they went.

    Exits 0 when the run completes, 1 below --min-exact, 2 on bad input.
    """
    # Imported here: no other command should wait for it.
    from rich.console import Console

    from eval.loading import load_scenarios, packaged_scenarios, select
    from eval.report import render, to_json

    try:
        if json_out is not None:
            _check_writable(json_out)
        scenarios = select(load_scenarios(paths or [packaged_scenarios()]), tag or (), scenario_id or ())
        dataset = ", ".join(map(str, paths)) if paths else "packaged scenarios"
        done = asyncio.run(_play(scenarios, dataset, router, repeat, jobs, count_all))
        if json_out is not None:
            _write(json_out, json.dumps(to_json(done), indent=2, ensure_ascii=False, default=str) + "\n")
    except VoiceFitError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None
    Console().print(render(done))
    exact = done.measures.exact.value
    if min_exact is not None and (exact is None or exact < min_exact):
        reached = "no turn was counted" if exact is None else f"{exact:.2%} of turns are exact"
        typer.echo(f"{reached}, below the minimum of {min_exact:.2%}", err=True)
        raise typer.Exit(EXIT_BELOW_MINIMUM)


async def _play(
    scenarios: list[Scenario], dataset: str, router: RouterChoice, repeat: int, jobs: int, count_all: bool
) -> Run:
    # Imported late: it loads the whole conversation, which `--help` and bad input have no need of.
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    from eval.player import make_player
    from eval.run import run_scenarios

    console = Console(stderr=True)
    with Progress(
        *Progress.get_default_columns(),
        MofNCompleteColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("scenarios", total=len(scenarios) * repeat)
        async with make_player(router=router.value, settings=settings()) as player:
            return await run_scenarios(
                player,
                scenarios,
                dataset=dataset,
                router=router.value,
                repeat=repeat,
                jobs=jobs,
                count_unsupported=count_all,
                on_played=partial(progress.advance, task),
            )


def _check_writable(path: Path) -> None:
    """Fails before the run rather than after it."""
    if path.is_dir() or not path.parent.is_dir():
        raise VoiceFitError(f"--json {path}: not a file in an existing folder")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise VoiceFitError(f"--json {path}: cannot be written: {error.strerror}") from None
