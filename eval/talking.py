"""Who speaks when: interruptions, talk over a reply, talk that is not for the agent, and pauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.statistics import Share, percentile
from eval.judge import TurnResult


@dataclass(frozen=True, slots=True)
class Talking:
    """Turns spoken through a door, by what had to come of them."""

    interruptions: Share
    """Turns of the athlete's over a reply that was being spoken: those that silenced the voice."""

    done: Share
    """The same turns: those that are exact."""

    kept_true: Share
    """Interrupted replies of which the history keeps what was heard."""

    too_late: int
    """Turns that were to be said over a reply and began when it was over."""

    false_interruptions: Share
    """What others said over a reply: the replies that broke off."""

    not_for_the_agent: Share
    """What others said: turns that were answered."""

    pauses: Share
    """Turns with pauses in them that were taken for several."""

    latency_ms: tuple[float, ...]
    """Of interruptions: from the first sound until the client was told to be silent."""


def talking(results: Iterable[TurnResult]) -> Talking | None:
    """What the spoken turns came to; None when none were spoken through a door."""
    spoken = [r for r in results if r.supported and r.outcome.turn_taking is not None]
    if not spoken:
        return None
    over = [(r, came) for r in spoken if (came := r.outcome.over_reply) is not None]
    during = [(r, came) for r, came in over if came.during]
    own = [(r, came) for r, came in during if r.turn.aloud.by == "athlete"]
    others = [came for r, came in during if r.turn.aloud.by == "other"]
    kept = [came.kept_true for _, came in own if came.kept_true is not None]
    bystanders = [r for r in spoken if r.turn.aloud.by == "other"]
    paused = [r for r in spoken if r.turn.aloud.pauses]
    return Talking(
        interruptions=_share(came.silenced for _, came in own),
        done=_share(r.exact for r, _ in own),
        kept_true=_share(kept),
        too_late=len(over) - len(during),
        false_interruptions=_share(came.silenced for came in others),
        not_for_the_agent=_share(r.outcome.turn_taking == "answered" for r in bystanders),
        pauses=_share(r.outcome.turn_taking == "cut_off" for r in paused),
        latency_ms=tuple(came.latency_ms for _, came in own if came.latency_ms is not None),
    )


def to_json(found: Talking | None) -> dict[str, Any] | None:
    """For reports; how long interruptions took is among their timings."""
    if found is None:
        return None
    return {
        "interruptions": {
            **_counted(found.interruptions, "silenced"),
            "exact": found.done.hits,
            "history_checked": found.kept_true.total,
            "history_true": found.kept_true.hits,
            "too_late": found.too_late,
        },
        "talk_over_replies": _counted(found.false_interruptions, "broke_off"),
        "not_for_the_agent": _counted(found.not_for_the_agent, "answered"),
        "pauses": _counted(found.pauses, "cut_off"),
    }


def figures(talk: Mapping[str, Any] | None, timings: Mapping[str, Any]) -> dict[str, str]:
    """The same as people read it; what was not tried is left out."""
    if not talk:
        return {}
    own, latency = talk["interruptions"], timings.get("interruption_ms") or {}
    found = {
        "interruptions that silenced": _of(own, "silenced"),
        "interruptions that were done": _of(own, "exact"),
        "interrupted replies kept as heard": f"{own['history_true']} of {own['history_checked']}"
        if own["history_checked"]
        else None,
        "from interruption to silence p50 / p95": f"{latency['p50']:.0f} / {latency['p95']:.0f} ms"
        if latency
        else None,
        "came too late to interrupt": str(own["too_late"]) if own["too_late"] else None,
        "replies broken off by others' talk": _of(talk["talk_over_replies"], "broke_off"),
        "others' talk answered": _of(talk["not_for_the_agent"], "answered"),
        "turns cut off at a pause": _of(talk["pauses"], "cut_off"),
    }
    return {name: value for name, value in found.items() if value is not None}


def interruption_ms(found: Talking | None) -> dict[str, float | None] | None:
    """Percentiles in milliseconds."""
    if found is None or not found.latency_ms:
        return None
    return {f"p{point}": percentile(found.latency_ms, point / 100) for point in (50, 95)}


def faults(result: TurnResult) -> list[str]:
    """What went wrong about who speaks when in one turn, in words. A turn can be exact all the same."""
    found, how = [], result.outcome.turn_taking
    if how is not None and how not in ("right", "ignored"):
        found.append(how.replace("_", " "))
    came = result.outcome.over_reply
    if came is None or not came.during:
        return found
    if result.turn.aloud.by == "athlete" and not came.silenced:
        found.append("did not silence the voice")
    if result.turn.aloud.by == "other" and came.silenced:
        found.append("broke off a reply")
    if came.kept_true is False:
        found.append("the history does not keep what was heard")
    return found


def _share(hits: Iterable[bool]) -> Share:
    found: Sequence[bool] = list(hits)
    return Share(sum(found), len(found))


def _counted(share: Share, name: str) -> dict[str, int]:
    return {"turns": share.total, name: share.hits}


def _of(group: Mapping[str, int], name: str) -> str | None:
    return f"{group[name]} of {group['turns']}" if group["turns"] else None
