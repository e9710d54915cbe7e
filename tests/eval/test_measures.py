from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.statistics import Share, pass_at_k, pass_hat_k, percentile
from eval.judge import judge_scenario
from eval.measures import measure
from eval.outcome import TurnOutcome
from tests.eval.builders import as_expected, expect, made, scenario, turn, unhurried

LOG = turn(expect("log_set", reps=8, weight=230), say="two thirty for eight")
RIGHT = as_expected(LOG)
WRONG_REPS = TurnOutcome(calls=(made("log_set", reps=6, weight=230),), latency_ms=15.0)
SILENT = TurnOutcome()


def played(*pairs, run=0, tools=None, **options):
    story = scenario(*(wanted for wanted, _ in pairs), **options)
    return judge_scenario(story, [outcome for _, outcome in pairs], run=run, tools=tools)


def test_turns_tools_and_arguments():
    measures = measure(played((LOG, RIGHT), (LOG, WRONG_REPS), (LOG, SILENT), (turn(), SILENT)))
    assert measures.exact == Share(2, 4)
    assert measures.tool_accuracy == Share(3, 4)
    assert measures.argument_accuracy == Share(3, 4)
    assert (measures.false_writes, measures.missed) == (1, 1)


def test_asking_is_the_right_tool_choice():
    ask = turn(ask=True)
    tried = TurnOutcome(reply="Which?", calls=(made("log_set", wrote=False, failed=True),))
    measures = measure(played((ask, tried), (ask, TurnOutcome(calls=(made("log_set"),)))))
    assert measures.tool_accuracy == Share(1, 2)
    assert measures.false_writes == 1


def test_what_is_asked_instead_of_done_is_told_apart():
    doubtful = TurnOutcome(reply="Was that 230 for 8?")
    warned = TurnOutcome(reply="230 for 6. Right?", calls=(made("log_set", reps=6, weight=230),))
    tried = TurnOutcome(reply="Which exercise?", calls=(made("log_set", wrote=False, failed=True),))
    turns = [doubtful, warned, tried, TurnOutcome(reply="Sorry."), SILENT]
    assert measure(played(*((LOG, outcome) for outcome in turns))).asked == 2
    looked_up = turn(expect("start_workout"))
    assert measure(played((looked_up, replace(as_expected(looked_up), reply="Which?")))).asked == 0
    assert measure(played((turn(), doubtful), (turn(ask=True), doubtful))).asked == 0, (
        "nothing was to be done"
    )


def test_nothing_played_has_no_shares():
    measures = measure([])
    assert measures.exact.value is measures.tool_accuracy.value is measures.argument_accuracy.value is None
    assert measures.latency.p99 is None


def test_latency_counts_turns_that_were_timed():
    measures = measure(played((LOG, RIGHT), (LOG, WRONG_REPS), (turn(), SILENT)))
    assert measures.latency.p50 == pytest.approx(10.0)
    assert measures.latency.p99 == pytest.approx(14.9)


def test_word_error_rate_is_of_turns_with_audio():
    heard = turn(say="two thirty for eight", audio="a.wav")
    measures = measure(
        played((heard, TurnOutcome(transcript="Two thirty for ate.")), (heard, SILENT), (LOG, SILENT))
    )
    assert measures.word_error_rate == pytest.approx(5 / 8)
    assert measure(played((LOG, RIGHT))).word_error_rate is None


def test_cost_is_told_only_where_a_paid_model_was_used():
    assert measure(played((LOG, RIGHT))).cost_usd is None
    paid = TurnOutcome(cost_usd=0.25)
    assert measure(played((LOG, paid), (LOG, paid), (LOG, RIGHT))).cost_usd == pytest.approx(0.5)


def test_unsupported_turns_count_only_for_false_writes():
    wod = turn(expect("get_wod", wod="Fran"))
    tools = {"log_set"}
    measures = measure(played((wod, WRONG_REPS), (wod, SILENT), (LOG, RIGHT), tools=tools), tools=tools)
    assert measures.exact == Share(1, 1)
    assert (measures.unsupported_turns, measures.unsupported_tools) == (2, {"get_wod": 2})
    assert (measures.false_writes, measures.missed) == (1, 0)


def test_shares_by_tag():
    results = [
        *played((LOG, RIGHT), tags=["a", "b"], id="one"),
        *played((LOG, SILENT), tags=["b"], id="two"),
    ]
    assert measure(results).by_tag == {"a": Share(1, 1), "b": Share(1, 2)}


def test_passing_once_and_passing_always():
    results = []
    for run, flaky in enumerate((RIGHT, SILENT, RIGHT)):
        results += played((LOG, RIGHT), (LOG, RIGHT), run=run, id="steady")
        results += played((LOG, RIGHT), (LOG, flaky), run=run, id="flaky")
        results += played((LOG, SILENT), run=run, id="hopeless")
    measures = measure(results, repeat=3)
    assert measures.pass_at_k == pytest.approx(2 / 3)
    assert measures.pass_hat_k == pytest.approx(1 / 3)
    assert measure(played((LOG, RIGHT))).pass_at_k is None


def test_passes_by_their_definition():
    assert pass_at_k(10, 3, 1) == pytest.approx(0.3)
    assert pass_at_k(4, 2, 2) == pytest.approx(1 - 1 / 6)
    assert pass_hat_k(4, 2, 2) == pytest.approx(1 / 6)
    assert pass_hat_k(4, 1, 2) == 0


@unhurried
@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_always_is_harder_than_once(counts):
    n, passed, k = counts
    assert 0 <= pass_hat_k(n, passed, k) <= passed / n + 1e-12 <= pass_at_k(n, passed, k) + 2e-12 <= 1 + 2e-12


def test_percentiles():
    assert percentile([], 0.5) is None
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(n) for n in range(101)], 0.95) == pytest.approx(95)


@unhurried
@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_lies_within_the_values(values, share):
    result = percentile(values, share)
    assert min(values) - 1e-6 <= result <= max(values) + 1e-6
