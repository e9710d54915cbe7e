import dataclasses

import pytest

from eval.judge import judge_scenario
from eval.outcome import TurnOutcome
from tests.eval.builders import as_expected, expect, made, scenario, turn

LOG = expect("log_set", reps=8, weight=230)
LOGGED = made("log_set", reps=8, weight=230)


def judge(wanted, outcome, **options):
    (result,) = judge_scenario(scenario(wanted), [outcome], **options)
    return result


def test_what_is_expected_is_exact():
    wanted = turn(
        LOG, reply={"contains_any": ["230"]}, after=[{"table": "workout_sets", "where": {"reps": 8}}]
    )
    result = judge(wanted, as_expected(wanted))
    assert result.exact
    assert result.false_writes == 0


def test_a_wrong_write_is_false_and_a_wrong_question_is_not():
    for tool, wrote in (("log_set", True), ("get_last_performance", False)):
        result = judge(turn(), TurnOutcome(calls=(made(tool, wrote=wrote),)))
        assert not result.exact
        assert result.false_writes == int(wrote)


def test_no_tool_at_all_means_not_even_one_that_fails():
    assert not judge(turn(), TurnOutcome(calls=(made("log_set", wrote=False, failed=True),))).exact
    assert judge(turn(), TurnOutcome(reply="Nice.")).exact


def test_a_failed_call_did_not_happen():
    failed = made("log_set", wrote=False, failed=True, reps=8, weight=230)
    alone = judge(turn(LOG), TurnOutcome(calls=(failed,)))
    assert not alone.exact
    assert alone.comparison.missed == 1
    assert judge(turn(LOG), TurnOutcome(calls=(failed, LOGGED))).exact


@pytest.mark.parametrize(
    ("outcome", "exact"),
    [
        (TurnOutcome(reply="Which exercise?"), True),
        (TurnOutcome(reply="Which?", calls=(made("log_set", wrote=False, failed=True),)), True),
        (TurnOutcome(reply="Which?", calls=(made("get_last_performance", wrote=False),)), True),
        (TurnOutcome(reply="Got it."), False),
        (TurnOutcome(), False),
        (TurnOutcome(reply="Right?", calls=(made("log_set"),)), False),
    ],
)
def test_must_ask(outcome, exact):
    assert judge(turn(ask=True), outcome).exact is exact


@pytest.mark.parametrize(
    ("check", "count", "exact"),
    [
        ({}, 1, True),
        ({}, 0, False),
        ({"count": 3}, 3, True),
        ({"count": 3}, 4, False),
        ({"count": 0}, 0, True),
        ({"absent": True}, 0, True),
        ({"absent": True}, 1, False),
        ({"absent": True}, None, False),
    ],
)
def test_rows_afterwards(check, count, exact):
    wanted = turn(LOG, after=[{"table": "workout_sets", "where": {"reps": 8}, **check}])
    assert judge(wanted, TurnOutcome(calls=(LOGGED,), row_counts=(count,))).exact is exact


def test_rows_that_were_not_counted_do_not_pass():
    wanted = turn(LOG, after=[{"table": "workout_sets", "where": {"reps": 8}, "absent": True}])
    assert not judge(wanted, TurnOutcome(calls=(LOGGED,))).exact


def test_an_error_is_never_exact():
    outcome = dataclasses.replace(as_expected(turn(LOG)), error="connection lost")
    assert judge(turn(LOG), outcome).reasons == ("error: connection lost",)


def test_turns_without_an_outcome_are_not_exact():
    results = judge_scenario(scenario(turn(), turn()), [TurnOutcome()])
    assert [r.exact for r in results] == [True, False]


def test_a_reply_check_counts():
    assert not judge(turn(LOG, reply={"max_words": 1}), TurnOutcome(calls=(LOGGED,), reply="230 for 8")).exact


def test_tools_that_are_not_there():
    results = judge_scenario(
        scenario(turn(expect("get_wod", wod="Fran")), turn()),
        [TurnOutcome(calls=(LOGGED,)), TurnOutcome()],
        tools={"log_set"},
    )
    assert [r.supported for r in results] == [False, True]
    assert results[0].false_writes == 1


def test_one_mistake_is_counted_once():
    turns = turn(expect("log_set", reps=5, weight=245)), turn(expect("repeat_set"))
    wrong = made("log_set", reps=9, weight=245)
    same = made("log_set", reps=5, weight=245)
    results = judge_scenario(scenario(*turns), [TurnOutcome(calls=(wrong,)), TurnOutcome(calls=(same,))])
    assert [r.exact for r in results] == [False, True]
