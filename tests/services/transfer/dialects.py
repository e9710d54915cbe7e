"""Training as other apps write it: random workouts, and a renderer for each dialect."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from db.models import SetType

NAMES = (
    "Bench Press (Barbell)",
    "Squat (Barbell)",
    "Plank",
    'Curl, "strict"',
    "Kreuzheben; schwer",
    "ベンチ",
)
KINDS: tuple[SetType, ...] = ("working", "warmup", "drop", "failure")


@dataclass(frozen=True)
class Done:
    """A set: distance in metres."""

    exercise: str
    set_type: SetType = "working"
    reps: int | None = None
    weight: float | None = None
    rpe: float | None = None
    seconds: int | None = None
    meters: int | None = None
    notes: str | None = None


@dataclass(frozen=True)
class Trained:
    """A workout; `minutes` is how long it took."""

    starts_at: datetime
    name: str
    minutes: int
    sets: tuple[Done, ...]


def _texts() -> st.SearchStrategy[str | None]:
    letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"))
    return st.none() | st.text(letters | st.sampled_from(' ,;"\n\t'), max_size=12).map(
        lambda text: text.replace("\r", "").strip() or None
    )


def _set(exercise: str, kind: SetType) -> st.SearchStrategy[Done]:
    lifted = st.builds(
        Done,
        exercise=st.just(exercise),
        set_type=st.just(kind),
        reps=st.integers(1, 200),
        weight=st.none() | st.integers(1, 1900).map(lambda quarters: quarters / 4),
        rpe=st.none() | st.integers(2, 20).map(lambda halves: halves / 2),
        notes=_texts(),
    )
    held = st.builds(Done, exercise=st.just(exercise), set_type=st.just(kind), seconds=st.integers(1, 21_600))
    covered = st.builds(
        Done,
        exercise=st.just(exercise),
        set_type=st.just(kind),
        seconds=st.none() | st.integers(1, 21_600),
        meters=st.integers(1, 99_999),
    )
    return st.one_of(lifted, held, covered)


SETS = st.tuples(st.sampled_from(NAMES), st.sampled_from(KINDS)).flatmap(lambda one: _set(*one))
WORKOUTS = st.lists(
    st.builds(
        Trained,
        starts_at=st.datetimes(datetime(2000, 1, 1), datetime(2026, 10, 1)).map(
            lambda at: at.replace(second=0, microsecond=0)
        ),
        name=st.sampled_from(["Push", "Beine, Rücken", 'The "big" one']),
        minutes=st.integers(1, 600),
        sets=st.lists(SETS, min_size=1, max_size=6).map(tuple),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.starts_at,
).map(lambda found: sorted(found, key=lambda one: one.starts_at))


def _number(value: float | None, *, comma: bool = False) -> str:
    text = "" if value is None else f"{value:g}" if value == int(value) else str(value)
    return text.replace(".", ",") if comma else text


def _clock(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def table(rows: list[list[str]], separator: str = ",", *, quote_all: bool = False, ends: str = "\n") -> str:
    """Rows as text."""
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=ends).writerows(rows)
    return out.getvalue()


LETTERS: dict[SetType, str] = {"warmup": "W", "drop": "D", "failure": "F"}
WORDS = {"working": "", "warmup": "Aufwärmen", "drop": "Dropsatz", "failure": "Versagen"}


def strong_classic(workouts: list[Trained]) -> bytes:
    """Strong without units, with rest timers between the sets; 0 for what was not."""
    header = (
        "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
        "Notes,Workout Notes,RPE"
    )
    rows = [header.split(",")]
    for one in workouts:
        facts = [
            one.starts_at.strftime("%Y-%m-%d %I:%M:%S\u202f%p"),
            one.name,
            f"{one.minutes // 60}h {one.minutes % 60}m",
        ]
        for i, done in enumerate(one.sets, start=1):
            order = LETTERS.get(done.set_type, str(i))
            load = [_number(done.weight or 0), _number(done.reps or 0), _number((done.meters or 0) / 1000)]
            end = [_number(done.seconds or 0), done.notes or "", "", _number(done.rpe)]
            rows.append([*facts, done.exercise, order, *load, *end])
            rows.append([*facts, done.exercise, "Rest Timer", "0", "0", "0", "90", "", "", ""])
    return table(rows).encode()


def strong_german(workouts: list[Trained]) -> bytes:
    """Strong with semicolons, German headings and decimal commas, as UTF-16."""
    header = (
        "Datum;Name des Workouts;Dauer;Name der Übung;Satz;Gewicht (kg);Wdh.;RPE;Distanz (meters);"
        "Sekunden;Notizen"
    )
    rows = [header.split(";")]
    for one in workouts:
        facts = [
            f"{one.starts_at:%d.%m.%Y, %H:%M}",
            one.name,
            f"{one.minutes // 60} Std. {one.minutes % 60} Min.",
        ]
        for i, done in enumerate(one.sets, start=1):
            load = [_number(done.weight, comma=True), _number(done.reps), _number(done.rpe, comma=True)]
            end = [_number(done.meters), _number(done.seconds), done.notes or ""]
            rows.append([*facts, done.exercise, WORDS[done.set_type] or str(i), *load, *end])
            rows.append([*facts, done.exercise, "Ruhetimer", "", "", "", "", "90", ""])
    return table(rows, ";", ends="\r\n").encode("utf-16")


def hevy(workouts: list[Trained]) -> bytes:
    """Hevy in kilograms: newest first, everything in quotes."""
    header = (
        "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,"
        "weight_kg,reps,distance_km,duration_seconds,rpe"
    )
    rows = [header.split(",")]
    kinds = {"working": "normal", "warmup": "warmup", "drop": "dropset", "failure": "failure"}
    for one in reversed(workouts):
        times = [
            f"{at:%d %b %Y, %H:%M}" for at in (one.starts_at, one.starts_at + timedelta(minutes=one.minutes))
        ]
        for i, done in enumerate(one.sets):
            facts = [one.name, *times, "", done.exercise, "", "", str(i), kinds[done.set_type]]
            km = None if done.meters is None else done.meters / 1000
            load = [
                _number(done.weight),
                _number(done.reps),
                _number(km),
                _number(done.seconds),
                _number(done.rpe),
            ]
            rows.append([*facts, *load])
    return table(rows, quote_all=True).encode()


def fitnotes(workouts: list[Trained]) -> bytes:
    """FitNotes: days, and a unit for every weight and distance."""
    header = "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment"
    rows = [header.split(",")]
    for one in workouts:
        for done in one.sets:
            load = [_number(done.weight), "kgs" if done.weight else "", _number(done.reps)]
            way = [_number(done.meters), "m" if done.meters else "", _clock(done.seconds)]
            day = f"{one.starts_at:%Y-%m-%d}"
            rows.append([day, done.exercise, "Any", *load, *way, done.notes or ""])
    return table(rows).encode("utf-8-sig")


def fitbod(workouts: list[Trained]) -> bytes:
    """Fitbod: metres, kilograms, a zone."""
    header = (
        "Date,Exercise,Reps,Weight(kg),Duration(s),Distance(m),Incline,Resistance,isWarmup,Note,multiplier"
    )
    rows = [header.split(",")]
    for one in workouts:
        for done in one.sets:
            warmup = str(done.set_type == "warmup").lower()
            load = [_number(done.reps or 0), _number(done.weight or 0), _number(done.seconds or 0)]
            way = [_number(done.meters or 0), "0.0", "0.0", warmup, done.notes or "", "1.0"]
            rows.append([f"{one.starts_at:%Y-%m-%d %H:%M:%S} +0000", done.exercise, *load, *way])
    return table(rows).encode()


def _bare(workouts: list[Trained], change: Callable[[Done], Done]) -> list[Trained]:
    return [replace(one, sets=tuple(map(change, one.sets))) for one in workouts]


def in_days(workouts: list[Trained]) -> list[Trained]:
    """What FitNotes keeps of `workouts`: a nameless one a day, no kinds of set and no effort."""
    days: dict[datetime, list[Done]] = {}
    for one in _bare(workouts, lambda done: replace(done, set_type="working", rpe=None)):
        days.setdefault(one.starts_at.replace(hour=12, minute=0), []).extend(one.sets)
    return [Trained(day, "", 0, tuple(sets)) for day, sets in days.items()]


def without_effort(workouts: list[Trained]) -> list[Trained]:
    """What Fitbod keeps of `workouts`: of the kinds of set only warm-ups, and no effort."""

    def change(done: Done) -> Done:
        kind: SetType = "warmup" if done.set_type == "warmup" else "working"
        return replace(done, set_type=kind, rpe=None)

    return [replace(one, name="", minutes=0) for one in _bare(workouts, change)]


def without_notes(workouts: list[Trained]) -> list[Trained]:
    """`workouts` without the notes of their sets."""
    return _bare(workouts, lambda done: replace(done, notes=None))
