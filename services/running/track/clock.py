"""When the clock stood, and what it showed at any moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np

from services.running.track.points import Floats
from services.running.track.result import Pause

SLOWEST = 1609.344 / 1800.0
"""Metres a second: 30 minutes a mile. Slower than this nobody runs, they stand about."""
GAP_SECONDS = 10.0
"""How long a device records nothing, while the athlete gets nowhere, for it to have been paused."""


TIMED_SECONDS = 2.0
"""How exactly devices time."""


class Clock:
    """The time since the start of a run without its pauses."""

    def __init__(self, start: float, end: float, pauses: Iterable[tuple[float, float]] = ()) -> None:
        self.start = start
        self.end = end
        self.pauses = merged(pauses, start, end)
        edges, shown = [start], [0.0]
        for begin, until in self.pauses:
            at = shown[-1] + begin - edges[-1]
            edges += [begin, until]
            shown += [at, at]
        edges.append(end)
        shown.append(shown[-1] + end - edges[-2])
        self._edges = np.array(edges)
        self._shown = np.array(shown)

    def at(self, time: Floats) -> Floats:
        """What the clock showed at moments of the run, in seconds."""
        return np.asarray(np.interp(time, self._edges, self._shown), np.float64)

    def between(self, start: float, end: float) -> float:
        """The seconds that it ran between two moments."""
        return float(np.diff(self.at(np.array([start, end])))[0])

    @property
    def seconds(self) -> float:
        """What it showed at the end."""
        return float(self._shown[-1])

    def pauses_as_said(self) -> list[Pause]:
        """The pauses with their moments."""
        return [Pause(moment(begin), moment(until)) for begin, until in self.pauses]


def merged(pauses: Iterable[tuple[float, float]], start: float, end: float) -> list[tuple[float, float]]:
    """`pauses` in order, within the run, those that overlap or touch as one."""
    result: list[tuple[float, float]] = []
    for begin, until in sorted(pauses):
        begin, until = max(begin, start), min(until, end)
        if until <= begin:
            continue
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], until))
        else:
            result.append((begin, until))
    return result


def gaps(time: Floats, meters: Floats, paused: float | None = None) -> list[tuple[float, float]]:
    """The pauses that nobody noted: nothing was recorded, and the athlete was where they had been before.

    With the seconds that a device was `paused` in all, it is the longest gaps that make up as much.
    """
    if len(time) < 2:
        return []
    seconds = np.diff(time)
    usual = float(np.median(seconds))
    if paused is None:
        slow = np.diff(meters) < SLOWEST * seconds
        found = np.flatnonzero((seconds >= max(GAP_SECONDS, 4 * usual)) & slow)
    else:
        found = np.flatnonzero(seconds > max(2 * usual, usual + 1.0))
        longest = found[np.argsort(-seconds[found], kind="stable")]
        found = longest[np.cumsum(seconds[longest] - usual) <= paused + TIMED_SECONDS]
    return [(float(time[i]), float(time[i + 1])) for i in found]


def moment(time: float) -> datetime:
    """Seconds since 1970 as a moment."""
    return datetime.fromtimestamp(time, UTC)
