"""A run while it goes on: points in, totals out, each batch in the time that its own points take.

Points may come late, twice and in any order. What is said here is for the way: when the run is over it is
computed from all points at once (`process`), which looks ahead and is more exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.running.track.clock import SLOWEST, Clock, moment
from services.running.track.fold import CROSSED, Fold, Mean
from services.running.track.points import Samples, TrackPoint
from services.running.track.result import Pause, Split
from services.running.track.splits import pace

CHECKPOINT_POINTS = 100
"""After so many points the state is kept, for points that come late."""
FRESH_SECONDS = 15.0
"""How old the last point may be for it to say anything of now."""


@dataclass(frozen=True, slots=True)
class LiveTotals:
    """A run so far. Paces are minutes per kilometre, the current one over the last 20 seconds.

    `kilometers` and `miles` are those that are complete. `stood_since` is since when somebody stands.
    """

    at: datetime
    distance_meters: float
    elapsed_seconds: float
    timer_seconds: float
    moving_seconds: float
    is_moving: bool
    current_pace_min_per_km: float | None
    average_pace_min_per_km: float | None
    heart_rate: float | None
    average_heart_rate: float | None
    max_heart_rate: float | None
    elevation_gain_meters: float | None
    kilometers: list[Split] = field(default_factory=list)
    miles: list[Split] = field(default_factory=list)
    stood_since: datetime | None = None


class LiveTrack:
    """The points of a run that is on, and what they come to."""

    def __init__(self, start: datetime, pauses: Iterable[Pause] = ()) -> None:
        self.start = start
        self._pauses = tuple(pauses)
        self._points: list[TrackPoint] = []
        self._times: list[float] = []
        self._fold = self._new_fold()
        self._checkpoints: list[tuple[int, Fold]] = []

    def __len__(self) -> int:
        return len(self._points)

    def add(self, points: Iterable[TrackPoint] | Samples) -> list[TrackPoint]:
        """Takes points in, and returns those that were new, in the order of time.

        A point is known by its time, to the millisecond. What was before the start does not count.
        """
        given = points.points() if isinstance(points, Samples) else list(points)
        new: dict[float, TrackPoint] = {}
        for point in given:
            at = round(point.time.timestamp(), 3)
            if at >= self.start.timestamp() and at not in new and not self._knows(at):
                new[at] = point
        if not new:
            return []
        times = sorted(new)
        if not self._times or times[0] > self._times[-1]:
            for at in times:
                self._append(at, new[at])
        else:
            self._insert(times, new)
        return [new[at] for at in times]

    def set_pauses(self, pauses: Iterable[Pause]) -> None:
        """The pauses, as they are known now. One that is still on ends in the future."""
        if (now := tuple(pauses)) == self._pauses:
            return
        differ = set(now) ^ set(self._pauses)
        self._pauses = now
        self._refold(min(one.start.timestamp() for one in differ))

    def totals(self, now: datetime | None = None) -> LiveTotals:
        """The run so far, at the last point or `now`."""
        last = self._times[-1] if self._times else self.start.timestamp()
        at = max(last, now.timestamp()) if now else last
        fold, start = self._fold, self.start.timestamp()
        clock = Clock(start, at, self._seconds_of_pauses())
        meters = fold.meters_now()
        is_fresh = at - last <= FRESH_SECONDS and not fold.is_paused
        speed = fold.recent_speed() if is_fresh else 0.0
        moving = min(fold.moving_now(), clock.seconds)
        return LiveTotals(
            at=now or (self._points[-1].time if self._points else self.start),
            distance_meters=meters,
            elapsed_seconds=at - start,
            timer_seconds=clock.seconds,
            moving_seconds=clock.seconds if self._pauses else moving,
            is_moving=speed >= SLOWEST,
            current_pace_min_per_km=1000.0 / 60.0 / speed if speed >= SLOWEST else None,
            average_pace_min_per_km=pace(meters, clock.seconds if self._pauses else moving),
            heart_rate=fold.heart_rate if is_fresh else None,
            average_heart_rate=fold.heart.mean(),
            max_heart_rate=fold.max_heart_rate,
            elevation_gain_meters=fold.climb.up_now() if fold.climb.is_known else None,
            kilometers=self._splits(clock, 0),
            miles=self._splits(clock, 1),
            stood_since=self._stood_since(last, at),
        )

    def _stood_since(self, last: float, at: float) -> datetime | None:
        since = self._fold.standing.since
        return None if since is None or self._fold.paused_between(last, at) else moment(since)

    def _knows(self, at: float) -> bool:
        index = bisect_left(self._times, at)
        return index < len(self._times) and self._times[index] == at

    def _append(self, at: float, point: TrackPoint) -> None:
        if len(self._points) % CHECKPOINT_POINTS == 0:
            self._checkpoints.append((len(self._points), self._fold.copy()))
        self._points.append(point)
        self._times.append(at)
        self._fold.take(at, point)

    def _insert(self, times: list[float], new: dict[float, TrackPoint]) -> None:
        merged = {**dict(zip(self._times, self._points, strict=True)), **new}
        self._times = sorted(merged)
        self._points = [merged[at] for at in self._times]
        self._refold(times[0])

    def _refold(self, since: float) -> None:
        """Computes anew what comes at or after `since`, from the last checkpoint before."""
        first = bisect_left(self._times, since)
        while self._checkpoints and self._checkpoints[-1][0] > first:
            self._checkpoints.pop()
        begin, self._fold = 0, self._new_fold()
        if self._checkpoints:
            begin, kept = self._checkpoints.pop()
            self._fold = kept
            self._fold.pauses = self._seconds_of_pauses()
        points, times = self._points[begin:], self._times[begin:]
        del self._points[begin:], self._times[begin:]
        for at, point in zip(times, points, strict=True):
            self._append(at, point)

    def _new_fold(self) -> Fold:
        return Fold(self.start.timestamp(), self._seconds_of_pauses())

    def _seconds_of_pauses(self) -> list[tuple[float, float]]:
        return [(one.start.timestamp(), one.end.timestamp()) for one in self._pauses]

    def _splits(self, clock: Clock, which: int) -> list[Split]:
        """The splits that are complete."""
        result: list[Split] = []
        before, heart = clock.start, Mean()
        length = CROSSED[which]
        for number, (at, so_far) in enumerate(self._fold.crossed[which], start=1):
            took = clock.between(before, at)
            result.append(
                Split(
                    number=number,
                    distance_meters=length,
                    duration_seconds=took,
                    pace_min_per_km=pace(length, took),
                    heart_rate=so_far.since(heart),
                )
            )
            before, heart = at, so_far
        return result
