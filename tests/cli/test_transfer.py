"""`voicefit import`, `export` and `account delete`."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from click.testing import Result
from sqlalchemy import func, select
from typer.testing import CliRunner

from cli.main import app
from core.settings import settings
from db.models import User, WorkoutSet
from db.session import Database
from tests.db.fixtures import new_athlete

T = TypeVar("T")

FILES = Path(__file__).parents[1] / "services" / "transfer" / "files"
CLASSIC = str(FILES / "strong_classic.csv")
HEVY = str(FILES / "hevy_kg.csv")
EMAIL = "ana@example.com"
SKIPPED = "Sissy Lizard Crawl=skip"


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Iterator[str]:
    """A database that the command finds, with an athlete."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("VOICEFIT_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    settings.cache_clear()
    run(database_url, lambda database: new_athlete(database, EMAIL))
    yield database_url
    settings.cache_clear()


def run(url: str, work: Callable[[Database], Awaitable[T]]) -> T:
    """Does `work` with the database."""

    async def within() -> T:
        database = Database(url, pool_size=1)
        try:
            return await work(database)
        finally:
            await database.aclose()

    return asyncio.run(within())


async def count_sets(database: Database) -> int:
    async with database.transaction(None) as session:
        return await session.scalar(select(func.count()).select_from(WorkoutSet)) or 0


async def count_people(database: Database) -> int:
    async with database.transaction(None) as session:
        return await session.scalar(select(func.count()).select_from(User)) or 0


def voicefit(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False, **options)


def imports(file: str, *arguments: str, **options: Any) -> Result:
    return voicefit("import", file, "--email", EMAIL, *arguments, **options)


def test_an_import_is_shown_and_written_once(url: str) -> None:
    done = imports(CLASSIC, "--unit", "lbs", "--map", SKIPPED, "--yes")
    assert done.exit_code == 0, done.output
    for part in (
        "Strong: 2 workouts, 11 sets, 2024-03-05 to 2024-03-07",
        "Bench Press (Barbell)",
        "Barbell Bench Press",
        "left out",
        "2 workouts and 10 sets are new.",
        "Passed over rest timers: 1.",
        "2 workouts and 10 sets were imported",
    ):
        assert part in done.stdout
    assert run(url, count_sets) == 10
    again = imports(CLASSIC, "--unit", "lbs", "--map", SKIPPED, "--yes")
    assert again.exit_code == 0
    assert "Everything of it is here already." in again.stdout
    assert run(url, count_sets) == 10


