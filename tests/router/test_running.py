"""Runs in words: what short words mean while one is on, and how distances, times and paces are said."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.router.router import Router
from agent.router.understanding import Call, Pending, ToldRun, WorkoutState
from core.units import METERS_PER_MILE

Run = Literal["active", "paused"] | None


def calls(router: Router, say: str, run: Run = None, **state: Any) -> list[str]:
    got = router.understand(say, WorkoutState(run=run, **state))
    return [call.tool for call in got.calls] if got.kind == "calls" else [got.kind]


def args(router: Router, say: str, **state: Any) -> dict[str, Any]:
    (call,) = router.understand(say, WorkoutState(**state)).calls
    return call.args


@pytest.mark.parametrize(
    ("say", "none", "active", "paused"),
    [
        ("pause", "hand_over", "pause_run", "pause_run"),
        ("go", "ignore", "ignore", "resume_run"),
        ("keep going", "chat", "chat", "resume_run"),
        ("start it again", "start_workout", "hand_over", "resume_run"),
        ("stop", "hand_over", "ask", "ask"),
        ("I'm done", "hand_over", "ask", "ask"),
        ("finish the workout", "finish_workout", "finish_run", "finish_run"),
        ("how far", "hand_over", "get_run_status", "get_run_status"),
        ("pause the music", "ignore", "ignore", "ignore"),
        ("don't pause", "hand_over", "hand_over", "hand_over"),
        ("I'm going to rest for three minutes", "start_rest_timer", "start_rest_timer", "start_rest_timer"),
        ("why did you pause", "hand_over", "hand_over", "hand_over"),
        ("let's go", "ignore", "ignore", "resume_run"),
    ],
)
def test_short_words_mean_the_run_only_while_one_is_on(
    router: Router, say: str, none: str, active: str, paused: str
) -> None:
    states: tuple[Run, ...] = (None, "active", "paused")
    assert [calls(router, say, run)[0] for run in states] == [none, active, paused]


def test_in_a_workout_the_workout_is_finished_and_the_run_by_name(router: Router) -> None:
    for say, tool in (("finish the workout", "finish_workout"), ("finish the run", "finish_run")):
        assert calls(router, say, "active", workout_open=True) == [tool]


@pytest.mark.parametrize(
    ("say", "meters", "seconds"),
    [
        ("ran five k in twenty four fifteen", 5000, 1455),
        ("ran a marathon in three fifty two", 42_195, 13_920),
        ("ran a mile in six fifty", METERS_PER_MILE, 410),
        ("ran a half marathon in 1:45", 21_097.5, 6300),
        ("ran 10k in 1:02:30", 10_000, 3750),
        ("ran two and a half miles in an hour and a half", 2.5 * METERS_PER_MILE, 5400),
        ("ran half a marathon in two hours five", 21_097.5, 7500),
        ("ran eight k at 5:15 per k", 8000, 2520),
        ("ran three quarters of a mile in six minutes", 0.75 * METERS_PER_MILE, 360),
    ],
)
def test_times_are_read_by_the_distance(router: Router, say: str, meters: float, seconds: float) -> None:
    found = args(router, say)
    assert found["distance_meters"] == pytest.approx(meters, abs=0.01)
    assert found["duration_seconds"] == pytest.approx(seconds)


@given(kilometers=st.integers(1, 60), pace=st.integers(190, 520))
def test_what_is_written_is_read_back(router: Router, kilometers: int, pace: int) -> None:
    seconds = kilometers * pace
    clock = f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    assert args(router, f"I ran {kilometers}k in {clock}") == {
        "distance_meters": kilometers * 1000,
        "duration_seconds": seconds,
    }
    found = args(router, f"start {kilometers} k at {pace // 60}:{pace % 60:02} per kilometer")
    assert found == {"distance_meters": kilometers * 1000, "target_pace": pace}


@given(st.integers(2, 40), st.sampled_from([100, 200, 300, 400, 600, 800, 1200]), st.integers(15, 300))
def test_intervals_are_read_back(router: Router, repeats: int, meters: int, rest: int) -> None:
    wanted = {"repeats": repeats, "work_meters": meters, "recovery_seconds": rest}
    for say in (
        f"start {repeats} by {meters} with {rest} seconds rest",
        f"start {repeats} x {meters}m, {rest} seconds recovery",
        f"start {repeats} times {meters} meters and {rest} seconds rest in between",
    ):
        assert args(router, say)["intervals"] == wanted, say


@pytest.mark.parametrize("unit", ["mi", "km"])
def test_a_pace_without_a_unit_is_of_the_athletes_own(router: Router, unit: Literal["mi", "km"]) -> None:
    length = METERS_PER_MILE if unit == "mi" else 1000
    found = args(router, "start a run at seven thirty pace", distance_unit=unit)
    assert found["target_pace"] == pytest.approx(450 * 1000 / length, abs=0.01)


def test_what_is_missing_is_asked_and_answered(router: Router) -> None:
    asked = router.understand("I went for a trail run", WorkoutState())
    assert asked.kind == "ask"
    assert isinstance(asked.pending, Pending)
    (call,) = router.understand("ten k in an hour", WorkoutState(), asked.pending).calls
    assert call.args == {"surface_type": "trail", "distance_meters": 10_000, "duration_seconds": 3600}


@pytest.mark.parametrize(
    "say",
    [
        "my brother ran a 5k in 20 minutes",
        "I want to run a marathon",
        "I might run five k tomorrow",
        "should I run today",
        "did I run today",
        "I didn't run today",
        "he runs a five minute mile",
        "run it again for him",
        "I ran out of milk",
        "that car nearly ran me over",
        "don't start a run",
    ],
)
@pytest.mark.parametrize("run", [None, "active", "paused"])
def test_talk_of_running_writes_nothing(router: Router, say: str, run: Run) -> None:
    assert calls(router, say, run)[0] in ("hand_over", "ignore", "chat", "get_run_status")


LAST = ToldRun(10_000, 3000)


@pytest.mark.parametrize(
    ("say", "expected"),
    [
        ("no it was eleven k", {"distance_meters": 11_000}),
        ("make that 52 minutes", {"duration_seconds": 3120}),
        ("it took 52", {"duration_seconds": 3120}),
        ("no, it was 52:30", {"duration_seconds": 3150}),
        ("make it fifty one thirty", {"duration_seconds": 3090}),
        ("eleven k, not ten", {"distance_meters": 11_000}),
        ("not ten k, eleven k", {"distance_meters": 11_000}),
        ("wait, it was six miles", {"distance_meters": 9656.064}),
        ("no, it was 5:10 per k", {"duration_seconds": 3100}),
        (
            "change my last run to eleven k in 53 minutes",
            {"distance_meters": 11_000, "duration_seconds": 3180},
        ),
        ("not fifty minutes, fifty four", {"duration_seconds": 3240}),
        ("fifty two, not fifty", {"duration_seconds": 3120}),
        ("I said ten but it was eleven kilometers", {"distance_meters": 11_000}),
        ("my watch says 10.2", {"distance_meters": 10_200}),
        ("that was on the treadmill", {"surface_type": "treadmill"}),
        ("it was a tempo run", {"run_type": "tempo"}),
    ],
)
def test_the_run_that_was_logged_last_is_put_right(
    router: Router, say: str, expected: dict[str, Any]
) -> None:
    assert args(router, say, last_run=LAST) == expected
    assert router.understand(say, WorkoutState(last_run=LAST)).calls[0].tool == "correct_run"
    assert "correct_run" not in calls(router, say)  # nothing was logged


@pytest.mark.parametrize(
    "say",
    [
        "that was easy", "that was an easy one", "that was my best 5 k", "it was a long day",
        "it was 30 degrees",
        "it was windy the last 2 k", "no thanks", "if it was eleven k", "he said it was eleven k",
        "it was about 20 minutes to the gym", "was it eleven k", "tomorrow it should be 11 k",
    ],
)  # fmt: skip
def test_talk_about_a_run_changes_none(router: Router, say: str) -> None:
    assert router.understand(say, WorkoutState(last_run=LAST)).kind != "calls"


def test_a_number_alone_is_what_it_is_near_or_asked_about(router: Router) -> None:
    state = WorkoutState(last_run=LAST, distance_unit="km")
    assert router.understand("no, eleven", state).calls == (Call("correct_run", {"distance_meters": 11_000}),)
    asked = router.understand("no, 22", state)
    assert asked.reply == "Is that the distance, or the time?"
    answered = router.understand("eleven kilometers", state, asked.pending)
    assert answered.calls == (Call("correct_run", {"distance_meters": 11_000}),)


@pytest.mark.parametrize(
    ("say", "none", "active"),
    [
        ("cancel this run", "cancel_run", "cancel_run"),
        ("scrap the run", "delete_run", "cancel_run"),
        ("forget this run, I'm not doing it", "cancel_run", "cancel_run"),
        ("stop without saving", "hand_over", "cancel_run"),
        ("don't save this run", "cancel_run", "cancel_run"),
        ("my knee hurts, cancel the run", "cancel_run", "cancel_run"),
        ("delete that run", "delete_run", "cancel_run"),
        ("delete my last run", "delete_run", "delete_run"),
        ("if it rains I'll cancel the run", "hand_over", "hand_over"),
        ("he cancelled the run", "ignore", "ignore"),
        ("don't cancel the run", "hand_over", "hand_over"),
        ("turn off auto pause", "update_profile", "update_profile"),
        ("auto pause on", "update_profile", "update_profile"),
    ],
)
def test_a_run_is_thrown_away(router: Router, say: str, none: str, active: Run) -> None:
    assert calls(router, say) == [none]
    assert calls(router, say, "active") == [active]


@pytest.mark.parametrize(
    ("say", "kind"),
    [("yes", "calls"), ("go ahead", "calls"), ("yes, start one", "calls"), ("start one", "calls"),
     ("no", "chat"), ("not now", "chat"), ("no thanks", "chat")],
)  # fmt: skip
def test_a_plain_answer_is_enough(router: Router, say: str, kind: str) -> None:
    asked = Pending((Call("start_run"),), "confirm", "No run is on. Shall I start one?")
    got = router.understand(say, WorkoutState(), asked)
    assert got.kind == kind
    assert got.calls == (asked.calls if kind == "calls" else ())
