"""What an open microphone hears that is not for the agent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.brain import Brain
from agent.overhearing import ANSWER_SECONDS, COUNT_SECONDS, Overhearing
from agent.router import Router
from agent.router.understanding import Pending, Understanding, WorkoutState
from services.exercises.catalogue import packaged_catalogue
from tests.db.fixtures import new_athlete

BENCHING = WorkoutState(workout_open=True, exercise="barbell-bench-press")
SOMETHING = Understanding("calls", reason="log_set")
QUESTION = Pending((), "reps", "225 for how many reps?")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def counted(overhearing: Overhearing, text: str, pending: Pending | None = None) -> bool:
    return overhearing.judge(text, SOMETHING, pending).reason == "counting"


@pytest.mark.parametrize("text", ["One, two, three.", "1, 2.", "9 10", "5 4 3 2 1", "six seven eight", "1."])
def test_counting_is_not_for_the_agent(text: str) -> None:
    assert counted(Overhearing(), text)


@pytest.mark.parametrize(
    "text", ["225 for 8", "10, 10, 8", "same again", "225", "three sets of ten", "one plate", ""]
)
def test_other_numbers_are(text: str) -> None:
    assert not counted(Overhearing(), text)


@given(st.integers(1, 20), st.integers(1, 12), st.sampled_from([1, -1]))
def test_a_count_goes_on_with_questions_open_or_not(start: int, reps: int, step: int) -> None:
    overhearing = Overhearing(Clock())
    numbers = [start + step * place for place in range(reps) if start + step * place > 0]
    overhearing.note(QUESTION)
    assert all([counted(overhearing, str(n), QUESTION) for n in numbers][1:])


def test_a_question_is_answered_by_a_number_for_a_while() -> None:
    clock = Clock()
    overhearing = Overhearing(clock)
    overhearing.note(QUESTION)
    clock.now += ANSWER_SECONDS - 1
    overhearing.note(QUESTION)
    assert not counted(overhearing, "8", QUESTION)
    clock.now += 1 + COUNT_SECONDS
    assert counted(overhearing, "8", QUESTION)


def test_numbers_that_run_together_are_part_of_the_count() -> None:
    overhearing = Overhearing(Clock())
    assert counted(overhearing, "8.")
    assert counted(overhearing, "910.")
    assert not counted(Overhearing(Clock()), "910.")


def test_a_count_is_forgotten() -> None:
    clock = Clock()
    overhearing = Overhearing(clock)
    assert counted(overhearing, "7")
    clock.now += COUNT_SECONDS + 1
    overhearing.note(QUESTION)
    assert not counted(overhearing, "8", QUESTION)


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("okay log the blorb thing", True),
        ("225 for fish", True),
        ("hey coach could you somehow", True),
        ("bench press wibble 225", True),
        ("run with me tonight", False),
        ("run with me tonight we are never coming down", False),
        ("he said he would be here", False),
        ("", False),
    ],
)
def test_what_makes_no_sense_is_answered_when_it_sounds_like_a_command(text: str, yes: bool) -> None:
    understanding = Router(packaged_catalogue()).understand(text, BENCHING)
    assert Overhearing().addressed(text, understanding) is yes


async def test_an_open_microphone_is_answered_less(brain: Brain, database: object) -> None:
    athlete = await new_athlete(brain.database)
    session = await brain.open(athlete)
    turns = session.turns
    talk = "heavy is the heart that never learned to fly"

    async def said(item_id: str, text: str) -> str:
        await turns.take(item_id, text, {})
        return await turns.reply(item_id)

    assert "225 for 8" in await said("first", "bench press 225 for 8")
    assert await said("pressed", talk)
    turns.open_microphone = True
    assert not await said("open", talk)
    assert not await said("counted", "one two three")
    assert await said("addressed", "log the blorb thing")
    assert "225 for 6" in await said("command", "225 for 6")
    await session.aclose()
