"""Streaks: what counts (`activity`), days and weeks in a row (`days`, `weeks`), kept in rows (`keeping`)."""

from services.streaks.activity import RAN, Activity, Diary, read_diary
from services.streaks.days import EVERY_DAY, UTC_NAME, Moment, Plan, Schedule, Streak, date_in, streak_of
from services.streaks.keeping import UNITS, Standing, Unit, refresh, standing
from services.streaks.weeks import Week, this_week, weeks_of

__all__ = [
    "EVERY_DAY",
    "RAN",
    "UNITS",
    "UTC_NAME",
    "Activity",
    "Diary",
    "Moment",
    "Plan",
    "Schedule",
    "Standing",
    "Streak",
    "Unit",
    "Week",
    "date_in",
    "read_diary",
    "refresh",
    "standing",
    "streak_of",
    "this_week",
    "weeks_of",
]
