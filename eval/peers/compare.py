"""VoiceFit and Pipecat side by side: what each adds to a turn, and what a session costs."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from core.settings import Settings
from core.statistics import percentile
from eval.load.lines import make_lines
from eval.load.run import Outcome, Plan, measure
from eval.load.stage import Stage
from eval.load.stand_in import Delays
from eval.peers.peer import VERSION, environment, measure_pipecat
from eval.speaker import Speaker


async def side_by_side(plan: Plan, settings: Settings, environments: Path) -> Table:
    """Measures both, one after the other. Raises `NoPeer`, before anything is measured."""
    environment(environments)
    delays = plan.delays or Delays()
    lines = await make_lines(Speaker(settings))
    endpointing = settings.endpointing_seconds
    peer = await measure_pipecat(plan, delays, lines, endpointing, environments)
    ours = await measure(plan, settings)
    shown = Table(
        *("", "sessions", "added p50", "added p95", "turns", "answered", "CPU a session", "MB a session"),
        title="added to a turn: first audio after the last sound, less endpointing and the models' delays",
    )
    voicefit = endpointing + delays.voice
    for name, outcome, known in (
        ("VoiceFit", ours, voicefit),
        (f"Pipecat {VERSION}", peer, voicefit + delays.answer),
    ):
        for stage in (outcome.alone, outcome.many):
            shown.add_row(name, *_row(outcome, stage, known * 1000))
    return shown


def _row(outcome: Outcome, stage: Stage, known_ms: float) -> list[str]:
    added = [first - known_ms for first in stage.first_audio_ms]
    points = [percentile(added, point) if added else None for point in (0.5, 0.95)]
    return [
        str(stage.sessions),
        *("-" if value is None else f"{value:.0f} ms" for value in points),
        str(len(stage.said)),
        str(sum(said.done for said in stage.said)),
        f"{(stage.server - outcome.idle_cores) / stage.sessions:.1%}",
        f"{(stage.megabytes - outcome.idle_megabytes) / stage.sessions:.1f}",
    ]
