"""The state of a live run: what all points so far come to, and how the next one changes it."""

from __future__ import annotations

from collections import deque
from copy import copy
from dataclasses import dataclass, field

from services.running.track.cleaning import BRIEF_SECONDS, FASTEST, WORST_ACCURACY
from services.running.track.clock import SLOWEST
from services.running.track.elevation import HYSTERESIS_METERS
from services.running.track.geodesy import distance
from services.running.track.points import (
    MAX_ALTITUDE,
    MAX_HEART_RATE,
    MIN_ALTITUDE,
    MIN_HEART_RATE,
    TrackPoint,
)
from services.running.track.standing import Seen, Standing

STEP_METERS = 4.0
"""A place counts when it is this far from the last that did: what is nearer may be jitter."""
RECENT_SECONDS = 20.0
ALTITUDE_SECONDS = 15.0
LONGEST_SHARE = 10.0
CROSSED = (1000.0, 1609.344)
"""The lengths of splits whose ends are noted."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over time."""

    total: float = 0.0
    seconds: float = 0.0

    def plus(self, value: float, seconds: float) -> Mean:
        """With a value that held for some time."""
        return Mean(self.total + value * seconds, self.seconds + seconds)

    def mean(self) -> float | None:
        """The mean, or None without any value."""
        return self.total / self.seconds if self.seconds > 0 else None

    def since(self, before: Mean) -> float | None:
        """The mean of what came after `before`."""
        return Mean(self.total - before.total, self.seconds - before.seconds).mean()


