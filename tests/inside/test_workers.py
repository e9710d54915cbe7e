"""The figures of processes that serve no HTTP of their own, and what monitoring asks for."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import Metrics
from core.errors import NotConfigured
from core.measures import Measures, scraped
from core.settings import Settings
from db.session import Database
from services.jobs import Job, Registry, Run, enqueue, working
from services.jobs.letters import counts

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
ASKED = re.compile(r"\bvoicefit_[a-z_]+")


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def test_a_worker_serves_its_figures_while_it_works(port: int) -> None:
    measures = Measures()
    measures.opened("rooms")
    address = f"http://127.0.0.1:{port}/metrics"
    async with httpx.AsyncClient() as client:
        with scraped(measures, Settings(metrics_port=port)):
            text = (await client.get(address)).text
            assert 'voicefit_open_sessions{door="rooms"} 1.0' in text
            assert "process_resident_memory_bytes" in text
            taken = scraped(Measures(), Settings(metrics_port=port))
            with pytest.raises(NotConfigured, match="VOICEFIT_METRICS_PORT"), taken:
                pass
        with pytest.raises(httpx.ConnectError):
            await client.get(address)


class Odd(Job):
    """Fails when it is told to."""

    name = "odd"
    fails: bool


async def test_jobs_are_counted_by_what_they_came_to(database: Database, tmp_path: Path) -> None:
    measures, registry = Measures(), Registry()

    @registry.handles(Odd, attempts=1)
    async def do(run: Run, job: Odd) -> None:
        if job.fails:
            raise RuntimeError("told to")

    async with database.transaction(None) as db:
        await enqueue(db, Odd(fails=False), Odd(fails=True))
    async with working(database, Settings(home=tmp_path), registry, measures=measures):
        for _ in range(400):
            async with database.transaction(None) as db:
                left = [one.status for one in await counts(db)]
            if left == ["failed"]:
                break
    text = measures.text().decode()
    assert 'voicefit_jobs_total{job="odd",outcome="done"} 1.0' in text
    assert 'voicefit_jobs_total{job="odd",outcome="dead"} 1.0' in text
    assert 'voicefit_job_seconds_count{job="odd"} 2.0' in text


def test_alerts_and_dashboard_ask_for_figures_that_there_are(database: Database) -> None:
    text = Metrics(database, lambda: 0, Measures()).text().decode()
    there: set[str] = set()
    for family in text_string_to_metric_families(text):
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        there |= {family.name + ending for ending in endings}
    rules = yaml.safe_load((MONITORING / "alerts.yaml").read_text(encoding="utf-8"))
    board = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    names = {name for expression in asked for name in ASKED.findall(expression)}
    assert len(names) > 5
    assert names <= there
