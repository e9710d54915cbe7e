"""Workouts and sets over HTTP: the same as by voice, and taken back by voice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db.models import ToolCall, UserProfile, WorkoutSet
from tests.api.conftest import Athlete

NOT_COMPARED = {
    *("id", "workout_id", "user_id", "tool_call_id", "voice_command_id", "voice_transcript"),
    *("sequence", "completed_at", "created_at", "updated_at"),
}


async def rows(athlete: Athlete) -> list[dict[str, Any]]:
    """The athlete's sets as they are stored, but for what differs between any two."""
    async with athlete.database.transaction(athlete.id) as db:
        found = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
        columns = [c.key for c in WorkoutSet.__table__.columns if c.key not in NOT_COMPARED]
        return [{name: getattr(row, name) for name in columns} for row in found]


async def test_a_workout_from_start_to_finish(ana: Athlete) -> None:
    workout = await ana.workout(name="push day")
    await ana.log(workout, weight=225, rpe=8.5)
    logged = await ana.log(workout, weight=205, reps=10)
    assert (logged["exercise"], logged["set_number"], logged["unit"]) == ("Barbell Bench Press", 2, "lbs")
    current = (await ana.get("/api/workouts/current")).json()
    assert current["workout"] == (await ana.get(workout)).json()
    assert current["sets"] == await ana.sets(workout)
    finished = (await ana.post(f"{workout}/finish")).json()
    assert finished["status"] == "completed"
    assert finished["duration_seconds"] >= 0
    assert (await ana.get("/api/workouts/current")).json() == {"workout": None, "sets": []}
    (listed,) = (await ana.get("/api/workouts")).json()["items"]
    assert listed == finished | {"set_count": 2}


SETS: list[dict[str, Any]] = [
    {"exercise": "bench", "weight": 225, "reps": 8, "rpe": 8.5},
    {"weight": 205.5, "reps": 10, "rir": 2, "set_type": "drop"},
    {"exercise": "back squat", "weight": 100, "unit": "kg", "reps": 5, "sets": 3},
    {"exercise": "plank", "duration_seconds": 90},
    {"exercise": "bench press", "reps": 3, "weight": 235},
]


async def test_a_set_sent_is_a_set_said(ana: Athlete, ben: Athlete) -> None:
    workout = await ana.workout(name="push day")
    await ben.says("start_workout", "start", name="push day")
    for number, fields in enumerate(SETS):
        sent = await ana.post(f"{workout}/sets", fields)
        said = await ben.says("log_set", str(number), **fields)
        assert sent.status_code == 201, sent.text
        views = [one.model_dump(exclude={"id"}) for one in said.sets]
        assert [{name: one[name] for name in views[0]} for one in sent.json()["sets"]] == views
    assert await rows(ana) == await rows(ben)
    assert len(await rows(ana)) == 7


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"exercise": "bench", "weight": 2000, "reps": 8}, "weight"),
        ({"exercise": "dumbbell curl", "weight": 400, "reps": 8}, "weight"),
        ({"exercise": "bench", "weight": 225, "reps": 500}, "reps"),
        ({"exercise": "bench", "weight": 225}, "reps"),
        ({"exercise": "leg press", "weight": 1200, "unit": "kg", "reps": 8}, "weight"),
    ],
)
async def test_what_the_voice_asks_about_is_refused_and_writes_nothing(
    ana: Athlete, fields: dict[str, Any], field: str
) -> None:
    workout = await ana.workout()
    question = await ana.says("log_set", "asked", **fields)
    refused = await ana.post(f"{workout}/sets", fields)
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"in": "body", "pointer": f"/{field}", "detail": question.question}]
    assert await rows(ana) == []


@pytest.mark.parametrize(
    "reference", ["barbell-bench-press", "bench press", "flat bench", "4537af78-0f86-5f0f-a127-180be371b2b7"]
)
async def test_exercises_are_named_by_id_slug_or_words(ana: Athlete, reference: str) -> None:
    workout = await ana.workout()
    assert (await ana.log(workout, exercise=reference))["slug"] == "barbell-bench-press"


@pytest.mark.parametrize("words", ["press", "row", str(UUID(int=7)), "zzqx"])
async def test_unclear_words_are_answered_with_what_they_may_mean(ana: Athlete, words: str) -> None:
    workout = await ana.workout()
    response = await ana.post(f"{workout}/sets", {"exercise": words, "reps": 5})
    problem = response.json()
    assert response.status_code == 422
    assert problem["type"] == "urn:problem-type:voicefit:unclear-exercise"
    assert problem["errors"][0]["pointer"] == "/exercise"
    asked = await ana.says("log_set", "asked", exercise=words, reps=5)
    assert problem["detail"] == asked.question
    for one in problem["alternatives"]:
        assert one["name"].lower() in problem["detail"]
        assert (await ana.get(f"/api/exercises/{one['slug']}")).json()["id"] == one["id"]
    assert await rows(ana) == []


