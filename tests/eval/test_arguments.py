import pytest

from eval.arguments import Context, Verdict, compare_args, same_value

ON_BENCH = Context("lbs", "barbell-bench-press")


def verdicts(tool, expected, got, context=ON_BENCH):
    return {name: verdict.value for name, verdict in compare_args(tool, expected, got, context).items()}


def all_right(tool, expected, got, context=ON_BENCH):
    return set(verdicts(tool, expected, got, context).values()) <= {"right"}


@pytest.fixture(autouse=True)
def _bench_slug_is_real():
    from eval.names import exercise_slug

    assert exercise_slug("Barbell Bench Press") == ON_BENCH.exercise


@pytest.mark.parametrize(
    ("expected", "got", "equal"),
    [
        (8, 8.0, True),
        (79.38, 79.3787, True),
        (100, 100.01, True),
        (100, 100.02, False),
        ("Easy", "easy ", True),
        (True, True, True),
        (True, 1, False),
        (1, True, False),
        (8, "8", False),
        (
            {"repeats": 6, "work_meters": 400},
            {"work_meters": 400.0, "repeats": 6, "work_seconds": None},
            True,
        ),
        ({"repeats": 6}, {"repeats": 6, "recovery_seconds": 90}, False),
        ({"repeats": 6, "work_meters": 400}, {"repeats": 6}, False),
    ],
)
def test_values(expected, got, equal):
    assert same_value(expected, got) is equal


def test_weights_are_compared_after_converting():
    said = {"weight": 100, "unit": "kg"}
    assert all_right("log_set", said, {"weight": 220.46, "unit": "lbs"})
    assert verdicts("log_set", said, {"weight": 100}) == {"weight": "wrong", "unit": "wrong"}


def test_the_athletes_own_unit_may_be_given_or_left_out():
    assert all_right("log_set", {"weight": 225}, {"weight": 225, "unit": "lbs"})
    assert all_right("log_set", {"weight": 225, "unit": "lbs"}, {"weight": 225})
    assert "right" not in verdicts("log_set", {"weight": 225}, {"weight": 225, "unit": "kg"}).values()


def test_a_correction_of_the_unit_alone_must_say_the_unit():
    assert verdicts("correct_set", {"unit": "lbs"}, {}) == {"unit": "missing"}
    assert verdicts("correct_set", {"unit": "kg"}, {"unit": "lbs"}) == {"unit": "wrong"}
    assert all_right("correct_set", {"unit": "kg"}, {"unit": "kg"})


def test_exercises_are_compared_in_the_catalogue():
    assert all_right("log_set", {"exercise": "Barbell Back Squat"}, {"exercise": "back squats"})
    assert verdicts("log_set", {"exercise": "Barbell Back Squat"}, {"exercise": "Front Squat"}) == {
        "exercise": "wrong"
    }
    assert all_right("swap_exercise", {"substitute": "Goblet Squat"}, {"substitute": "goblet squat"})
    assert verdicts("swap_exercise", {"substitute": "Goblet Squat"}, {}) == {"substitute": "missing"}


def test_an_exercise_left_out_is_the_one_the_workout_is_on():
    assert all_right("log_set", {"reps": 8}, {"reps": 8, "exercise": "bench press"})
    assert all_right("log_set", {"exercise": "Barbell Bench Press"}, {})
    assert verdicts("log_set", {}, {"exercise": "Front Squat"}) == {"exercise": "invented"}
    nowhere = Context("lbs", None)
    assert verdicts("log_set", {}, {"exercise": "bench press"}, nowhere) == {"exercise": "invented"}
    assert verdicts("log_set", {"exercise": "Barbell Bench Press"}, {}, nowhere) == {"exercise": "missing"}


@pytest.mark.parametrize(
    ("tool", "extra"),
    [
        ("log_set", {"weight": 5}),
        ("log_set", {"reps": 5}),
        ("log_set", {"rpe": 8}),
        ("log_set", {"rir": 2}),
        ("log_set", {"set_type": "warmup"}),
        ("log_set", {"sets": 2}),
        ("log_set", {"distance_meters": 40}),
        ("log_set", {"duration_seconds": 60}),
        ("correct_set", {"set_type": "working"}),
        ("log_injury", {"side": "left"}),
        ("log_injury", {"severity": "minor"}),
        ("log_wod", {"result_time_seconds": 250}),
        ("log_wod", {"rx": False}),
    ],
)
def test_an_unsaid_fact_is_invented(tool, extra):
    assert list(compare_args(tool, {}, extra, ON_BENCH).values()) == [Verdict.INVENTED]


@pytest.mark.parametrize(
    ("tool", "extra"),
    [
        ("log_set", {"sets": 1, "set_type": "working", "rpe": None}),
        ("undo_last", {"scope": "set"}),
        ("log_injury", {"notes": "left side, quite bad"}),
        ("search_knowledge", {"category": "strength"}),
    ],
)
def test_what_adds_no_fact_is_harmless(tool, extra):
    assert compare_args(tool, {}, extra, ON_BENCH) == {}


@pytest.mark.parametrize(
    ("tool", "name"),
    [
        ("start_workout", "name"),
        ("search_knowledge", "query"),
        ("skip_workout", "reason"),
        ("log_injury", "notes"),
    ],
)
def test_free_text_is_not_compared(tool, name):
    assert compare_args(tool, {name: "one thing"}, {name: "another"}, ON_BENCH) == {}
    assert compare_args(tool, {name: "one thing"}, {}, ON_BENCH) == {}


def test_the_reason_of_a_substitution_is_compared():
    assert verdicts("suggest_exercise_substitution", {"reason": "injury"}, {"reason": "equipment"}) == {
        "reason": "wrong"
    }


def test_defaults_stand_for_what_is_left_out():
    assert all_right("log_set", {"set_type": "working", "sets": 1}, {})
    assert verdicts("log_set", {"set_type": "warmup", "sets": 3}, {}) == {
        "set_type": "wrong",
        "sets": "wrong",
    }
    assert verdicts("log_set", {"rpe": 8}, {}) == {"rpe": "missing"}
