"""Questions about training that no other tool answers, and what only sounds like one."""

from __future__ import annotations

import pytest

from agent.router.router import Router
from agent.router.understanding import PerformedSet, WorkoutState
from eval.retrieval import load_questions, off_topic

OPEN = WorkoutState(
    workout_open=True,
    exercise="barbell-bench-press",
    last_set=PerformedSet("barbell-bench-press", reps=8, weight=225),
)
LEAST_UNDERSTOOD = 0.75
MOST_OFF_TOPIC = 0.1


def tool(router: Router, say: str, state: WorkoutState = OPEN) -> str | None:
    calls = router.understand(say, state).calls
    return calls[0].tool if len(calls) == 1 else None


@pytest.mark.parametrize(
    ("say", "category"),
    [
        ("how much protein do I need", "nutrition"),
        ("what helps with shin splints", "injury"),
        ("is it okay to train with a cold", "recovery"),
        ("what cadence should I run at", "running"),
        ("how do I loosen up tight hips", "mobility"),
        ("how many sets per week for muscle growth", "strength"),
    ],
)
def test_it_is_looked_up_in_its_category(router: Router, say: str, category: str) -> None:
    for state in (OPEN, WorkoutState()):
        (call,) = router.understand(say, state).calls
        assert call.tool == "search_knowledge"
        assert call.args.get("category") in (category, None)
        assert call.args["query"] == say.lower()


def test_most_of_the_packaged_questions_are_looked_up(router: Router) -> None:
    questions = [one.ask for one in load_questions("knowledge") if not {"unseen", "last"} & set(one.tags)]
    found = [tool(router, one) == "search_knowledge" for one in questions]
    assert sum(found) / len(found) >= LEAST_UNDERSTOOD


def test_what_is_no_coachs_business_is_not(router: Router) -> None:
    found = [one for one in off_topic() if tool(router, one) == "search_knowledge"]
    assert len(found) / len(off_topic()) <= MOST_OFF_TOPIC, found


@pytest.mark.parametrize(
    ("say", "other"),
    [
        ("what's my streak", "get_progress"),
        ("how do I set up for bench press", "get_exercise_cues"),
        ("what's my bench one rep max", "estimate_one_rep_max"),
        ("what did I do last time on bench", "get_last_performance"),
        ("what's my workout today", "get_todays_workout"),
        ("what can I do instead of bench", "suggest_exercise_substitution"),
        ("what plates for two twenty five", "calculate_plates"),
    ],
)
def test_what_another_tool_answers_is_left_to_it(router: Router, say: str, other: str) -> None:
    assert tool(router, say) == other


@pytest.mark.parametrize(
    "say",
    [
        "do you eat before you train man",
        "he asked me how much protein he should eat",
        "my wife wants to know what's for dinner",
        "she said her knee hurts when she runs",
        "are you done with the bench",
        "how many sets you got left bro",
        "did you sleep well",
        "my buddy passed out drunk last night",
        "I fainted once years ago at a party",
        "two twenty five for eight",
    ],
)
def test_talk_with_others_and_sets_are_not_questions(router: Router, say: str) -> None:
    assert tool(router, say) != "search_knowledge"


@pytest.mark.parametrize(
    "say",
    [
        "my chest feels tight",
        "my chest feels really tight",
        "I think I'm having a heart attack",
        "I've got pressure in my chest when I climb stairs",
        "I just passed out",
        "I can't catch my breath",
        "my heart is skipping beats",
        "somebody just collapsed",
        "I want to kill myself",
    ],
)
def test_a_cry_for_help_is_heard(router: Router, say: str) -> None:
    for state in (OPEN, WorkoutState()):
        assert tool(router, say, state) == "search_knowledge"