async def test_without_an_exercise_it_is_the_one_the_workout_is_on(ana: Athlete) -> None:
    workout = await ana.workout()
    refused = await ana.post(f"{workout}/sets", {"reps": 5})
    assert refused.json()["errors"][0]["pointer"] == "/exercise"
    await ana.log(workout, exercise="deadlift")
    assert (await ana.log(workout, exercise=None))["slug"] == "conventional-deadlift"


async def test_a_second_start_goes_on_with_the_open_workout(ana: Athlete) -> None:
    workout = await ana.workout(name="push day")
    again = await ana.post("/api/workouts", {"name": "push and pull"})
    assert again.status_code == 200
    assert again.headers["location"] == workout
    assert again.json()["name"] == "push and pull"


async def test_a_past_workout_leaves_the_open_one_alone(ana: Athlete) -> None:
    open_one = await ana.workout()
    ended = datetime.now(UTC) - timedelta(days=2)
    began = ended - timedelta(minutes=50)
    past = await ana.post(
        "/api/workouts", {"started_at": began.isoformat(), "completed_at": ended.isoformat()}
    )
    assert past.status_code == 201
    assert (past.json()["status"], past.json()["duration_seconds"]) == ("completed", 3000)
    logged = await ana.log(past.headers["location"], completed_at=ended.isoformat())
    assert datetime.fromisoformat(logged["completed_at"]) == ended
    assert (await ana.get("/api/workouts/current")).json()["workout"]["id"] in open_one
    newest_first = [one["id"] for one in (await ana.get("/api/workouts")).json()["items"]]
    assert newest_first == [open_one.rpartition("/")[2], past.json()["id"]]


NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"completed_at": NOW.isoformat()}, "/started_at"),
        ({"started_at": (NOW + timedelta(days=1)).isoformat()}, "/started_at"),
        ({"started_at": "1066-10-14T09:00:00Z", "completed_at": "1066-10-14T18:00:00Z"}, "/started_at"),
        ({"started_at": "2025-03-02T10:00:00Z", "completed_at": "2025-03-02T09:00:00Z"}, "/completed_at"),
        ({"started_at": "2025-03-02T10:00:00Z", "completed_at": "2025-03-09T09:00:00Z"}, "/completed_at"),
        ({"started_at": "2025-02-30T10:00:00Z"}, "/started_at"),
        ({"started_at": "2025-03-02T10:00:00"}, "/started_at"),
        ({"started_at": 1_700_000_000}, "/started_at"),
        ({"started_at": "1700000000"}, "/started_at"),
        ({"name": ""}, "/name"),
        ({"name": "a" * 121}, "/name"),
    ],
)
async def test_impossible_workouts_are_refused(ana: Athlete, fields: dict[str, Any], pointer: str) -> None:
    response = await ana.post("/api/workouts", fields)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert (await ana.get("/api/workouts")).json()["items"] == []


async def test_a_workout_is_changed_cancelled_and_opened_again(ana: Athlete) -> None:
    workout = await ana.workout(name="push")
    assert (await ana.patch(workout, {"name": "pull"})).json()["name"] == "pull"
    assert (await ana.patch(workout, {"name": None})).json()["name"] is None
    await ana.post(f"{workout}/finish")
    began = datetime.now(UTC) - timedelta(hours=1)
    changed = (await ana.patch(workout, {"started_at": began.isoformat()})).json()
    assert changed["duration_seconds"] == pytest.approx(3600, abs=60)
    assert (await ana.post(f"{workout}/finish")).status_code == 409
    reopened = (await ana.patch(workout, {"status": "active"})).json()
    assert (reopened["status"], reopened["completed_at"], reopened["duration_seconds"]) == (
        "active",
        None,
        None,
    )
    assert (await ana.patch(workout, {"status": "cancelled"})).json()["status"] == "cancelled"
    assert (await ana.get("/api/workouts?status=cancelled")).json()["items"][0]["set_count"] == 0


async def test_only_one_workout_is_open(ana: Athlete) -> None:
    first = await ana.workout()
    await ana.post(f"{first}/finish")
    await ana.workout()
    refused = await ana.patch(first, {"status": "active"})
    assert refused.status_code == 409
    assert "Finish it first" in refused.json()["detail"]
    assert (await ana.get(first)).json()["status"] == "completed"


