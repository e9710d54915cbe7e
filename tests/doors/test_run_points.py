"""The extension for runs: points in, what became of them, and how the run goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import websockets
from sqlalchemy import update
from websockets.asyncio.client import ClientConnection

from agent.brain import Brain
from agent.doors.realtime import RealtimeDoor
from agent.events import RunProgressed
from core.errors import Conflict
from core.settings import Settings
from db.models import Run
from db.session import Database
from services.running.live import NoRun
from services.running.track import TrackPoint
from tests.db.fixtures import new_athlete
from tests.doors.conftest import Server, serving
from tests.doors.fakes import TOKEN, FakeIdentity
from tests.services.running.points import track

BEARER = {"Authorization": f"Bearer {TOKEN}"}
POINT = {"time": "2026-05-01T07:00:00Z", "lat": 52.5, "lng": 13.4, "hr": 140, "hdop": 3}


async def answer(socket: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next event of these types."""
    while True:
        event: dict[str, Any] = json.loads(await socket.recv())
        if event["type"] in kinds:
            return event


async def send(socket: ClientConnection, points: Any) -> dict[str, Any]:
    """What the server says to points."""
    await socket.send(json.dumps({"type": "voicefit.run.points", "event_id": "mine", "points": points}))
    return await answer(socket, "error", "voicefit.run.points.saved")


async def test_points_are_kept_and_progress_is_told(server: Server) -> None:
    taken: list[TrackPoint] = []
    run_id = uuid4()

    async def take(points: Sequence[TrackPoint]) -> tuple[UUID, int]:
        taken.extend(points)
        return run_id, len(points)

    async with websockets.connect(server.url, additional_headers=BEARER) as socket:
        await answer(socket, "session.created")
        session: Any = server.brain.sessions[0]
        session.take_run_points = take
        told = [listener for listener in session._listeners if listener.__name__ == "_on_event"]
        for listener in told:  # to a client that knows nothing of runs, nothing is told of them
            listener(RunProgressed("", {"distance_meters": 1.0}))
        saved = await send(socket, [POINT])
        assert (saved["saved_event_id"], saved["run_id"], saved["new_points"]) == ("mine", str(run_id), 1)
        assert (taken[0].latitude, taken[0].heart_rate) == (52.5, 140)
        for listener in told:
            listener(RunProgressed("", {"distance_meters": 1200.0}))
        assert (await answer(socket, "voicefit.run.progress"))["run"] == {"distance_meters": 1200.0}


@pytest.mark.parametrize(
    ("error", "code"), [(NoRun(), "no_run"), (Conflict("This run takes no more points."), "points_refused")]
)
async def test_points_that_cannot_be_kept_are_refused(server: Server, error: Exception, code: str) -> None:
    async def take(points: Sequence[TrackPoint]) -> tuple[UUID, int]:
        raise error

    async with websockets.connect(server.url, additional_headers=BEARER) as socket:
        await answer(socket, "session.created")
        server.brain.sessions[0].take_run_points = take  # type: ignore[attr-defined]
        refused = (await send(socket, [POINT]))["error"]
        assert (refused["code"], refused["event_id"]) == (code, "mine")
        for points in ([], [{}], [{**POINT, "lat": 91}], [{"time": POINT["time"], "lat": 1}], "far"):
            assert (await send(socket, points))["error"]["code"] in ("invalid_value", "missing_field")


async def test_a_cue_is_a_reply_of_the_servers_own_accord(database: Database) -> None:
    athlete = await new_athlete(database)
    door = RealtimeDoor(Brain(database, Settings(), speech=None), FakeIdentity(athlete), Settings())
    async with serving(door) as url, websockets.connect(url, additional_headers=BEARER) as socket:
        await answer(socket, "session.created")
        text = [{"type": "input_text", "text": "start six by four hundred with ninety seconds rest"}]
        item = {"type": "message", "role": "user", "content": text}
        await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        await socket.send(json.dumps({"type": "response.create"}))
        await answer(socket, "response.done")
        start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
        async with database.transaction(athlete) as db:
            await db.execute(update(Run).values(start_time=start))
        points = [
            {"time": one.time.isoformat(), "lat": one.latitude, "lng": one.longitude}
            for one in track(start, [(110, 4.0)])
        ]
        assert (await send(socket, points))["new_points"] == 56
        assert (await answer(socket, "voicefit.run.progress"))["run"]["plan"]["type"] == "intervals"
        assert (await answer(socket, "response.output_text.done"))["text"] == "Recover, 90 seconds."
        assert (await send(socket, points))["new_points"] == 0
