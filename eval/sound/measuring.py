"""Running the measurements: on a server of their own, in a home that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from core.settings import Settings
from eval.sound.stream import House, house
from eval.voices import Studio


@asynccontextmanager
async def stage(settings: Settings, environment: Mapping[str, str]) -> AsyncIterator[tuple[House, Studio]]:
    """A server with the models of `settings` and a home of its own, and a studio that keeps its recordings in
    the home of `settings`. `environment` are further settings of the server."""
    studio = Studio(settings.home / "eval" / "recordings")
    with tempfile.TemporaryDirectory(prefix="voicefit-sound-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        own = settings.model_copy(update={"home": Path(folder)})
        async with house(own, dict(environment)) as running:
            yield running, studio