@dataclass(slots=True)
class Climb:
    """Metres climbed, with the hysteresis of `elevation.climbed`, of altitudes that come one by one."""

    at: float | None = None
    altitude: float = 0.0
    low: float = 0.0
    high: float = 0.0
    up: float = 0.0
    is_rising: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there was an altitude."""
        return self.at is not None

    def take(self, at: float, altitude: float) -> None:
        """The next altitude."""
        if self.at is None:
            self.at, self.altitude, self.low, self.high = at, altitude, altitude, altitude
            return
        share = min(1.0, (at - self.at) / ALTITUDE_SECONDS)
        self.at, self.altitude = at, self.altitude + share * (altitude - self.altitude)
        now = self.altitude
        if self.is_rising and self.high - now >= HYSTERESIS_METERS:
            self.up, self.low, self.is_rising = self.up + self.high - self.low, now, False
        elif not self.is_rising and now - self.low >= HYSTERESIS_METERS:
            self.high, self.is_rising = now, True
        self.high = max(self.high, now) if self.is_rising else self.high
        self.low = min(self.low, now) if not self.is_rising else self.low

    def up_now(self) -> float:
        """What was climbed so far."""
        return self.up + (self.high - self.low if self.is_rising else 0.0)


@dataclass(slots=True)
class Fold:
    """What the points so far come to: `meters` and `moving` up to `anchor`, the last place that counted."""

    start: float
    pauses: list[tuple[float, float]]
    meters: float = 0.0
    moving: float = 0.0
    heart: Mean = Mean()
    heart_rate: float | None = None
    max_heart_rate: float | None = None
    is_paused: bool = False
    climb: Climb = field(default_factory=Climb)
    crossed: tuple[list[tuple[float, Mean]], ...] = field(default_factory=lambda: ([], []))
    recent: deque[tuple[float, float]] = field(default_factory=deque)
    anchor: tuple[float, float, float] | None = None
    last: TrackPoint | None = None
    last_at: float = 0.0
    beyond: float = 0.0
    """Metres from the anchor to the last place."""
    lost_since: float | None = None
    standing: Standing = field(default_factory=Standing)

    def copy(self) -> Fold:
        """The state as it is now, whatever comes."""
        kept = copy(self)
        kept.climb = copy(self.climb)
        kept.crossed = tuple(list(one) for one in self.crossed)
        kept.recent = deque(self.recent)
        kept.standing = self.standing.copy()
        return kept

    def take(self, at: float, point: TrackPoint) -> None:
        """The next point in the order of time."""
        before, self.is_paused = self.last_at if self.last else self.start, self._paused_at(at)
        if self.is_paused or self.paused_between(before, at):
            self._forget_place(at, point)
        else:
            self._beat(point, min(at - before, LONGEST_SHARE))
            self._move(at, point)
        if point.altitude_meters is not None and MIN_ALTITUDE <= point.altitude_meters <= MAX_ALTITUDE:
            self.climb.take(at, point.altitude_meters)
        self.last, self.last_at = point, at
        self.recent.append((at, self.meters_now()))
        while len(self.recent) > 2 and self.recent[1][0] <= at - RECENT_SECONDS:
            self.recent.popleft()

    def meters_now(self) -> float:
        """How far it was."""
        return self.meters + (self.beyond if self.beyond >= STEP_METERS / 2 else 0.0)

    def moving_now(self) -> float:
        """Seconds that were moved."""
        if self.anchor is None or self.beyond < SLOWEST * (self.last_at - self.anchor[0]):
            return self.moving
        return self.moving + self.last_at - self.anchor[0]

    def recent_speed(self) -> float:
        """Metres a second lately."""
        if len(self.recent) < 2:
            return 0.0
        (began, from_), (ended, to) = self.recent[0], self.recent[-1]
        return (to - from_) / (ended - began) if ended > began else 0.0

    def _beat(self, point: TrackPoint, seconds: float) -> None:
        rate = point.heart_rate
        if rate is None or not MIN_HEART_RATE <= rate <= MAX_HEART_RATE:
            return
        self.heart_rate = rate
        self.max_heart_rate = max(rate, self.max_heart_rate or rate)
        self.heart = self.heart.plus(rate, seconds)

    def _move(self, at: float, point: TrackPoint) -> None:
        counted = self._counted(at, point)
        if counted is not None:
            self._advance(self.last_at, at, counted)
            self._set_anchor(at, point)
            self._see(at, point, is_counted=True)
        elif point.latitude is not None and point.longitude is not None:
            if self._place(at, point.latitude, point.longitude, point.accuracy_meters):
                self._see(at, point)
        elif self.anchor is None and point.speed is not None and self.last is not None:
            self._advance(self.last_at, at, min(point.speed, FASTEST) * (at - self.last_at))
            self._see(at, point)

    def _see(self, at: float, point: TrackPoint, *, is_counted: bool = False) -> None:
        known = point.latitude is not None and point.longitude is not None
        place = (point.latitude or 0.0, point.longitude or 0.0) if known else None
        self.standing.take(Seen(at, self.meters_now(), place, is_counted))

    def _counted(self, at: float, point: TrackPoint) -> float | None:
        """The metres since the last point that the device counted."""
        last = self.last.distance_meters if self.last else None
        if last is None or point.distance_meters is None:
            return None
        meters = point.distance_meters - last
        return meters if 0 <= meters <= FASTEST * max(at - self.last_at, 1.0) + 5.0 else None

    def _place(self, at: float, latitude: float, longitude: float, accuracy: float | None) -> bool:
        """Whether the place is believed."""
        if accuracy is not None and accuracy > WORST_ACCURACY:
            return False
        if self.anchor is None:
            self.anchor, self.beyond = (at, latitude, longitude), 0.0
            return True
        since, *from_ = self.anchor
        away = distance(from_[0], from_[1], latitude, longitude)
        if away > FASTEST * max(at - since, 1.0) + 5.0:
            self._be_lost(at, latitude, longitude)
            return False
        self.lost_since, self.beyond = None, away
        if away >= STEP_METERS:
            self._advance(since, at, away)
            self.anchor, self.beyond = (at, latitude, longitude), 0.0
        return True

    def _be_lost(self, at: float, latitude: float, longitude: float) -> None:
        """A place that nobody can have got to: an error, unless it lasts."""
        self.lost_since = self.lost_since or at
        if at - self.lost_since >= BRIEF_SECONDS:
            self.anchor, self.beyond, self.lost_since = (at, latitude, longitude), 0.0, None
            self.standing.forget()

    def _advance(self, since: float, at: float, meters: float) -> None:
        """The athlete came `meters` further between two moments."""
        for length, crossed in zip(CROSSED, self.crossed, strict=True):
            while (mark := length * (len(crossed) + 1)) <= self.meters + meters:
                share = (mark - self.meters) / meters if meters > 0 else 1.0
                crossed.append((since + share * (at - since), self.heart))
        self.meters += meters
        if meters >= SLOWEST * (at - since):
            self.moving += at - since

    def _set_anchor(self, at: float, point: TrackPoint) -> None:
        if point.latitude is not None and point.longitude is not None:
            self.anchor = (at, point.latitude, point.longitude)
        self.beyond = 0.0

    def _forget_place(self, at: float, point: TrackPoint) -> None:
        """What is covered in a pause does not count: it goes on from here."""
        self.meters, self.beyond = self.meters_now(), 0.0
        self.anchor, self.lost_since = None, None
        self._set_anchor(at, point)
        self.standing.forget()

    def _paused_at(self, at: float) -> bool:
        return any(begin <= at < end for begin, end in self.pauses)

    def paused_between(self, start: float, end: float) -> bool:
        return any(begin < end and start < until and until - begin > 0 for begin, until in self.pauses)
