"""Imports: previewed without writing, written all or not at all, and never twice."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select, update

from core.units import WeightUnit
from db.models import Import, UserProfile, Workout, WorkoutSet
from db.session import Database
from services.exercises.catalogue import packaged_catalogue
from services.transfer.commit import Receipt, commit, take_back
from services.transfer.errors import FileRefused, FileTooLarge
from services.transfer.history import MAX_ROWS, read_history
from services.transfer.preview import Preview, preview
from services.transfer.resolving import Choices
from tests.db.fixtures import new_athlete
from tests.services.transfer import dialects
from tests.services.transfer.dialects import WORKOUTS, Trained

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
CLASSIC = "strong_classic.csv"
MAPPING = {"sissy lizard CRAWL": "skip"}


@pytest.fixture
async def athlete(database: Database) -> UUID:
    return await new_athlete(database)


async def bring(
    database: Database, athlete: UUID, content: bytes | str, choices: Choices | None = None
) -> Receipt:
    """Imports a file of `FILES`, or text."""
    data = content.encode() if isinstance(content, str) and "\n" in content else content
    file = io.BytesIO(data) if isinstance(data, bytes) else io.BytesIO((FILES / data).read_bytes())
    return await commit(database, athlete, file, choices or Choices(), "export.csv", NOW)


async def look(database: Database, athlete: UUID, name: str, choices: Choices | None = None) -> Preview:
    with (FILES / name).open("rb") as file:
        return await preview(database, athlete, file, choices or Choices(), NOW)


async def sets_of(database: Database, athlete: UUID) -> list[WorkoutSet]:
    """All sets of an athlete in the order of logging."""
    async with database.transaction(athlete) as session:
        return list(await session.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence)))


async def counts(database: Database, athlete: UUID) -> tuple[int, int, int]:
    """How many workouts, sets and imports an athlete has."""
    async with database.transaction(athlete) as session:
        found = [
            await session.scalar(select(func.count()).select_from(one))
            for one in (Workout, WorkoutSet, Import)
        ]
    return found[0] or 0, found[1] or 0, found[2] or 0


def slug(row: WorkoutSet) -> str:
    return packaged_catalogue().by_id[row.exercise_id].slug


async def test_a_preview_says_all_and_writes_nothing(database: Database, athlete: UUID) -> None:
    seen = await look(database, athlete, CLASSIC)
    assert (seen.app, seen.unit, seen.needs_unit) == ("strong", None, True)
    assert (seen.workouts, seen.sets, seen.new_workouts, seen.new_sets) == (2, 11, 2, 10)
    assert (seen.first_day, seen.last_day) == (date(2024, 3, 5), date(2024, 3, 7))
    assert [(one.name, one.sets, one.exercise and one.exercise.slug) for one in seen.names] == [
        ("Sissy Lizard Crawl", 1, None),
        ("Bench Press (Barbell)", 4, "barbell-bench-press"),
        ("Chest Dip", 2, "dip"),
        ("Squat (Barbell)", 2, "barbell-back-squat"),
        ("Plank", 1, "plank"),
        ("Rowing (Machine)", 1, "row-erg"),
    ]
    assert 1 <= len(seen.unknown[0].suggestions) <= 5
    assert seen.skipped == {"rest timers": 1, "sets without reps, time or distance": 1}
    assert (seen.bad_rows, seen.problems, seen.same_time) == (0, [], 0)
    assert await counts(database, athlete) == (0, 0, 0)


async def test_what_was_lifted_is_written_as_it_was(database: Database, athlete: UUID) -> None:
    receipt = await bring(database, athlete, CLASSIC, Choices("lbs", MAPPING))
    assert (receipt.workouts, receipt.sets, receipt.already_here, receipt.left_out) == (2, 10, 0, 1)
    rows = await sets_of(database, athlete)
    assert [(slug(one), one.set_number, one.set_type, one.reps, one.weight) for one in rows] == [
        ("barbell-bench-press", 1, "warmup", 10, 45),
        ("barbell-bench-press", 2, "working", 8, 135),
        ("barbell-bench-press", 3, "working", 5, 185),
        ("barbell-bench-press", 4, "drop", 9, 135),
        ("dip", 1, "working", 12, None),
        ("dip", 2, "failure", 9, None),
        ("plank", 1, "working", None, None),
        ("barbell-back-squat", 1, "working", 5, 225),
        ("barbell-back-squat", 2, "working", 5, 225),
        ("row-erg", 1, "working", None, None),
    ]
    assert {one.weight_unit for one in rows} == {"lbs"}
    assert rows[6].duration_seconds == 90
    assert rows[9].distance_meters == pytest.approx(1.2 * 1609.344)  # miles go with pounds
    assert (rows[1].rpe, rows[2].notes) == (7.5, 'left shoulder, "twinge"')
    async with database.transaction(athlete) as session:
        push = (await session.scalars(select(Workout).order_by(Workout.started_at))).first()
    assert push is not None
    assert (push.name, push.status, push.duration) == ("Push Day", "completed", 3900)
    assert (push.source, push.notes) == ("strong", "Slept badly, felt fine")
    assert push.started_at == datetime(2024, 3, 5, 18, 1, 12, tzinfo=UTC)


async def test_times_without_a_zone_are_the_athletes(database: Database, athlete: UUID) -> None:
    async with database.transaction(athlete) as session:
        await session.execute(update(UserProfile).values(timezone="America/New_York"))
    await bring(database, athlete, "fitnotes_android.csv")
    await bring(database, athlete, "fitbod.csv")
    await bring(database, athlete, "hevy_kg.csv")
    async with database.transaction(athlete) as session:
        starts = list(await session.scalars(select(Workout.started_at).order_by(Workout.started_at)))
    assert starts == [
        datetime(2022, 5, 1, 16, tzinfo=UTC),  # a day alone is its noon
        datetime(2022, 5, 3, 16, tzinfo=UTC),
        datetime(2025, 9, 15, 11, 48, tzinfo=UTC),
        datetime(2025, 9, 17, 22, 2, tzinfo=UTC),
        datetime(2025, 12, 15, 17, 30, tzinfo=UTC),  # this one had a zone of its own
    ]


async def test_supersets_are_kept(database: Database, athlete: UUID) -> None:
    await bring(database, athlete, "hevy_kg.csv")
    rows = await sets_of(database, athlete)
    assert [(slug(one), one.superset_group) for one in rows[5:]] == [
        ("seated-cable-row", 1),
        ("face-pull", 1),
        ("seated-cable-row", 1),
    ]


async def test_a_second_import_writes_nothing(database: Database, athlete: UUID) -> None:
    first = await bring(database, athlete, "hevy_kg.csv")
    second = await bring(database, athlete, "hevy_kg.csv")
    assert (first.sets, second.sets, second.already_here, second.id) == (8, 0, 8, None)
    assert await counts(database, athlete) == (2, 8, 1)
    seen = await look(database, athlete, "hevy_kg.csv")
    assert (seen.sets, seen.new_sets, seen.new_workouts) == (8, 0, 0)


async def test_the_time_zone_of_the_second_import_makes_no_difference(
    database: Database, athlete: UUID
) -> None:
    await bring(database, athlete, "hevy_kg.csv")
    async with database.transaction(athlete) as session:
        await session.execute(update(UserProfile).values(timezone="Asia/Tokyo"))
    assert (await bring(database, athlete, "hevy_kg.csv")).sets == 0


async def test_a_longer_export_adds_what_is_new(database: Database, athlete: UUID) -> None:
    lines = (FILES / "fitnotes_android.csv").read_text().splitlines(keepends=True)
    await bring(database, athlete, "".join(lines[:3]))
    receipt = await bring(database, athlete, "".join(lines))
    assert (receipt.workouts, receipt.sets, receipt.already_here) == (1, 4, 2)
    rows = await sets_of(database, athlete)
    assert [one.set_number for one in rows if slug(one) == "barbell-bench-press"] == [1, 2, 3]
    assert len({one.workout_id for one in rows}) == 2


async def test_what_was_left_out_can_be_brought_later(database: Database, athlete: UUID) -> None:
    await bring(database, athlete, CLASSIC, Choices("lbs", MAPPING))
    later = Choices("lbs", {"Sissy Lizard Crawl": "sissy-squat"})
    assert (await bring(database, athlete, CLASSIC, later)).sets == 1
    assert await counts(database, athlete) == (2, 11, 2)


async def test_imports_at_once_write_once(database: Database, athlete: UUID) -> None:
    receipts = await asyncio.gather(*(bring(database, athlete, "hevy_kg.csv") for _ in range(4)))
    assert sorted(one.sets for one in receipts) == [0, 0, 0, 8]
    assert await counts(database, athlete) == (2, 8, 1)


async def test_the_database_itself_refuses_a_set_twice(database: Database, athlete: UUID) -> None:
    await bring(database, athlete, "hevy_kg.csv")
    (first, *_) = await sets_of(database, athlete)
    twin = WorkoutSet(
        user_id=athlete,
        workout_id=first.workout_id,
        exercise_id=first.exercise_id,
        set_number=9,
        import_key=first.import_key,
    )
    with pytest.raises(Exception, match="uq_workout_sets_user_id_import_key"):
        async with database.transaction(athlete) as session:
            session.add(twin)


async def test_two_athletes_bring_the_same_file(database: Database, athlete: UUID) -> None:
    other = await new_athlete(database)
    await bring(database, athlete, "hevy_kg.csv")
    assert (await bring(database, other, "hevy_kg.csv")).sets == 8
    assert await counts(database, athlete) == await counts(database, other) == (2, 8, 1)


async def test_workouts_that_came_by_way_of_another_app_are_pointed_out(
    database: Database, athlete: UUID
) -> None:
    text = (
        "Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps\n"
        "2025-09-15 07:48:30,Push,Squat (Barbell),1,100,kg,5\n"
        "2025-09-16 07:48:30,Push,Squat (Barbell),1,100,kg,5\n"
    )
    await bring(database, athlete, text)
    assert (await look(database, athlete, "hevy_kg.csv")).same_time == 1


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


async def test_a_mapping_wins_over_a_match(database: Database, athlete: UUID) -> None:
    mapping = MAPPING | {"Chest Dip": "ring-dip", "Plank": "skip"}
    await bring(database, athlete, CLASSIC, Choices("kg", mapping))
    slugs = {slug(one) for one in await sets_of(database, athlete)}
    assert "ring-dip" in slugs
    assert not {"dip", "plank"} & slugs


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


async def test_an_import_can_be_taken_back(database: Database, athlete: UUID) -> None:
    await bring(database, athlete, "fitbod.csv")
    wrong = await bring(database, athlete, CLASSIC, Choices("kg", MAPPING))
    assert wrong.id is not None
    async with database.transaction(athlete) as session:
        assert await take_back(session, athlete, wrong.id) == (2, 10)
    assert await counts(database, athlete) == (1, 3, 1)
    assert (await bring(database, athlete, CLASSIC, Choices("lbs", MAPPING))).sets == 10


async def test_taking_back_leaves_what_others_put_into_the_workout(database: Database, athlete: UUID) -> None:
    receipt = await bring(database, athlete, "fitbod.csv")
    assert receipt.id is not None
    (first, *_) = await sets_of(database, athlete)
    async with database.transaction(athlete) as session:
        session.add(
            WorkoutSet(
                user_id=athlete, workout_id=first.workout_id, exercise_id=first.exercise_id, set_number=9
            )
        )
    async with database.transaction(athlete) as session:
        assert await take_back(session, athlete, receipt.id) == (0, 3)
    assert await counts(database, athlete) == (1, 1, 0)


async def test_nobody_takes_back_anothers_import(database: Database, athlete: UUID) -> None:
    receipt = await bring(database, athlete, "fitbod.csv")
    other = await new_athlete(database)
    for wanted in (receipt.id, uuid4()):
        assert wanted is not None
        async with database.transaction(other) as session:
            assert await take_back(session, other, wanted) is None
    assert await counts(database, athlete) == (1, 3, 1)


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


@pytest.mark.slow
async def test_a_long_history_is_imported(database: Database, athlete: UUID) -> None:
    days = [date.fromordinal(date(2010, 1, 1).toordinal() + i) for i in range(2_000)]
    rows = (f"{day},Barbell Squat,Legs,{60 + i * 5},5\n" for day in days for i in range(20))
    content = "Date,Exercise,Category,Weight (kgs),Reps\n" + "".join(rows)
    receipt = await bring(database, athlete, content)
    assert (receipt.workouts, receipt.sets) == (2_000, 40_000)
    assert (await bring(database, athlete, content)).already_here == 40_000


@pytest.mark.parametrize(
    ("render", "unit"),
    [(dialects.strong_classic, "kg"), (dialects.strong_german, None), (dialects.fitbod, None)],
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(workouts=WORKOUTS)
async def test_what_was_trained_is_in_the_database_once(
    database: Database, render: Any, unit: WeightUnit | None, workouts: Sequence[Trained]
) -> None:
    athlete = await new_athlete(database)
    unsure = {'Curl, "strict"', "Kreuzheben; schwer", "ベンチ"}
    used = {done.exercise for one in workouts for done in one.sets}
    choices = Choices(unit, dict.fromkeys(used & unsure, "barbell-curl"))
    content = render(list(workouts))
    total = sum(len(one.sets) for one in workouts)
    assert (await bring(database, athlete, content, choices)).sets == total
    assert (await bring(database, athlete, content, choices)).already_here == total
    rows = await sets_of(database, athlete)
    lifted = [(done.reps, done.weight) for one in workouts for done in one.sets]
    assert [(one.reps, one.weight) for one in rows] == lifted
    assert await counts(database, athlete) == (len(workouts), total, 1)
