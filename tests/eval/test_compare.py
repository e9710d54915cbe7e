"""The rules of equality between calls, as properties."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.units import KG_PER_LB
from eval.compare import compare_calls
from eval.scenario import Given
from eval.state import State
from tests.eval.builders import ON_BENCH, expect, made, unhurried

STATE = State.given(Given.model_validate(ON_BENCH))
EXERCISES = ["Barbell Bench Press", "Barbell Back Squat", "Goblet Squat", "Conventional Deadlift"]

weights = st.integers(1, 2000).map(lambda half_pounds: half_pounds / 2)
reps = st.integers(1, 50)
facts = st.fixed_dictionaries(
    {"reps": reps, "weight": weights},
    optional={
        "exercise": st.sampled_from(EXERCISES),
        "unit": st.sampled_from(["lbs", "kg"]),
        "rpe": st.integers(2, 20).map(lambda halves: halves / 2),
        "rir": st.integers(0, 9),
        "set_type": st.sampled_from(["working", "warmup", "drop", "failure", "amrap"]),
    },
)
junk = st.sampled_from(
    [None, True, -1, 0, 7, 10**30, 0.5, float("inf"), "", "kg", "squat", "8", [], [1], {}, {"a": None}]
)


def both_ways(one, other, state=STATE):
    """The verdict, after making sure that it is the same when the sides are exchanged."""
    forth = compare_calls([expect(t, **a) for t, a in one], [made(t, **a) for t, a in other], state)
    back = compare_calls([expect(t, **a) for t, a in other], [made(t, **a) for t, a in one], state)
    assert forth.exact == back.exact
    return forth


def log(**args):
    return "log_set", args


def repeat(**args):
    return "repeat_set", args


@unhurried
@given(st.lists(facts, min_size=1, max_size=4))
def test_calls_equal_themselves(rows):
    calls = [log(**row) for row in rows]
    assert both_ways(calls, calls).exact


@unhurried
@given(
    facts,
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
    st.lists(st.integers(1, 6), min_size=1, max_size=4),
)
def test_sets_may_be_split_in_any_way(row, one, other):
    here, there = ([log(**row, sets=n) for n in split] for split in (one, other))
    assert both_ways(here, there).exact == (sum(one) == sum(other))


@unhurried
@given(facts, st.integers(2, 8))
def test_sets_are_calls_alike(row, n):
    assert both_ways([log(**row, sets=n)], [log(**row)] * n).exact
    assert not both_ways([log(**row, sets=n)], [log(**row)] * (n - 1)).exact


@unhurried
@given(st.integers(1, 5), st.one_of(st.none(), reps), st.one_of(st.none(), st.integers(-40, 40)))
def test_repeat_equals_the_log_that_it_comes_to(n, new_reps, change):
    said = {"sets": n}
    row = {"reps": 8, "weight": 225}
    if new_reps is not None:
        said["reps"] = row["reps"] = new_reps
    if change is not None:
        said["weight_change"] = change
        row["weight"] += change
    assert both_ways([repeat(**said)], [log(**row, sets=n)]).exact
    assert both_ways([repeat(**said)], [log(**row, exercise="bench press")] * n).exact
    assert not both_ways([repeat(**said)], [log(**{**row, "reps": row["reps"] + 1}, sets=n)]).exact


@unhurried
@given(facts, st.integers(1, 4))
def test_repeat_follows_a_log_of_the_same_turn(row, n):
    """225 for 5, and two more: RPE and RIR are not repeated."""
    effortless = {name: value for name, value in row.items() if name not in ("rpe", "rir")}
    assert both_ways([log(**effortless), repeat(sets=n)], [log(**effortless, sets=n + 1)]).exact


@unhurried
@given(weights, reps)
def test_weights_are_equal_in_either_unit(pounds, count):
    in_kg = log(reps=count, weight=pounds * KG_PER_LB, unit="kg")
    assert both_ways([log(reps=count, weight=pounds)], [in_kg]).exact
    assert both_ways([log(reps=count, weight=pounds, unit="lbs")], [in_kg]).exact


@unhurried
@given(facts, st.sampled_from(["reps", "weight", "rpe", "rir"]), st.integers(1, 9))
def test_another_number_is_a_false_call(row, name, difference):
    other = {**row, name: row.get(name, 0) + difference}
    comparison = compare_calls([expect("log_set", **row)], [made("log_set", **other)], STATE)
    assert not comparison.exact
    assert comparison.tools_match
    assert comparison.false_calls == {0}
    assert comparison.missed == 0


@unhurried
@given(facts, facts)
def test_order_matters(one, other):
    assume(one["reps"] != other["reps"])
    assert not both_ways([log(**one), log(**other)], [log(**other), log(**one)]).exact


@unhurried
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["log_set", "repeat_set", "correct_set", "undo_last", "swap_exercise"]),
            st.dictionaries(
                st.sampled_from(
                    ["exercise", "unit", "weight", "weight_change", "sets", "reps", "substitute", "scope"]
                ),
                junk,
            ),
        ),
        max_size=3,
    )
)
def test_whatever_is_called_can_be_compared(calls):
    wanted = [expect("log_set", reps=8, weight=225), expect("repeat_set")]
    got = [made(tool, **args) for tool, args in calls]
    comparison = compare_calls(wanted, got, STATE)
    assert comparison.false_calls <= set(range(len(got)))
    assert 0 <= comparison.missed <= len(wanted)
    STATE.after_turn(tuple(wanted), tuple(got))


def test_two_repeats_raise_the_weight_twice():
    assert both_ways([repeat(weight_change=5, sets=2)], [repeat(weight_change=5), repeat()]).exact
    assert not both_ways([repeat(weight_change=5, sets=2)], [repeat(weight_change=5)] * 2).exact


def test_repeat_by_weight_equals_repeat_by_change():
    assert both_ways([repeat(weight_change=5)], [repeat(weight=230)]).exact
    assert both_ways([repeat()], [repeat(reps=8)]).exact
    assert both_ways([repeat(weight_change=5, unit="kg")], [repeat(weight=225 + 5 / KG_PER_LB)]).exact


def test_repeat_with_nothing_to_repeat_equals_only_itself():
    empty = State()
    assert both_ways([repeat(reps=5)], [repeat(reps=5)], empty).exact
    assert not both_ways([repeat(reps=5)], [log(reps=5)], empty).exact


def test_a_log_that_leaves_the_weight_out_is_not_a_repeat():
    comparison = compare_calls([expect("repeat_set")], [made("log_set", reps=8)], STATE)
    assert comparison.wrong_arguments == ["weight missing"]
    assert comparison.false_calls == set()


@pytest.mark.parametrize(
    ("wanted", "got", "missed", "false_calls"),
    [
        ([expect("log_set", reps=8)], [], 1, set()),
        ([], [made("log_set", reps=8)], 0, {0}),
        ([expect("log_set", reps=8)], [made("log_set", reps=8), made("log_set", reps=8)], 0, {1}),
        ([expect("log_set", reps=8), expect("log_set", reps=7)], [made("log_set", reps=7)], 1, set()),
        ([expect("log_set", reps=8), expect("finish_workout")], [made("log_set", reps=9)], 1, {0}),
        ([expect("correct_set", reps=9)], [made("log_set", reps=9)], 1, {0}),
        ([expect("log_set", reps=8), expect("log_set", reps=7)], [made("log_set", reps=6)], 1, {0}),
        (
            [expect("undo_last"), expect("log_set", reps=7)],
            [made("log_set", reps=7), made("undo_last")],
            0,
            set(),
        ),
    ],
)
def test_what_was_missed_and_what_was_false(wanted, got, missed, false_calls):
    comparison = compare_calls(wanted, got, STATE)
    assert not comparison.exact
    assert not comparison.tools_match
    assert (comparison.missed, comparison.false_calls) == (missed, false_calls)


@pytest.mark.parametrize(("sets", "is_false"), [(1, False), (2, False), (4, True)])
def test_too_many_sets_are_false_and_too_few_are_not(sets, is_false):
    comparison = compare_calls(
        [expect("log_set", reps=8, sets=3)], [made("log_set", reps=8, sets=sets)], STATE
    )
    assert comparison.tools_match
    assert not comparison.exact
    assert bool(comparison.false_calls) is is_false
