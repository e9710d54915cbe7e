"""A run while it goes on: whatever comes twice, late or in any order comes to the same."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.running.points import decoded, encoded, joined
from services.running.track import LiveTotals, LiveTrack, Pause, Samples, TrackPoint, process
from tests.services.running.runs import START, along, jitter, moved, straight


def noisy(samples: Samples, deviation: float = 1.5, memory: float = 20) -> Samples:
    return moved(samples, *(jitter(len(samples), deviation, memory, seed) for seed in (1, 2)))


POINTS = noisy(straight(900, 3.0, heart_rate=150.0, altitude_meters=400.0)).points()
OFFSETS = np.arange(0, 901.0)


def with_a_stop(speed: float = 3.0, first: float = 300.0, last: float = 420.0) -> Samples:
    """A run of 15 minutes on which somebody stands from `first` to `last`."""
    return along(OFFSETS, speed * (OFFSETS - np.clip(OFFSETS - first, 0.0, last - first)))


def standing(samples: Samples, every: int = 1) -> list[tuple[float, float]]:
    """When it was seen that somebody stood, and that they went on, in seconds after the start."""
    track, changes, stands = LiveTrack(START), [], False
    for point in samples.points()[::every]:
        track.add([point])
        if stands != (track.totals().stood_since is not None):
            changes.append((point.time - START).total_seconds())
            stands = not stands
    return list(zip(changes[::2], [*changes[1::2], *[float("inf")] * (len(changes) % 2)], strict=True))


def counted(points: list[TrackPoint], pauses: list[Pause] | None = None) -> LiveTotals:
    track = LiveTrack(START, pauses or [])
    track.add(points)
    return track.totals()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 120)), max_size=12), st.booleans())
def test_the_order_of_batches_does_not_matter(batches: list[tuple[int, int]], stops: bool) -> None:
    points = noisy(with_a_stop()).points() if stops else POINTS
    track = LiveTrack(START)
    seen: set[int] = set()
    for first, count in batches:
        part = points[first : first + count]
        new = track.add(part)
        indexes = set(range(first, min(first + count, len(points))))
        assert len(new) == len(indexes - seen)
        seen |= indexes
    assert track.totals() == counted([points[i] for i in sorted(seen)])


def test_the_way_so_far_is_near_what_it_will_come_to() -> None:
    totals = counted(POINTS)
    assert totals.distance_meters == pytest.approx(process(POINTS).distance_meters, rel=0.02)
    assert totals.moving_seconds == pytest.approx(900, abs=3)
    assert (totals.is_moving, totals.heart_rate, totals.max_heart_rate) == (True, 150, 150)
    assert totals.current_pace_min_per_km == pytest.approx(5.56, rel=0.15)
    assert totals.average_pace_min_per_km == pytest.approx(5.56, rel=0.02)
    assert [one.duration_seconds for one in totals.kilometers] == pytest.approx([333, 333], abs=8)
    assert [one.number for one in totals.miles] == [1]
    assert totals.elevation_gain_meters == 0


def test_the_devices_count_is_exact() -> None:
    even = straight(900, 3.0)
    columns = {name: getattr(even, name) for name in even.__slots__}
    samples = Samples.of_columns(columns | {"distance_meters": np.arange(901) * 3.1})
    totals = counted(samples.points())
    assert totals.distance_meters == pytest.approx(2790)
    assert totals.kilometers[0].duration_seconds == pytest.approx(1000 / 3.1, abs=0.01)


def test_standing_adds_little_and_is_not_moving() -> None:
    offsets = np.arange(0, 601.0)
    stood = noisy(along(offsets, np.minimum(offsets, 300.0) * 3.0), 1.0, 30)
    totals = counted(stood.points())
    assert totals.distance_meters == pytest.approx(900, abs=60)
    assert not totals.is_moving
    assert totals.current_pace_min_per_km is None
    assert totals.moving_seconds == pytest.approx(300, abs=40)


def test_errors_of_the_receiver_are_passed_over() -> None:
    even = straight(300, 3.0)
    latitude = even.latitude.copy()
    latitude[100:104] += 0.05
    columns = {name: getattr(even, name) for name in even.__slots__} | {"latitude": latitude}
    assert counted(Samples.of_columns(columns).points()).distance_meters == pytest.approx(900, rel=0.01)


def test_pauses_that_are_told_late_take_back_what_was_covered_in_them() -> None:
    track = LiveTrack(START)
    points = straight(900, 3.0).points()
    track.add(points[:601])
    assert track.totals().distance_meters == pytest.approx(1800, abs=5)
    pause = Pause(START + timedelta(seconds=300), START + timedelta(seconds=500))
    track.set_pauses([pause])
    assert track.totals().distance_meters == pytest.approx(1200, abs=8)
    track.add(points[601:])
    totals = track.totals()
    assert totals.distance_meters == pytest.approx(2100, abs=8)
    assert (totals.elapsed_seconds, totals.timer_seconds, totals.moving_seconds) == (900, 700, 700)
    assert totals == counted(points, [pause])


def test_nothing_yet_and_nothing_lately() -> None:
    track = LiveTrack(START)
    empty = track.totals(START + timedelta(seconds=30))
    assert (empty.distance_meters, empty.elapsed_seconds, empty.is_moving) == (0, 30, False)
    assert empty.elevation_gain_meters is None
    assert track.add([TrackPoint(START - timedelta(seconds=1), 47.0, 8.0)]) == []
    track.add(straight(60, 3.0, heart_rate=140.0).points())
    assert track.totals().is_moving
    late = track.totals(START + timedelta(seconds=120))
    assert (late.is_moving, late.heart_rate, late.elapsed_seconds) == (False, None, 120)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10_000_000),
            st.floats(1, 90),
            st.floats(-180, 180),
            st.none() | st.floats(-400, 8000),
            st.none() | st.integers(30, 240),
            st.none() | st.floats(0, 300_000),
        ),
        min_size=1,
        max_size=50,
        unique_by=lambda row: row[0],
    ),
    st.integers(0, 50),
)
def test_points_are_kept_as_they_were(rows: list[tuple[float, ...]], cut: int) -> None:
    points = [
        TrackPoint(START + timedelta(milliseconds=ms), lat, lng, altitude, rate, distance_meters=far)
        for ms, lat, lng, altitude, rate, far in rows
    ]
    before = Samples.of(points)
    parts = [part for part in (points[:cut], points[cut:]) if part]
    after = joined([encoded(Samples.of(part)) for part in parts])
    for name, step in (("time", 2e-3), ("latitude", 1e-7), ("longitude", 1e-7), ("altitude_meters", 1e-2),
                       ("heart_rate", 1e-9), ("distance_meters", 1e-3)):  # fmt: skip
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=0, atol=step)
    again = decoded(encoded(after))
    np.testing.assert_allclose(again["time"], after.time, rtol=0, atol=1e-6)


@pytest.mark.parametrize("speed", [1.2, 1.8, 3.0, 5.0])
@pytest.mark.parametrize(("deviation", "memory"), [(0.0, 1), (1.0, 20), (2.0, 30)])
def test_who_stands_is_seen_to_stand_once_and_to_go_on_once(
    speed: float, deviation: float, memory: float
) -> None:
    run = with_a_stop(speed)
    ((stood, went),) = standing(noisy(run, deviation, memory) if deviation else run)
    assert 303 <= stood <= 325
    assert 421 <= went <= 436


@pytest.mark.parametrize(("every", "slack"), [(5, 15), (10, 15), (20, 25)])
def test_standing_is_seen_in_few_points_too(every: int, slack: float) -> None:
    ((stood, went),) = standing(with_a_stop(), every)
    assert 300 < stood <= 300 + slack
    assert 420 < went <= 420 + 2 * slack


def test_a_wild_receiver_does_not_wake_who_stands() -> None:
    for seed in range(3):
        run = with_a_stop()
        east, north = (jitter(len(run), 3.0, 0.0, 2 * seed + one) for one in (1, 2))
        ((stood, went),) = standing(moved(run, east, north))
        assert 300 < stood < 400
        assert 420 < went < 436


def test_turning_round_and_running_in_a_small_circle_is_no_standing() -> None:
    there_and_back = np.abs((OFFSETS * 2.5) % 200.0 - 100.0)
    assert standing(along(OFFSETS, there_and_back)) == []
    turn = OFFSETS * 3.0 / 12.0
    assert standing(moved(along(OFFSETS, 0 * OFFSETS), 12 * np.cos(turn), 12 * np.sin(turn))) == []


def test_a_tunnel_is_no_standing_and_a_gap_in_which_one_got_nowhere_is() -> None:
    there = with_a_stop(3.0, 901, 901)
    assert standing(there.take((OFFSETS < 300) | (OFFSETS > 420))) == []
    assert standing(with_a_stop().take((OFFSETS <= 300) | (OFFSETS > 420))) == []
    waited = with_a_stop().take((OFFSETS <= 300) | (OFFSETS > 410))
    assert [one for one, _ in standing(waited)] == [412]
    blind = Samples.of_columns(
        {name: getattr(there, name) for name in there.__slots__}
        | {"accuracy_meters": np.where((OFFSETS >= 300) & (OFFSETS < 420), 900.0, 5.0)}
    )
    assert standing(blind) == []


def test_on_a_treadmill_what_the_device_counts_says_who_stands() -> None:
    still, counts = along(OFFSETS, 0 * OFFSETS), with_a_stop()
    meters = 3.0 * (OFFSETS - np.clip(OFFSETS - 300.0, 0.0, 120.0))
    columns = {name: getattr(still, name) for name in still.__slots__}
    assert len(counts) == len(still)
    for place in ({}, {"latitude": np.full(901, np.nan), "longitude": np.full(901, np.nan)}):
        ((stood, went),) = standing(Samples.of_columns(columns | place | {"distance_meters": meters}))
        assert 300 < stood < 315
        assert 420 < went < 432


def test_a_pause_of_the_athletes_is_no_standing() -> None:
    track = LiveTrack(START)
    track.add(with_a_stop().points()[:401])
    assert track.totals().stood_since is not None
    track.set_pauses([Pause(START + timedelta(seconds=400), START + timedelta(days=1))])
    assert track.totals(START + timedelta(seconds=410)).stood_since is None
    track.set_pauses([Pause(START + timedelta(seconds=400), START + timedelta(seconds=410))])
    assert track.totals(START + timedelta(seconds=411)).stood_since is None
