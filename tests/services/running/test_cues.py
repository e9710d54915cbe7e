"""What is said on the way, as a rule: everything once, in order, whenever one looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.running.cues import Cue, Cues, GoalReached, Reached, SegmentBegins, SegmentsDone, SplitDone
from services.running.plans import Intervals, Plan
from tools.run_phrases import cue_words

SPEED = 4.0
FOUR_HUNDREDS = Intervals(repeats=3, work_meters=400, recovery_seconds=60)


def reached(seconds: float) -> Reached:
    """A run at one speed."""
    meters = SPEED * seconds
    return Reached(meters, seconds, [250.0] * int(meters / 1000), 1000.0, 250.0)


def run(cues: Cues, seconds: float, step: float, begin: float = 0.0) -> list[tuple[float, Cue]]:
    """Every cue and when it was given."""
    found, at = [], begin
    while at <= seconds:
        found += [(at, cue) for cue in cues.at(reached(at))]
        at += step
    return found


def planned(**given: object) -> Plan:
    fields = {"distance_meters": None, "duration_seconds": None, "target_pace": None, "intervals": None}
    return Plan.of(**{**fields, **given})  # type: ignore[arg-type]


def test_intervals_by_distance_and_time() -> None:
    told = run(Cues(planned(intervals=FOUR_HUNDREDS), reached(0)), 600, 1.0)
    segments = [(at, cue) for at, cue in told if not isinstance(cue, SplitDone)]
    assert [at for at, _ in segments] == [100, 160, 260, 320, 420]
    assert [cue_words(cue, "mi") for _, cue in segments] == [
        "Recover, 1 minute.",
        "Go, 400 meters, 2 of 3.",
        "Recover, 1 minute.",
        "Go, 400 meters, 3 of 3.",
        "That was the last one. 3 intervals done.",
    ]


@given(st.floats(0.5, 45), st.integers(2, 8), st.floats(30, 300), st.floats(20, 200))
def test_how_often_one_looks_does_not_move_the_end(
    step: float, repeats: int, work: float, recovery: float
) -> None:
    plan = planned(intervals=Intervals(repeats=repeats, work_seconds=work, recovery_seconds=recovery))
    length = repeats * work + (repeats - 1) * recovery
    told = run(Cues(plan, reached(0)), length + 2 * step, step)
    (end,) = (at for at, cue in told if isinstance(cue, SegmentsDone))
    assert length - 1e-6 <= end <= length + step + 1e-6


def test_the_next_cue_by_time_is_known_ahead() -> None:
    cues = Cues(planned(intervals=FOUR_HUNDREDS), reached(0))
    assert cues.seconds_to_next(0) is None  # by distance: nobody knows
    cues.at(reached(100))
    assert cues.seconds_to_next(130) == pytest.approx(30)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (planned(distance_meters=5000), "5 kilometers done, in 20:50."),
        (planned(duration_seconds=1200), "20 minutes: that's the time."),
    ],
)
def test_a_goal_is_told_once(plan: Plan, words: str) -> None:
    told = [cue for _, cue in run(Cues(plan, reached(0)), 1500, 7) if isinstance(cue, GoalReached)]
    assert [cue_words(cue, "km") for cue in told] == [words]


@given(st.floats(0, 2000), st.floats(0.5, 120))
def test_what_was_before_is_not_said_again(begin: float, step: float) -> None:
    told = run(Cues(planned(distance_meters=3000), reached(begin)), 2400, step, begin)
    splits = [cue.number for _, cue in told if isinstance(cue, SplitDone)]
    assert splits == sorted(set(splits))
    assert all(number > int(SPEED * begin / 1000) for number in splits)
    goals = [cue for _, cue in told if isinstance(cue, GoalReached)]
    assert len(goals) == (begin < 750)


def test_one_goes_on_with_intervals_where_they_were() -> None:
    plan = planned(intervals=FOUR_HUNDREDS)
    cues = Cues(plan, reached(200), done=2, since=(640.0, 160.0))
    (told,) = [cue for _, cue in run(cues, 262, 1, 200) if not isinstance(cue, SplitDone)]
    assert isinstance(told, SegmentBegins)
    assert (told.segment.type, told.effort) == ("recovery", 2)
