"""A gym on an open microphone, through the websocket door."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from eval.gates import gate
from eval.sound.gym_floor import Piece, pieces
from eval.sound.open_mic import measure
from eval.sound.pauses import GIVEN, trimmed
from eval.sound.stream import House
from eval.stage import Stage
from eval.voices import VOICES, Studio
from services.identity import Identity
from tests.e2e.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture
async def house(server: Server) -> AsyncIterator[House]:
    async with server.database() as database:
        yield House(
            server.address, database, Identity(database, server.settings), Stage(database, passing=True)
        )


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("recordings"))


async def test_counting_and_talk_are_not_answered_and_a_command_is(house: House, studio: Studio) -> None:
    wanted = {"counting", "talk", "command"}
    floor: dict[str, Piece] = {}
    for piece in pieces(studio, 300, seed=1):
        if piece.kind in wanted:
            floor.setdefault(piece.kind, piece)
        if len(floor) == len(wanted):
            break
    found = await measure(house, list(floor.values()))
    assert found.below(gate("open_mic")) == [], found.lines()
    assert not found.false_activations, found.lines()


async def test_a_sentence_with_a_pause_is_one_turn(house: House, studio: Studio) -> None:
    async with house.microphone(GIVEN) as (_, stream):
        await stream.send(trimmed(studio.say("two twenty five for", VOICES[0])))
        await stream.silence(1.0)
        await stream.send(trimmed(studio.say("eight", VOICES[0])))
        await stream.quiet_after(2.0)
    assert len(stream.of("heard")) == 1, stream.happened
    [call] = [one.call for one in stream.of("call")]
    assert call is not None
    assert (call.args["weight"], call.args["reps"], call.wrote) == (225, 8, True)
