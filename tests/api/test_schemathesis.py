"""Schemathesis over the document: nothing is answered with 5xx, or with what is not described."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import (
    allow_header_conformance,
    negative_data_rejection,
    not_a_server_error,
    positive_data_acceptance,
    unsupported_method,
)

from api.app import create_api
from core.settings import Settings
from db.embedded import EmbeddedServer
from db.models import Conversation, Import, Message, Run, VoiceCommand, Workout, WorkoutSet
from db.session import Database
from services.exercises.catalogue import packaged_catalogue
from tests.api.conftest import SECRET
from tests.api.live import Live, live_api
from tests.db.fixtures import database_address, drop_database, run_on_server

pytestmark = pytest.mark.slow

EXAMPLES = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def live(
    embedded_server: EmbeddedServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """The API, over a database of this module's own."""
    name = f"live_{uuid4().hex}"
    home: Path = tmp_path_factory.mktemp("home")
    asyncio.run(
        run_on_server(
            embedded_server.url, f"create database {name} template {template_database} strategy file_copy"
        )
    )
    with live_api(database_address(embedded_server.app_url, name), Settings(home=home, secret=SECRET)) as api:
        yield api
    asyncio.run(drop_database(embedded_server, name))


def document() -> dict[str, Any]:
    """The document, which needs no database to be written."""
    nowhere = Database("postgresql://127.0.0.1:1/nothing")
    return create_api(nowhere, Settings(secret=SECRET), capacity=lambda: True).openapi()


schema = schemathesis.openapi.from_dict(document())


# Much that the document allows is refused for what it means: a weight that nobody lifts, a stale ETag, a
# cursor of another list.
BY_MEANING = positive_data_acceptance


FRAMING = {"content-length", "transfer-encoding", "connection", "host", "expect", "upgrade"}


def whole(case: schemathesis.Case) -> None:
    """Leaves out headers that say where a request ends: one that ends nowhere never reaches the API."""
    for name in [name for name in case.headers or {} if name.lower() in FRAMING]:
        del case.headers[name]


@schema.parametrize()
@EXAMPLES
def test_whatever_is_sent(case: schemathesis.Case, live: Live) -> None:
    # To `PATCH /api/workouts/current` is to change a workout whose id is none.
    may_be_an_id = case.path.endswith(("/current", "/preview", "/runs/import", "/runs/log"))
    also_an_id = [unsupported_method, allow_header_conformance] if may_be_an_id else []
    # Without a LiveKit server there are no rooms, and it says so.
    not_there = [not_a_server_error] if case.path.endswith("/voice/token") else []
    but = [BY_MEANING, *also_an_id, *not_there]
    whole(case)
    case.call_and_validate(base_url=live.address, headers=live.headers, excluded_checks=but)


@schema.include(path_regex=r"\{").parametrize()
@EXAMPLES
def test_whatever_is_sent_about_what_is_there(case: schemathesis.Case, live: Live) -> None:
    """The same with identifiers of rows that exist, made for each request."""
    rows = live.run(seed(live))
    given = case.path_parameters or {}
    case.path_parameters = {name: rows.get(name, value) for name, value in given.items()}
    but = [BY_MEANING, negative_data_rejection]  # the identifiers are no longer wrong
    whole(case)
    case.call_and_validate(base_url=live.address, headers=live.headers, excluded_checks=but)


async def seed(live: Live) -> dict[str, str]:
    """One row of each kind, by the name of the parameter that names it."""
    bench = packaged_catalogue().by_slug["barbell-bench-press"]
    owner: dict[str, Any] = {"user_id": live.athlete_id}
    async with live.database.transaction(live.athlete_id) as db:
        rows: dict[str, UUID] = {}
        workout = Workout(**owner, status="completed")
        conversation = Conversation(**owner)
        command = VoiceCommand(**owner, raw_transcript="bench 225 for 8")
        imported = Import(**owner, app="strong", workouts=0, sets=0)
        run = Run(**owner, start_time=datetime.now(UTC))
        db.add_all([workout, conversation, command, imported, run])
        await db.flush()
        done = WorkoutSet(**owner, workout_id=workout.id, exercise_id=bench.id, set_number=1, reps=8)
        db.add_all([done, Message(**owner, conversation_id=conversation.id, role="user", content="hello")])
        await db.flush()
        rows = {
            "workout_id": workout.id,
            "set_id": done.id,
            "command_id": command.id,
            "conversation_id": conversation.id,
            "import_id": imported.id,
            "run_id": run.id,
        }
    return {name: str(key) for name, key in rows.items()} | {"exercise": bench.slug}
