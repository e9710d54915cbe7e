"""`voicefit content`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from cli.content import content_app
from core.settings import settings
from db.url import create_engine
from tests.db.content import edit, small_content


@pytest.fixture
def given_database(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[str]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    settings.cache_clear()
    yield database_url
    settings.cache_clear()


def test_checking_counts_what_is_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(content_app, ["check", str(small_content(tmp_path))], catch_exceptions=False)
    assert done.exit_code == 0
    counts = dict(line.split() for line in done.stdout.splitlines()[:-1])
    assert (counts["exercises"], counts["cues"], counts["knowledge"]) == ("4", "9", "2")
    assert done.stdout.endswith("No faults.\n")


def test_checking_names_every_fault_on_a_line_and_fails(tmp_path: Path) -> None:
    folder = small_content(tmp_path)
    edit(folder, "stress.csv", "wrist", "wrists")
    edit(folder, "badges.yaml", "tier: bronze", "tier: tin")
    done = CliRunner().invoke(content_app, ["check", str(folder)], catch_exceptions=False)
    assert done.exit_code == 1
    first, second = done.stdout.splitlines()
    assert first.startswith("stress.csv: line 2 (push-up): body_part: ")
    assert second.startswith("badges.yaml: push_ups_10: tier: ")
    assert done.stderr == f"{folder}: 2 faults.\n"


def test_loading_says_what_changed(given_database: str) -> None:
    async def forget() -> None:
        engine = create_engine(given_database, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(text("delete from knowledge_base where chunk_id = 'squat-depth'"))
            await connection.execute(text("delete from content_version"))
        await engine.dispose()

    done = CliRunner().invoke(content_app, ["load"], catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (0, "The content is up to date.\n")
    asyncio.run(forget())
    done = CliRunner().invoke(content_app, ["load"], catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (0, "knowledge_base: 1 written, 0 removed\n")
