"""What the real service sent, when somebody recorded it, is understood; what is recorded can be played."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from agent.brain import Brain
from agent.doors.text import TextDoor
from core.settings import Settings
from db.session import Database
from tests.db.fixtures import new_athlete
from tests.grok.provider import Answer, running
from tests.grok.test_answering import HARD, TALK, log, sets
from tests.recordings.recorder import Recording, player, recorder, recordings


async def played(database: Database, athlete: UUID, recording: Recording) -> list[str]:
    """The replies to a recorded conversation."""
    async with player(recording) as address:
        settings = Settings(xai_api_key="key", xai_base_url=address, xai_first_words_seconds=20)
        brain = Brain(database, settings, speech=None)
        async with TextDoor(await brain.open(athlete)) as door:
            replies = [(await door.say(words)).reply for words in recording.said]
        await brain.aclose()
    return replies


async def test_what_passes_the_recorder_can_be_played_again(database: Database, tmp_path: Path) -> None:
    athlete, again = await new_athlete(database), await new_athlete(database)
    recording = Recording("scripted", [HARD, TALK])
    async with running() as provider:
        provider.will(Answer(calls=[log()], piece=3), Answer("[silent]"), Answer("You show up."))
        async with recorder(recording, provider.url) as address:
            brain = Brain(database, Settings(xai_api_key="secret", xai_base_url=address), speech=None)
            async with TextDoor(await brain.open(athlete)) as door:
                first = [(await door.say(words)).reply for words in recording.said]
            await brain.aclose()
        assert await sets(brain, athlete) == [(225, 8)]
    path = tmp_path / "one.json"
    recording.save(path)
    assert "secret" not in path.read_text()
    assert await played(database, again, Recording.load(path)) == first
    assert await sets(brain, again) == [(225, 8)]
    for one in recordings():
        real = Recording.load(one)
        assert all(await played(database, await new_athlete(database), real)), one.name
