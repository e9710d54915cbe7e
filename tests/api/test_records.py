"""Records over HTTP: as the voice sets them, filtered and in pages, and recomputed with every change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Athlete

PATHS = ("/api/pr-history", "/api/personal-records")


async def records(athlete: Athlete, path: str = PATHS[1], **query: Any) -> list[dict[str, Any]]:
    response = await athlete.get(path, params=query)
    assert response.status_code == 200, response.text
    return list(response.json()["items"])


async def past(athlete: Athlete, *sets: tuple[float, int], days_ago: int) -> list[dict[str, Any]]:
    """The sets of a workout that is entered afterwards."""
    began = datetime.now(UTC) - timedelta(days=days_ago)
    workout = await athlete.workout(
        started_at=began.isoformat(), completed_at=(began + timedelta(hours=1)).isoformat()
    )
    return [
        await athlete.log(
            workout,
            weight=weight,
            reps=reps,
            completed_at=(began + timedelta(minutes=3 * number)).isoformat(),
        )
        for number, (weight, reps) in enumerate(sets)
    ]


async def test_records_are_those_of_the_sets_that_were_sent(ana: Athlete) -> None:
    first, second = await past(ana, (225, 5), (245, 1), days_ago=7)
    history = await records(ana, PATHS[0], type="1rm", sort="achieved_at")
    assert [(one["value"], one["workout_set_id"]) for one in history] == [
        (225, first["id"]),
        (245, second["id"]),
    ]
    old, new = history
    assert (old["previous_pr_id"], old["improvement_percent"]) == (None, None)
    assert (new["previous_pr_id"], new["improvement_percent"]) == (old["id"], 8.89)
    assert (first["is_pr"], second["is_pr"]) == (False, True)
    (best,) = await records(ana, type="1rm")
    assert best == {name: value for name, value in new.items() if name in best} | {"id": best["id"]}
    assert (best["exercise"], best["slug"], best["unit"], best["estimated_1rm"]) == (
        "Barbell Bench Press",
        "barbell-bench-press",
        "lbs",
        245,
    )


async def test_weights_are_told_without_the_noise_of_single_precision(ana: Athlete) -> None:
    workout = await ana.workout()
    await ana.log(workout, weight=102.06, unit="kg", reps=5)
    (best,) = await records(ana, type="1rm")
    assert (best["value"], best["unit"], best["estimated_1rm"]) == (102.06, "kg", 119.07)


async def test_a_change_of_a_past_set_moves_what_came_after_it(ana: Athlete) -> None:
    (old,) = await past(ana, (225, 5), days_ago=9)
    (new,) = await past(ana, (235, 5), days_ago=3)
    assert new["is_pr"]
    path = f"/api/workouts/{old['workout_id']}/sets/{old['id']}"
    assert (await ana.patch(path, {"weight": 245})).json()["is_pr"] is False
    (best,) = await records(ana, type="1rm")
    assert best["workout_set_id"] == old["id"]
    (now,) = await ana.sets(f"/api/workouts/{new['workout_id']}")
    assert now["is_pr"] is False
    assert (await ana.delete(path)).status_code == 204
    (best,) = await records(ana, type="1rm")
    assert best["workout_set_id"] == new["id"]
    assert len(await records(ana, PATHS[0], type="1rm")) == 1
    assert (await ana.says("undo_last", "undo")).ok
    (best,) = await records(ana, type="1rm")
    assert best["value"] == 245


async def test_filters(ana: Athlete) -> None:
    await past(ana, (225, 5), days_ago=9)
    workout = await ana.workout()
    await ana.log(workout, exercise="squat", weight=315, reps=5)
    week_ago = (datetime.now(UTC) - timedelta(days=7)).isoformat()
    for path in PATHS:
        assert {r["slug"] for r in await records(ana, path, exercise="barbell-back-squat")} == {
            "barbell-back-squat"
        }
        assert await records(ana, path, exercise="nothing") == []
        assert {r["pr_type"] for r in await records(ana, path, type="reps_at_weight")} == {"reps_at_weight"}
        assert {r["value"] for r in await records(ana, path, type="1rm", achieved_from=week_ago)} == {315}
        assert {r["value"] for r in await records(ana, path, type="1rm", achieved_before=week_ago)} == {225}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "query", [{"type": "10rm"}, {"sort": "value"}, {"exercize": "bench"}, {"cursor": "x"}]
)
async def test_what_cannot_be_asked_is_refused(ana: Athlete, path: str, query: dict[str, str]) -> None:
    assert (await ana.get(path, params=query)).status_code == 422


@pytest.mark.parametrize("path", PATHS)
async def test_pages_and_etags(ana: Athlete, path: str) -> None:
    await past(ana, *((100.0 + 5 * n, 5) for n in range(6)), days_ago=7)
    for sort in ("-achieved_at", "achieved_at"):
        whole = await records(ana, path, sort=sort, limit=100)
        paged: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            answer = (await ana.get(path, params={"sort": sort, "limit": 4} | cursor)).json()
            paged += answer["items"]
            if answer["next_cursor"] is None:
                break
            cursor = {"cursor": answer["next_cursor"]}
        assert paged == whole
        assert len({one["id"] for one in whole}) == len(whole) > 4
    etag = (await ana.get(path)).headers["etag"]
    assert (await ana.get(path, headers={"If-None-Match": etag})).status_code == 304
    await past(ana, (200, 5), days_ago=1)
    assert (await ana.get(path, headers={"If-None-Match": etag})).status_code == 200


@pytest.mark.parametrize("path", PATHS)
async def test_records_are_nobody_elses(ana: Athlete, ben: Athlete, path: str) -> None:
    await past(ana, (225, 5), days_ago=1)
    assert await records(ben, path) == []


async def test_sides_supersets_and_what_was_prescribed_are_carried(ana: Athlete) -> None:
    workout = await ana.workout()
    sent = {"is_per_side": True, "superset_group": 3, "prescribed_reps": 10, "prescribed_weight": 37.5}
    logged = await ana.log(
        workout, exercise="bulgarian split squat", weight=35, reps=9, notes="wobbly", **sent
    )
    assert {name: logged[name] for name in sent} == sent
    assert (logged["was_prescribed"], logged["notes"]) == (True, "wobbly")
    path = f"{workout}/sets/{logged['id']}"
    changed = (await ana.patch(path, {"is_per_side": False, "superset_group": None})).json()
    assert (changed["is_per_side"], changed["superset_group"], changed["prescribed_reps"]) == (
        False,
        None,
        10,
    )


async def test_nothing_is_done_in_the_future(ana: Athlete) -> None:
    workout = await ana.workout()
    late = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    response = await ana.post(f"{workout}/sets", {"exercise": "bench", "reps": 5, "completed_at": late})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/completed_at")
