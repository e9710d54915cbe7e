"""One server for the tests that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.settings import Settings
from eval.speaker import Speaker
from tests.db.fixtures import new_home, remove_home
from tests.e2e.server import Server, start


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    home = new_home()
    running = start(home)
    yield running
    running.stop()
    remove_home(home)


@pytest.fixture(scope="package")
def speaker() -> Speaker:
    return Speaker(Settings())
