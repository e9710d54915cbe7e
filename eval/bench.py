"""`make bench`: latency by stage, spoken accuracy, sets over HTTP, memory and start-up, with the load."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from agent.router import Router
from agent.router.understanding import WorkoutState
from core.settings import Settings
from core.settings import settings as default_settings
from core.statistics import percentile
from db.session import Database, addresses_of, open_database, start_server
from eval.http_load import SETS, WARM_UP, make_lifters, over_http, plain_inserts
from eval.load_bench import bench_load
from eval.loading import load_scenarios, packaged_scenarios
from eval.player import SessionPlayer
from eval.report import by_value
from eval.run import Run, run_scenarios
from eval.scenario import Scenario
from eval.serving import serving
from eval.sound.barge_in import measure as measure_barge_in
from eval.sound.stream import House
from eval.speaker import Speaker
from eval.spoken import SpokenPlayer
from eval.stage import Stage
from eval.voices import Studio
from services.exercises.catalogue import packaged_catalogue
from services.identity import Identity

NOISE_DB = 10.0
MEGABYTE = 1024 * 1024
STAGES = {
    "endpointing (end of speech to end of turn)": "end_of_turn_delay",
    "  of it, waiting for the transcript": "transcription_delay",
    "state read": "state",
    "router": "router",
    "turn recorded": "recorded",
    "calls committed": "committed",
    "TTS first byte": "tts_node_ttfb",
}
"""Stages of a spoken turn and the key of each in `voice_commands.timings`. From "state read" to "calls
committed" they count from the final transcript."""

console = Console(highlight=False)


def main(
    spoken: Annotated[int, typer.Option(help="How many sentences to say aloud, clean and in noise.")] = 40,
    noise: Annotated[bool, typer.Option(help="Also say them in 10 dB of noise.")] = True,
    load: Annotated[bool, typer.Option(help="Also many athletes at once, and Pipecat.")] = True,
) -> None:
    """Measure this machine. Takes a quarter of an hour: speech is played in real time."""
    busy = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    console.print(f"{os.cpu_count()} cores, load {busy}; Python {sys.version.split()[0]}\n")
    with tempfile.TemporaryDirectory(prefix="voicefit-bench-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        asyncio.run(_measure(Settings(home=Path(home)), spoken, noise))
    if load:
        asyncio.run(bench_load(console, default_settings().home / "peers"))


async def _measure(settings: Settings, count: int, noise: bool) -> None:
    scenarios = load_scenarios([packaged_scenarios()])
    _router(scenarios)
    database = await open_database(settings)
    try:
        await _commit(SessionPlayer(database, settings), scenarios)
        async with serving(settings):
            pass  # the first start prepares models
        async with serving(settings) as (address, process, seconds):
            console.print(f"start, warm: {seconds:.1f} s")
            console.print(f"memory, idle: {process.memory_info().rss / MEGABYTE:.0f} MB (server process)\n")
            await _sets_over_http(address, database, settings)
            aloud = [s for s in scenarios if s.id.startswith("log-") and len(s.turns) == 1][:count]
            player = SpokenPlayer(address, database, settings, Speaker(settings))
            await _spoken("clean", aloud, player)
            _stages(player.timings)
            identity, stage = Identity(database, settings), Stage(database, passing=True)
            studio = Studio(settings.home / "eval" / "recordings")
            found = await measure_barge_in(House(address, database, identity, stage), studio)
            console.print(*found.lines(), "", sep="\n")
            if noise:
                noisy = Speaker(settings, NOISE_DB)
                player = SpokenPlayer(address, database, settings, noisy)
                await _spoken(f"in {NOISE_DB:.0f} dB of noise", aloud, player)
    finally:
        await database.aclose()


def _router(scenarios: Sequence[Scenario]) -> None:
    router = Router(packaged_catalogue())
    state = WorkoutState(workout_open=True, exercise="barbell-bench-press")
    sentences = [turn.say for scenario in scenarios for turn in scenario.turns]
    for sentence in sentences:  # warm
        router.understand(sentence, state)
    taken = []
    for sentence in sentences:
        began = time.perf_counter()
        router.understand(sentence, state)
        taken.append((time.perf_counter() - began) * 1000)
    console.print(f"router, {len(taken)} sentences: {_spread(taken)}")


async def _commit(player: SessionPlayer, scenarios: Sequence[Scenario]) -> None:
    run = await run_scenarios(player, scenarios, dataset="packaged", router="local")
    latencies = [r.outcome.latency_ms for r in run.results if r.outcome.latency_ms is not None]
    console.print(f"final transcript to committed, {len(latencies)} turns: {_spread(latencies)}")
    _accuracy("packaged scenarios, typed", run)


async def _spoken(how: str, scenarios: Sequence[Scenario], player: SpokenPlayer) -> None:
    run = await run_scenarios(player, scenarios, dataset=how, router="local")
    _accuracy(f"spoken through the door, {how}", run)
    if player.first_audio_ms:
        console.print(f"end of speech to first audio, {how}: {_spread(player.first_audio_ms)}\n")


async def _sets_over_http(address: str, database: Database, settings: Settings) -> None:
    lifters = await make_lifters(address, database, settings)
    await over_http(address, lifters, WARM_UP)
    sent = await over_http(address, lifters, SETS)
    server = await start_server(settings)
    try:
        plain = await plain_inserts(addresses_of(settings, server).owner, lifters, SETS)
    finally:
        if server is not None:
            server.release()
    for title, load in (("sets over HTTP", sent), ("the same rows, plain inserts", plain)):
        taken = _spread([seconds * 1000 for seconds in load.taken])
        console.print(f"{title}, {len(lifters)} clients: {load.per_second:.0f}/s, {taken}")
    console.print(f"a set over HTTP costs {plain.per_second / sent.per_second:.1f} plain inserts\n")


def _accuracy(title: str, run: Run) -> None:
    measures = run.measures
    exact = measures.exact
    misheard = by_value(run)
    wer = f", word error rate, numbers by value, {misheard:.1%}" if misheard is not None else ""
    console.print(
        f"{title}: {exact.hits} of {exact.total} turns exact ({exact.value or 0:.1%}), "
        f"{measures.false_writes} false writes{wer}"
    )


def _stages(timings: Sequence[dict[str, Any]]) -> None:
    for title, key in STAGES.items():
        values = [float(row[key]) for row in timings if key in row]
        if values:
            console.print(f"  {title}: {_spread(values)}")
    console.print()


def _spread(values: Sequence[float]) -> str:
    points: dict[str, Any] = {f"p{p}": percentile(values, p / 100) for p in (50, 95, 99)}
    shown = ", ".join(f"{name} {value:.1f}" for name, value in points.items())
    return f"{shown} ms (mean {statistics.fmean(values):.1f})"


if __name__ == "__main__":
    typer.run(main)
