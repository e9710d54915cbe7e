"""`voicefit search`: rebuilding the index, looking into it, and measuring it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import NotConfigured
from core.settings import settings
from db.embedded import EmbeddedServer
from db.session import Database
from tests.db.fixtures import database_address

Run = Callable[..., Result]


@pytest.fixture
def run(indexed: Database, embedded_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command on a database whose indexes are up to date."""
    name = indexed.name
    monkeypatch.setenv("VOICEFIT_DATABASE_OWNER_URL", database_address(embedded_server.url, name))
    monkeypatch.setenv("DATABASE_URL", database_address(embedded_server.app_url, name))
    settings.cache_clear()
    yield lambda *words: CliRunner().invoke(app, ["search", *words])
    settings.cache_clear()


def test_what_changed_is_written(run: Run) -> None:
    done = run("reindex", "--quick")
    assert (done.exit_code, done.stdout) == (0, "0 written, 0 removed.\n")


def test_all_is_written_anew(run: Run) -> None:
    done = run("reindex")
    assert done.exit_code == 0
    assert int(done.stdout.split()[0]) > 2000
    assert ", 0 removed." in done.stdout


def test_documents_are_looked_up(run: Run) -> None:
    found = run("query", "how much protein a day", "--limit", "2")
    assert "protein-per-day: How much protein a day" in found.stdout
    assert "goblet-squat" in run("query", "goblet squat", "--index", "exercises").stdout
    assert "Nothing found" in run("query", "?!").stdout


def test_figures_are_printed_and_a_minimum_is_held(run: Run) -> None:
    done = run("eval", "--questions", "exercises", "--missed", "--min-recall", "0.5")
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines()]
    (head,) = [line for line in lines if "MRR" in line]
    rows = [line for line in lines if line and line[0] in ("words", "vectors", "hybrid")]
    assert head == ["hit@1", "hit@5", "recall@5", "MRR", "nDCG@10"]
    assert [row[0] for row in rows] == ["words", "vectors", "hybrid"]
    assert all(0 <= float(figure) <= 1 for row in rows for figure in row[1:])
    assert run("eval", "--questions", "cues", "--min-recall", "1").exit_code == 1
    assert isinstance(run("eval", "--tag", "no-such-tag").exception, NotConfigured)
