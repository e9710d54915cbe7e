"""`voicefit import`, `voicefit export` and `voicefit account`: what comes in, goes out, and is deleted."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NoReturn
from uuid import UUID

import typer

from cli.importing import Mapping, Unit, is_interactive, opened, read_mapping, ready, report, table_of, tell
from cli.runs import are_recordings, bring_runs, preview_runs, say_refused
from core.errors import Invalid, NotFound
from core.settings import settings
from core.units import WeightUnit

if TYPE_CHECKING:
    from db.session import Database

EXIT_DECLINED = 1
EXIT_BAD_INPUT = 2

account_app = typer.Typer(no_args_is_help=True)


class Form(StrEnum):
    """What an export can be: JSON that can be imported again, or a zip of CSVs."""

    JSON = "json"
    CSV = "csv"


Email = Annotated[str, typer.Option(help="The athlete.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]


def import_(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="A CSV of Strong, Hevy, FitNotes or Fitbod, or VoiceFit's own JSON; "
            "or recordings of runs: GPX, TCX, FIT.",
        ),
    ] = None,
    *,
    email: Email,
    unit: Annotated[
        Unit | None, typer.Option(help="The unit of weights, for a file that does not say it.")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="'NAME=SLUG'", help="An exercise of the file as one here, or =skip; repeatable."
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE.yaml", help="The same from a file: `NAME: SLUG`.")
    ] = None,
    skip_bad_rows: Annotated[
        bool,
        typer.Option(
            "--skip-bad-rows", help="Leave out rows that cannot be used, instead of refusing the file."
        ),
    ] = False,
    undo: Annotated[
        UUID | None, typer.Option(metavar="IMPORT", help="Take this import back instead.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Import a training log, or runs: shown first, then written once, all of a file or nothing.

    Exits 0 when it is done, 1 when you say no, 2 when a file cannot be used as it is.
    """
    with _bad_input():
        if bool(files) == (undo is not None):
            raise Invalid("Give a file to import, or --undo with the import to take back.")
        if undo is not None:
            asyncio.run(_undo(email, undo))
            return
        assert files
        if are_recordings(files):
            asyncio.run(_import_runs(files, email, yes))
            return
        wanted = read_mapping(map_ or [], mapping)
        asyncio.run(_import(files[0], email, unit.value if unit else None, wanted, skip_bad_rows, yes))


def export(
    out: Annotated[Path, typer.Argument(help="Where to write; a name that ends in .zip is for CSVs.")],
    *,
    email: Email,
    form: Annotated[
        Form | None, typer.Option("--format", help="Left out, the name of the file decides.")
    ] = None,
) -> None:
    """Write everything an athlete has to a file."""
    with _bad_input():
        chosen = form or (Form.CSV if out.suffix.lower() == ".zip" else Form.JSON)
        rows = asyncio.run(_export(out, email, chosen))
        typer.echo(f"{rows:,} rows are in {out}.")


@account_app.command()
def delete(email: Email, yes: Yes = False) -> None:
    """Delete an athlete and everything of theirs, for good."""
    with _bad_input():
        asyncio.run(_delete(email, yes))


@account_app.callback()
def _group() -> None:
    """Accounts."""


async def _import(
    file: Path, email: str, unit: WeightUnit | None, mapping: Mapping, skip_bad_rows: bool, yes: bool
) -> None:
    from rich.console import Console

    from services.transfer import Choices, Contents, look_at, take_in

    with opened(file) as content:
        async with _athlete(email) as (database, person):
            console = Console()
            choices = Choices(unit, {}, skip_bad_rows)
            seen = await look_at(database, person, content, choices)
            if not isinstance(seen, Contents):
                choices = Choices(unit, mapping.of_file([one.name for one in seen.names]), skip_bad_rows)
                seen = await look_at(database, person, content, choices)
            console.print(table_of(seen))
            if not isinstance(seen, Contents):
                report(console.print, seen)
                choices = ready(seen, choices)
                if not seen.new_sets:
                    typer.echo("Everything of it is here already.")
                    return
            _confirm("Import this?", yes)
            tell(await take_in(database, person, content, choices, file.name), email)


async def _import_runs(files: list[Path], email: str, yes: bool) -> None:
    from rich.console import Console

    console = Console()
    async with _athlete(email) as (database, person):
        if not yes:
            table, count = await preview_runs(files)
            console.print(table)
            if not count:
                return
            _confirm("Import this?", yes)
        table, refused = await bring_runs(database, person, files)
        console.print(table)
    if refused:
        say_refused(refused)
        raise typer.Exit(EXIT_BAD_INPUT)


async def _undo(email: str, import_id: UUID) -> None:
    from services.transfer import take_back

    async with _athlete(email) as (database, person):
        async with database.transaction(person) as db:
            gone = await take_back(db, person, import_id)
        if gone is None:
            raise NotFound(f"{email} has no such import.")
        typer.echo(f"{gone[0]:,} workouts and {gone[1]:,} sets were taken back.")


async def _export(out: Path, email: str, form: Form) -> int:
    from services.transfer import export_csv, export_json

    async with _athlete(email) as (database, person):
        with _replacing(out) as file:
            write = export_csv if form is Form.CSV else export_json
            return sum((await write(database, person, file)).values())


async def _delete(email: str, yes: bool) -> None:
    from services.transfer import count_rows, delete_person

    async with _athlete(email) as (database, person):
        rows = await count_rows(database, person)
        typer.echo(f"{email} has {sum(rows.values()):,} rows in {len(rows)} tables.")
        if not yes:
            _need_a_person()
            if (
                typer.prompt("Type the email to delete all of it for good").strip().casefold()
                != email.casefold()
            ):
                _decline("That is not the email. Nothing was deleted.")
        await delete_person(database, person, email)
        typer.echo(f"{email} was deleted, with everything of theirs.")


@asynccontextmanager
async def _athlete(email: str) -> AsyncIterator[tuple[Database, UUID]]:
    """The database, and the athlete with this email. Raises `UnknownAthlete`."""
    from db.session import open_database
    from services.identity import Identity

    database = await open_database(settings())
    try:
        yield database, await Identity(database, settings()).athlete_by_email(email, create=False)
    finally:
        await database.aclose()


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that becomes `path` when all of it is written: it is private, and never there by half."""
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(draft).replace(path)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        Path(draft).unlink(missing_ok=True)


@contextmanager
def _bad_input() -> Iterator[None]:
    """What is wrong with the input is one line and exit code 2."""
    try:
        yield
    except (Invalid, NotFound) as error:
        typer.secho(f"voicefit: {' '.join(str(error).split())}", fg=typer.colors.RED, err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None


def _confirm(question: str, yes: bool) -> None:
    if not yes:
        _need_a_person()
        if not typer.confirm(question):
            _decline("Nothing was imported.")


def _need_a_person() -> None:
    if not is_interactive():
        raise Invalid("There is nobody to ask: give --yes.")


def _decline(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(EXIT_DECLINED)
