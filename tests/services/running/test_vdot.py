"""VDOT, training paces, predictions and zones against published values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.running import vdot, zones

RACES = [
    (5000, "20:00", 49.81),
    (5000, "19:57", 49.95),
    (10_000, "50:00", 40.01),
    (10_000, "41:21", 49.97),
    (21_097.5, "1:31:35", 49.96),
    (42_195, "3:10:49", 49.95),
    (42_195, "4:49:17", 30.07),
]
TIMES = [
    (30, 5000, "30:41"),
    (30, 21_097.5, "2:21:17"),
    (40, 1609.344, "7:07"),
    (40, 10_000, "50:01"),
    (50, 5000, "19:56"),
    (50, 10_000, "41:20"),
    (50, 21_097.5, "1:31:31"),
    (50, 42_195, "3:10:40"),
]


def seconds(clock: str) -> int:
    total = 0
    for part in clock.split(":"):
        total = 60 * total + int(part)
    return total


@pytest.mark.parametrize(("meters", "clock", "value"), RACES)
def test_vdot_of_races(meters: float, clock: str, value: float) -> None:
    assert vdot.vdot(meters, seconds(clock)) == pytest.approx(value, abs=0.006)


@pytest.mark.parametrize(("value", "meters", "clock"), TIMES)
def test_times_of_a_vdot(value: float, meters: float, clock: str) -> None:
    assert vdot.time_at(value, meters) == pytest.approx(seconds(clock), rel=0.003)


def test_training_paces() -> None:
    paces = vdot.training_paces(49)
    found = [round(one) for one in (paces.marathon, paces.threshold, paces.interval)]
    assert found == [seconds("4:36"), seconds("4:20"), seconds("3:59")]
    paces = vdot.training_paces(40)
    assert [round(one) for one in (paces.easy_slow, paces.easy_fast, paces.repetition)] == [
        *(seconds("6:59"), seconds("5:51"), seconds("4:21")),
    ]


@pytest.mark.parametrize(
    ("meters", "clock", "to", "predicted"),
    [
        (10_000, "40:00", 21_097.5, "1:28:15"),
        (10_000, "40:00", 42_195, "3:04:00"),
        (5000, "20:00", 10_000, "41:42"),
        (21_097.5, "1:30:00", 42_195, "3:07:39"),
    ],
)
def test_riegel(meters: float, clock: str, to: float, predicted: str) -> None:
    assert vdot.riegel(meters, seconds(clock), to) == pytest.approx(seconds(predicted), abs=0.6)


@given(st.floats(20, 85), st.floats(1500, 50_000))
def test_a_predicted_time_has_the_vdot_it_is_predicted_from(value: float, meters: float) -> None:
    assert vdot.vdot(meters, vdot.time_at(value, meters)) == pytest.approx(value, rel=1e-6)


@given(st.floats(100, 220), st.floats(30, 90))
def test_zones_follow_each_other(maximum: float, resting: float) -> None:
    for method in ("percent_max", "karvonen"):
        found = zones.heart_rate_zones(method, maximum=maximum, resting=resting)  # type: ignore[arg-type]
        assert [one.high for one in found[:-1]] == [one.low for one in found[1:]]
        assert found[-1].high == round(maximum)


def test_zones_by_threshold_and_by_power() -> None:
    assert [one.low for one in zones.heart_rate_zones("lthr", threshold=170)][1:4] == [144, 153, 162]
    assert zones.power_zones(250)[2].high == 250
    with pytest.raises(ValueError, match="maximum"):
        zones.heart_rate_zones("karvonen", resting=50)
