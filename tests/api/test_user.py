"""The account and the profile of who is signed in."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text

from db.catalogue.exercises import packaged_exercises
from db.session import Database
from services.profile import Equipment, ProfileChange, timezones
from tests.api.accounts import ANA, bearer, execute, register
from tests.api.answers import named_fields

UNTOUCHED = {
    "name": None,
    "preferred_unit": "lbs",
    "distance_unit": "mi",
    "auto_pause": True,
    "timezone": "UTC",
    "birth_year": None,
    "sex": None,
    "height_cm": None,
    "weight_kg": None,
    "experience_level": None,
    "goals": [],
    "equipment": [],
    "training_days": [],
    "weekly_goal": None,
    "share_corrections": False,
}
FULL = {
    "name": "Ana García",
    "preferred_unit": "kg",
    "distance_unit": "km",
    "auto_pause": False,
    "timezone": "Europe/Madrid",
    "birth_year": 1990,
    "sex": "female",
    "height_cm": 171,
    "weight_kg": 64.5,
    "experience_level": "intermediate",
    "goals": ["strength", "health"],
    "equipment": ["barbell", "rings"],
    "training_days": [1, 3, 5],
    "weekly_goal": 3,
    "share_corrections": True,
}


async def profile(client: httpx.AsyncClient) -> dict[str, Any]:
    """The profile without the time of its last change."""
    answer = await client.get("/api/user/profile")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    del found["updated_at"]
    return found


async def patch(client: httpx.AsyncClient, body: object) -> httpx.Response:
    """Sends a change, as JSON that may have what JSON should not."""
    return await client.patch(
        "/api/user/profile", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )


@pytest.fixture
async def ana(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that is signed in."""
    client.headers.update(bearer(await register(client)))
    return client


async def test_a_profile_is_filled_in_field_by_field(ana: httpx.AsyncClient) -> None:
    assert await profile(ana) == UNTOUCHED
    expected = dict(UNTOUCHED)
    for field, value in FULL.items():
        answer = await patch(ana, {field: value})
        assert answer.status_code == 200, answer.text
        expected[field] = value
        assert await profile(ana) == expected


async def test_a_profile_is_changed_at_once_and_emptied_by_null(ana: httpx.AsyncClient) -> None:
    assert (await patch(ana, FULL)).status_code == 200
    assert await profile(ana) == FULL
    empty = {name: value for name, value in UNTOUCHED.items() if value is None or value == []}
    assert (await patch(ana, empty)).status_code == 200
    assert await profile(ana) == FULL | empty
    assert (await patch(ana, {})).status_code == 200
    assert await profile(ana) == FULL | empty


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \t "),
        ("name", "two\nlines"),
        ("name", "x" * 101),
        ("name", 7),
        ("preferred_unit", "stone"),
        ("preferred_unit", None),
        ("distance_unit", "yards"),
        ("timezone", "Berlin"),
        ("timezone", ""),
        ("timezone", "../../etc/passwd"),
        ("timezone", "europe/madrid"),
        ("timezone", "UTC+2"),
        ("timezone", None),
        ("birth_year", 1899),
        ("birth_year", datetime.now(UTC).year + 1),
        ("birth_year", "1990"),
        ("birth_year", 1990.5),
        ("birth_year", True),
        ("birth_year", 10**30),
        ("sex", "f"),
        ("height_cm", 29.9),
        ("height_cm", 5.9),
        ("height_cm", "171"),
        ("weight_kg", 701),
        ("weight_kg", 0),
        ("experience_level", "expert"),
        ("goals", "strength"),
        ("goals", None),
        ("goals", ["world peace"]),
        ("equipment", ["hammer"]),
        ("equipment", [None]),
        ("training_days", [0]),
        ("training_days", [8]),
        ("training_days", ["monday"]),
        ("weekly_goal", 0),
        ("weekly_goal", 15),
        ("share_corrections", "yes"),
        ("birth_date", "1990-01-01"),
        ("role", "admin"),
        ("user_id", "00000000-0000-4000-8000-000000000001"),
    ],
)
async def test_a_bad_value_names_its_field_and_nothing_is_changed(
    ana: httpx.AsyncClient, field: str, value: object
) -> None:
    answer = await patch(ana, {**FULL, field: value})
    assert answer.status_code == 422
    assert named_fields(answer) == {field}
    assert await profile(ana) == UNTOUCHED


