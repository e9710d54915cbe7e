"""Saving runs, so that they can be looked at over time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from core.statistics import Share
from db.session import Database
from eval.page import page
from eval.reading import shares, tools_of
from services import evaluations
from services.evaluations import Compared, NewRun, Report
from services.evaluations.comparing import counted

ROOT = Path(__file__).parents[1]
SHOWN = (
    "turns",
    "exact_turns",
    "tool_accuracy",
    "argument_accuracy",
    "false_writes",
    "missed",
    "asked",
    "errors",
    "word_error_rate",
    "word_error_rate_by_value",
    "key_word_errors",
    "turn_taking",
    "talking",
    "end_states",
    "robustness",
    "latency_ms",
    "cost_usd",
    "pass_at_k",
    "pass_hat_k",
    "scenarios",
    "repeat",
    "seed",
)
"""What of a report is shown over time as it is."""


async def keep(database: Database, report: Report, folder: Path = Path()) -> tuple[UUID, Compared | None]:
    """Saves a run; its id, and how it compares with the run before of its series, None if it is the first.

    `folder`: what paths of sounds in the report are relative to.
    """
    run = new_run(report, folder)
    async with database.transaction(None) as db:
        run_id = await evaluations.save(db, run)
        before = await evaluations.previous(db, run_id, run.series, run.router)
        if before is None:
            return run_id, None
        earlier = await evaluations.report_of(db, before.id)
    try:
        return run_id, evaluations.compare(earlier, report)
    except evaluations.ReportError:
        # They have no turn in common: the set is another one by now.
        return run_id, None


def new_run(report: Report, folder: Path = Path()) -> NewRun:
    """A report as it is saved."""
    turns = counted(report)
    timings = report.get("timings") or {}
    figures = {name: report.get(name) for name in SHOWN} | {
        "seconds": timings.get("seconds"),
        "jobs": timings.get("jobs"),
        "interruption_ms": timings.get("interruption_ms"),
        "by_tool": _groups(shares(turns, tools_of)),
        "by_tag": _groups(shares(turns, lambda one: one["tags"])),
        "by_noise": _groups(shares(turns, lambda one: [one["noise"]] if one.get("noise") else [])),
    }
    return NewRun(
        series=series_of(report),
        router=report["router"],
        commit_id=report.get("commit"),
        settings=report.get("settings") or {},
        figures=figures,
        report=report,
        page=page(report, folder),
    )


def series_of(report: Report) -> str:
    """What was played and how, in words: runs with the same can be compared."""
    how: Mapping[str, Any] = report.get("how") or {}
    ways = [
        "aloud through the door" if how.get("door") else "aloud" if how.get("aloud") else "typed",
        *([f"in {how['vary']} other words"] if how.get("vary") else []),
        *([f"{how['voices']} voices"] if how.get("aloud") and how.get("voices", 1) > 1 else []),
        *(how.get("noise") or []),
        *(f"only {name}" for name in how.get("selected") or []),
    ]
    return f"{report['dataset']}: {', '.join(ways)}"


def commit() -> str | None:
    """The commit of this code, with a `+` when files differ from it; None when nothing is known of it."""
    try:
        name = _git("rev-parse", "HEAD")
        return name[:12] + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return os.environ.get("GITHUB_SHA", "")[:12] or None


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _groups(found: Mapping[str, Share]) -> dict[str, list[int]]:
    return {name: [share.hits, share.total] for name, share in found.items()}
