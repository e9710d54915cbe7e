"""Streaks: days and weeks in a row, by the athlete's own clock."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from api.calls import AthleteCall, Etags
from api.models import Output, Page
from api.routing import api_router
from db.models import StreakType
from services import streaks
from services.streaks import UNITS, Standing, Unit

router = api_router("/streaks", "streaks")


class StreakOut(Output):
    """A streak. `weekly` counts weeks in which the weekly goal was met, the others days.

    The dates are those of the newest streak; `current_streak` is 0 when that is over.
    """

    streak_type: StreakType
    unit: Unit
    current_streak: int
    longest_streak: int
    last_activity_date: date | None
    started_on: date | None


class WeekOut(Output):
    """The training sessions of this week, which began on Monday, and how many the athlete wants."""

    done: int
    goal: int | None


class StreakPage(Page[StreakOut]):
    """All streaks. `today` is the date where the athlete is."""

    today: date
    week: WeekOut = Field(description="How far this week is.")

    @classmethod
    def of_standing(cls, standing: Standing) -> StreakPage:
        """The streaks as they stand."""
        items = [
            StreakOut(
                streak_type=kind,
                unit=UNITS[kind],
                current_streak=one.current,
                longest_streak=one.longest,
                last_activity_date=one.last_day,
                started_on=one.started_on,
            )
            for kind, one in standing.streaks.items()
        ]
        week = WeekOut(done=standing.week.done, goal=standing.week.goal)
        return cls(items=items, next_cursor=None, today=standing.now.day, week=week)


@router.get("")
async def list_streaks(call: AthleteCall, etags: Etags) -> StreakPage:
    """The streaks as they are now: for training of any kind, running, logging of any kind, and of weeks."""
    async with call.transaction() as db:
        standing = await streaks.refresh(db, call.athlete_id)
    return etags.of(StreakPage.of_standing(standing))
