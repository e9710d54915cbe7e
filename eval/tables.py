"""The report of a run, as tables in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from core.statistics import Share
from eval.judge import TurnResult
from eval.outcome import ObservedCall
from eval.report import NOISE, by_value, key_words, turn_taking
from eval.robustness import Robustness, robustness
from eval.run import Run
from eval.scenario import ExpectedCall, Turn
from eval.talking import figures as talking_figures
from eval.talking import interruption_ms, talking
from eval.talking import to_json as talking_json
from prompts import versions

SHOWN_FAILURES = 50
SHOWN_TAGS = 15


def render(run: Run) -> RenderableType:
    """The report for a terminal: the measures, the weakest tags, and the failures."""
    parts: list[RenderableType] = [_measures_table(run)]
    if (varied := robustness(run.results)) is not None:
        parts.append(_robustness_table(varied))
    noises = {t: share for t, share in run.measures.by_tag.items() if t.startswith((NOISE, "voice:"))}
    if noises:
        parts.append(_tags_table(list(noises.items()), hidden=0, title="by noise and voice"))
    weak = sorted(
        ((tag, share) for tag, share in run.measures.by_tag.items() if share.hits < share.total),
        key=lambda item: (item[1].value or 0.0, -item[1].total),
    )
    if weak:
        parts.append(_tags_table(weak[:SHOWN_TAGS], hidden=len(weak) - SHOWN_TAGS))
    parts.extend(_failure_lines(run.failures))
    parts.extend(_difference_lines(run))
    return Group(*parts)


def _measures_table(run: Run) -> Table:
    m = run.measures
    repeated = f", {run.repeat} runs" if run.repeat > 1 else ""
    table = Table(
        title=f"{run.dataset}: {run.scenarios} scenarios{repeated}, router {run.router}", title_justify="left"
    )
    table.add_column("measure")
    table.add_column("value", justify="right")
    rows: Mapping[str, str | None] = {
        "exact turns": _share(m.exact),
        "tool accuracy": _share(m.tool_accuracy),
        "argument accuracy": _share(m.argument_accuracy),
        "false writes": str(m.false_writes),
        "missed calls": str(m.missed),
        "asked instead": str(m.asked),
        "errors": str(m.errors) if m.errors else None,
        "vetoed by the judge": f"{run.verdicts.vetoed} of {run.verdicts.asked}" if run.verdicts else None,
        "end states as expected": _share(m.end_states) if m.end_states.total else None,
        "word error rate": _percent(m.word_error_rate),
        "  numbers by value": _percent(by_value(run)),
        **{f"turn ends {how}": str(count) for how, count in turn_taking(run).items()},
        **talking_figures(
            talking_json(talking(run.results)), {"interruption_ms": interruption_ms(talking(run.results))}
        ),
        **{f"{kind} not heard": _share(share) for kind, share in key_words(run).items()},
        "latency p50 / p95 / p99": _latency(run),
        "time taken": f"{run.seconds:.1f} s, {run.jobs} at once" if run.seconds else None,
        "prompts": None if m.cost_usd is None else _versions(),
        "cost": None if m.cost_usd is None else f"${m.cost_usd:.4f}",
        f"pass@{run.repeat}": _percent(m.pass_at_k),
        f"pass^{run.repeat}": _percent(m.pass_hat_k),
        "unsupported turns (not counted)": str(m.unsupported_turns) if m.unsupported_turns else None,
    }
    for name, value in rows.items():
        if value is not None:
            alarming = name in ("false writes", "errors") and value != "0"
            table.add_row(name, value, style="bold red" if alarming else None)
    return table


def _talking(run: Run) -> Mapping[str, str]:
    found = talking(run.results)
    return talking_figures(talking_json(found), {"interruption_ms": interruption_ms(found)})


def _versions() -> str:
    return ", ".join(f"{name} {version}" for name, version in versions().items())


def _robustness_table(found: Robustness) -> Table:
    caption = f"said otherwise makes no difference: p = {found.p_value:.4f}"
    table = Table(
        title="the same said otherwise", title_justify="left", caption=caption, caption_justify="left"
    )
    for name in ("by", "as it stands", "otherwise"):
        table.add_column(name, justify="left" if name == "by" else "right")
    for rule, (plain, varied) in found.by_rule.items():
        table.add_row(rule, _share(plain), _share(varied))
    table.add_row("all", _share(found.plain), _share(found.varied), style="bold")
    return table


def _tags_table(shares: list[tuple[str, Share]], *, hidden: int, title: str = "weakest tags") -> Table:
    caption = f"{hidden} more tags with failures" if hidden > 0 else None
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
    table.add_column("tag")
    table.add_column("exact", justify="right")
    for tag, share in shares:
        table.add_row(Text(tag), _share(share))
    return table


def _failure_lines(failures: list[TurnResult]) -> Iterator[Text]:
    for result in failures[:SHOWN_FAILURES]:
        style = "bold red" if result.false_writes else "yellow"
        yield Text.assemble(
            (f"{result.scenario.id} turn {result.index + 1}", style),
            f" {result.turn.say!r}: ",
            "; ".join(result.reasons) or "a false write",
            f"\n    expected {_expected_text(result.turn)}",
            f"\n    got      {_calls_text(result.outcome.calls)}",
            f"  reply {result.outcome.reply!r}",
        )
    if len(failures) > SHOWN_FAILURES:
        yield Text(f"... and {len(failures) - SHOWN_FAILURES} more failures; --json lists them all")


def _difference_lines(run: Run) -> Iterator[Text]:
    """Only of scenarios whose every turn is exact: where one is not, another end is no news."""
    missed = {(r.scenario.source, r.scenario.id, r.run) for r in run.results if not r.exact}
    different = [
        r
        for r in run.results
        if r.outcome.end_state and (r.scenario.source, r.scenario.id, r.run) not in missed
    ]
    for result in different[:SHOWN_FAILURES]:
        found = "".join(f"\n    {words}" for words in result.outcome.end_state or ())
        yield Text.assemble((f"{result.scenario.id} ends in another state", "bold"), found)


def _expected_text(turn: Turn) -> str:
    return "a question, and nothing written" if turn.ask else _calls_text(turn.calls)


def _calls_text(calls: tuple[ExpectedCall, ...] | tuple[ObservedCall, ...]) -> str:
    texts = (f"{c.tool}({', '.join(f'{name}={value!r}' for name, value in c.args.items())})" for c in calls)
    return " then ".join(texts) or "no call"


def _share(share: Share) -> str:
    percent = _percent(share.value)
    return f"{share.hits} of {share.total} ({percent})" if percent else "0 of 0"


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"


def _latency(run: Run) -> str | None:
    latency = run.measures.latency
    if latency.p50 is None:
        return None
    return f"{latency.p50:.1f} / {latency.p95:.1f} / {latency.p99:.1f} ms"
