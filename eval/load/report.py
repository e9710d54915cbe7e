"""The outcome of a load test in words and a table."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.table import Table

from core.statistics import percentile
from eval.load.run import Outcome, Plan
from eval.load.stage import Stage

WITHIN_MS = 150.0
"""How much later the first audio may come (95th percentile) with many sessions than with one."""


def conditions(plan: Plan) -> str:
    """What was measured, on what, and what else was going on."""
    models = "embedded models"
    if plan.delays is not None:
        models = (
            f"stand-ins for hosted models (transcript {plan.delays.transcript * 1000:.0f} ms after the last "
            f"sound, first sound {plan.delays.voice * 1000:.0f} ms after the text)"
        )
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    cores = "all cores" if plan.cores is None else f"core {', '.join(map(str, plan.cores))}"
    how = "types" if plan.typed else "speaks in a room of the development server" if plan.rooms else "speaks"
    return (
        f"{plan.sessions} sessions for {plan.seconds:.0f} s, each {how} every {plan.every:g} s; "
        f"{plan.processes} process(es) on {cores} of {os.cpu_count()}; {models}; load {load}"
    )


def table(outcome: Outcome) -> Table:
    """One session beside many."""
    shown = Table(
        *("sessions", "p50", "p95", "turns", "answered", "misheard", "lost", "extra", "server", "db"),
        title="first audio after the last sound; sets; cores used",
    )
    shown.add_row(*_row(outcome.alone))
    shown.add_row(*_row(outcome.many))
    return shown


def words(outcome: Outcome) -> list[str]:
    """What it comes to."""
    alone, many = outcome.alone.first_audio_ms, outcome.many.first_audio_ms
    said = [
        f"a session: {outcome.cores_per_session:.1%} of a core, {outcome.megabytes_per_session:.1f} MB "
        f"(idle {outcome.idle_cores:.1%}, {outcome.idle_megabytes:.0f} MB)",
        f"the load generator was late by {percentile(outcome.many.late_ms, 0.95) or 0:.0f} ms (p95)",
    ]
    said += [f"fault: {fault}" for stage in (outcome.alone, outcome.many) for fault in stage.faults]
    if alone and many:
        later = (percentile(many, 0.95) or 0.0) - (percentile(alone, 0.95) or 0.0)
        verdict = "within" if later <= WITHIN_MS else "NOT within"
        said.insert(0, f"first audio p95: {later:+.0f} ms with many, {verdict} {WITHIN_MS:.0f} ms")
    return said


def _row(stage: Stage) -> Sequence[str]:
    first = stage.first_audio_ms
    p50, p95 = (percentile(first, point) if first else None for point in (0.5, 0.95))
    answered = sum(said.done for said in stage.said)
    return (
        str(stage.sessions),
        f"{p50:.0f} ms" if p50 is not None else "-",
        f"{p95:.0f} ms" if p95 is not None else "-",
        str(len(stage.said)),
        str(answered),
        str(stage.misheard),
        str(stage.lost),
        str(stage.extra),
        f"{stage.server:.1%}",
        f"{stage.database:.1%}",
    )
