"""What `voicefit import` reads besides the file, and what it says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typer

from core.errors import Invalid

if TYPE_CHECKING:
    from rich.table import Table

    from services.transfer import Choices, Contents, Preview, Receipt, Restored

MAX_LISTED = 20


class Unit(StrEnum):
    """Units of weight."""

    LBS = "lbs"
    KG = "kg"


class Mapping:
    """Names as slugs: those `said` must be in the file, those `kept` in a file of their own need not."""

    def __init__(self, said: dict[str, str], kept: dict[str, str]) -> None:
        self._said = said
        self._kept = kept

    def of_file(self, names: list[str]) -> dict[str, str]:
        """What there is for `names`."""
        from services.transfer.history import fold

        known = {fold(name) for name in names}
        return {name: slug for name, slug in self._kept.items() if fold(name) in known} | self._said


def is_interactive() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def read_mapping(said: list[str], path: Path | None) -> Mapping:
    """What `--map` and `--mapping` say. Raises `Invalid`."""
    pairs = dict(_pair(one) for one in said)
    return Mapping(pairs, _kept_mapping(path) if path else {})


def _pair(text: str) -> tuple[str, str]:
    name, equals, slug = text.rpartition("=")
    if not (equals and name.strip() and slug.strip()):
        raise Invalid(f"--map {text!r}: write it as 'Their name=slug', or 'Their name=skip'.")
    return name.strip(), slug.strip()


def _kept_mapping(path: Path) -> dict[str, str]:
    import yaml

    with opened(path) as file:
        try:
            content: Any = yaml.safe_load(file)
        except (yaml.YAMLError, UnicodeDecodeError):
            raise Invalid(f"--mapping {path}: this is not YAML.") from None
    if not isinstance(content, dict) or not all(
        isinstance(one, str) for pair in content.items() for one in pair
    ):
        raise Invalid(f"--mapping {path}: it must have lines of the form `NAME: SLUG`.")
    return content


def table_of(seen: Preview | Contents) -> Table:
    """What a file holds."""
    from rich.table import Table
    from rich.text import Text

    from services.transfer import Contents

    if isinstance(seen, Contents):
        table = Table("Table", "Rows", title="An export of VoiceFit")
        for name, rows in seen.tables.items():
            table.add_row(name, f"{rows:,}")
        return table
    days = f"{seen.first_day} to {seen.last_day}" if seen.first_day else "no days"
    title = f"{seen.label}: {seen.workouts:,} workouts, {seen.sets:,} sets, {days}"
    table = Table("In the file", "Sets", "Here", title=title)
    for one in seen.names:
        if one.exercise:
            here = Text(one.exercise.name)
        elif one.skipped:
            here = Text("left out", style="dim")
        else:
            likely = ", ".join(suggested.slug for suggested in one.suggestions)
            here = Text(f"? {likely}" if likely else "?", style="yellow")
        table.add_row(Text(one.name), f"{one.sets:,}", here)
    return table


def report(say: Any, seen: Preview) -> None:
    """What else there is to know of a file."""
    unit = seen.unit or ("not in the file" if seen.needs_unit else "none, or both")
    say(f"{seen.new_workouts:,} workouts and {seen.new_sets:,} sets are new. Unit: {unit}.", markup=False)
    for what, count in seen.skipped.items():
        say(f"Passed over {what}: {count:,}.", markup=False)
    if seen.same_time:
        say(
            f"{seen.same_time:,} of the workouts began when one did that is here already: "
            "did they come by way of another app?",
            markup=False,
        )
    for one in seen.problems[:MAX_LISTED]:
        say(f"Line {one.line}: {one.reason}.", markup=False)
    if seen.bad_rows > MAX_LISTED:
        say(f"… and {seen.bad_rows - MAX_LISTED:,} more rows that cannot be used.", markup=False)


def ready(seen: Preview, choices: Choices) -> Choices:
    """The choices with what can be asked for. Raises `Invalid` for what has to be given otherwise."""
    from dataclasses import replace

    if seen.bad_rows and not choices.skip_bad_rows:
        raise Invalid(f"{seen.bad_rows:,} rows cannot be used. Mend the file, or give --skip-bad-rows.")
    if seen.unknown:
        listed = ", ".join(repr(one.name) for one in seen.unknown[:MAX_LISTED])
        raise Invalid(f"Say which exercise each of these is, with --map 'NAME=SLUG' or --mapping: {listed}.")
    if not seen.needs_unit or choices.unit:
        return choices
    if not is_interactive():
        raise Invalid("The file does not say whether its weights are in lbs or kg: give --unit.")
    return replace(choices, unit=Unit(typer.prompt("Are the weights in lbs or kg?", type=Unit)).value)


def tell(done: Receipt | Restored, email: str) -> None:
    """Says what was written, and how to take it back."""
    from services.transfer import Restored

    if isinstance(done, Restored):
        typer.echo(
            f"{sum(done.written.values()):,} rows were written; {done.already_here:,} were here already."
        )
        if done.left_out:
            typer.echo(f"{done.left_out:,} rows are between two people or the server's own, and stay behind.")
        return
    typer.echo(
        f"{done.workouts:,} workouts and {done.sets:,} sets were imported; "
        f"{done.already_here:,} sets were here already, {done.left_out:,} were left out."
    )
    if done.id:
        typer.echo(f"To take it back: voicefit import --email {email} --undo {done.id}")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file at `path`. Raises `Invalid` when it cannot be read."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        yield file
