"""What is computed of the points of a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from services.running.track import DeviceTotals, Lap, NoRunInPoints, Pause, Samples, TrackPoint, process
from services.running.track.elevation import climbed, cost
from services.running.track.geodesy import distances
from services.running.track.path import speeds
from services.running.track.points import Floats
from services.running.track.route import simplified
from tests.services.running.runs import START, along, jitter, moved, straight


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_distances_are_those_of_the_ellipsoid(lat: float, lng: float, north: float, east: float) -> None:
    to = lat + north, (lng + east + 540) % 360 - 180
    found = distances(np.array([lat, to[0]]), np.array([lng, to[1]]))[0]
    assert found == pytest.approx(Geodesic.WGS84.Inverse(lat, lng, *to)["s12"], abs=1e-6)


def test_a_degree_at_the_equator_and_across_the_antimeridian() -> None:
    assert distances(np.zeros(2), np.array([0.0, 1.0]))[0] == pytest.approx(111_319.491, abs=1e-3)
    assert distances(np.zeros(2), np.array([179.5, -179.5]))[0] == pytest.approx(111_319.491, abs=1e-3)


@pytest.mark.parametrize(
    "place", [{"latitude": 0.0}, {"latitude": 69.6}, {"latitude": -45, "longitude": 179.99}]
)
def test_an_even_run(place: dict[str, float]) -> None:
    run = process(straight(1800, 3.0, **place))
    assert run.distance_meters == pytest.approx(5400, rel=1e-4)
    assert (run.elapsed_seconds, run.timer_seconds, run.moving_seconds) == (1800, 1800, 1800)
    assert run.average_pace_min_per_km == pytest.approx(5.5556, rel=1e-3)
    assert run.best_pace_min_per_km == pytest.approx(5.5556, rel=5e-3)
    assert (run.pauses, run.intervals, run.average_heart_rate) == ([], [], None)
    assert [one.distance_meters for one in run.kilometers] == pytest.approx([1000] * 5 + [400], abs=1)
    assert [one.duration_seconds for one in run.kilometers] == pytest.approx([333.3] * 5 + [133.3], abs=0.5)
    assert [one.duration_seconds for one in run.miles[:3]] == pytest.approx([536.45] * 3, abs=0.5)
    assert [one.distance_type for one in run.best_efforts] == ["1k", "1mi", "5k"]
    assert run.best_efforts[2].time_seconds == pytest.approx(1666.7, abs=0.5)


@pytest.mark.parametrize(
    ("deviation", "memory", "within"), [(0.3, 0, 0.003), (2.0, 30, 0.005), (1.0, 5, 0.006), (1.0, 0, 0.006)]
)
def test_jitter_makes_the_way_hardly_longer(deviation: float, memory: float, within: float) -> None:
    even = straight(3600, 3.0)
    noisy = moved(even, *(jitter(len(even), deviation, memory, seed) for seed in (1, 2)))
    assert distances(noisy.latitude, noisy.longitude).sum() > 10_800 * (1 + within)
    assert process(noisy).distance_meters == pytest.approx(10_800, rel=within)


def test_corners_are_not_cut() -> None:
    offsets = np.arange(0, 1800.0)
    block = (offsets * 3.0) % 200
    legs = np.floor(offsets * 3.0 / 200)
    east = 100 * legs + np.minimum(block, 100)
    north = 100 * legs + np.maximum(block - 100, 0)
    clean = moved(along(offsets, np.zeros(len(offsets))), east, north)
    noisy = moved(clean, *(jitter(len(clean), 0.3, 0, seed) for seed in (1, 2)))
    true = distances(clean.latitude, clean.longitude).sum()
    assert process(clean).distance_meters == pytest.approx(true, rel=1e-3)
    assert process(noisy).distance_meters == pytest.approx(true, rel=0.005)


def test_excursions_and_first_fixes_far_away_are_no_part_of_it() -> None:
    even = straight(600, 3.0)
    latitude = even.latitude.copy()
    latitude[:2] += 0.2
    latitude[300] += 0.01
    latitude[400:405] -= 0.02
    assert process(replace(even, latitude=latitude)).distance_meters == pytest.approx(1794, rel=0.01)


def test_who_is_carried_on_while_the_receiver_slept_ran_no_further() -> None:
    even = straight(600, 3.0)
    latitude = even.latitude.copy()
    latitude[300:] += 0.05
    assert process(replace(even, latitude=latitude)).distance_meters == pytest.approx(1797, rel=0.01)


def test_standing_at_a_light_is_not_moving_and_wandering_there_no_distance() -> None:
    offsets = np.arange(0, 1261.0)
    meters = 3.0 * np.where(offsets < 600, offsets, np.maximum(offsets - 60, 600))
    even = along(offsets, meters)
    noisy = moved(even, *(jitter(len(even), 2.0, 20, seed) for seed in (1, 2)))
    run = process(noisy)
    assert run.moving_seconds == pytest.approx(1200, rel=0.01)
    assert run.timer_seconds == run.elapsed_seconds == 1260
    assert run.distance_meters == pytest.approx(3600, rel=0.006)


def test_a_turn_on_the_spot_is_no_stop() -> None:
    offsets = np.arange(0, 1200.0)
    there_and_back = 300 - np.abs(300 - (3.0 * offsets) % 600)
    assert process(along(offsets, there_and_back)).moving_seconds == 1199


@pytest.mark.parametrize("every", [1, 4])
def test_where_nothing_was_recorded_and_nobody_moved_was_a_pause(every: int) -> None:
    first, second = straight(600, 3.0, every=every), straight(600, 3.0, every=every)
    offsets = np.concatenate((first.time, second.time + 900)) - START.timestamp()
    meters = np.concatenate((np.arange(len(first)), np.arange(len(second)) + len(first) - 1)) * 3.0 * every
    run = process(along(offsets, meters))
    assert [(one.start, one.end) for one in run.pauses] == [(at(600), at(900))]
    assert (run.elapsed_seconds, run.timer_seconds, run.moving_seconds) == (1500, 1200, 1200)
    assert [one.duration_seconds for one in run.kilometers[:3]] == pytest.approx([333.3] * 3, abs=0.6)
    # By the clock on the wall the fastest kilometre lies before or after it, a mile cannot.
    efforts = {one.distance_type: one.time_seconds for one in run.best_efforts}
    assert efforts["1k"] == pytest.approx(333.3, abs=0.6)
    assert efforts["1mi"] == pytest.approx(536.4, abs=0.6)


def test_pauses_that_were_made_win() -> None:
    # Strolling on at 0.5 m/s with the clock running counts; what was walked in the pause does not.
    offsets = np.arange(0, 1501.0)
    speed = np.where((offsets >= 600) & (offsets < 900), 0.5, 3.0)
    even = along(offsets, np.concatenate(([0.0], np.cumsum(speed[:-1]))))
    paused = process(even, pauses=[Pause(at(600), at(800))])
    assert paused.timer_seconds == paused.moving_seconds == 1300
    assert paused.distance_meters == pytest.approx(3600 + 50, rel=0.003)
    assert process(even).moving_seconds == pytest.approx(1200, abs=6)


def test_a_device_that_was_paused_and_does_not_say_when() -> None:
    offsets = np.concatenate((np.arange(0, 601), np.arange(650, 1201), np.arange(1207, 1801))).astype(float)
    run = process(along(offsets, offsets * 2.5), device=DeviceTotals(timer_seconds=1750.0))
    assert [(one.start, one.end) for one in run.pauses] == [(at(600), at(650))]
    assert (run.timer_seconds, run.moving_seconds) == (1750, 1750)


def test_a_device_that_was_stopped_and_saved_later() -> None:
    device = DeviceTotals(start=START, elapsed_seconds=1240.0, timer_seconds=1200.0)
    run = process(straight(1200, 3.0), device=device)
    assert (run.elapsed_seconds, run.timer_seconds, run.moving_seconds) == (1240, 1200, 1200)
    assert run.kilometers[-1].duration_seconds == pytest.approx(200, abs=0.5)


def test_the_devices_own_count_goes_before_positions() -> None:
    even = straight(1000, 3.0)
    counted = replace(even, distance_meters=(even.time - even.time[0]) * 3.1)
    assert process(counted).distance_meters == pytest.approx(3100)
    said = process(counted, device=DeviceTotals(distance_meters=3105.0))
    assert said.distance_meters == pytest.approx(3105)
    assert sum(one.distance_meters for one in said.kilometers) == pytest.approx(3105)


@pytest.mark.parametrize(
    "count",
    [
        lambda seconds: seconds * 0.003,  # in kilometres
        lambda seconds: seconds * 30,  # nobody
        lambda seconds: np.where(seconds < 900, np.nan, seconds * 3),  # hardly ever
        lambda seconds: np.zeros(len(seconds)),
    ],
)
def test_a_count_that_cannot_be_right_is_left_alone(count) -> None:  # type: ignore[no-untyped-def]
    even = straight(1000, 3.0)
    run = process(replace(even, distance_meters=count(even.time - even.time[0])))
    assert run.distance_meters == pytest.approx(3000, rel=1e-3)


def test_on_a_treadmill_places_that_stay_prove_nothing() -> None:
    stood = along(np.arange(0, 1200.0), np.zeros(1200), distance_meters=np.arange(0, 1200.0) * 2.8)
    noisy = moved(stood, *(jitter(1200, 3.0, 60, seed) for seed in (1, 2)))
    assert process(noisy).distance_meters == pytest.approx(1199 * 2.8)


def test_a_count_that_begins_anew_with_each_lap_goes_on() -> None:
    even = straight(1000, 3.0)
    run = process(replace(even, distance_meters=((even.time - even.time[0]) * 3.0) % 1000))
    assert run.distance_meters == pytest.approx(3000, rel=0.01)


def test_a_treadmill_has_no_places() -> None:
    seconds = np.arange(0, 1200.0)
    columns = {"time": START.timestamp() + seconds, "distance_meters": seconds * 2.8}
    run = process(Samples.of_columns(columns), device=DeviceTotals(distance_meters=3500.0))
    assert run.distance_meters == pytest.approx(3500)
    assert run.route == []
    by_speed = process(Samples.of_columns({"time": columns["time"], "speed": np.full(1200, 2.8)}))
    assert by_speed.distance_meters == pytest.approx(1199 * 2.8)


def test_sensors() -> None:
    count = 1801
    heart_rate = np.where(np.arange(count) < 900, 140.0, 160.0)
    heart_rate[10] = 0
    run = process(straight(heart_rate=heart_rate, cadence=174.0, power_watts=250.0))
    assert run.average_heart_rate == pytest.approx(150, abs=0.1)
    assert (run.max_heart_rate, run.average_cadence, run.average_power_watts) == (160, 174, 250)
    assert run.kilometers[0].heart_rate == pytest.approx(140)
    assert run.kilometers[4].heart_rate == pytest.approx(160)


FLAT = np.zeros(3601)


def barometer() -> Floats:
    """The error of a barometer with steps of 0.2 m."""
    return np.round((jitter(3601, 0.5, 120) + jitter(3601, 0.2, 0, 2)) * 5) / 5


@pytest.mark.parametrize(
    ("true", "noise", "gain", "within"),
    [
        (FLAT, barometer(), 0, 1),
        (FLAT, jitter(3601, 3.0, 60), 0, 250),  # a receiver
        (10 * np.sin(np.arange(3601) * 3 / 900 * 2 * np.pi), barometer(), 240, 8),
        (np.arange(3601) * 0.15, barometer(), 540, 3),
    ],
)
def test_climbing_is_far_nearer_than_raw_sums(true, noise, gain: float, within: float) -> None:  # type: ignore[no-untyped-def]
    altitude = 500 + true + noise
    raw = np.diff(altitude)
    run = process(straight(3600, 3.0, altitude_meters=altitude))
    assert run.elevation_gain_meters is not None
    off = abs(run.elevation_gain_meters - gain)
    assert off <= within
    assert off < abs(raw[raw > 0].sum() - gain) / 3


def test_a_device_that_says_what_it_climbed_is_believed_within_reason() -> None:
    run = straight(3600, 3.0, altitude_meters=500 + 10 * np.sin(np.arange(3601) / 100))
    own = process(run).elevation_gain_meters
    assert own is not None
    for said, kept in ((own + 25, own + 25), (own * 3, own), (own / 3, own)):
        device = DeviceTotals(ascent_meters=said)
        assert process(run, device=device).elevation_gain_meters == pytest.approx(kept)


@given(st.lists(st.floats(-100, 3000), min_size=1, max_size=60))
def test_ups_and_downs_come_out_where_the_run_does(altitudes: list[float]) -> None:
    up, down = climbed(np.array(altitudes))
    assert up >= 0
    assert down >= 0
    assert abs((up - down) - (altitudes[-1] - altitudes[0])) <= 2 * 3.0 + 1e-6
    assert up <= sum(max(b - a, 0) for a, b in pairwise(altitudes)) + 1e-6


def test_grade_adjusted_pace() -> None:
    for grade, joules in ((0.1, 5.968), (-0.1, 2.152), (-0.2, 1.800), (0.0, 3.6)):
        assert cost(np.array([grade]))[0] == pytest.approx(joules, abs=5e-4)
    uphill = process(straight(1800, 2.5, altitude_meters=np.arange(1801) * 0.25))
    assert uphill.grade_adjusted_pace_min_per_km == pytest.approx(
        uphill.average_pace_min_per_km * 3.6 / 5.968,
        rel=0.02,  # type: ignore[operator]
    )


def test_intervals_are_laps_that_were_meant_to_be() -> None:
    laps = [
        Lap(at(0), at(600), interval_type="warmup"),
        Lap(at(600), at(800), interval_type="work", distance_meters=801.0, timer_seconds=199.5),
        Lap(at(800), at(1800), interval_type="recovery"),
    ]
    run = process(straight(1800, 3.0), laps=laps)
    found = [
        (one.number, one.interval_type, round(one.distance_meters), one.duration_seconds)
        for one in run.intervals
    ]
    assert found == [(1, "warmup", 1800, 600), (2, "work", 801, 199.5), (3, "recovery", 3000, 1000)]
    kilometers = [Lap(at(0), at(333), interval_type="work"), Lap(at(333), at(666), interval_type="work")]
    assert process(straight(1800, 3.0), laps=kilometers).intervals == []


def test_order_and_doubles_do_not_matter() -> None:
    samples = straight(600, 3.0, heart_rate=150.0)
    points = samples.points()
    shuffled = [points[i] for i in np.random.default_rng(3).permutation(len(points))]
    assert process([*shuffled, *points[:50]]) == process(samples)


def test_rows_of_one_moment_are_put_together() -> None:
    points = [
        point for one in straight(60, 3.0).points() for point in (one, TrackPoint(one.time, heart_rate=150))
    ]
    run = process(points)
    assert (run.average_heart_rate, run.distance_meters) == (150, pytest.approx(180, rel=0.01))


@given(
    st.lists(
        st.builds(
            TrackPoint,
            time=st.datetimes(datetime(2020, 1, 1), datetime(2020, 1, 2), timezones=st.just(UTC)),
            latitude=st.none() | st.floats(-100, 100),
            longitude=st.none() | st.floats(-200, 200),
            altitude_meters=st.none() | st.floats(allow_nan=True),
            heart_rate=st.none() | st.floats(-5, 400),
            distance_meters=st.none() | st.floats(allow_nan=True),
            speed=st.none() | st.floats(-1, 50),
        ),
        max_size=40,
    )
)
def test_whatever_the_points_are_the_result_holds_together(points: list[TrackPoint]) -> None:
    try:
        run = process(points)
    except NoRunInPoints:
        return
    assert run.distance_meters >= 0
    assert 0 <= run.moving_seconds <= run.timer_seconds + 1e-6 <= run.elapsed_seconds + 2e-6
    assert sum(one.distance_meters for one in run.kilometers) == pytest.approx(run.distance_meters, abs=10.1)
    assert sum(one.duration_seconds for one in run.miles) <= run.timer_seconds + 1e-3
    assert all(0 < one.time_seconds <= run.elapsed_seconds + 1e-6 for one in run.best_efforts)
    numbers = (run.average_pace_min_per_km, run.elevation_gain_meters, run.average_heart_rate)
    assert all(one is None or np.isfinite(one) for one in numbers)


@pytest.mark.parametrize(
    "points", [[], [TrackPoint(START, 47.0, 8.0)], [TrackPoint(START), TrackPoint(at(9))]]
)
def test_no_run(points: list[TrackPoint]) -> None:
    with pytest.raises(NoRunInPoints):
        process(points)


def test_the_route_is_drawn_with_few_points_and_true_to_three_metres() -> None:
    samples = straight(7200, 3.0)
    east, north = (jitter(len(samples), 4.0, 40, seed) for seed in (1, 2))
    route = process(moved(samples, east, north)).route
    assert len(route) <= 1000
    assert (route[0].time, route[-1].time) == (START, at(7200))
    assert simplified(np.array([0.0, 1, 2, 3]), np.array([0.0, 2.9, 0, 0]), 3.0).tolist() == [1, 0, 0, 1]
    assert simplified(np.array([0.0, 1, 2, 3]), np.array([0.0, 3.1, 0, 0]), 3.0).tolist() == [1, 1, 0, 1]


def test_speed_between_samples_far_apart_is_that_of_the_whole_gap() -> None:
    assert speeds(np.array([0.0, 100.0, 101.0]), np.array([0.0, 300.0, 306.0]), 5.0)[0] == pytest.approx(3.0)
