"""`voicefit eval`: replay evaluation sets and measure."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.kept import keep
from core.errors import VoiceFitError
from core.settings import settings

if TYPE_CHECKING:
    from eval.outcome import Player
    from eval.run import Run
    from eval.scenario import Scenario
    from services.evaluations import Compared

EXIT_BELOW_MINIMUM = 1
EXIT_BAD_INPUT = 2
USUAL_SNR_DB = 10.0

eval_app = typer.Typer(help="Replay evaluation sets and measure.", no_args_is_help=True)


class RouterChoice(StrEnum):
    """Who understands: the local grammar, a language model, or the grammar handing over to the model."""

    LOCAL = "local"
    LLM = "llm"
    AUTO = "auto"


class AgentChoice(StrEnum):
    """Who is put to the test: VoiceFit, or an agent that is known to be no good."""

    VOICEFIT = "voicefit"
    SILENT = "silent"
    EAGER = "eager"
    RANDOM = "random"


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
    judge: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="A language model (XAI_API_KEY) that may object to turns that are exact."
        ),
    ] = None,
    gate: Annotated[
        str | None, typer.Option(help="Exit 1 when less is reached than this gate of eval/gates.jsonl asks.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only scenarios with this tag; repeatable.")] = None,
    scenario_id: Annotated[
        list[str] | None, typer.Option("--id", help="Only the scenario with this id; repeatable.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="Scenarios played at once; latencies are those of a server only with 1."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="What is left to chance follows from it.")] = 0,
    vary: Annotated[
        int, typer.Option(min=0, max=50, help="Play each scenario also said in this many other ways.")
    ] = 0,
    aloud: Annotated[
        bool, typer.Option("--aloud", help="Say the scenarios aloud and recognise them.")
    ] = False,
    door: Annotated[
        bool, typer.Option("--door", help="With --aloud: through a server's door, at the real pace.")
    ] = False,
    voices: Annotated[int, typer.Option(min=1, max=6, help="With --aloud: by how many voices.")] = 1,
    noise: Annotated[
        list[str] | None,
        typer.Option(
            help="With --aloud, also in: plates, music, babble, treadmill, or a WAV file; repeatable."
        ),
    ] = None,
    snr: Annotated[
        list[float] | None,
        typer.Option(min=-20, max=60, help="How many dB the speech is louder than the noise; repeatable."),
    ] = None,
    agent: Annotated[
        AgentChoice, typer.Option(help="Who is put to the test; those that are no good test the harness.")
    ] = AgentChoice.VOICEFIT,
    count_all: Annotated[
        bool, typer.Option("--all", help="Count turns that need a tool this build does not have.")
    ] = False,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the run in the database, for /admin/eval to show.")
    ] = False,
    not_worse: Annotated[
        bool,
        typer.Option("--not-worse", help="With --save: exit 1 when the run before was significantly better."),
    ] = False,
) -> None:
    """Replay scenarios and report how they went.

    Exits 0 when the run completes, 1 below --min-exact or --gate or with --not-worse, 2 on bad input.
    """
    # Imported here: no other command should wait for it.
    from rich.console import Console

    from eval import gates
    from eval.keeping import commit
    from eval.loading import load_scenarios, packaged_scenarios, select
    from eval.report import to_json
    from eval.tables import render
    from eval.variations import vary as variations
    from services.evaluations import is_worse

    try:
        if json_out is not None:
            _check_writable(json_out)
        needed = gates.gate(gate) if gate is not None else {}
        scenarios = select(load_scenarios(paths or [packaged_scenarios()]), tag or (), scenario_id or ())
        scenarios += [other for one in scenarios for other in variations(one, vary, seed)]
        if not_worse and not save:
            raise VoiceFitError("--not-worse needs --save: the run is compared with the one saved before.")
        if door and not aloud:
            raise VoiceFitError("--door needs --aloud: scenarios are spoken through the door.")
        if aloud:
            scenarios = _say_aloud(scenarios, voices, noise or [], snr or [USUAL_SNR_DB], seed)
        dataset = ", ".join(map(str, paths)) if paths else "packaged scenarios"
        at_once = 1 if door else jobs or default_jobs()
        plan = Plan(scenarios, dataset, router, agent, repeat, at_once, seed, count_all, door, judge)
        done = asyncio.run(_play(plan))
        how = {"aloud": aloud, "door": door, "voices": voices, "noise": _noises(noise, snr), "vary": vary}
        how["selected"] = [*(tag or ()), *(scenario_id or ())]
        whole = to_json(done) | {"settings": _models(), "how": how, "commit": commit()}
        if json_out is not None:
            write(json_out, json.dumps(whole, indent=2, ensure_ascii=False, default=str) + "\n")
    except VoiceFitError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None
    Console().print(render(done))
    compared = _kept(whole) if save else None
    low = not_worse and compared is not None and is_worse(compared)
    if low:
        typer.echo("This run is worse than the one before, and that is more than chance.", err=True)
    for fault in gates.below(needed, to_json(done)):
        typer.echo(f"gate {gate}: {fault}", err=True)
        low = True
    exact = done.measures.exact.value
    if min_exact is not None and (exact is None or exact < min_exact):
        reached = "no turn was counted" if exact is None else f"{exact:.2%} of turns are exact"
        typer.echo(f"{reached}, below the minimum of {min_exact:.2%}", err=True)
        low = True
    if low:
        raise typer.Exit(EXIT_BELOW_MINIMUM)


def _say_aloud(
    scenarios: list[Scenario], voices: int, kinds: list[str], levels: list[float], seed: int
) -> list[Scenario]:
    from eval.voices import Noise, Studio, noise_of

    noises = [Noise(), *(noise_of(kind, level) for kind in kinds for level in levels)]
    return Studio(settings().home / "eval" / "recordings", seed).aloud(scenarios, voices, noises)


def _noises(kinds: list[str] | None, levels: list[float] | None) -> list[str]:
    return [f"{Path(kind).stem} {level:g} dB" for kind in kinds or [] for level in levels or [USUAL_SNR_DB]]


def _kept(report: Mapping[str, Any]) -> Compared | None:
    try:
        return keep(report)
    except VoiceFitError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None


def _models() -> dict[str, str]:
    """What was set of the models, so that reports can be told apart."""
    return {name: str(value) for name, value in settings() if name.endswith(("_model", "_voice", "_effort"))}


def default_jobs() -> int:
    """One more than there are cores: while one waits for the database another can go on."""
    return (os.cpu_count() or 1) + 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played, by whom and how."""

    scenarios: list[Scenario]
    dataset: str
    router: RouterChoice
    agent: AgentChoice
    repeat: int
    jobs: int
    seed: int
    count_all: bool
    door: bool
    judge: str | None