@pytest.mark.parametrize("body", [{"status": "completed"}, {"status": None}, {"started_at": None}])
async def test_what_cannot_be_changed_so_is_refused(ana: Athlete, body: dict[str, Any]) -> None:
    workout = await ana.workout()
    (pointer,) = (f"/{name}" for name in body)
    response = await ana.patch(workout, body)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_set_is_changed_and_null_takes_a_value_away(ana: Athlete) -> None:
    workout = await ana.workout()
    logged = await ana.log(workout, weight=225, rpe=9, notes="slow")
    path = f"{workout}/sets/{logged['id']}"
    changed = (await ana.patch(path, {"reps": 6, "rpe": None, "unit": "kg", "weight": 100})).json()
    assert [changed[name] for name in ("reps", "rpe", "unit", "weight", "notes")] == [
        *(6, None, "kg", 100, "slow")
    ]
    assert (await ana.get(path)).json() == changed
    assert (await ana.patch(path, {})).json()["reps"] == 6
    for impossible in (
        {"reps": None},
        {"weight": 9000},
        {"weight": 700},
        {"unit": None},
        {"exercise": "press"},
    ):
        assert (await ana.patch(path, impossible)).status_code == 422
    assert (await ana.get(path)).json() == changed


async def test_sets_stay_numbered_when_one_goes_or_moves(ana: Athlete) -> None:
    workout = await ana.workout()
    sets = [await ana.log(workout, reps=reps) for reps in (5, 6, 7, 8)]
    assert (await ana.delete(f"{workout}/sets/{sets[1]['id']}")).status_code == 204
    assert [(one["set_number"], one["reps"]) for one in await ana.sets(workout)] == [(1, 5), (2, 7), (3, 8)]
    moved = await ana.patch(f"{workout}/sets/{sets[0]['id']}", {"exercise": "squat"})
    assert (moved.json()["set_number"], moved.json()["slug"]) == (1, "barbell-back-squat")
    assert [(one["set_number"], one["reps"]) for one in await ana.sets(workout)] == [(1, 5), (1, 7), (2, 8)]
    squats = (await ana.get(f"{workout}/sets?exercise=barbell-back-squat")).json()["items"]
    assert [one["reps"] for one in squats] == [5]
    assert (await ana.get(f"{workout}/sets?exercise=nothing-known")).json()["items"] == []


async def test_everything_is_taken_back_by_voice(ana: Athlete) -> None:
    """Newest first, each to the state before; and the sets keep their order."""
    workout = await ana.workout(name="push")
    states = []

    async def state() -> tuple[Any, Any]:
        now = (await ana.get(workout)).json()
        now.pop("updated_at", None)
        sets = await ana.sets(workout) if "status" in now and now["status"] != 404 else []
        return {k: v for k, v in now.items() if k != "request_id"}, [
            {k: v for k, v in one.items() if k != "updated_at"} for one in sets
        ]

    async def then(done: Any) -> None:
        response = await done
        assert response.status_code < 300, response.text

    first = (await ana.log(workout, reps=5))["id"]
    await ana.log(workout, reps=6)
    await ana.log(workout, exercise="squat", reps=7)
    for step in (
        lambda: ana.patch(f"{workout}/sets/{first}", {"reps": 9, "exercise": "squat"}),
        lambda: ana.post(f"{workout}/sets", {"exercise": "barbell row", "reps": 12, "sets": 2}),
        lambda: ana.delete(f"{workout}/sets/{first}"),
        lambda: ana.patch(workout, {"name": "pull"}),
        lambda: ana.post(f"{workout}/finish"),
        lambda: ana.delete(workout),
    ):
        states.append(await state())
        await then(step())
    assert (await ana.get(workout)).status_code == 404
    said = []
    for number, before in enumerate(reversed(states)):
        said.append((await ana.says("undo_last", f"undo {number}")).say)
        assert await state() == before
    assert said == [
        "Brought it back.",
        "The workout goes on.",
        "Took the change back.",
        "Brought it back.",
        "Removed 2 by 12.",
        "Took the change back.",
    ]


async def test_a_workout_is_not_brought_back_into_another_open_one(ana: Athlete) -> None:
    first = await ana.workout()
    await ana.delete(first)
    await ana.workout()
    async with ana.database.transaction(ana.id) as db:  # as one that its first set opened
        started = (await db.scalars(select(ToolCall).order_by(ToolCall.sequence.desc()).limit(1))).one()
        started.undo = None
    refused = await ana.says("undo_last", "undo")
    assert refused.question == "Another workout is open. Finish it first."
    assert (await ana.get(first)).status_code == 404


async def test_the_preferred_unit_is_the_athletes(ana: Athlete) -> None:
    async with ana.database.transaction(ana.id) as db:
        (await db.get_one(UserProfile, ana.id)).preferred_unit = "kg"
    workout = await ana.workout()
    assert (await ana.log(workout, weight=100))["unit"] == "kg"
    assert (await ana.log(workout, weight=225, unit="lbs"))["unit"] == "lbs"
