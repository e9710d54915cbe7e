"""The evaluation that the clock starts: the large sets every night, where the settings ask for it.

The harness is above the services, so it is a program of its own here: `voicefit eval nightly`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from core.errors import VoiceFitError
from core.settings import Settings
from services.jobs.registry import Job, Registry
from services.jobs.run import Run

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "cli.main", "eval", "nightly")
LAST_CHARACTERS = 2000
"""Of what it said, so much is kept with the dead letter."""

nightly = Registry()


class Evaluate(Job):
    """Plays the large evaluation sets and keeps the runs, where the settings ask for it."""

    name = "evaluate"
    priority = -2

    @property
    def key(self) -> str:
        return self.name


class EvaluationFailed(VoiceFitError):
    """A nightly run missed its gate, is worse than the one before, or did not come to its end."""


nightly.every("23 2 * * *", Evaluate())


@nightly.handles(Evaluate, attempts=1)
async def evaluate(run: Run, _: Evaluate) -> None:
    """A bad night is a dead letter: `voicefit jobs list` shows it until somebody has looked."""
    if run.settings.eval_nightly:
        await play(run.settings)


async def play(settings: Settings, command: tuple[str, ...] = COMMAND) -> None:
    """Waits for the evaluation, which ends with this. Raises `EvaluationFailed` with what it said last."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, "VOICEFIT_HOME": str(settings.home)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    last = said.decode(errors="replace")[-LAST_CHARACTERS:].strip()
    if process.returncode:
        logger.error("the nightly evaluation is worse or failed: see /admin/eval\n%s", last)
        raise EvaluationFailed(last or f"it ended with {process.returncode}")
    logger.info("the nightly evaluation is done: see /admin/eval")
