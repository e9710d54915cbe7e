"""Imports, exports and the deletion of an account over HTTP."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.middleware import BodyLimitMiddleware
from db.session import Database
from services.identity import Identity
from services.transfer import count_rows
from services.transfer.ownership import exported_tables
from tests.api.conftest import Athlete, client_from
from tests.db.access import athlete_with_rows
from tests.db.fixtures import new_athlete

FILES = Path(__file__).parents[1] / "services" / "transfer" / "files"
CLASSIC = (FILES / "strong_classic.csv").read_bytes()
SKIPPED = json.dumps({"Sissy Lizard Crawl": "skip"})


async def upload(
    ana: Athlete, content: bytes, path: str = "/api/imports", name: str = "strong.csv", **form: str
) -> httpx.Response:
    return await ana.client.post(path, data=form, files={"file": (name, content, "text/csv")})


async def test_a_preview_says_what_has_to_be_said_and_writes_nothing(ana: Athlete) -> None:
    response = await upload(ana, CLASSIC, "/api/imports/preview")
    assert response.status_code == 200, response.text
    seen = response.json()
    assert (seen["app"], seen["needs_unit"], seen["new_sets"]) == ("strong", True, 10)
    assert seen["names"][0]["name"] == "Sissy Lizard Crawl"
    assert {"slug", "name"} == set(seen["names"][0]["suggestions"][0])
    assert (await ana.get("/api/workouts")).json()["items"] == []


async def test_an_import_is_written_listed_and_taken_back(ana: Athlete) -> None:
    response = await upload(ana, CLASSIC, name="C:\\data\\strong.csv", unit="lbs", mapping=SKIPPED)
    assert response.status_code == 200, response.text
    receipt = response.json()
    assert (receipt["workouts"], receipt["sets"], receipt["left_out"]) == (2, 10, 1)
    again = (await upload(ana, CLASSIC, unit="lbs", mapping=SKIPPED)).json()
    assert (again["id"], again["sets"], again["already_here"]) == (None, 0, 10)
    listed = (await ana.get("/api/imports")).json()["items"]
    assert [(one["id"], one["app"], one["file_name"], one["unit"], one["sets"]) for one in listed] == [
        (receipt["id"], "strong", "strong.csv", "lbs", 10)
    ]
    workouts = (await ana.get("/api/workouts")).json()["items"]
    assert [one["name"] for one in workouts] == ["Legs", "Push Day"]
    assert (await ana.delete(f"/api/imports/{receipt['id']}")).status_code == 200
    assert (await ana.delete(f"/api/imports/{receipt['id']}")).status_code == 404
    assert (await ana.get("/api/workouts")).json()["items"] == []


async def test_nobody_sees_or_takes_back_anothers_import(ana: Athlete, ben: Athlete) -> None:
    receipt = (await upload(ana, CLASSIC, unit="lbs", mapping=SKIPPED)).json()
    assert (await ben.get("/api/imports")).json()["items"] == []
    assert (await ben.delete(f"/api/imports/{receipt['id']}")).status_code == 404
    assert len((await ana.get("/api/workouts")).json()["items"]) == 2


BROKEN = b"Date,Exercise,Category,Weight (kgs),Reps\n2024-01-01,Barbell Squat,Legs,100,-5\n"


@pytest.mark.parametrize(
    ("content", "form", "pointers", "says"),
    [
        (CLASSIC, {"mapping": SKIPPED}, ["/unit"], "lbs or kg"),
        (CLASSIC, {"unit": "lbs"}, ["/mapping"], "Sissy Lizard Crawl"),
        (CLASSIC, {"unit": "lbs", "mapping": '{"a/b": "skip"}'}, ["/mapping/a~1b"], "not in the file"),
        (CLASSIC, {"unit": "stone"}, ["/unit"], ""),
        (CLASSIC, {"mapping": "[1]"}, ["/mapping"], "JSON object"),
        (CLASSIC, {"mapping": '{"a": 1}'}, ["/mapping"], "JSON object"),
        (CLASSIC, {"skip_bad_rows": "perhaps"}, ["/skip_bad_rows"], ""),
        (BROKEN, {}, ["/file"], "line 2: Reps is negative"),
        (b"", {}, ["/file"], "empty"),
        (b" \n\n", {}, ["/file"], "empty"),
        (b"PK\x03\x04rest", {}, ["/file"], "zip archive"),
        (b"<!DOCTYPE html><html>", {}, ["/file"], "web page"),
        (b"<?xml version='1.0'?><gpx>", {}, ["/file"], "GPX"),
        (b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT", {}, ["/file"], "FIT"),
        (b"%PDF-1.7", {}, ["/file"], "PDF"),
        (b"Date,Exercise\x81\x8d,Reps\n", {}, ["/file"], "encoding"),
        (b"Date,Exercise,Category,Reps\n2024-01-01,\x00,Legs,5\n", {}, ["/file"], "not a text file"),
        (b"name,age\nAnn,30\n", {}, ["/file"], "not an export"),
        (b"Date,Workout Name,Exercise Name,Set Order,Reps\na,b,c,1,1\n", {}, ["/file"], "columns Weight"),
        (b'{"format": "voicefit-export"}', {}, ["/file"], "version None"),
        (b"{}", {}, ["/file"], "not an export of VoiceFit"),
    ],
)
async def test_what_cannot_be_imported_is_a_problem_that_names_the_field(
    ana: Athlete, content: bytes, form: dict[str, str], pointers: list[str], says: str
) -> None:
    response = await upload(ana, content, **form)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert {error["in"] for error in problem["errors"]} == {"body"}
    assert says in problem["detail"] + problem["errors"][0]["detail"]
    assert (await ana.get("/api/workouts")).json()["items"] == []


async def test_a_form_without_a_file_names_it(ana: Athlete) -> None:
    response = await ana.client.post("/api/imports", data={"unit": "kg"})
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == ["/file"]


async def test_too_many_rows_are_413_with_the_number(ana: Athlete, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.transfer.history.MAX_ROWS", 10)
    response = await upload(ana, CLASSIC, unit="lbs")
    assert response.status_code == 413
    assert "has 13 rows" in response.json()["detail"]


async def test_larger_bodies_are_taken_at_imports_alone() -> None:
    async def nothing(*_: Any) -> None:
        raise AssertionError

    limits = BodyLimitMiddleware(nothing)
    assert limits._limit_at("/api/imports/preview") > 100 * 1024 * 1024
    assert limits._limit_at("/api/workouts") == 1024 * 1024


async def test_nobody_imports_or_exports_without_signing_in(client: httpx.AsyncClient) -> None:
    for method, path in (
        ("POST", "/api/imports"),
        ("POST", "/api/imports/preview"),
        ("GET", "/api/imports"),
        ("GET", "/api/export"),
        ("DELETE", "/api/user"),
    ):
        assert (await client.request(method, path)).status_code == 401, path


async def test_an_export_is_fetched_and_brought_to_another_account(ana: Athlete, ben: Athlete) -> None:
    await upload(ana, CLASSIC, unit="lbs", mapping=SKIPPED)
    response = await ana.get("/api/export")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-disposition"].startswith('attachment; filename="voicefit-')
    assert response.headers["cache-control"] == "no-store"
    assert set(response.json()["tables"]) == {table.name for table in exported_tables()}
    seen = (await upload(ben, response.content, "/api/imports/preview", "export.json")).json()
    assert (seen["app"], seen["tables"]["workout_sets"]) == ("voicefit", 10)
    brought = (await upload(ben, response.content, name="export.json")).json()
    assert (brought["written"]["workout_sets"], brought["left_out"]) == (10, 0)
    again = (await upload(ben, response.content, name="export.json")).json()
    assert again["written"] == {}


async def test_an_export_as_csv_is_a_zip(ana: Athlete) -> None:
    response = await ana.get("/api/export?format=csv")
    assert response.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert set(archive.namelist()) == {f"{table.name}.csv" for table in exported_tables()}


async def test_other_forms_are_refused(ana: Athlete) -> None:
    response = await ana.get("/api/export?format=xml")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/format"


async def delete_account(client: httpx.AsyncClient, email: Any) -> httpx.Response:
    return await client.request("DELETE", "/api/user", json={"email": email})


async def test_an_account_is_deleted_with_all_there_is_and_its_token_is_worth_nothing(
    app: FastAPI, database: Database, identity: Identity
) -> None:
    person, _ = await athlete_with_rows(database, await new_athlete(database))
    email = await identity.email_of(person)
    token = await identity.start_session(person, "phone", timedelta(hours=1))
    async with client_from(app) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        assert (await client.get("/api/user")).status_code == 200
        wrong = await delete_account(client, "somebody@example.com")
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/email")
        assert (await client.get("/api/user")).status_code == 200
        response = await delete_account(client, email.upper())
        assert response.status_code == 200, response.text
        assert "voicefit_session" in response.headers["set-cookie"]
        assert (await client.get("/api/user")).status_code == 401
    assert await count_rows(database, person) == {}


@pytest.mark.parametrize("body", [None, {}, {"email": None}, {"email": 1}, {"email": "a", "really": True}])
async def test_a_deletion_has_to_be_confirmed(ana: Athlete, body: Any) -> None:
    response = await ana.client.request("DELETE", "/api/user", json=body)
    assert response.status_code == 422
    assert (await ana.get("/api/user")).status_code == 200
