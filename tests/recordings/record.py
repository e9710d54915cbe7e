"""`make recordings`: records conversations with the real service, with the key in `XAI_API_KEY`."""

from __future__ import annotations

import asyncio
import sys

from agent.brain import Brain
from agent.doors.text import TextDoor
from core.settings import Settings
from db.session import Database, open_database
from tests.db.fixtures import new_athlete
from tests.recordings.recorder import FOLDER, Recording, recorder

CONVERSATIONS: dict[str, list[str]] = {
    "set_in_many_words": ["hey so the flat bench was two twenty five and eight came off it"],
    "two_sets": ["the flat bench went two twenty five eight came off it and two oh five ten came off it"],
    "about_my_training": ["bench 225 for 8", "tell me something nice about my training"],
    "knowledge": ["how much creatine should I take", "is my bench going anywhere"],
    "not_for_us": ["sorry mate are those twenties free"],
}


async def record(database: Database, settings: Settings, name: str, said: list[str]) -> None:
    """Records one conversation."""
    recording = Recording(settings.xai_model, said)
    async with recorder(recording, settings.xai_base_url) as address:
        chosen = settings.model_copy(
            update={"xai_base_url": address, "xai_first_words_seconds": 30.0, "xai_stall_seconds": 30.0}
        )
        brain = Brain(database, chosen, speech=None)
        async with TextDoor(await brain.open(await new_athlete(database))) as door:
            for words in said:
                turn = await door.say(words)
                print(f"{name}: {words!r} -> {turn.reply!r} {[call.tool for call in turn.calls]}")
        await brain.aclose()
    recording.save(FOLDER / f"{name}.json")


async def main() -> int:
    """Records all of them."""
    settings = Settings()
    if not settings.xai_api_key:
        print("Set XAI_API_KEY to record.", file=sys.stderr)
        return 2
    database = await open_database(settings)
    for name, said in CONVERSATIONS.items():
        await record(database, settings, name, said)
    await database.aclose()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
