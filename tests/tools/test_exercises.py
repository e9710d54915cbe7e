"""The exercise tools on a real database: suggestions, swaps and cues."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from db.models import ExerciseCue, InjuryLog, ToolCall, Workout
from db.session import Database
from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import packaged_matcher
from services.ledger import Key
from services.workouts import current_workout, planned
from tests.db.fixtures import new_athlete
from tools import Memory, ToolContext, ToolResult, run_tool

CATALOGUE = packaged_catalogue()
MAX_WORDS = 25


class Gym:
    """An athlete who calls tools in a conversation that remembers `memory`."""

    def __init__(self, database: Database, athlete_id: UUID) -> None:
        self.database = database
        self.athlete_id = athlete_id
        self.memory = Memory()

    async def do(
        self, tool: str, key: str | None = None, said: str | None = None, **arguments: Any
    ) -> ToolResult:
        context = ToolContext(
            self.database, packaged_matcher(), self.athlete_id, Key(key or uuid4().hex), said, self.memory
        )
        return await run_tool(context, tool, arguments)

    async def on(self) -> str | None:
        async with self.database.transaction(self.athlete_id) as db:
            workout = await current_workout(db, self.athlete_id)
        return workout.exercise if workout else None

    async def workout(self) -> dict[str, Any]:
        """The athlete's only workout, as it is stored."""
        async with self.database.transaction(self.athlete_id) as db:
            row = (await db.scalars(select(Workout))).one()
            return {c.key: getattr(row, c.key) for c in Workout.__table__.columns if c.key != "updated_at"}

    async def swaps(self) -> dict[str, str]:
        return dict((await self.workout())["swaps"])

    async def count(self, model: type[Workout] | type[ToolCall]) -> int:
        async with self.database.transaction(self.athlete_id) as db:
            return await db.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
async def gym(database: Database) -> Gym:
    return Gym(database, await new_athlete(database))


async def test_suggestions_are_said_with_their_reason(gym: Gym) -> None:
    result = await gym.do(
        "suggest_exercise_substitution", exercise="overhead press", reason="injury", body_part="shoulder"
    )
    assert result.say == (
        "Try landmine press, machine shoulder press or neutral-grip dumbbell shoulder press. "
        "They're easier on the shoulder."
    )
    assert result.suggestions[0].slug == "landmine-press"
    assert result.instead_of == "overhead-press"
    assert await gym.count(ToolCall) == 0
    assert await gym.count(Workout) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        {"reason": "preference"},
        {"reason": "equipment"},
        {"reason": "equipment", "equipment": "dumbbell"},
        {"reason": "equipment", "equipment": "bodyweight"},
        {"reason": "equipment", "missing": "bench"},
        {"reason": "difficulty", "direction": "easier"},
        {"reason": "difficulty", "direction": "harder"},
        *({"reason": "injury", "body_part": part} for part in ("shoulder", "knee", "lower_back", "chest")),
    ],
    ids=str,
)
async def test_suggestions_of_every_exercise_are_short(gym: Gym, arguments: dict[str, Any]) -> None:
    for exercise in CATALOGUE.exercises[::23]:
        result = await gym.do("suggest_exercise_substitution", exercise=exercise.name, **arguments)
        assert result.ok, result
        assert len(result.suggestions) <= 3
        assert 0 < len(result.say.split()) <= MAX_WORDS, result.say
        assert exercise.name not in {one.name for one in result.suggestions}
        assert result.say[-1] == "."
        if not result.suggestions:
            assert "I know no" in result.say


async def test_without_an_exercise_it_is_the_one_that_the_workout_is_on(gym: Gym) -> None:
    assert (await gym.do("suggest_exercise_substitution", reason="preference")).question
    await gym.do("log_set", exercise="squat", weight=135, reps=5)
    result = await gym.do("suggest_exercise_substitution", reason="preference")
    assert result.instead_of == "barbell-back-squat"


