"""The lines of docs/api.md that one can paste, pasted."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from tests.api.live import Live, live_api

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ELSEWHERE = ("HOST=", "TOKEN=", "npx ")


@pytest.fixture
def live(app_url: str, settings: Settings) -> Iterator[Live]:
    """The API on a socket."""
    with live_api(app_url, settings) as api:
        yield api


@pytest.mark.slow
def test_the_lines_of_the_docs_work(live: Live) -> None:
    if not all(shutil.which(program) for program in ("bash", "curl", "jq", "awk")):
        pytest.skip("curl or jq is not installed")
    blocks = [block for language, block in BLOCK.findall(DOCS.read_text(encoding="utf-8")) if not language]
    lines = [line for block in blocks for line in block.splitlines() if not line.startswith(ELSEWHERE)]
    token = live.headers["Authorization"].removeprefix("Bearer ")
    done = subprocess.run(
        ["bash", "-uc", "\n".join(lines)],
        env={**os.environ, "HOST": live.address, "TOKEN": token, "no_proxy": "127.0.0.1"},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    answers: list[Any] = [json.loads(line) for line in done.stdout.splitlines() if line]
    # Only what is meant to be wrong is, and curl alone has something to say about it.
    assert [answer["status"] for answer in answers if "title" in answer] == [422]
    assert "error: 422" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    logged = [answer for answer in answers if "sets" in answer]
    assert logged[1] == logged[2] != logged[0]
    assert answers[-1]["name"] == "push and pull"
