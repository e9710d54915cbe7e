"""What a server holds in memory with its speech loaded: a place on a small machine depends on it."""

from __future__ import annotations

import psutil
import pytest

from tests.e2e.server import Server

LIMIT_MB = 900
"""Half as much again as there is: for another machine's libraries, and not for tables that explode."""


@pytest.mark.slow
@pytest.mark.alone
def test_a_server_with_the_embedded_models_is_small(server: Server) -> None:
    process = psutil.Process(server.process.pid)
    everyone = [process, *process.children(recursive=True)]
    largest = max(one.memory_info().rss for one in everyone if "postgres" not in one.name())
    assert largest / 2**20 < LIMIT_MB
