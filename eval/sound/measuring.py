"""Running the measurements: on a server of their own, in a home that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from core.settings import Settings
from eval.sound.stream import House, house
from eval.voices import Studio


@asynccontextmanager
async def stage(settings: Settings, environment: Mapping[str, str]) -> AsyncIterator[tuple[House, Studio]]:
    """A server with the models of `settings` and a home of its own, and a studio that keeps its recordings in
    the home of `settings`. `environment` are further settings of the server."""
    studio = Studio(settings.home / "eval" / "recordings")
    with _home() as folder:
        async with house(settings.model_copy(update={"home": folder}), dict(environment)) as running:
            yield running, studio


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="voicefit-sound-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the database may run as somebody else
        yield Path(folder)
