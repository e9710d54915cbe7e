"""Whether a runner stands, told point by point: when the clock of a live run pauses by itself, and goes on.

Only what the points say counts, and their own times: whoever sends them, in whatever batches. Standing takes
longer to be believed than going, and each has to be plain: at the edge nothing changes back and forth.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import islice
from math import cos, hypot, radians

from services.running.track.clock import SLOWEST

STANDING_SECONDS = 10.0
"""Who was slower than `STANDING_SPEED` for so long stands."""
STANDING_SPEED = 0.6 * SLOWEST
"""Metres a second: to go on takes `SLOWEST`. In between, slower than anybody walks, nothing changes."""
NOISY_SECONDS = 20.0
"""Who stayed in one place for so long stands as well, however much their positions jumped about in it."""
STANDING_METERS = SLOWEST * STANDING_SECONDS
LEAVING_METERS = 10.0
"""So far from where they stood they have gone on."""
PLAINLY_METERS = 2 * LEAVING_METERS
"""One point so far away is enough: of nearer ones it takes two."""
LEAVING_SECONDS = 5.0
DRIFT_SECONDS = 30.0
"""How quickly a place that wanders off is followed: receivers do that to people who stand."""
METERS_PER_DEGREE = 111_320.0
"""Of latitude; near enough for the width of a street."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where somebody was, and how far they had come. Without a place what they had come is all that is known.

    `is_counted`: a device counted the metres, and knows better than places.
    """

    at: float
    meters: float
    place: tuple[float, float] | None = None
    is_counted: bool = False

    def away(self, other: Seen) -> float:
        """Metres from one to the other as the crow flies; as counted where that is known."""
        if self.place is None or other.place is None or self.is_counted:
            return abs(self.meters - other.meters)
        return apart(self.place, other.place)


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places that are near each other."""
    east = (one[1] - other[1] + 180.0) % 360.0 - 180.0
    return METERS_PER_DEGREE * hypot(one[0] - other[0], east * cos(radians(one[0])))


@dataclass(slots=True)
class Standing:
    """What the points so far say. `since` is when somebody came to stand, None while they go."""

    since: float | None = None
    _recent: deque[Seen] = field(default_factory=deque)
    _stood: Seen | None = None
    _is_leaving: bool = False
    _step: float = 0.0
    _back: Seen | None = None
    """The first point after a gap: who got nowhere in it may be off again."""

    def copy(self) -> Standing:
        """The state as it is now, whatever comes."""
        kept = copy(self)
        kept._recent = deque(self._recent)
        return kept

    def forget(self) -> None:
        """What comes next is looked at by itself: the athlete paused, or positions were lost."""
        self.since, self._stood, self._is_leaving, self._back = None, None, False, None
        self._recent.clear()

    def take(self, now: Seen) -> None:
        """The next point that says where somebody is."""
        self._notice_gap(now)
        self._recent.append(now)
        while len(self._recent) > 2 and self._recent[1].at <= now.at - NOISY_SECONDS:
            self._recent.popleft()
        if self.since is None:
            self._stand(now)
        else:
            self._leave(now)

    def _stand(self, now: Seen) -> None:
        began = self._before(now, STANDING_SECONDS)
        if began is None or self._is_off_again(now):
            return
        seconds = now.at - began.at
        slow = now.meters - began.meters < STANDING_SPEED * seconds
        if not slow and not self._is_noise(now):
            return
        if seconds <= NOISY_SECONDS and any(one.away(now) > STANDING_METERS for one in self._since(began)):
            return  # to and fro
        if began.away(now) >= STANDING_SPEED * seconds:
            return
        self.since = began.at if slow else self._recent[0].at
        self._stood = self._middle(now)

    def _notice_gap(self, now: Seen) -> None:
        step = now.at - self._recent[-1].at if self._recent else 0.0
        if step > max(STANDING_SECONDS, 2 * self._step):
            self._back = now
        elif self._back is not None and now.at - self._back.at >= STANDING_SECONDS:
            self._back = None
        self._step = step

    def _is_off_again(self, now: Seen) -> bool:
        """Whether it takes more points after a gap to tell."""
        back = self._back
        return back is not None and (back is now or back.away(now) >= SLOWEST * (now.at - back.at))

    def _leave(self, now: Seen) -> None:
        stood = self._stood
        if stood is None:
            return
        away = now.away(stood)
        lately = self._before(now, LEAVING_SECONDS)
        is_going = lately is not None and lately.away(now) >= SLOWEST * (now.at - lately.at)
        if away >= LEAVING_METERS and is_going and (self._is_leaving or away >= PLAINLY_METERS):
            self.forget()
            self._recent.append(now)
            return
        self._is_leaving = away >= LEAVING_METERS and is_going
        if not self._is_leaving:
            self._drift(stood, now)

    def _drift(self, stood: Seen, now: Seen) -> None:
        share = min(1.0, (now.at - stood.at) / DRIFT_SECONDS)
        place = stood.place
        if place is not None and now.place is not None:
            turn = (now.place[1] - place[1] + 180.0) % 360.0 - 180.0
            place = (place[0] + share * (now.place[0] - place[0]), place[1] + share * turn)
        meters = stood.meters + share * (now.meters - stood.meters)
        self._stood = Seen(now.at, meters, place, stood.is_counted)

    def _is_noise(self, now: Seen) -> bool:
        """Whether the metres of late are none: positions jumped about, and got nowhere."""
        first = self._recent[0]
        return (
            not now.is_counted
            and now.place is not None
            and now.at - first.at >= NOISY_SECONDS
            and all(one.away(now) <= STANDING_METERS for one in self._recent)
        )

    def _before(self, now: Seen, seconds: float) -> Seen | None:
        """The newest that is at least so much older than `now`."""
        return next((one for one in reversed(self._recent) if one.at <= now.at - seconds), None)

    def _since(self, first: Seen) -> Iterator[Seen]:
        return (one for one in self._recent if one.at >= first.at)

    def _middle(self, now: Seen) -> Seen:
        """The place in which somebody stood lately: the mean of it."""
        lately = list(islice(reversed(self._recent), round(STANDING_SECONDS)))
        places = [one.place for one in lately if one.place is not None and one.at >= (self.since or 0.0)]
        if not places or now.place is None:
            return now
        turns = [(one[1] - now.place[1] + 180.0) % 360.0 - 180.0 for one in places]
        latitude = sum(one[0] for one in places) / len(places)
        return Seen(now.at, now.meters, (latitude, now.place[1] + sum(turns) / len(turns)), now.is_counted)
