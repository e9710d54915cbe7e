"""`/live`, `/ready` and `/metrics`."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_api
from core.errors import DatabaseUnavailable
from core.settings import Settings
from db.session import Database
from tests.api.conftest import Athlete, client_from
from tests.db.fixtures import run_on_server


async def test_ready_when_the_database_has_this_versions_schema(
    client: httpx.AsyncClient, database_url: str
) -> None:
    assert (await client.get("/ready")).json() == {"status": "ok"}
    for statement, status in (
        ("update alembic_version set version_num = '0001'", 503),
        ("update alembic_version set version_num = 'of the future'", 200),
        ("delete from alembic_version", 503),
        ("drop table alembic_version", 503),
    ):
        await run_on_server(database_url, statement)
        response = await client.get("/ready")
        assert response.status_code == status, statement
        if status == 503:
            assert "voicefit db upgrade" in response.json()["detail"]
            assert int(response.headers["retry-after"]) > 0


async def test_not_ready_without_a_database(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: object) -> None:
        raise DatabaseUnavailable("The database is gone.")

    monkeypatch.setattr(database, "transaction", gone)
    response = await client.get("/ready")
    assert (response.status_code, response.json()["detail"]) == (503, "The database does not answer.")
    assert (await client.get("/live")).status_code == 200, "a restart would not help"


async def metrics(client: httpx.AsyncClient) -> dict[str, float]:
    response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = (line.rpartition(" ") for line in response.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def test_requests_are_counted_by_template_and_name_nobody(
    ana: Athlete, client: httpx.AsyncClient
) -> None:
    workout = await ana.workout()
    await ana.log(workout)
    await ana.get("/api/nothing/at/all")
    await ana.client.request("BREW", "/api/me")
    found = await metrics(client)
    sets = '{method="POST",route="/api/workouts/{workout_id}/sets",status="201"}'
    assert found[f"voicefit_http_requests_total{sets}"] == 1
    assert found['voicefit_http_request_seconds_count{method="POST",route="/api/workouts"}'] == 1
    assert found['voicefit_http_requests_total{method="GET",route="other",status="404"}'] == 1
    assert found['voicefit_http_requests_total{method="other",route="/api/me",status="405"}'] == 1
    assert found["voicefit_http_requests_in_flight"] == 1  # this one
    assert found['voicefit_database_connections{state="in_use"}'] == 0
    assert found['voicefit_database_connections{state="idle"}'] >= 1
    assert not any(re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", name) for name in found)


async def test_conversations_are_counted(database: Database, settings: Settings) -> None:
    app = create_api(database, settings, capacity=lambda: True, sessions=lambda: 3)
    async with client_from(app) as client:
        assert (await metrics(client))["voicefit_sessions"] == 3


async def test_metrics_are_for_this_machine_unless_a_setting_opens_them(
    app: FastAPI, database: Database, settings: Settings
) -> None:
    elsewhere = ("192.168.1.20", "192.168.1.10:8080")
    async with client_from(app, *elsewhere) as client:
        refused = await client.get("/metrics")
        assert refused.status_code == 403
        assert "VOICEFIT_METRICS_OPEN" in refused.json()["detail"]
    open_settings = settings.model_copy(update={"metrics_open": True})
    opened = create_api(database, open_settings, capacity=lambda: True)
    async with client_from(opened, *elsewhere) as client:
        assert (await client.get("/metrics")).status_code == 200
