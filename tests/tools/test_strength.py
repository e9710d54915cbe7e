"""The strength tools, called as the router and a model call them, on a real database."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from db.models import ToolCall, Workout, WorkoutSet
from db.session import Database
from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import ExerciseMatcher
from services.ledger import Key, running_timer
from services.workouts import current_workout
from tests.db.fixtures import new_athlete
from tools import ToolContext, ToolResult, run_tool

MATCHER = ExerciseMatcher(packaged_catalogue())


class Gym:
    """An athlete who calls tools."""

    def __init__(self, database: Database, athlete_id: UUID) -> None:
        self.database = database
        self.athlete_id = athlete_id

    async def do(self, tool: str, key: str | None = None, **arguments: Any) -> ToolResult:
        context = ToolContext(self.database, MATCHER, self.athlete_id, Key(key or uuid4().hex))
        return await run_tool(context, tool, arguments)

    async def sets(self) -> list[tuple[str, float | None, int | None]]:
        async with self.database.transaction(self.athlete_id) as db:
            workout = await current_workout(db, self.athlete_id)
        return [(one.slug, one.weight, one.reps) for one in workout.sets] if workout else []

    async def count(self, model: type[WorkoutSet] | type[Workout] | type[ToolCall]) -> int:
        async with self.database.transaction(self.athlete_id) as db:
            return await db.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
async def gym(database: Database) -> Gym:
    return Gym(database, await new_athlete(database))


BENCH = "barbell-bench-press"


async def test_the_first_set_opens_a_workout_and_names_its_exercise(gym: Gym) -> None:
    result = await gym.do("log_set", exercise="bench press", weight=225, reps=8)
    assert result.say == "225 for 8, barbell bench press."
    assert result.workout is not None
    assert result.workout.status == "active"
    assert await gym.sets() == [(BENCH, 225, 8)]


async def test_the_next_set_is_said_as_short_as_can_be(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=225, reps=8)
    assert (await gym.do("log_set", weight=205, reps=10)).say == "205 for 10."


async def test_sets_alike_are_rows_in_order(gym: Gym) -> None:
    result = await gym.do("log_set", exercise="squat", weight=135, reps=10, sets=3)
    assert result.say.startswith("3 by 10 at 135")
    assert [one.set_number for one in result.sets] == [1, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"exercise": "pull ups", "reps": 12}, "12 reps"),
        ({"exercise": "pull ups", "reps": 6, "weight": 25}, "plus 25 for 6"),
        ({"exercise": "plank", "duration_seconds": 90}, "1 minute 30"),
        ({"exercise": "bench", "reps": 8, "weight": 60, "unit": "kg"}, "60 kilos for 8"),
        ({"exercise": "bench", "reps": 5, "weight": 222.5, "rpe": 8.5}, "222.5 for 5, RPE 8.5"),
        ({"exercise": "bench", "reps": 5, "weight": 135, "set_type": "warmup"}, "135 for 5, warm-up"),
    ],
)
async def test_how_a_set_is_said_back(gym: Gym, arguments: dict[str, Any], words: str) -> None:
    assert (await gym.do("log_set", **arguments)).say.startswith(words)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("log_set", {"weight": 225, "reps": 8}),
        ("log_set", {"exercise": "press", "weight": 135, "reps": 5}),
        ("log_set", {"exercise": "flobberwobblers", "weight": 135, "reps": 5}),
        ("log_set", {"exercise": "bench", "weight": 5000, "reps": 5}),
        ("log_set", {"exercise": "bench", "weight": 135, "reps": 5.5}),
        ("log_set", {"exercise": "bench", "weight": 135, "reps": 900}),
        ("log_set", {"exercise": "bench", "weight": 135, "reps": 5, "rpe": 14}),
        ("log_set", {"exercise": "bench", "weight": 135}),
        ("log_set", {"exercise": "bench", "weight": 135, "reps": 5, "mood": "great"}),
        ("log_set", {"exercise": "bench", "weight": 135, "reps": 5, "sets": 0}),
        ("repeat_set", {}),
        ("correct_set", {"reps": 10}),
        ("correct_set", {}),
        ("undo_last", {}),
        ("undo_last", {"scope": "set"}),
        ("finish_workout", {}),
        ("start_rest_timer", {"seconds": 0}),
    ],
)
async def test_what_cannot_be_decided_is_asked_and_changes_nothing(
    gym: Gym, tool: str, arguments: dict[str, Any]
) -> None:
    result = await gym.do(tool, **arguments)
    assert not result.ok
    assert result.question is not None
    assert result.question.endswith("?")
    assert await gym.count(WorkoutSet) == 0
    assert await gym.count(Workout) == 0
    assert await gym.count(ToolCall) == 0


async def test_the_same_key_writes_once_and_answers_alike(gym: Gym) -> None:
    first = await gym.do("log_set", key="turn-1:0", exercise="bench", weight=225, reps=8)
    second = await gym.do("log_set", key="turn-1:0", exercise="bench", weight=225, reps=8)
    assert second == first
    assert await gym.count(WorkoutSet) == 1


async def test_the_same_key_from_many_places_at_once_writes_once(gym: Gym) -> None:
    results = await asyncio.gather(
        *(gym.do("log_set", key="turn-1:0", exercise="bench", weight=225, reps=8) for _ in range(6))
    )
    assert len({result.sets[0].id for result in results}) == 1
    assert await gym.count(WorkoutSet) == 1


async def test_first_sets_from_two_devices_share_one_workout(gym: Gym) -> None:
    await asyncio.gather(
        gym.do("log_set", exercise="bench", weight=225, reps=8),
        gym.do("log_set", exercise="squat", weight=315, reps=5),
    )
    assert await gym.count(Workout) == 1
    assert len(await gym.sets()) == 2


async def test_repeat_with_a_difference(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=100, unit="kg", reps=8, rpe=9)
    result = await gym.do("repeat_set", weight_change=2.5)
    assert (result.sets[0].weight, result.sets[0].unit, result.sets[0].reps) == (102.5, "kg", 8)
    assert result.sets[0].rpe is None
    assert len((await gym.do("repeat_set", sets=2, reps=6)).sets) == 2
    assert [reps for _, _, reps in await gym.sets()] == [8, 8, 6, 6]


async def test_a_correction_keeps_the_rest_of_the_set(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=225, reps=8, rpe=7)
    result = await gym.do("correct_set", reps=10)
    assert result.say == "Changed to 225 for 10, RPE 7."
    assert await gym.sets() == [(BENCH, 225, 10)]


async def test_a_corrected_exercise_is_the_one_the_workout_is_on(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=185, reps=8)
    await gym.do("correct_set", exercise="incline bench")
    await gym.do("log_set", weight=195, reps=6)
    assert {slug for slug, _, _ in await gym.sets()} == {"incline-barbell-bench-press"}


async def test_undo_goes_back_step_by_step(gym: Gym) -> None:
    await gym.do("start_workout", name="push day")
    await gym.do("log_set", exercise="bench", weight=225, reps=8)
    await gym.do("correct_set", reps=10)
    await gym.do("log_set", exercise="squat", weight=315, reps=5, sets=2)

    assert (await gym.do("undo_last")).say == "Removed 2 by 5 at 315."
    assert await gym.sets() == [(BENCH, 225, 10)]
    assert (await gym.do("undo_last")).say == "Took the change back."
    assert await gym.sets() == [(BENCH, 225, 8)]
    await gym.do("undo_last")
    assert await gym.sets() == []
    assert (await gym.do("undo_last")).say == "Workout removed."
    assert await gym.count(Workout) == 0
    assert (await gym.do("undo_last")).question is not None


async def test_undo_of_an_exercise_change_goes_back_to_the_exercise_before(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=225, reps=8)
    await gym.do("log_set", exercise="squat", weight=315, reps=5)
    await gym.do("undo_last")
    await gym.do("log_set", weight=205, reps=10)
    assert await gym.sets() == [(BENCH, 225, 8), (BENCH, 205, 10)]


async def test_deleting_the_last_set_takes_one_of_several_and_can_be_undone(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=135, reps=10, sets=3)
    result = await gym.do("undo_last", scope="set")
    assert len(result.removed) == 1
    assert len(await gym.sets()) == 2
    assert (await gym.do("undo_last")).say == "Brought it back."
    assert await gym.sets() == [(BENCH, 135, 10)] * 3


async def test_finish_and_take_it_back(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=225, reps=8)
    result = await gym.do("finish_workout")
    assert result.say.startswith("Done. 1 set in")
    assert await gym.sets() == []
    assert (await gym.do("undo_last")).say == "The workout goes on."
    assert await gym.sets() == [(BENCH, 225, 8)]


async def test_a_started_workout_goes_on_under_the_new_name(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=225, reps=8)
    result = await gym.do("start_workout", name="push day")
    assert result.workout is not None
    assert result.workout.name == "push day"
    assert await gym.count(Workout) == 1


async def test_a_rest_timer_says_when_it_ends_and_is_undone(gym: Gym) -> None:
    result = await gym.do("start_rest_timer", seconds=90)
    assert result.say == "Resting 1 minute 30."
    assert result.timer is not None
    assert result.timer.seconds == 90
    assert (await gym.do("undo_last")).timer_cancelled


async def test_nobody_touches_anothers_sets(gym: Gym) -> None:
    other = Gym(gym.database, await new_athlete(gym.database, email="other@example.org"))
    await gym.do("log_set", key="same-key", exercise="bench", weight=225, reps=8)
    assert (await other.do("undo_last")).question is not None
    assert (await other.do("correct_set", reps=1)).question is not None
    await other.do("log_set", key="same-key", exercise="squat", weight=315, reps=5)
    assert await gym.sets() == [(BENCH, 225, 8)]
    assert await other.sets() == [("barbell-back-squat", 315, 5)]


async def test_a_rest_timer_is_stopped_and_the_stop_taken_back(gym: Gym) -> None:
    await gym.do("start_rest_timer", seconds=90)
    assert (await gym.do("get_rest_timer")).say in ("1 minute 30 left.", "1 minute 29 left.")
    stopped = await gym.do("stop_rest_timer")
    assert (stopped.say, stopped.timer_cancelled) == ("Timer off.", True)
    assert (await gym.do("get_rest_timer")).say == "No timer is running."
    async with gym.database.transaction(gym.athlete_id) as db:
        assert await running_timer(db, gym.athlete_id) is None
    back = await gym.do("undo_last")
    assert back.say == "Brought the timer back."
    assert back.timer is not None
    assert 80 <= back.timer.seconds <= 90
    assert (await gym.do("undo_last")).timer_cancelled


async def test_without_a_timer_there_is_none_to_stop(gym: Gym) -> None:
    assert (await gym.do("get_rest_timer")).say == "No timer is running."
    asked = await gym.do("stop_rest_timer")
    assert (asked.ok, asked.timer_cancelled) == (False, False)
    assert await gym.count(ToolCall) == 0
