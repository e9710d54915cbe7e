"""Whatever was trained is read back the same from every dialect."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from core.units import WeightUnit
from services.transfer.history import History, fold, meters, read_history
from services.transfer.resolving import Choices, resolve
from tests.services.transfer import dialects
from tests.services.transfer.dialects import WORKOUTS, Trained

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def read_back(content: bytes, unit: WeightUnit | None) -> list[Trained]:
    """What is read of `content`, in the form of what was trained."""
    history = read_history(io.BytesIO(content), NOW)
    assert history.problems == []
    return [
        Trained(
            one.starts_at.replace(tzinfo=None),
            one.name or "",
            round((one.ends_at - one.starts_at) / timedelta(minutes=1)) if one.ends_at else 0,
            tuple(
                dialects.Done(
                    _as_written(history, done.exercise),
                    done.read.set_type,
                    done.read.reps,
                    done.read.weight,
                    done.read.rpe,
                    _whole(done.read.duration_seconds),
                    _whole(meters(done.read, unit)),
                    done.read.notes,
                )
                for done in one.sets
            ),
        )
        for one in history.workouts
    ]


def _as_written(history: History, key: str) -> str:
    return history.names[key].written


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


@pytest.mark.parametrize(
    ("render", "kept", "unit"),
    [
        (dialects.strong_classic, lambda workouts: workouts, "kg"),
        (dialects.strong_german, lambda workouts: workouts, None),
        (dialects.hevy, dialects.without_notes, None),
        (dialects.fitnotes, dialects.in_days, None),
        (dialects.fitbod, dialects.without_effort, None),
    ],
)
@settings(max_examples=60, deadline=None)
@given(workouts=WORKOUTS)
def test_what_was_trained_is_read_back(
    render: Callable[[list[Trained]], bytes],
    kept: Callable[[list[Trained]], list[Trained]],
    unit: WeightUnit | None,
    workouts: list[Trained],
) -> None:
    assert read_back(render(workouts), unit) == kept(workouts)


@settings(max_examples=60, deadline=None)
@given(workouts=WORKOUTS)
def test_positions_count_within_exercise_and_workout(workouts: list[Trained]) -> None:
    history = read_history(io.BytesIO(dialects.hevy(workouts)), NOW)
    for workout in history.workouts:
        for name in history.names:
            positions = [one.position for one in workout.sets if one.exercise == name]
            assert positions == list(range(1, len(positions) + 1))
    assert {fold(done.exercise) for one in workouts for done in one.sets} == set(history.names)


@settings(max_examples=30, deadline=None)
@given(workouts=WORKOUTS)
def test_every_set_is_matched_mapped_or_unknown(workouts: list[Trained]) -> None:
    history = read_history(io.BytesIO(dialects.fitbod(workouts)), NOW)
    used = {done.exercise for one in workouts for done in one.sets}
    unsure = {'Curl, "strict"', "Kreuzheben; schwer", "ベンチ"} & used
    resolved = resolve(history, Choices())
    assert {one.written for one in resolved.unknown} == unsure
    mapped = resolve(history, Choices(mapping=dict.fromkeys(unsure, "barbell-curl")))
    assert mapped.unknown == []
    assert sum(len(list(mapped.sets(one))) for one in history.workouts) == sum(
        len(one.sets) for one in workouts
    )
