"""The tables of other apps, a module an app, and which of them a header belongs to."""

from __future__ import annotations

from services.transfer.errors import FileRefused
from services.transfer.formats import fitbod, fitnotes, hevy, strong
from services.transfer.formats.base import Columns, Format, ReadSet, ReadWorkout, Row
from services.transfer.table import SEPARATORS, Table
from services.transfer.values import shown

__all__ = ["FORMATS", "Columns", "Format", "ReadSet", "ReadWorkout", "Row", "recognise"]

FORMATS: tuple[Format, ...] = (strong.FORMAT, hevy.FORMAT, fitnotes.FORMAT, fitbod.FORMAT)


def recognise(table: Table) -> tuple[Format, Columns]:
    """The format of `table` and its columns; sets its separator. Raises `FileRefused`.

    A header that is an app's but for some needed columns is refused by their names.
    """
    found = [
        (form, form.columns(header), separator)
        for separator in SEPARATORS
        if (header := table.header(separator))
        for form in FORMATS
    ]
    told = [one for one in found if one[0].telling <= one[1].at.keys()]
    if not told:
        told = [one for one in found if len(one[1].at) >= len(one[0].required)]
    if not told:
        raise FileRefused(
            "This is not an export that is known here: its first line must be the header that Strong, Hevy, "
            f"FitNotes or Fitbod writes. It begins {shown(' '.join(table.header(',')))}."
        )
    form, columns, table.separator = max(told, key=lambda one: len(one[1].at))
    if missing := sorted(form.required - columns.at.keys()):
        names = ", ".join(form.names[column].split("|")[0] for column in missing)
        raise FileRefused(
            f"This looks like an export of {form.label}, but without the columns {names}. Export it again."
        )
    return form, columns