async def _play(plan: Plan) -> Run:
    # Imported late: it loads the whole conversation, which `--help` and bad input have no need of.
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    from eval.run import run_scenarios
    from eval.verdicts import Judge

    judge = Judge(plan.judge, settings()) if plan.judge else None
    console = Console(stderr=True)
    with Progress(
        *Progress.get_default_columns(),
        MofNCompleteColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("scenarios", total=len(plan.scenarios) * plan.repeat)
        async with _player(plan) as player:
            return await run_scenarios(
                player,
                plan.scenarios,
                dataset=plan.dataset,
                router=plan.router.value if plan.agent is AgentChoice.VOICEFIT else plan.agent.value,
                repeat=plan.repeat,
                jobs=plan.jobs,
                seed=plan.seed,
                judge=judge,
                count_unsupported=plan.count_all,
                on_played=partial(progress.advance, task),
            )


@asynccontextmanager
async def _player(plan: Plan) -> AsyncIterator[Player]:
    if plan.agent is not AgentChoice.VOICEFIT:
        from eval.agents import known_agent
        from tools import TOOLS

        yield known_agent(plan.agent.value, list(TOOLS), plan.seed)
        return
    if plan.door:
        from eval.making import make_door_player

        async with make_door_player(settings()) as player:
            yield player
        return
    from eval.making import make_player

    async with make_player(
        router=plan.router.value, settings=settings(), jobs=plan.jobs, seed=plan.seed
    ) as player:
        yield player


def _check_writable(path: Path) -> None:
    """Fails before the run rather than after it."""
    if path.is_dir() or not path.parent.is_dir():
        raise VoiceFitError(f"--json {path}: not a file in an existing folder")


def write(path: Path, text: str, option: str = "--json") -> None:
    """Writes a file; what goes wrong names the option that asked for it."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise VoiceFitError(f"{option} {path}: cannot be written: {error.strerror}") from None
