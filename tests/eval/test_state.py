from eval.names import exercise_slug
from eval.scenario import Given
from eval.state import State
from tests.eval.builders import ON_BENCH, expect, made

BENCH = exercise_slug("Barbell Bench Press")
SQUAT = exercise_slug("Barbell Back Squat")


def given(**parts):
    return State.given(Given.model_validate(parts))


def on_bench():
    return State.given(Given.model_validate(ON_BENCH))


def test_given():
    assert given() == State()
    open_workout = given(unit="kg", workout={"sets": []})
    assert (open_workout.unit, open_workout.exercise, open_workout.last_set) == ("kg", None, None)
    assert on_bench().exercise == BENCH
    assert on_bench().last_set["weight"] == 225


def test_a_given_workout_may_have_moved_on_from_its_last_set():
    state = given(workout={"exercise": "Barbell Back Squat", "sets": ON_BENCH["workout"]["sets"]})
    assert state.exercise == SQUAT
    assert state.as_log_set("repeat_set", {})["exercise"] == BENCH
    assert state.context("log_set").exercise == SQUAT
    assert state.context("correct_set").exercise == BENCH


def test_a_set_moves_the_workout_to_its_exercise():
    state = on_bench().after_call("log_set", {"exercise": "back squat", "reps": 5, "weight": 315})
    assert state.exercise == SQUAT
    assert state.as_log_set("log_set", {"reps": 3})["exercise"] == SQUAT


def test_corrections_change_what_is_repeated():
    state = on_bench().after_call("correct_set", {"reps": 10})
    assert state.as_log_set("repeat_set", {}) == {"exercise": BENCH, "reps": 10, "weight": 225, "unit": "lbs"}


def test_undo_goes_back_one_call_and_undoes_corrections():
    state = on_bench().after_call("correct_set", {"reps": 10}).after_call("undo_last", {})
    assert state.last_set["reps"] == 8
    assert state.after_call("undo_last", {}).last_set is None
    assert state.after_call("undo_last", {}).exercise == BENCH
    assert State().after_call("undo_last", {}) == State()


def test_undo_of_one_set_leaves_the_others_of_the_call():
    state = on_bench().after_call("log_set", {"reps": 3, "sets": 2})
    once = state.after_call("undo_last", {"scope": "set"})
    assert once.last_set["reps"] == 3
    assert once.after_call("undo_last", {"scope": "set"}).last_set["reps"] == 8
    assert state.after_call("undo_last", {}).last_set["reps"] == 8


def test_a_workout_begins_and_ends_with_no_exercise():
    done = on_bench().after_call("finish_workout", {})
    assert (done.exercise, done.last_set, done.workout_open) == (None, None, False)
    assert on_bench().after_call("start_workout", {}).exercise == BENCH
    assert done.after_call("start_workout", {}).workout_open


def test_bodyweight_plus_weight():
    state = given(workout={"exercise": "Pull-Up", "sets": [{"exercise": "Pull-Up", "reps": 5}]})
    assert "weight" not in state.as_log_set("repeat_set", {})
    assert state.as_log_set("repeat_set", {"weight_change": 10})["weight"] == 10


def test_what_the_scenario_leaves_open_is_taken_from_the_calls_made():
    state = on_bench().after_turn((expect("swap_exercise"),), (made("swap_exercise", substitute="squat"),))
    assert state.exercise == exercise_slug("squat")


def test_a_wrong_call_does_not_change_what_is_intended():
    state = on_bench().after_turn((expect("log_set", reps=5),), (made("log_set", reps=50, exercise="squat"),))
    assert (state.exercise, state.last_set["reps"]) == (BENCH, 5)


def test_an_undone_first_set_leaves_the_athlete_at_its_exercise():
    state = State().after_call("log_set", {"exercise": "bench press", "reps": 8})
    assert state.after_call("undo_last", {}).exercise == BENCH


def test_timed_sets_are_repeated_with_their_time_and_distance():
    state = State().after_call(
        "log_set", {"exercise": "Plank", "duration_seconds": 60, "distance_meters": 20}
    )
    repeated = state.as_log_set("repeat_set", {})
    assert (repeated["duration_seconds"], repeated["distance_meters"]) == (60, 20)
