"""Reports and comparisons in Markdown, as for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.statistics import Share
from eval.page import calls_text, figures, percent
from eval.reading import shares, tools_of
from services.evaluations.comparing import ALPHA, Compared, Report, Turn, counted

SHOWN = 20


def report_markdown(report: Report) -> str:
    """The measures, the tools with failures, and the first failures."""
    return "\n".join(_report(report)) + "\n"


def comparison_markdown(compared: Compared) -> str:
    """The two runs side by side, and the turns on which they differ."""
    return "\n".join(_comparison(compared)) + "\n"


def _report(report: Report) -> Iterator[str]:
    yield f"### {_cell(report['dataset'])}, router {report['router']}"
    yield ""
    yield from _table(("measure", "value"), figures(report).items())
    weak = {name: s for name, s in shares(counted(report), tools_of).items() if s.hits < s.total}
    if weak:
        yield ""
        rows = [(f"`{name}`", f"{s.hits} of {s.total}") for name, s in weak.items()]
        yield from _table(("turns of", "exact"), rows)
    failures = report["failures"]
    if failures:
        yield ""
        yield f"<details><summary>{len(failures)} turns went wrong</summary>"
        yield ""
        for one in failures[:SHOWN]:
            because = "; ".join(one.get("reasons", [])) or "a false write"
            got = calls_text(one["got"]["calls"])
            said = f"- **{one['id']}** turn {one['turn']} “{_cell(one['say'])}”"
            yield f"{said}: {_cell(because)}. Got `{_cell(got)}`"
        if len(failures) > SHOWN:
            yield f"- and {len(failures) - SHOWN} more"
        yield ""
        yield "</details>"


def _comparison(found: Compared) -> Iterator[str]:
    one, two = found.first, found.second
    yield f"A: {_cell(one.name)}  \nB: {_cell(two.name)}"
    yield ""
    rows = [
        *_other_settings(one.settings, two.settings),
        ("turns exact", _exact(one.exact), _exact(two.exact)),
        ("false writes", str(one.false_writes), str(two.false_writes)),
    ]
    for k in sorted(one.passes.keys() & two.passes.keys()):
        (a_at, a_hat), (b_at, b_hat) = one.passes[k], two.passes[k]
        rows.append((f"pass@{k} / pass^{k}", f"{a_at:.1%} / {a_hat:.1%}", f"{b_at:.1%} / {b_hat:.1%}"))
    if one.latency.get("p50") is not None and two.latency.get("p50") is not None:
        rows.append(("latency p50 / p95", _latency(one.latency), _latency(two.latency)))
    if one.cost_per_session is not None or two.cost_per_session is not None:
        rows.append(("cost a session", _cost(one.cost_per_session), _cost(two.cost_per_session)))
    yield from _table(("", "A", "B"), rows)
    yield ""
    yield _verdict(found)
    for title, turns in (("Only A is exact", found.only_first), ("Only B is exact", found.only_second)):
        if turns:
            yield ""
            yield f"{title}: {_turns(turns)}"


def _other_settings(one: Mapping[str, str], two: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The models in which two runs differ: what they are compared for."""
    names = sorted(one.keys() & two.keys())
    return [(name, one[name], two[name]) for name in names if one[name] != two[name]]


def _verdict(found: Compared) -> str:
    a, b = len(found.only_first), len(found.only_second)
    test = (
        f"exact McNemar test over {found.first.exact.total} turns that both played: p = {found.p_value:.4f}"
    )
    if found.left_out:
        test += f"; {found.left_out} turns that only one of them counted are left out"
    if found.p_value >= ALPHA:
        return f"Between A and B nothing is shown ({a} turns only A, {b} only B; {test})."
    return f"**{'A' if a > b else 'B'} is better** ({a} turns only A, {b} only B; {test})."


def _turns(turns: Sequence[Turn]) -> str:
    shown = ", ".join(f"{name} turn {turn}" for name, _, turn in turns[:SHOWN])
    return shown + (f" and {len(turns) - SHOWN} more" if len(turns) > SHOWN else "")


def _exact(share: Share) -> str:
    return f"{share.hits} of {share.total}, {percent(share)}"


def _latency(latency: object) -> str:
    assert isinstance(latency, dict)
    return " / ".join(f"{latency[p]:.0f}" for p in ("p50", "p95")) + " ms"


def _cost(value: float | None) -> str:
    return "free" if value is None else f"${value:.4f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
