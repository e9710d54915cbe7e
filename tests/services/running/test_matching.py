"""Planned segments found in points: by distance on the ground, and by time without the pauses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.running.matching import matched, worth_keeping
from services.running.plans import Intervals, segments
from services.running.track import Pause, Samples, TrackPoint
from tests.services.running.points import track

START = datetime(2026, 5, 1, 7, 0, tzinfo=UTC)
PLAN = tuple(segments(Intervals(repeats=3, work_meters=400, recovery_seconds=60), 240.0))


def seconds_of(points: list[TrackPoint], pauses: tuple[Pause, ...] = ()) -> list[tuple[str, float, float]]:
    found = worth_keeping(matched(PLAN, Samples.of(points), pauses, START))
    return [(one.segment.type, one.ran_seconds, one.ran_meters) for one in found]


def test_each_segment_begins_where_the_one_before_ended() -> None:
    points = track(START, [(100, 4.0), (60, 1.0), (80, 5.0), (60, 1.0), (100, 4.0), (60, 2.0)])
    found = seconds_of(points)
    assert [kind for kind, _, _ in found] == ["work", "recovery"] * 2 + ["work"]
    assert [seconds for _, seconds, _ in found] == pytest.approx([100, 60, 80, 60, 100], abs=3)
    assert [meters for _, _, meters in found] == pytest.approx([400, 60, 400, 60, 400], abs=12)


def test_a_pause_is_no_time_of_a_segment() -> None:
    whole = track(START, [(100, 4.0), (60, 1.0), (100, 4.0), (60, 1.0), (100, 4.0)])
    pause = Pause(START + timedelta(seconds=130), START + timedelta(seconds=190))
    points = [
        one
        if one.time <= pause.start
        else TrackPoint(one.time + timedelta(minutes=1), one.latitude, one.longitude)
        for one in whole
    ]
    found = seconds_of(points, (pause,))
    assert [seconds for _, seconds, _ in found] == pytest.approx([100, 60, 100, 60, 100], abs=4)


def test_on_a_treadmill_the_count_is_the_distance() -> None:
    points = [
        TrackPoint(START + timedelta(seconds=second), distance_meters=4.0 * second) for second in range(421)
    ]
    found = seconds_of(points)
    assert [meters for kind, _, meters in found if kind == "work"] == pytest.approx([400] * 3, abs=5)


def test_what_was_broken_off_at_once_was_not_run() -> None:
    assert [kind for kind, _, _ in seconds_of(track(START, [(106, 4.0)]))] == ["work"]
    assert [kind for kind, _, _ in seconds_of(track(START, [(140, 4.0)]))] == ["work", "recovery"]
    assert matched(PLAN, Samples.of([]), (), START) == []


@given(st.lists(st.tuples(st.integers(10, 300), st.floats(0.5, 6)), min_size=1, max_size=6))
def test_segments_touch_and_never_run_over(legs: list[tuple[float, float]]) -> None:
    points = track(START, legs)
    found = matched(PLAN, Samples.of(points), (), START)
    assert found[0].start == START
    assert all(one.end == following.start for one, following in pairwise(found))
    assert all(one.is_whole for one in found[:-1])
    assert found[-1].end <= points[-1].time + timedelta(milliseconds=1)
    assert len(found) <= len(PLAN)
