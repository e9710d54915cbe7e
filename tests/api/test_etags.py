"""ETags: what a client has is not sent again, and what it has not seen is not overwritten."""

from __future__ import annotations

import httpx
import pytest

from tests.api.conftest import Athlete


async def asked_again(athlete: Athlete, path: str, etag: str) -> httpx.Response:
    return await athlete.get(path, headers={"If-None-Match": etag})


async def test_what_a_client_has_is_not_sent_again(ana: Athlete) -> None:
    workout = await ana.workout()
    logged = await ana.log(workout)
    for path in (
        workout,
        f"{workout}/sets",
        f"{workout}/sets/{logged['id']}",
        "/api/exercises?limit=100",
        "/api/exercises/barbell-bench-press",
    ):
        first = await ana.get(path)
        assert first.headers["cache-control"] == "private, no-cache"
        again = await asked_again(ana, path, first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "private, no-cache"
        for header in (f'"other", {first.headers["etag"]}', first.headers["etag"].removeprefix("W/"), "*"):
            assert (await asked_again(ana, path, header)).status_code == 304, header
        for header in ('W/"other"', "", "nonsense", first.headers["etag"][:-2] + '"'):
            assert (await asked_again(ana, path, header)).status_code == 200, header


async def test_a_change_shows(ana: Athlete) -> None:
    workout = await ana.workout()
    first = (await ana.get(f"{workout}/sets")).headers["etag"]
    logged = await ana.log(workout)
    second = (await ana.get(f"{workout}/sets")).headers["etag"]
    await ana.patch(f"{workout}/sets/{logged['id']}", {"reps": 9})
    third = (await ana.get(f"{workout}/sets")).headers["etag"]
    assert len({first, second, third}) == 3
    assert (await asked_again(ana, f"{workout}/sets", second)).status_code == 200


async def test_writes_answer_with_the_etag_of_what_is_there_now(ana: Athlete) -> None:
    started = await ana.post("/api/workouts", {"name": "push"})
    workout = started.headers["location"]
    assert started.headers["etag"] == (await ana.get(workout)).headers["etag"]
    changed = await ana.patch(workout, {"name": "pull"}, started.headers["etag"])
    assert changed.headers["etag"] == (await ana.get(workout)).headers["etag"]
    finished = await ana.post(f"{workout}/finish")
    assert finished.headers["etag"] == (await ana.get(workout)).headers["etag"]


@pytest.mark.parametrize("what", ["workout", "set"])
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_what_was_changed_meanwhile_is_not_overwritten(ana: Athlete, what: str, method: str) -> None:
    workout = await ana.workout(name="push")
    logged = await ana.log(workout)
    path = workout if what == "workout" else f"{workout}/sets/{logged['id']}"
    mine, meanwhile = (
        ({"name": "mine"}, {"name": "theirs"}) if what == "workout" else ({"reps": 1}, {"reps": 2})
    )
    seen = (await ana.get(path)).headers["etag"]
    current = (await ana.patch(path, meanwhile, seen)).headers["etag"]
    before = (await ana.get(path)).json()
    body = mine if method == "PATCH" else None
    for stale in (seen, 'W/"other"', "nonsense", f'"x", {seen}'):
        refused = await ana.client.request(method, path, json=body, headers={"If-Match": stale})
        assert refused.status_code == 412
        assert refused.json()["type"] == "urn:problem-type:voicefit:stale"
        assert refused.json()["errors"][0]["pointer"] == "/If-Match"
        assert refused.headers["etag"] == current
    assert (await ana.get(path)).json() == before
    done = await ana.client.request(method, path, json=body, headers={"If-Match": f'"x", {current}'})
    assert done.status_code == (200 if method == "PATCH" else 204)


async def test_any_state_will_do_for_a_star_and_none_is_not_there(ana: Athlete) -> None:
    workout = await ana.workout()
    assert (await ana.patch(workout, {"name": "pull"}, "*")).status_code == 200
    assert (await ana.delete(workout, "*")).status_code == 204
    assert (await ana.delete(workout, "*")).status_code == 404


async def test_large_answers_are_compressed_and_are_the_same(ana: Athlete) -> None:
    plain = await ana.get("/api/exercises?limit=100", headers={"Accept-Encoding": "identity"})
    small = await ana.get("/api/exercises?limit=100", headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert small.json() == plain.json()
    assert small.headers["etag"] == plain.headers["etag"]
    assert int(small.headers["content-length"]) * 4 < int(plain.headers["content-length"])
