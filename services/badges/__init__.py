"""Badges: what they ask for (`criteria`), how it is measured, awarded, told of and shown."""

from services.badges.awards import Award, Look, follow, reconcile
from services.badges.criteria import Progress, Unit
from services.badges.definitions import Badge
from services.badges.events import ANYTHING, Event, event_of
from services.badges.following import Follower
from services.badges.news import Milestone, NewBadge, News, claim, due
from services.badges.overview import Overview, Shown, overview, report

__all__ = [
    "ANYTHING",
    "Award",
    "Badge",
    "Event",
    "Follower",
    "Look",
    "Milestone",
    "NewBadge",
    "News",
    "Overview",
    "Progress",
    "Shown",
    "Unit",
    "claim",
    "due",
    "event_of",
    "follow",
    "overview",
    "reconcile",
    "report",
]
