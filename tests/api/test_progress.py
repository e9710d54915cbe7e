"""Streaks and badges over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from db.models import UserBadge, UserStreak
from services.badges import Follower, event_of
from tests.api.conftest import Athlete


def days_ago(days: int, hour: int = 12) -> datetime:
    return datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=days)


async def worked_out(athlete: Athlete, at: datetime) -> str:
    """A workout of an hour that is over; its address."""
    body = {"started_at": at.isoformat(), "completed_at": (at + timedelta(minutes=50)).isoformat()}
    response = await athlete.post("/api/workouts", body)
    assert response.status_code == 201, response.text
    return str(response.headers["location"])


async def streak(athlete: Athlete, kind: str = "workout") -> dict[str, Any]:
    response = await athlete.get("/api/streaks")
    assert response.status_code == 200
    return next(one for one in response.json()["items"] if one["streak_type"] == kind)


async def badges(athlete: Athlete) -> dict[str, Any]:
    response = await athlete.get("/api/badges")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def ids(items: list[dict[str, Any]]) -> set[str]:
    return {one["id"] for one in items}


async def test_a_streak_grows_breaks_and_is_mended_with_the_past(ana: Athlete) -> None:
    assert (await streak(ana))["current_streak"] == 0
    for back in (4, 3, 1):
        workout = await worked_out(ana, days_ago(back))
    assert (await streak(ana))["current_streak"] == 1
    between = await worked_out(ana, days_ago(2))
    found = await streak(ana)
    assert (found["current_streak"], found["longest_streak"], found["unit"]) == (4, 4, "days")
    assert found["last_activity_date"] == days_ago(1).date().isoformat()
    assert found["started_on"] == days_ago(4).date().isoformat()
    moved = {"started_at": days_ago(9).isoformat(), "completed_at": days_ago(9, 13).isoformat()}
    assert (await ana.patch(between, moved)).status_code == 200
    assert (await streak(ana))["longest_streak"] == 2
    assert (await ana.delete(workout)).status_code == 204
    assert (await streak(ana))["current_streak"] == 0


async def test_every_kind_is_listed_with_this_week(ana: Athlete) -> None:
    await ana.patch("/api/user/profile", {"weekly_goal": 3, "timezone": "Pacific/Auckland"})
    await worked_out(ana, days_ago(0, 0))
    answer = (await ana.get("/api/streaks")).json()
    assert [one["streak_type"] for one in answer["items"]] == ["workout", "running", "logging", "weekly"]
    assert [one["unit"] for one in answer["items"]] == ["days", "days", "days", "weeks"]
    assert answer["week"]["goal"] == 3
    assert answer["next_cursor"] is None


async def test_planned_rest_days_break_nothing(ana: Athlete) -> None:
    done = [days_ago(back) for back in (1, 3, 5)]
    rest = {1, 2, 3, 4, 5, 6, 7} - {days_ago(back).isoweekday() for back in (2, 4)}
    for at in done:
        await worked_out(ana, at)
    assert (await streak(ana))["current_streak"] == 1
    await ana.patch("/api/user/profile", {"training_days": sorted(rest)})
    assert (await streak(ana))["current_streak"] == 3


async def test_a_new_time_zone_moves_nothing(ana: Athlete) -> None:
    await ana.patch("/api/user/profile", {"timezone": "America/Los_Angeles"})
    for back in (3, 2, 1):  # 9 in the evening of the day before
        await worked_out(ana, days_ago(back, 5))
    before = await streak(ana)
    await ana.patch("/api/user/profile", {"timezone": "Asia/Tokyo"})
    after = await streak(ana)
    assert after["last_activity_date"] == before["last_activity_date"] == days_ago(2).date().isoformat()
    assert after["longest_streak"] == before["longest_streak"] == 3


async def test_badges_are_earned_and_shown_with_how_far_the_next_are(ana: Athlete) -> None:
    found = await badges(ana)
    assert found["earned"] == []
    assert len(found["all"]) > 100
    workout = await worked_out(ana, days_ago(1))
    await ana.log(workout, weight=231, unit="lbs")
    found = await badges(ana)
    assert {"first_workout", "bench_one_plate", "bench_two_plates"} <= ids(found["earned"])
    assert not ids(found["earned"]) & ids(found["next"])
    ten = next(one for one in found["next"] if one["id"] == "workouts_10")
    assert ten["progress"] == {"current": 1, "needed": 10, "unit": "workouts", "share": 0.1}
    assert ten["earned_at"] is None
    bench = next(one for one in found["earned"] if one["id"] == "bench_two_plates")
    assert bench["metadata"]["exercise"] == "barbell-bench-press"
    assert bench["progress"]["share"] == 1
    assert (bench["badge_type"], bench["tier"]) == ("strength", "gold")
    nearest = [one["progress"]["share"] for one in found["next"]]
    assert nearest == sorted(nearest, reverse=True)


async def test_a_badge_stays_when_its_workout_is_deleted_later(ana: Athlete) -> None:
    workout = await worked_out(ana, days_ago(1))
    await badges(ana)
    await ana.delete(workout)
    assert "first_workout" in ids((await badges(ana))["earned"])


async def test_what_has_not_changed_is_not_sent_again(ana: Athlete) -> None:
    await worked_out(ana, days_ago(1))
    for path in ("/api/streaks", "/api/badges"):
        first = await ana.get(path)
        again = await ana.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304


async def test_nobody_sees_anybody_elses(ana: Athlete, ben: Athlete) -> None:
    await worked_out(ana, days_ago(1))
    assert (await streak(ben))["longest_streak"] == 0
    assert (await badges(ben))["earned"] == []


async def test_they_are_for_who_is_signed_in(client: httpx.AsyncClient) -> None:
    for path in ("/api/streaks", "/api/badges"):
        assert (await client.get(path)).status_code == 401


async def test_what_is_written_is_followed_without_being_asked(ana: Athlete, app: FastAPI) -> None:
    workout = await worked_out(ana, days_ago(0, 0))
    await ana.log(workout, weight=231, unit="lbs")
    await app.state.context.follower.aclose()
    async with ana.database.transaction(ana.id) as db:
        earned = set(await db.scalars(select(UserBadge.badge_id)))
        rows = await db.scalars(select(UserStreak.longest_streak).where(UserStreak.streak_type == "workout"))
        assert rows.one() == 1
    assert "bench_two_plates" in earned


async def test_many_writes_are_one_look(ana: Athlete) -> None:
    follower = Follower(ana.database, delay=60)
    for _ in range(20):
        follower.note(ana.id, event_of("log_set", {"sets": [{"slug": "dip"}]}))
    follower.note(ana.id, None)
    assert len(follower._tasks) == 1
    await follower.aclose()
    assert not follower._tasks
