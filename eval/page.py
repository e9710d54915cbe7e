"""A report as one page that needs nothing else: no script, no other file, no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from core.statistics import Share, wilson
from eval import talking
from eval.reading import (
    Stage,
    confusions,
    shares,
    tools_of,
    typical_stages,
    waterfall,
)
from eval.sounds import Sounds
from services.evaluations.comparing import Report, counted

SLOWEST = 5
SHOWN_GROUPS = 20
SHOWN_CONFUSIONS = 25
OPEN_FAILURES = 20


def page(report: Report, folder: Path = Path()) -> str:
    """The report as HTML; sounds that were kept, by paths relative to `folder`, are inside it."""
    title = f"{report['dataset']}: {report['router']}"
    parts = (
        _summary(report),
        _groups(report),
        _confusion(report),
        _latency(report),
        _failures(report, Sounds(folder)),
    )
    style = files("eval").joinpath("page.css").read_text(encoding="utf-8")
    body = "\n".join(part for section in parts for part in section)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; media-src data:\">\n"
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def percent(share: Share) -> str:
    """The share with its 95 % interval."""
    if share.value is None:
        return "-"
    low, high = wilson(share.hits, share.total)
    return f"{share.value:.1%} ({low:.1%} to {high:.1%})"


def figures(report: Report) -> dict[str, str]:
    """The measures by name, as people read them; those that do not apply are left out."""
    exact = Share(report["exact_turns"], report["turns"])
    states = report.get("end_states") or {}
    latency = report.get("latency_ms") or {}
    jobs = (report.get("timings") or {}).get("jobs", 1)
    found = {
        "exact turns": f"{exact.hits} of {exact.total}, {percent(exact)}",
        "right tools": _share(report.get("tool_accuracy")),
        "right arguments": _share(report.get("argument_accuracy")),
        "false writes": str(report.get("false_writes")),
        "missed calls": str(report.get("missed")),
        "asked instead": None if report.get("asked") is None else str(report["asked"]),
        "end states as expected": f"{states['as_expected']} of {states['compared']}"
        if states.get("compared")
        else None,
        "word error rate": _share(report.get("word_error_rate")),
        **{f"turn ends {k}": str(v) for k, v in (report.get("turn_taking") or {}).items()},
        **talking.figures(report.get("talking"), report.get("timings") or {}),
        "numbers by value": _share(report.get("word_error_rate_by_value")),
        **{f"{k} not heard": _share(v) for k, v in (report.get("key_word_errors") or {}).items()},
        "latency p50 / p95 / p99": None
        if latency.get("p50") is None
        else " / ".join(f"{latency[p]:.0f}" for p in ("p50", "p95", "p99"))
        + f" ms{f', {jobs} at once' if jobs > 1 else ''}",
        f"pass@{report.get('repeat')}": _share(report.get("pass_at_k")),
        f"pass^{report.get('repeat')}": _share(report.get("pass_hat_k")),
        "cost": None if report.get("cost_usd") is None else f"${report['cost_usd']:.4f}",
        "errors": str(report["errors"]) if report.get("errors") else None,
        "turns not counted": str(report["unsupported"]["turns"])
        if report.get("unsupported", {}).get("turns")
        else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"


def _summary(report: Report) -> Iterator[str]:
    repeat, seed = report.get("repeat", 1), report.get("seed", 0)
    played = "once" if repeat == 1 else f"{repeat} times"
    how = f"{report.get('scenarios', '?')} scenarios, played {played}, seed {seed}"
    yield f'<p class="how">{escape(how)}</p><dl class="figures">'
    for name, value in figures(report).items():
        alarming = name in ("false writes", "errors") and value != "0"
        yield f"<div{_class('alarm', alarming)}><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
    yield "</dl>"


def _groups(report: Report) -> Iterator[str]:
    turns = counted(report)
    yield '<div class="columns">'
    yield from _table("By tool", shares(turns, tools_of))
    yield from _table("By tag", shares(turns, lambda one: one["tags"]))
    noises = shares(turns, lambda one: [one["noise"]] if one.get("noise") else [])
    if noises:
        yield from _table("By noise", dict(sorted(noises.items())))
    yield "</div>"


def _table(title: str, found: Mapping[str, Share]) -> Iterator[str]:
    """The groups with the most failures, and the biggest others; the rest folded away."""
    if not found:
        return
    ordered = sorted(found.items(), key=lambda item: item[1].hits - item[1].total)
    shown, rest = ordered[:SHOWN_GROUPS], ordered[SHOWN_GROUPS:]
    yield f"<section><h2>{escape(title)}</h2>"
    yield from _rows(shown)
    if rest:
        exact = all(share.hits == share.total for _, share in rest)
        yield f"<details><summary>{len(rest)} more{', all exact' if exact else ''}</summary>"
        yield from _rows(rest)
        yield "</details>"
    yield "</section>"


def _rows(found: Iterable[tuple[str, Share]]) -> Iterator[str]:
    yield "<table><thead><tr><th>turns of</th><th>exact</th><th></th></tr></thead>"
    for name, share in found:
        yield (
            f"<tr{_class('alarm', share.hits < share.total)}><th>{escape(name)}</th>"
            f"<td>{share.hits} of {share.total}</td>"
            f'<td><span class="bar" style="--share:{share.value or 0.0:.3f}"></span></td></tr>'
        )
    yield "</table>"


def _confusion(report: Report) -> Iterator[str]:
    found = confusions(counted(report))
    yield "<h2>What was done instead</h2>"
    if not found:
        yield "<p>Every turn made the calls that it had to make.</p>"
        return
    yield from _confused(found[:SHOWN_CONFUSIONS])
    if rest := found[SHOWN_CONFUSIONS:]:
        yield f"<details><summary>{len(rest)} more</summary>"
        yield from _confused(rest)
        yield "</details>"


def _confused(found: Iterable[tuple[str, str, int]]) -> Iterator[str]:
    yield "<table><thead><tr><th>expected</th><th>done</th><th>turns</th></tr></thead>"
    for expected, got, count in found:
        yield f"<tr><th>{escape(expected)}</th><td>{escape(got)}</td><td>{count}</td></tr>"
    yield "</table>"


def _latency(report: Report) -> Iterator[str]:
    turns = (report.get("timings") or {}).get("turns") or []
    timed = [turn for turn in turns if turn.get("stages")]
    if not timed:
        return
    yield "<h2>Where the time goes</h2><p>Half of the turns, all but one in twenty, and the slowest.</p>"
    points = [(f"p{point}", waterfall(typical_stages(timed, point / 100))) for point in (50, 95)]
    slowest = sorted(timed, key=_length, reverse=True)[:SLOWEST]
    named = [(f"{turn['id']}, turn {turn['turn']}", waterfall(turn["stages"])) for turn in slowest]
    for rows in (points, named):
        scale = max((stage.ends for _, stages in rows for stage in stages), default=1.0) or 1.0
        yield '<div class="waterfalls">'
        for title, stages in rows:
            yield f"<section><h3>{escape(title)}</h3>"
            yield from _bars(stages, scale)
            yield "</section>"
        yield "</div>"


def _bars(stages: Iterable[Stage], scale: float) -> Iterator[str]:
    for stage in stages:
        place = f"--from:{stage.begins / scale:.4f};--to:{stage.ends / scale:.4f}"
        took = f"{max(0.0, stage.ends - stage.begins):.1f} ms"
        title = escape(stage.title)
        yield f'<div class="stage"><span>{title}</span><i style="{place}"></i><b>{took}</b></div>'


def _length(turn: Mapping[str, Any]) -> float:
    return max((stage.ends for stage in waterfall(turn["stages"])), default=0.0)


def _failures(report: Report, sounds: Sounds) -> Iterator[str]:
    failures = report["failures"]
    differences = report.get("end_state_differences") or []
    yield f"<h2>What went wrong: {len(failures)} turns</h2>"
    for place, one in enumerate(failures):
        yield from _failure(one, sounds, opened=place < OPEN_FAILURES)
    if differences:
        yield f"<h2>Other end states than expected: {len(differences)}</h2>"
    for one in differences:
        said = "".join(f"<li>{escape(words)}</li>" for words in one["differences"])
        yield f"<details><summary><b>{escape(one['id'])}</b></summary><ul>{said}</ul></details>"
    yield from _turn_taking(report.get("turn_taking_faults") or [], sounds)


def _turn_taking(faults: list[Mapping[str, Any]], sounds: Sounds) -> Iterator[str]:
    if faults:
        yield f"<h2>Who spoke when, and should not have: {len(faults)} turns</h2>"
    for one in faults:
        because = "; ".join(one["faults"])
        yield f"<details><summary><b>{escape(one['id'])}</b> turn {one['turn']} <q>{escape(one['say'])}</q> "
        yield f'<em class="alarm">{escape(because)}</em></summary>'
        yield sounds.player(one.get("audio"))
        yield f"<dl><dt>heard</dt><dd>{escape(one['transcript'] or 'nothing')}</dd></dl></details>"


def _failure(one: Mapping[str, Any], sounds: Sounds, *, opened: bool) -> Iterator[str]:
    got = one["got"]
    mark = ' <em class="alarm">false write</em>' if one.get("false_writes") else ""
    yield (
        f"<details{' open' if opened else ''}><summary><b>{escape(one['id'])}</b> turn {one['turn']}{mark} "
        f"<q>{escape(one['say'])}</q></summary>"
    )
    yield sounds.player(one.get("audio"))
    expected = one["expected"]
    wanted = (
        "a question, and nothing written" if expected.get("ask") else calls_text(expected.get("calls", []))
    )
    rows = {
        "heard": "nothing" if got.get("transcript") == "" else got.get("transcript"),
        "expected": wanted,
        "got": calls_text(got["calls"]),
        "reply": got.get("reply"),
        "because": "; ".join(one.get("reasons", [])) or "a false write",
        "where": one.get("source"),
    }
    yield "<dl>"
    for name, value in rows.items():
        if value:
            yield f"<dt>{name}</dt><dd>{escape(value)}</dd>"
    yield "</dl></details>"


def calls_text(calls: Iterable[Mapping[str, Any]]) -> str:
    """Calls as people read them."""
    texts = []
    for call in calls:
        arguments = ", ".join(f"{name}={value!r}" for name, value in (call.get("args") or {}).items())
        texts.append(f"{call['tool']}({arguments}){' refused' if call.get('failed') else ''}")
    return " then ".join(texts) or "no call"


def _class(name: str, applies: bool) -> str:
    return f' class="{name}"' if applies else ""
