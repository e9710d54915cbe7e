"""What there is to say while a run goes on: splits, the next segment of intervals, a goal that is reached,
that it pauses by itself.

A `Cues` is told how far the run has come, as often as one likes; each thing is said once. It is made anew
from the run as it stands: what has happened before is not said again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.running.plans import Plan, Segment


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a run has come, and when, on its clock without pauses. `splits` are the seconds of the
    kilometres or miles, of `split_meters` each, that are complete; the pace is seconds a kilometre. It
    `is_standing` while the run pauses by itself; None in a pause of the athlete's."""

    meters: float
    seconds: float
    splits: Sequence[float] = ()
    split_meters: float = 1000.0
    average_pace: float | None = None
    is_standing: bool | None = False

    def seconds_at(self, meters: float) -> float:
        """When it had come `meters` far: by the splits, and the pace of them for the rest."""
        whole = min(int(meters / self.split_meters), len(self.splits))
        seconds = sum(self.splits[:whole])
        pace = (self.average_pace or 1000.0 * self.seconds / max(self.meters, 1.0)) / 1000.0
        return min(self.seconds, seconds + (meters - whole * self.split_meters) * pace)


@dataclass(frozen=True, slots=True)
class SplitDone:
    """A kilometre or mile is complete."""

    number: int
    seconds: float
    average_pace: float | None


@dataclass(frozen=True, slots=True)
class SegmentBegins:
    """The next segment of intervals. `effort` is its number among the `efforts`, for one of them."""

    segment: Segment
    effort: int
    efforts: int


@dataclass(frozen=True, slots=True)
class SegmentsDone:
    """The last segment is over."""

    efforts: int


@dataclass(frozen=True, slots=True)
class GoalReached:
    """The planned distance or time is done."""

    meters: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class StandsStill:
    """The run pauses, because the athlete does not move."""


@dataclass(frozen=True, slots=True)
class GoesAgain:
    """The athlete moves, and the run goes on."""


Cue = SplitDone | SegmentBegins | SegmentsDone | GoalReached | StandsStill | GoesAgain

GOING_METERS = 20.0
"""Before that nobody has got going: who stands at the start need not be told."""


class Cues:
    """The cues of one run."""

    def __init__(
        self,
        plan: Plan | None,
        now: Reached,
        done: int = 0,
        since: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """`done` segments are over; the one that is being run began at `since`, metres and seconds."""
        self._segments = plan.segments if plan else ()
        self._plan = plan
        self._efforts = sum(one.type == "work" for one in self._segments)
        self._done = done
        self._since = since
        self._splits = len(now.splits)
        self._goal_open = self._goal(now) is None
        self._before = now
        self._is_standing = bool(now.is_standing)

    def seconds_to_next(self, seconds: float) -> float | None:
        """The seconds on the run's clock until something is due by time alone; None when nothing is."""
        if self._done < len(self._segments):
            length = self._segments[self._done].duration_seconds
            return None if length is None else max(0.0, self._since[1] + length - seconds)
        if self._plan is not None and self._goal_open and self._plan.duration_seconds is not None:
            return max(0.0, self._plan.duration_seconds - seconds)
        return None

    def at(self, now: Reached) -> list[Cue]:
        """What is to be said now, in order; mostly nothing."""
        found = [
            *self._segment_cues(now),
            *self._goal_cues(now),
            *self._split_cues(now),
            *self._standing_cues(now),
        ]
        self._before = now
        return found

    def _segment_cues(self, now: Reached) -> Iterator[Cue]:
        before = self._done
        while self._done < len(self._segments) and (end := self._end(now)) is not None:
            self._since = end
            self._done += 1
        if self._done == before:
            return
        if self._done == len(self._segments):
            yield SegmentsDone(self._efforts)
        else:
            efforts = sum(one.type == "work" for one in self._segments[: self._done + 1])
            yield SegmentBegins(self._segments[self._done], efforts, self._efforts)

    def _end(self, now: Reached) -> tuple[float, float] | None:
        """Where the segment that is being run ended, if it has."""
        segment, (meters, seconds) = self._segments[self._done], self._since
        if segment.distance_meters is not None:
            end = meters + segment.distance_meters
            return (end, self._passed(end, now)) if now.meters >= end else None
        over = seconds + (segment.duration_seconds or 0.0)
        return (now.meters, over) if now.seconds >= over else None

    def _passed(self, meters: float, now: Reached) -> float:
        """When the run came by `meters`, between the last look and this one."""
        before = self._before
        if now.meters <= before.meters or meters <= before.meters:
            return max(before.seconds, self._since[1])
        share = (meters - before.meters) / (now.meters - before.meters)
        return before.seconds + share * (now.seconds - before.seconds)

    def _goal(self, now: Reached) -> GoalReached | None:
        plan = self._plan
        if plan is None or plan.segments:
            return None
        if plan.distance_meters is not None:
            if now.meters < plan.distance_meters:
                return None
            return GoalReached(plan.distance_meters, now.seconds_at(plan.distance_meters))
        reached = plan.duration_seconds is not None and now.seconds >= plan.duration_seconds
        return GoalReached(None, plan.duration_seconds or 0.0) if reached else None

    def _goal_cues(self, now: Reached) -> Iterator[Cue]:
        if self._goal_open and (goal := self._goal(now)) is not None:
            self._goal_open = False
            yield goal

    def _split_cues(self, now: Reached) -> Iterator[Cue]:
        """The newest split: of several at once the older ones are no news."""
        if len(now.splits) > self._splits:
            yield SplitDone(len(now.splits), now.splits[-1], now.average_pace)
        self._splits = max(self._splits, len(now.splits))

    def _standing_cues(self, now: Reached) -> Iterator[Cue]:
        """What changed since it was last said: of a stop that is over already nobody hears."""
        if now.is_standing is None:
            self._is_standing = False  # paused by the athlete, who knows
        elif now.is_standing != self._is_standing and (now.meters >= GOING_METERS or self._is_standing):
            self._is_standing = now.is_standing
            yield StandsStill() if now.is_standing else GoesAgain()
