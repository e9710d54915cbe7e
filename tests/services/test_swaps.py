"""Swaps within a workout, as a rule: what is done where something was planned."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from db.models import Workout
from services.exercises.catalogue import packaged_catalogue
from services.workouts import planned
from services.workouts.swaps import after_swap

CATALOGUE = packaged_catalogue()
SLUGS = [exercise.slug for exercise in CATALOGUE.exercises[:5]]
A, B, C = SLUGS[:3]
SWAPS = st.lists(
    st.tuples(st.sampled_from(SLUGS), st.sampled_from(SLUGS)).filter(lambda pair: pair[0] != pair[1])
)


def test_a_swap_of_what_was_swapped_in_counts_for_what_was_planned() -> None:
    assert after_swap(after_swap({}, A, B), B, C) == {A: C, B: C}


def test_going_back_is_no_swap() -> None:
    assert after_swap(after_swap({}, A, B), B, A) == {}


@given(SWAPS)
def test_nothing_is_done_for_itself_and_what_was_swapped_last_is_done(pairs: list[tuple[str, str]]) -> None:
    swaps: dict[str, str] = {}
    for original, substitute in pairs:
        gone_back = swaps.get(substitute) == original
        swaps = after_swap(swaps, original, substitute)
        assert all(planned_slug != now for planned_slug, now in swaps.items())
        assert original not in swaps.values()
        assert substitute not in swaps if gone_back else swaps[original] == substitute


def test_planned_is_what_the_workout_does_instead() -> None:
    bench, squat, floor = (
        CATALOGUE.by_slug[slug]
        for slug in ("barbell-bench-press", "barbell-back-squat", "dumbbell-floor-press")
    )
    workout = Workout(swaps={"barbell-bench-press": "dumbbell-floor-press"})
    assert planned(workout, bench) == floor
    assert planned(workout, squat) == squat
    assert planned(None, bench) == bench
