"""A turn as bars on one axis of time, from what is kept of it: hear, understand, do, speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a turn: from when to when, in milliseconds since its words came; before that is negative."""

    name: str
    began: float
    ended: float
    outcome: str = ""
    parts: tuple[Bar, ...] = ()


def bars_from(timings: Mapping[str, float], calls: Sequence[Bar]) -> Iterator[Bar]:
    """The same from what is kept of it. A stage that was not reached has no bar."""
    get = timings.get
    if (ended := get("speech_ended")) is not None:
        parts = [Bar("speech", get("speech_began", ended), ended)]
        if (delay := get("transcription_delay")) is not None:
            parts.append(Bar("stt", ended, min(ended + delay, 0.0)))
        parts.append(Bar("endpointing", ended, 0.0))
        yield Bar("hear", parts[0].began, 0.0, parts=tuple(parts))
    recorded = get("recorded", get("done") if "committed" not in timings else None)
    if recorded is not None and "recorded" not in timings:  # it failed before it was understood
        yield Bar("understand", 0.0, recorded)
    elif recorded is not None:
        state, router = get("state", 0.0), get("router", recorded)
        steps = (Bar("state", 0.0, state), Bar("router", state, router), Bar("record", router, recorded))
        yield Bar("understand", 0.0, recorded, parts=steps)
        committed = get("committed", recorded)
        made = [bar for bar in calls if bar.began < committed]
        after = max([recorded, *(bar.ended for bar in made)])
        parts = [*made, Bar("commit", min(after, committed), committed)]
        yield Bar("do", recorded, committed, parts=tuple(parts))
        if (answered := get("answered", get("first_sentence"))) is not None:
            later = [bar for bar in calls if bar.began >= committed]
            first = get("first_sentence", answered)
            thinking = Bar("first sentence", committed, first)
            yield Bar("model", committed, max(answered, first), parts=(thinking, *later))
    if (audible := get("first_audio")) is not None:
        begins = min(audible, get("first_sentence", get("done", audible)))
        last = get("last_audio", audible)
        yield Bar("speak", begins, last, parts=(Bar("tts", begins, audible), Bar("playout", audible, last)))
