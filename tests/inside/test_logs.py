"""Log lines: as JSON, with the ids of what they belong to, and without a word of anybody."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from agent.brain import Brain
from agent.doors.text import TextDoor
from core.logs import FORMAT, Ids, JsonLines
from core.settings import Settings
from db.models import VoiceCommand
from db.session import Database
from services import workouts
from tests.db.fixtures import new_athlete


class Lines:
    """What was written, as `log_to_stderr` writes it."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(formatter)
        self.handler.addFilter(Ids())

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(params=[JsonLines(), logging.Formatter(FORMAT)], ids=["json", "text"])
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    """All lines from INFO on, livekit-agents' too."""
    found, root = Lines(request.param), logging.getLogger()
    before = root.level
    root.addHandler(found.handler)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(found.handler)
    root.setLevel(before)


async def test_a_turns_lines_name_it_and_say_nothing_of_it(
    database: Database, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OperationalError("insert", {}, OSError("connection lost"))

    athlete = await new_athlete(database, "zebulon.quartermain@example.com")
    session = await Brain(database, Settings(), speech=None).open(athlete)
    async with TextDoor(session) as door:
        await door.say("bench 225 for 8, says zebulon")
        await door.say("bench 225 for 8")
        monkeypatch.setattr(workouts, "log_sets", broken)
        await door.say("bench 235 for 8")
    text = lines.text
    assert "tool log_set failed" in text
    for words in ("zebulon", "bench", "for 8", str(athlete)):
        assert words not in text.lower(), words
    assert text.count(str(session.conversation_id)) >= 1
    if isinstance(lines.handler.formatter, JsonLines):
        (failed,) = [one for one in lines.json() if one["message"] == "tool log_set failed"]
        assert failed["conversation"] == str(session.conversation_id)
        assert len(failed["turn"]) == len(str(session.conversation_id))
        assert (failed["level"], failed["logger"]) == ("ERROR", "agent.calling")
        assert failed["error"] == "OperationalError"
        assert "connection lost" in failed["traceback"]
    else:
        assert f"conversation={session.conversation_id} turn=" in text


async def test_lines_of_two_conversations_at_once_stay_apart(database: Database) -> None:
    lines, logger = Lines(JsonLines()), logging.getLogger("voicefit.test")
    logger.addHandler(lines.handler)
    sessions = [
        await Brain(database, Settings(), speech=None).open(await new_athlete(database)) for _ in range(2)
    ]

    async def talk(index: int) -> None:
        async with TextDoor(sessions[index]) as door:
            sessions[index].on_event(lambda _: logger.warning("%d", index))
            for _ in range(3):
                await door.say("bench 225 for 8")

    await asyncio.gather(talk(0), talk(1))
    logger.removeHandler(lines.handler)
    said = {(one["message"], one["conversation"]) for one in lines.json()}
    assert said == {(str(index), str(one.conversation_id)) for index, one in enumerate(sessions)}
    async with database.transaction(None) as db:
        known = {
            str(row)
            for row in await db.scalars(VoiceCommand.__table__.select().with_only_columns(VoiceCommand.id))
        }
    assert known <= {one.get("turn") for one in lines.json()}
