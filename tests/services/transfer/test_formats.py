"""Exports of other apps, dialect by dialect, as they are written."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.transfer.errors import FileRefused
from services.transfer.history import History, HistoryWorkout, read_history
from services.transfer.resolving import Choices, resolve

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def history_of(name: str) -> History:
    with (FILES / name).open("rb") as file:
        return read_history(file, NOW)


def written(text: str, encoding: str = "utf-8") -> History:
    return read_history(io.BytesIO(text.encode(encoding)), NOW)


def sets_of(workout: HistoryWorkout) -> list[tuple[object, ...]]:
    return [
        (one.exercise, one.position, one.read.set_type, one.read.reps, one.read.weight, one.read.unit)
        for one in workout.sets
    ]


def test_the_classic_strong_export_says_no_unit() -> None:
    history = history_of("strong_classic.csv")
    push, legs = history.workouts
    assert (history.form.app, history.unit, history.needs_unit) == ("strong", None, True)
    assert (push.name, push.notes) == ("Push Day", "Slept badly, felt fine")
    assert (push.starts_at, push.ends_at) == (
        datetime(2024, 3, 5, 18, 1, 12),
        datetime(2024, 3, 5, 19, 6, 12),
    )
    assert sets_of(push) == [
        ("bench press (barbell)", 1, "warmup", 10, 45, None),
        ("bench press (barbell)", 2, "working", 8, 135, None),
        ("bench press (barbell)", 3, "working", 5, 185, None),
        ("bench press (barbell)", 4, "drop", 9, 135, None),
        ("chest dip", 1, "working", 12, None, None),
        ("chest dip", 2, "failure", 9, None, None),
        ("plank", 1, "working", None, None, None),
    ]
    assert [one.read.rpe for one in push.sets[:3]] == [None, 7.5, 9]
    assert push.sets[2].read.notes == 'left shoulder, "twinge"'
    assert push.sets[-1].read.duration_seconds == 90
    rowing = legs.sets[2].read
    assert (rowing.distance, rowing.meters_per_unit, rowing.duration_seconds) == (1.2, None, 480)
    assert history.skipped == {"rest timers": 1, "sets without reps, time or distance": 1}
    assert [one.written for one in resolve(history, Choices()).unknown] == ["Sissy Lizard Crawl"]


def test_strongs_android_export_has_units_in_columns_and_decimal_commas() -> None:
    history = history_of("strong_android.csv")
    legs, run = history.workouts
    assert (history.unit, history.needs_unit, history.separator) == ("kg", False, ";")
    assert sets_of(legs) == [
        ("deadlift (barbell)", 1, "working", 5, 100, "kg"),
        ("deadlift (barbell)", 2, "working", 5, 120, "kg"),
        ("lat pulldown (cable)", 1, "working", 10, 62.5, "kg"),
    ]
    assert legs.ends_at == datetime(2019, 1, 11, 13, 31, 54)
    assert (run.sets[0].read.distance, run.sets[0].read.meters_per_unit) == (5.2, 1000)


def test_strongs_numbered_export_has_units_in_its_headings_and_lines_within_notes() -> None:
    history = history_of("strong_numbered.csv")
    upper, run = history.workouts
    assert (history.unit, history.needs_unit) == ("kg", False)
    assert upper.sets[1].read.notes == "Two lines,\nthe second here"
    assert [one.line for one in upper.sets] == [2, 3, 6]
    assert upper.ends_at == datetime(2025, 6, 1, 19, 2)
    assert (run.notes, run.sets[0].read.distance, run.sets[0].read.meters_per_unit) == ("Legs heavy", 5000, 1)


def test_strong_in_german_from_windows() -> None:
    history = history_of("strong_german_windows.csv")
    upper, run = history.workouts
    assert (history.encoding, history.unit, history.skipped) == ("cp1252", "kg", {"rest timers": 1})
    assert upper.name == "Oberkörper"
    assert upper.ends_at == datetime(2023, 11, 2, 20, 25)
    assert sets_of(upper) == [
        ("bankdrücken (langhantel)", 1, "warmup", 12, 40, "kg"),
        ("bankdrücken (langhantel)", 2, "working", 6, 82.5, "kg"),
        ("klimmzüge", 1, "working", 9, None, "kg"),
        ("klimmzüge", 2, "failure", 7, None, "kg"),
    ]
    assert (upper.sets[1].read.rpe, upper.sets[1].read.notes) == (8.5, "„sauber“")
    assert run.sets[0].read.distance == 5.25
    assert not resolve(history, Choices()).unknown


def test_strong_with_twelve_hours_and_narrow_spaces() -> None:
    assert [one.starts_at for one in history_of("strong_twelve_hours.csv").workouts] == [
        datetime(2023, 12, 31, 23, 45, 30),
        datetime(2024, 1, 1, 0, 15),
        datetime(2024, 1, 1, 12, 30),
    ]


def test_hevy_comes_newest_first_and_is_read_oldest_first() -> None:
    history = history_of("hevy_kg.csv")
    push, pull = history.workouts
    assert (history.unit, history.needs_unit) == ("kg", False)
    assert (push.name, push.notes) == ("Push", "Before work")
    assert (push.starts_at, push.ends_at) == (datetime(2025, 9, 15, 7, 48), datetime(2025, 9, 15, 8, 50))
    assert sets_of(push)[:2] == [
        ("bench press (barbell)", 1, "warmup", 10, 40, "kg"),
        ("bench press (barbell)", 2, "working", 5, 82.5, "kg"),
    ]
    assert (push.sets[2].read.distance, push.sets[2].read.meters_per_unit) == (3.1, 1000)
    assert [one.read.set_type for one in pull.sets] == ["working", "failure", "working", "working", "drop"]
    assert [one.read.superset for one in pull.sets] == [None, None, 0, 0, 0]
    assert [one.position for one in pull.sets] == [1, 2, 1, 1, 2]
    # Every row repeats what was noted of the exercise.
    assert [one.read.notes for one in pull.sets] == [None, None, "close grip", None, None]


def test_hevy_in_pounds_and_miles_as_utf_16() -> None:
    history = history_of("hevy_lbs_utf16.csv")
    push = history.workouts[0]
    assert (history.encoding, history.unit) == ("utf-16", "lbs")
    assert push.sets[1].read.weight == 180
    assert push.sets[2].read.meters_per_unit == pytest.approx(1609.344)


def test_fitnotes_has_a_workout_a_day() -> None:
    history = history_of("fitnotes_android.csv")
    first, second = history.workouts
    assert (history.unit, first.starts_at, first.name) == ("kg", datetime(2022, 5, 1, 12), None)
    assert sets_of(first) == [
        ("flat barbell bench press", 1, "working", 8, 80, "kg"),
        ("flat barbell bench press", 2, "working", 8, 80, "kg"),
        ("flat barbell bench press", 3, "working", 6, 85, "kg"),
        ("ez-bar skullcrusher", 1, "working", 12, 30, "kg"),
    ]
    assert second.sets[0].read.duration_seconds == 90
    assert second.sets[1].read.meters_per_unit == pytest.approx(1609.344)


def test_fitnotes_with_the_unit_in_a_column_may_have_both() -> None:
    history = history_of("fitnotes_unit_column.csv")
    assert [(one.read.weight, one.read.unit) for one in history.workouts[0].sets] == [
        (225, "lbs"),
        (102.5, "kg"),
    ]
    assert (history.unit, history.needs_unit) == (None, False)


def test_fitnotes_for_iphone_keeps_the_unit_that_was_typed() -> None:
    history = history_of("fitnotes_iphone.csv")
    assert [(one.read.weight, one.read.unit) for one in history.workouts[0].sets] == [
        (225, "lbs"),
        (100, "kg"),
        (None, None),
    ]
    assert not history.needs_unit


def test_fitbod_has_kilograms_metres_and_a_zone() -> None:
    history = history_of("fitbod.csv")
    (workout,) = history.workouts
    assert workout.starts_at == datetime(2025, 12, 15, 17, 30, tzinfo=UTC)
    assert sets_of(workout)[:2] == [
        ("bench press (dumbbell)", 1, "warmup", 10, 22.5, "kg"),
        ("bench press (dumbbell)", 2, "working", 8, 30, "kg"),
    ]
    assert (workout.sets[2].read.distance, workout.sets[2].read.meters_per_unit) == (5000, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(encoding: str, ends: str) -> None:
    lines = ["Date,Exercise,Category,Weight (kgs),Reps,Comment", "2022-05-01,Plié,Beine,20,8,größer"]
    (workout,) = written(ends.join([*lines, ""]), encoding).workouts
    (one,) = workout.sets
    assert (one.exercise, one.read.notes, one.line) == ("plié", "größer", 2)


def test_a_line_that_says_the_separator_and_blank_lines_are_passed_over() -> None:
    text = "sep=;\nDate;Exercise;Category;Weight;Weight Unit;Reps\n\n2022-05-01;Squat;Legs;100;kg;5\n;;;;;\n"
    (workout,) = written(text).workouts
    assert [(one.line, one.read.weight) for one in workout.sets] == [(4, 100)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,age\nAnn,30\n", "not an export that is known"),
        ("just some words", "not an export that is known"),
        (
            "Date,Workout Name,Exercise Name,Set Order,Reps\n2024-01-01,A,Squat,1,5\n",
            "without the columns Weight",
        ),
        (
            "title,exercise_title,set_index,set_type,weight_kg,reps\nA,B,0,normal,1,1\n",
            "the columns start_time",
        ),
        ("Date,Exercise,Category,Weight (kg),Reps\n", "a header and no rows"),
        ('Date,Exercise,Category,Reps\n2024-01-01,"Squat,Legs,5\n', "from line 2 on: a quote"),
        ('Date,Exercise,Category,Reps\n2024-01-01,"Squat"!,Legs,5\n', "from line 2 on: its quotes"),
        ("Date,Exercise,Category,Reps\n2024-01-01,Squat\0,Legs,5\n", "not a text file"),
        ("x" * 1_000_001, "more than 1,000,000 characters"),
    ],
)
def test_what_is_no_whole_export_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        written(text)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("2024-02-30,Squat,Legs,100,5", "there is no '2024-02-30'"),
        ("2024-13-01,Squat,Legs,100,5", "there is no '2024-13-01'"),
        ("03/04/2024,Squat,Legs,100,5", "could be two days"),
        ("soon,Squat,Legs,100,5", "is not a date"),
        (",Squat,Legs,100,5", "the date is missing"),
        ("1949-12-31,Squat,Legs,100,5", "is before 1950"),
        ("2026-11-03,Squat,Legs,100,5", "is in the future"),
        ("2024-01-01,,Legs,100,5", "Exercise is empty"),
        ("2024-01-01,Squat,Legs,100,-5", "Reps is negative"),
        ("2024-01-01,Squat,Legs,-100,5", "Weight (kgs) is negative"),
        ("2024-01-01,Squat,Legs,100,5.5", "Reps is not a whole number"),
        ("2024-01-01,Squat,Legs,heavy,5", "Weight (kgs): 'heavy' is not a number"),
        ("2024-01-01,Squat,Legs,NaN,5", "'NaN' is not a number"),
        (f"2024-01-01,Squat,Legs,{'1' * 120_000},5", "1…' has 120000 characters"),
        (f"{'1' * 120_000},Squat,Legs,100,5", "1…' has 120000 characters"),
        ("2024-01-01,Squat,Legs,1e99,5", "can't be right"),
        ('2024-01-01,Squat,Legs,"1,000",5', "could be read with a decimal comma or as thousands"),
        ("2024-01-01,Squat,Legs,900,5", "900 kilos can't be right"),
        ("2024-01-01,Squat,Legs,100,201", "201 reps can't be right"),
        ("2024-01-01,Squat,Legs,100", "4 cells where the header has 5"),
        ("2024-01-01,Squat,Legs,100,5,x", "6 cells where the header has 5"),
        (f"2024-01-01,{'S' * 201},Legs,100,5", "the exercise's name has 201 characters"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_line_and_reason(cells: str, reason: str) -> None:
    good = "2024-01-01,Squat,Legs,100,5\n"
    history = written(f"Date,Exercise,Category,Weight (kgs),Reps\n{good}{cells}\n{good}")
    resolve(history, Choices())
    (problem,) = history.problems
    assert problem.line == 3
    assert reason in problem.reason
    assert history.sets == 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("2024-01-01 10:00:00,A,Squat,Z,100,kg,5,8", "the set order 'z'"),
        ("2024-01-01 10:00:00,A,Squat,1,100,stone,5,8", "'stone' is not a unit of weight"),
        ("2024-01-01 10:00:00,A,Squat,1,100,kg,5,10.5", "RPE 10.5 isn't on the scale"),
        ("2024-01-01 25:00:00,A,Squat,1,100,kg,5,8", "there is no '2024-01-01 25:00:00'"),
        ("2024-01-01 13:00:00 PM,A,Squat,1,100,kg,5,8", "there is no '2024-01-01 13:00:00 PM'"),
    ],
)
def test_rows_of_strong_that_cannot_be_used(cells: str, reason: str) -> None:
    header = "Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps,RPE"
    history = written(f"{header}\n{cells}\n")
    resolve(history, Choices())
    assert [reason in problem.reason for problem in history.problems] == [True]


def test_only_the_first_problems_are_listed_and_all_are_counted() -> None:
    rows = "2024-01-01,Squat,Legs,100,-5\n" * 500
    history = written(f"Date,Exercise,Category,Weight (kgs),Reps\n{rows}")
    assert (history.bad_rows, len(history.problems), history.problems[-1].line) == (500, 100, 101)


def test_positions_stay_when_a_bad_row_is_mended() -> None:
    header = "Date,Exercise,Category,Weight (kgs),Reps\n"
    rows = [
        "2024-01-01,Squat,Legs,100,5\n",
        "2024-01-01,Squat,Legs,100,-5\n",
        "2024-01-01,Squat,Legs,100,4\n",
    ]
    broken = written(header + "".join(rows)).workouts[0]
    mended = written(header + "".join(rows).replace("-5", "5")).workouts[0]
    assert [one.position for one in broken.sets] == [1, 3]
    assert [one.position for one in mended.sets] == [1, 2, 3]


def test_too_many_exercises_are_no_training_log() -> None:
    rows = "".join(f"2024-01-01,Exercise {i},Legs,100,5\n" for i in range(2_001))
    with pytest.raises(FileRefused, match=r"more than 2,000 exercises"):
        written(f"Date,Exercise,Category,Weight (kgs),Reps\n{rows}")