@pytest.mark.parametrize(
    "body",
    [[], "x", None, 7, {"name": "half \ud800"}, {"height_cm": float("nan")}, {"weight_kg": float("inf")}],
)
async def test_a_change_is_an_object_in_json(ana: httpx.AsyncClient, body: object) -> None:
    assert (await patch(ana, body)).status_code in {400, 422}
    assert await profile(ana) == UNTOUCHED


async def test_a_change_of_what_was_changed_meanwhile_is_refused(ana: httpx.AsyncClient) -> None:
    read = await ana.get("/api/user/profile")
    etag = {"If-Match": read.headers["etag"]}
    assert (
        await ana.get("/api/user/profile", headers={"If-None-Match": etag["If-Match"]})
    ).status_code == 304
    answers = await asyncio.gather(
        *(ana.patch("/api/user/profile", json={"weekly_goal": n}, headers=etag) for n in (2, 3, 4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


async def test_lists_name_each_thing_once(ana: httpx.AsyncClient) -> None:
    await patch(ana, {"goals": ["muscle", "health", "muscle"], "training_days": [5, 1, 5]})
    found = await profile(ana)
    assert (found["goals"], found["training_days"]) == (["muscle", "health"], [5, 1])


async def test_two_athletes_have_two_profiles(client: httpx.AsyncClient) -> None:
    ana, ben = bearer(await register(client)), bearer(await register(client, "ben@example.com"))
    client.headers.update(ana)
    await patch(client, FULL)
    client.headers.update(ben)
    assert await profile(client) == UNTOUCHED
    assert (await client.get("/api/user")).json()["email"] == "ben@example.com"
    await patch(client, {"name": "Ben", "weekly_goal": 2})
    client.headers.update(ana)
    assert await profile(client) == FULL


async def test_a_profile_that_is_missing_is_made(ana: httpx.AsyncClient, database: Database) -> None:
    await execute(database, "delete from user_profiles")
    assert await profile(ana) == UNTOUCHED
    await execute(database, "delete from user_profiles")
    assert (await patch(ana, FULL)).status_code == 200
    assert await profile(ana) == FULL


@pytest.mark.parametrize("path", ["/api/user", "/api/user/profile"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_nobody_has_no_profile(client: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await client.request(method, path, json={} if method == "PATCH" else None)).status_code == 401


async def test_an_account_has_a_name_that_can_be_changed(ana: httpx.AsyncClient) -> None:
    before = (await ana.get("/api/user")).json()
    assert (before["email"], before["name"], before["role"]) == (ANA, None, "athlete")
    after = await ana.patch("/api/user", json={"name": " Ana "})
    assert after.json() == before | {"name": "Ana"}
    assert (await ana.patch("/api/user", json={})).json()["name"] == "Ana"
    assert (await profile(ana))["name"] == "Ana"
    assert (await ana.patch("/api/user", json={"name": None})).json() == before
    for field in ("email", "role", "id"):
        refused = await ana.patch("/api/user", json={field: "x"})
        assert named_fields(refused) == {field}


async def test_an_athlete_becomes_a_coach_and_nobody_an_administrator(
    ana: httpx.AsyncClient, database: Database
) -> None:
    for role in ("coach", "coach", "athlete"):
        assert (await ana.post("/api/user/role", json={"role": role})).json()["role"] == role
    refused = await ana.post("/api/user/role", json={"role": "admin"})
    assert named_fields(refused) == {"role"}
    await execute(database, "update users set role = 'admin'")
    assert (await ana.post("/api/user/role", json={"role": "coach"})).status_code == 403
    assert (await ana.get("/api/user")).json()["role"] == "admin"


def test_equipment_is_what_the_catalogue_needs() -> None:
    needed = {kind for exercise in packaged_exercises() for kind in exercise.equipment}
    assert set(get_args(Equipment)) == needed - {"none", "bodyweight"}


async def test_every_time_zone_is_one_for_python_and_for_postgresql(database: Database) -> None:
    assert len(timezones()) > 400
    for name in timezones():
        ZoneInfo(name)
    async with database.transaction(None) as session:
        known = set(await session.scalars(text("select name from pg_timezone_names")))
    assert {"UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata"} <= timezones() & known


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*FULL, "other"]), JSON, max_size=4))
def test_whatever_is_sent_is_a_change_or_names_its_fields(body: dict[str, object]) -> None:
    named: set[object] = set()
    fields: set[str] = set(body)
    try:
        fields = ProfileChange.model_validate(body).model_fields_set
    except ValidationError as error:
        named = {item["loc"][0] for item in error.errors()}
    assert fields == set(body) >= named