async def test_an_injury_without_a_part_is_the_newest_one_or_asked(gym: Gym) -> None:
    asked = await gym.do("suggest_exercise_substitution", exercise="squat", reason="injury")
    assert asked.question == "Where does it hurt?"
    async with gym.database.transaction(gym.athlete_id) as db:
        db.add(InjuryLog(user_id=gym.athlete_id, body_part="knee", severity="minor"))
    result = await gym.do("suggest_exercise_substitution", exercise="squat", reason="injury")
    assert "easier on the knee" in result.say


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("I've got chest pain, what can I do instead of bench", "emergency"),
        ("I nearly fainted, what else can I do", "emergency"),
        ("my hand is numb, what can I do instead of bench", "doctor"),
        ("I felt something pop in my knee, what else can I do", "doctor"),
        ("I can't move my shoulder, what else can I do", "doctor"),
    ],
)
async def test_signs_of_danger_are_not_talked_around(gym: Gym, said: str, word: str) -> None:
    result = await gym.do(
        "suggest_exercise_substitution", said=said, exercise="bench", reason="injury", body_part="chest"
    )
    assert word in result.say
    assert result.suggestions == []


async def test_a_swap_goes_on_with_the_substitute_and_keeps_what_was_done(gym: Gym) -> None:
    await gym.do("log_set", exercise="overhead press", weight=95, reps=6)
    result = await gym.do("swap_exercise", substitute="landmine press")
    assert result.say == "Okay, landmine press instead of overhead press."
    assert result.swap is not None
    assert (result.swap.exercise, result.swap.slug) == ("Overhead Press", "landmine-press")
    logged = await gym.do("log_set", weight=45, reps=10)
    assert (logged.sets[0].slug, logged.say) == ("landmine-press", "45 for 10.")
    async with gym.database.transaction(gym.athlete_id) as db:
        workout = await current_workout(db, gym.athlete_id)
        row = (await db.scalars(select(Workout))).one()
    assert workout is not None
    assert [one.slug for one in workout.sets] == ["overhead-press", "landmine-press"]
    assert planned(row, CATALOGUE.by_slug["overhead-press"]).slug == "landmine-press"


async def test_a_swap_opens_a_workout_when_there_is_none(gym: Gym) -> None:
    result = await gym.do("swap_exercise", substitute="trap bar deadlift", exercise="deadlift")
    assert result.ok
    assert await gym.on() == "trap-bar-deadlift"
    assert await gym.swaps() == {"conventional-deadlift": "trap-bar-deadlift"}
    await gym.do("undo_last")
    assert await gym.count(Workout) == 0


async def test_a_swap_of_a_suggestion_is_for_what_it_was_suggested_for(gym: Gym) -> None:
    gym.memory = Memory(("landmine-press", "machine-shoulder-press"), "overhead-press")
    await gym.do("log_set", exercise="squat", weight=135, reps=5)
    await gym.do("swap_exercise", substitute="Machine Shoulder Press")
    assert await gym.swaps() == {"overhead-press": "machine-shoulder-press"}
    await gym.do("swap_exercise", substitute="dip")
    assert await gym.swaps() == {"overhead-press": "dip", "machine-shoulder-press": "dip"}


@pytest.mark.parametrize("swapped_before", [False, True])
async def test_undo_restores_exactly(gym: Gym, swapped_before: bool) -> None:
    await gym.do("start_workout", name="push day")
    await gym.do("log_set", exercise="overhead press", weight=95, reps=6)
    if swapped_before:
        await gym.do("swap_exercise", substitute="landmine press")
    before = await gym.workout()
    await gym.do("swap_exercise", substitute="push press")
    assert await gym.workout() != before
    assert (await gym.do("undo_last")).say.startswith("Back to ")
    assert await gym.workout() == before


async def test_undo_of_a_swap_before_the_first_set_leaves_no_exercise(gym: Gym) -> None:
    await gym.do("start_workout")
    before = await gym.workout()
    await gym.do("swap_exercise", substitute="leg press")
    await gym.do("undo_last")
    assert await gym.workout() == before


async def test_a_workout_with_swaps_comes_back_whole_after_its_removal(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=135, reps=5)
    await gym.do("swap_exercise", substitute="push up")
    swaps = await gym.swaps()
    from services import ledger, workouts  # the service of the HTTP side: no tool deletes a workout

    async with gym.database.transaction(gym.athlete_id) as db:
        row = (await db.scalars(select(Workout))).one()

        async def effect(_: UUID, images: Any) -> dict[str, Any]:
            await workouts.delete_workout(db, row, images)
            return {"tool": "delete_workout"}

        await ledger.once(db, gym.athlete_id, Key("deletion"), "delete_workout", {}, effect)
    assert await gym.count(Workout) == 0
    await gym.do("undo_last")
    assert await gym.swaps() == swaps


