"""Names as other apps write them: matched when that is sure, suggested when it is not."""

from __future__ import annotations

import pytest

from services.exercises.catalogue import packaged_catalogue
from services.exercises.other_names import OTHER_NAMES
from services.exercises.search import packaged_search
from services.exercises.spelling import words

SURE = {
    "Bench Press (Barbell)": "barbell-bench-press",
    "BENCH PRESS  (barbell)": "barbell-bench-press",
    "Flat Barbell Bench Press": "barbell-bench-press",
    "Bench Press - Close Grip (Barbell)": "close-grip-bench-press",
    "Bench Press (Dumbbell)": "dumbbell-bench-press",
    "Bench Press (Smith Machine)": "smith-machine-bench-press",
    "Incline Bench Press - Barbell": "incline-barbell-bench-press",
    "Squat (Barbell)": "barbell-back-squat",
    "Squat (Bodyweight)": "air-squat",
    "Lat Pulldown (Cable)": "lat-pulldown",
    "Lat Pulldown - Underhand (Cable)": "reverse-grip-lat-pulldown",
    "Pullup (Underhand Grip)": "chin-up",
    "Pull Up (Assisted)": "assisted-pull-up",
    "Pull-Ups (Weighted)": "weighted-pull-up",
    "Deadlift (Barbell)": "conventional-deadlift",
    "Deadlift (Trap bar)": "trap-bar-deadlift",
    "Romanian Deadlift (Dumbbell)": "dumbbell-romanian-deadlift",
    "Bicep Curl (Cable)": "cable-curl",
    "Curl (Dumbbell)": "dumbbell-curl",
    "Skullcrusher (Barbell)": "skull-crusher",
    "EZ-Bar Preacher Curl": "preacher-curl",
    "Seated Leg Press (Machine)": "horizontal-leg-press",
    "Rowing (Machine)": "row-erg",
    "Seated Row (Machine)": "machine-row",
    "Shoulder Press (Plate Loaded)": "machine-shoulder-press",
    "Knee Raise (Captain's Chair)": "captains-chair-knee-raise",
    "Hip Abductor (Machine)": "hip-abduction-machine",
    "Running (Treadmill)": "treadmill-run",
    "Chest Fly (Machine)": "machine-chest-fly",
    "Stiff-Legged Deadlift": "stiff-leg-deadlift",
    "Bankdrücken (Langhantel)": "barbell-bench-press",
}
UNSURE = [
    "Bench Press (Cable)",
    "Bench Press - Wide Grip (Barbell)",
    "Squat (Band)",
    "Squat (Machine)",
    "Squat Row (Band)",
    "Hack Squat (Barbell)",
    "Hammer Curl (Band)",
    "Stiff Leg Deadlift (Dumbbell)",
    "Deadlift (Smith Machine)",
    "Standing Calf Raise (Barbell)",
    "Thruster (Kettlebell)",
    "Press",
    "Press (Barbell)",
    "Row",
    "Raise (Dumbbell)",
    "Warm Up",
    "Yoga",
    "My Own Exercise",
    "Bench Pres",
    "ベンチプレス",
    "(Barbell)",
    "",
]


@pytest.mark.parametrize(("name", "slug"), SURE.items())
def test_what_is_sure_is_matched(name: str, slug: str) -> None:
    found = packaged_search().sure(name)
    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize("name", UNSURE)
def test_what_is_not_sure_is_not_matched(name: str) -> None:
    assert packaged_search().sure(name) is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Bench Pres", "barbell-bench-press"),
        ("Hack Squat (Barbell)", "hack-squat"),
        ("Bench Press (Cable)", "cable-chest-press"),
        ("Stiff Leg Deadlift (Dumbbell)", "stiff-leg-deadlift"),
        ("Seated Cable Row - MAG Grip", "seated-cable-row"),
    ],
)
def test_at_most_five_are_suggested_with_the_right_one_among_them(name: str, slug: str) -> None:
    suggested = [one.slug for one in packaged_search().suggest(name)]
    assert slug in suggested
    assert len(suggested) == len(set(suggested)) <= 5


def test_the_catalogue_knows_its_own_names() -> None:
    for exercise in packaged_catalogue():
        assert packaged_search().sure(exercise.name) == exercise


def test_every_other_name_is_matched() -> None:
    for name, slug in OTHER_NAMES.items():
        found = packaged_search().sure(name)
        assert found is not None
        assert found.slug == slug


def test_spelling_and_order_make_no_difference() -> None:
    assert sorted(words("Dumbbells Curls, one-arm")) == sorted(words("Single Arm DB Curl"))
    assert words("Captain's Chair Raises") == words("captains chair raise")
