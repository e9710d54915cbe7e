"""Imports that ask first, are broken or too large: nothing is written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psutil
import pytest

from db.session import Database
from services.transfer.errors import FileRefused, FileTooLarge
from services.transfer.history import MAX_ROWS, read_history
from services.transfer.resolving import Choices
from tests.services.transfer.importing import CLASSIC, MAPPING, bring, counts


@pytest.mark.parametrize(
    ("choices", "field", "says"),
    [
        (Choices(None, MAPPING), "unit", "lbs or kg"),
        (Choices("kg"), "mapping", "'Sissy Lizard Crawl'"),
        (
            Choices("kg", {"Sissy Lizard Crawl": "sissy"}),
            "mapping/Sissy Lizard Crawl",
            "'sissy', which is no",
        ),
        (Choices("kg", MAPPING | {"Bench": "skip"}), "mapping/Bench", "not in the file"),
    ],
)
async def test_what_has_to_be_said_first_is_asked_and_nothing_is_written(
    database: Database, athlete: UUID, choices: Choices, field: str, says: str
) -> None:
    with pytest.raises(FileRefused, match=says) as caught:
        await bring(database, athlete, CLASSIC, choices)
    assert caught.value.field == field
    assert await counts(database, athlete) == (0, 0, 0)


BROKEN = (
    "Date,Exercise,Category,Weight (kgs),Reps\n"
    "2024-01-01,Barbell Squat,Legs,100,5\n"
    "2024-01-01,Barbell Squat,Legs,100,-5\n"
    "2024-02-30,Barbell Squat,Legs,100,5\n"
    "2024-01-01,Barbell Squat,Legs,477,5\n"
)


async def test_a_broken_row_refuses_the_whole_file(database: Database, athlete: UUID) -> None:
    with pytest.raises(FileRefused, match="3 rows cannot be used, so nothing was imported: line 3") as caught:
        await bring(database, athlete, BROKEN)
    assert [one.line for one in caught.value.problems] == [3, 4, 5]
    assert await counts(database, athlete) == (0, 0, 0)


async def test_broken_rows_are_left_out_when_that_is_wanted(database: Database, athlete: UUID) -> None:
    receipt = await bring(database, athlete, BROKEN, Choices(skip_bad_rows=True))
    assert (receipt.sets, receipt.bad_rows) == (1, 3)


async def test_a_failure_on_the_way_leaves_nothing_behind(
    database: Database, athlete: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter([uuid4()])

    def fail_after_the_first(*_: Any) -> UUID:
        return next(keys)

    monkeypatch.setattr("services.transfer.commit.WORKOUTS_AT_ONCE", 1)
    monkeypatch.setattr("services.transfer.commit.set_key", fail_after_the_first)
    with pytest.raises(RuntimeError):
        await bring(database, athlete, "hevy_kg.csv")
    assert await counts(database, athlete) == (0, 0, 0)


class Generated(io.RawIOBase):
    """A file of `count` rows, made while it is read. `memory` is what the process had at each read."""

    def __init__(self, header: bytes, row: bytes, count: int) -> None:
        self._header, self._row, self._count = header, row, count
        self._size = len(header) + len(row) * count
        self._at = 0
        self.memory: list[int] = []

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset if whence == 0 else self._size + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        self.memory.append(psutil.Process().memory_info().rss)
        view = memoryview(buffer)
        size = min(len(view), self._size - self._at)
        data = b"".join(self._pieces(size))[:size]
        view[:size] = data
        self._at += size
        return size

    def _pieces(self, size: int) -> Iterator[bytes]:
        at = self._at
        if at < len(self._header):
            yield self._header[at:]
            at = len(self._header)
        offset = (at - len(self._header)) % len(self._row)
        yield self._row[offset:]
        yield self._row * (size // len(self._row) + 2)


HEADER = b"Date,Exercise,Category,Weight (kgs),Reps,Distance,Distance Unit,Time,Comment\n"
ROW = b"2022-05-01,Flat Barbell Bench Press,Chest,80.0,8,,,,\n"


@pytest.mark.slow
def test_a_million_rows_are_counted_and_refused_in_little_memory() -> None:
    file = Generated(HEADER, ROW, 1_000_000)
    with pytest.raises(FileTooLarge, match=rf"has 1,000,000 rows; an import takes {MAX_ROWS:,} at most"):
        read_history(io.BufferedReader(file))
    assert max(file.memory) - file.memory[0] < 20_000_000


def test_a_file_of_too_many_bytes_is_refused_unread() -> None:
    with pytest.raises(FileTooLarge, match="has 5,300,000,077 bytes"):
        read_history(io.BufferedReader(Generated(HEADER, ROW, 100_000_000)))