def test_an_import_is_taken_back_as_it_says(url: str) -> None:
    done = imports(HEVY, "--yes")
    import_id = UUID(done.stdout.rsplit("--undo ", 1)[1].strip())
    undone = voicefit("import", "--email", EMAIL, "--undo", str(import_id))
    assert (undone.exit_code, undone.stdout) == (0, "2 workouts and 8 sets were taken back.\n")
    assert run(url, count_sets) == 0
    assert voicefit("import", "--email", EMAIL, "--undo", str(import_id)).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((CLASSIC, "--unit", "lbs"), "--map 'NAME=SLUG' or --mapping: 'Sissy Lizard Crawl'."),
        ((CLASSIC, "--map", SKIPPED), "give --unit"),
        ((CLASSIC, "--unit", "lbs", "--map", SKIPPED), "give --yes"),
        ((CLASSIC, "--unit", "lbs", "--map", "Sissy Lizard Crawl=squad"), "'squad', which is no exercise"),
        ((CLASSIC, "--unit", "lbs", "--map", "Bench=skip"), "'Bench', which is not in the file"),
        ((CLASSIC, "--map", "Bench"), "'Their name=slug'"),
        ((CLASSIC, "--mapping", CLASSIC + ".no"), "cannot be read: No such file"),
        ((CLASSIC, "--mapping", str(FILES / "hevy_lbs_utf16.csv")), "not YAML"),
        ((CLASSIC, "--mapping", str(FILES / "fitbod.csv")), "NAME: SLUG"),
        (("missing.csv",), "missing.csv cannot be read"),
        ((str(FILES),), "cannot be read: Is a directory"),
        ((str(Path(__file__)),), "not an export that is known here"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(url: str, arguments: tuple[str, ...], says: str) -> None:
    done = imports(*arguments)
    assert done.exit_code == 2, done.output
    assert says in done.stderr
    assert done.stderr.startswith("voicefit: ")
    assert done.stderr.count("\n") == 1
    assert run(url, count_sets) == 0


def test_nobody_is_made_by_an_import(url: str) -> None:
    done = voicefit("import", HEVY, "--email", "nobody@example.com", "--yes")
    assert (done.exit_code, run(url, count_people)) == (2, 1)
    assert "nobody@example.com" in done.stderr


def test_broken_rows_are_listed_and_may_be_left_out(url: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    rows = ["2024-01-01,Barbell Squat,Legs,100,5", *(["2024-01-01,Barbell Squat,Legs,100,-5"] * 30)]
    file.write_text("\n".join(["Date,Exercise,Category,Weight (kgs),Reps", *rows]))
    done = imports(str(file), "--yes")
    assert done.exit_code == 2
    assert "Line 3: Reps is negative (-5)." in done.stdout
    assert "10 more rows that cannot be used" in done.stdout
    assert "30 rows cannot be used" in done.stderr
    assert imports(str(file), "--yes", "--skip-bad-rows").exit_code == 0
    assert run(url, count_sets) == 1


def test_a_mapping_may_be_a_file_that_knows_more_names(url: str, tmp_path: Path) -> None:
    mapping = tmp_path / "names.yaml"
    mapping.write_text("Sissy Lizard Crawl: sissy-squat\nMy Curl: barbell-curl\n")
    done = imports(CLASSIC, "--unit", "kg", "--mapping", str(mapping), "--yes")
    assert done.exit_code == 0, done.output
    assert "11 sets were imported" in done.stdout


def test_a_person_is_asked_and_may_say_no(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.transfer._need_a_person", lambda: None)
    monkeypatch.setattr("cli.importing.is_interactive", lambda: True)
    declined = imports(CLASSIC, "--map", SKIPPED, input="lbs\nn\n")
    assert declined.exit_code == 1
    assert "Are the weights in lbs or kg?" in declined.stdout
    assert "Nothing was imported." in declined.stderr
    assert run(url, count_sets) == 0
    assert imports(CLASSIC, "--map", SKIPPED, input="stone\nlbs\ny\n").exit_code == 0
    assert run(url, count_sets) == 10


def test_what_is_exported_can_be_imported_elsewhere(url: str, tmp_path: Path) -> None:
    imports(HEVY, "--yes")
    out = tmp_path / "export.json"
    out.write_text("old")
    done = voicefit("export", "--email", EMAIL, str(out))
    tables = json.loads(out.read_text())["tables"]
    assert done.exit_code == 0
    assert int(done.stdout.split()[0]) == sum(len(rows) for rows in tables.values())
    assert out.stat().st_mode & 0o077 == 0
    assert len(tables["workout_sets"]) == 8
    run(url, lambda database: new_athlete(database, "ben@example.com"))
    brought = voicefit("import", str(out), "--email", "ben@example.com", "--yes")
    assert brought.exit_code == 0, brought.output
    assert "An export of VoiceFit" in brought.stdout
    assert "rows were written" in brought.stdout
    assert run(url, count_sets) == 16


def test_an_export_to_a_zip_is_of_csvs(url: str, tmp_path: Path) -> None:
    assert voicefit("export", "--email", EMAIL, str(tmp_path / "all.zip")).exit_code == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert "workout_sets.csv" in archive.namelist()
    assert voicefit("export", "--email", EMAIL, "--format", "csv", str(tmp_path / "all")).exit_code == 0
    assert zipfile.is_zipfile(tmp_path / "all")


def test_an_export_that_fails_leaves_the_file_as_it_was(url: str, tmp_path: Path) -> None:
    assert voicefit("export", "--email", EMAIL, str(tmp_path / "no" / "a.json")).exit_code == 2
    out = tmp_path / "export.json"
    out.write_text("old")
    assert voicefit("export", "--email", "nobody@example.com", str(out)).exit_code == 2
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_account_is_deleted_when_its_email_is_typed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    imports(HEVY, "--yes")
    assert voicefit("account", "delete", "--email", EMAIL).exit_code == 2  # there is nobody to ask
    monkeypatch.setattr("cli.transfer._need_a_person", lambda: None)
    declined = voicefit("account", "delete", "--email", EMAIL, input="yes\n")
    assert (declined.exit_code, run(url, count_people)) == (1, 1)
    done = voicefit("account", "delete", "--email", EMAIL, input=f"{EMAIL.upper()}\n")
    assert done.exit_code == 0, done.output
    assert (run(url, count_people), run(url, count_sets)) == (0, 0)


def test_an_account_is_deleted_without_a_question(url: str) -> None:
    done = voicefit("account", "delete", "--email", EMAIL, "--yes")
    assert (done.exit_code, run(url, count_people)) == (0, 0)
    assert "has 2 rows in 2 tables" in done.stdout
    assert voicefit("account", "delete", "--email", EMAIL, "--yes").exit_code == 2