async def test_the_same_key_swaps_once(gym: Gym) -> None:
    await gym.do("log_set", exercise="bench", weight=135, reps=5)
    first = await gym.do("swap_exercise", key="turn-1:0", substitute="push up")
    await gym.do("swap_exercise", substitute="dip")
    again = await gym.do("swap_exercise", key="turn-1:0", substitute="push up")
    assert again == first
    assert await gym.on() == "dip"


@pytest.mark.parametrize(
    "arguments",
    [
        {"substitute": "press"},
        {"substitute": "flobberwobblers"},
        {"substitute": "bench press"},
        {"substitute": "squat", "exercise": "squats"},
        {},
    ],
)
async def test_what_cannot_be_swapped_is_asked_and_changes_nothing(
    gym: Gym, arguments: dict[str, Any]
) -> None:
    await gym.do("log_set", exercise="bench", weight=135, reps=5)
    before = await gym.workout()
    result = await gym.do("swap_exercise", **arguments)
    assert result.question is not None
    assert result.question.endswith("?")
    assert await gym.workout() == before


async def test_same_again_after_a_swap_is_asked_about(gym: Gym) -> None:
    await gym.do("log_set", exercise="overhead press", weight=95, reps=6)
    await gym.do("swap_exercise", substitute="landmine press")
    asked = await gym.do("repeat_set")
    assert asked.question == "The last set was overhead press. What did you do on landmine press?"
    await gym.do("log_set", weight=45, reps=10)
    assert (await gym.do("repeat_set")).sets[0].slug == "landmine-press"


async def test_two_cues_at_rest_and_one_between_sets(gym: Gym) -> None:
    resting = await gym.do("get_exercise_cues", exercise="goblet squat")
    assert [cue.cue_type for cue in resting.cues] == ["setup", "execution"]
    await gym.do("log_set", exercise="goblet squat", weight=50, reps=10)
    lifting = await gym.do("get_exercise_cues")
    assert lifting.cues == resting.cues[:1]
    assert lifting.say == lifting.cues[0].text


async def test_the_next_cue_when_asked_again_until_all_have_been_told(gym: Gym) -> None:
    await gym.do("log_set", exercise="squat", weight=135, reps=5)
    told: list[UUID] = []
    async with gym.database.transaction(gym.athlete_id) as db:
        squat = CATALOGUE.by_slug["barbell-back-squat"]
        total = await db.scalar(select(func.count()).where(ExerciseCue.exercise_id == squat.id)) or 0
    for _ in range(total):
        (cue,) = (await gym.do("get_exercise_cues")).cues
        assert cue.id not in told
        told.append(cue.id)
        gym.memory = Memory(cues=frozenset(told))
    (cue,) = (await gym.do("get_exercise_cues")).cues
    assert cue.id == told[0]


@pytest.mark.parametrize("cue_type", ["setup", "execution", "breathing", "common_mistake"])
async def test_cues_of_the_type_that_was_asked_for(gym: Gym, cue_type: str) -> None:
    result = await gym.do("get_exercise_cues", exercise="deadlift", cue_type=cue_type)
    assert {cue.cue_type for cue in result.cues} == {cue_type}


async def test_cues_of_what_it_is_a_variation_of_say_so(gym: Gym) -> None:
    result = await gym.do("get_exercise_cues", exercise="ring dip")
    assert result.say.startswith("It's much like the dip. ")
    assert {cue.slug for cue in result.cues} == {"dip"}


async def test_no_cues_are_made_up(gym: Gym) -> None:
    without = []
    for exercise in CATALOGUE:
        result = await gym.do("get_exercise_cues", exercise=exercise.name)
        assert result.ok
        if not result.cues:
            without.append(exercise)
            assert result.say == f"I have nothing written down on {exercise.name.lower()}."
    assert 0 < len(without) < len(CATALOGUE) / 4
    assert (await gym.do("get_exercise_cues")).question == "For which exercise?"


async def test_nobody_swaps_in_anothers_workout(gym: Gym) -> None:
    other = Gym(gym.database, await new_athlete(gym.database))
    await gym.do("log_set", exercise="bench", weight=135, reps=5)
    await other.do("swap_exercise", substitute="push up")
    assert (await gym.on(), await gym.swaps()) == ("barbell-bench-press", {})
    assert await other.on() == "push-up"
