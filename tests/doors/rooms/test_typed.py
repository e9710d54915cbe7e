"""Typed turns, calls by name and events, through a room: real client, real worker, real session."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from livekit import rtc
from sqlalchemy import select

from db.models import WorkoutSet
from db.session import Database
from services.rooms import Rooms
from tests.db.fixtures import new_athlete
from tests.doors.rooms.device import Device


async def sets(database: Database, athlete: UUID) -> list[tuple[float | None, int | None]]:
    async with database.transaction(athlete) as db:
        rows = await db.scalars(select(WorkoutSet).order_by(WorkoutSet.sequence))
        return [(row.weight, row.reps) for row in rows]


async def test_a_typed_set_is_logged_once_and_told_as_a_card(
    phone: Device, database: Database, athlete: UUID, conversation: UUID
) -> None:
    await phone.type("bench press 225 for 8", turn_id="turn-1")
    finished = (await phone.until(lambda: phone.named("call.finished") or None))[0]
    assert (finished["tool"], finished["turn_id"], finished["failed"]) == ("log_set", "turn-1", False)
    assert finished["output"]["sets"][0]["weight"] == 225
    reply = (await phone.until(lambda: phone.named("reply") or None))[0]
    assert reply["text"].startswith("225 for 8")
    told = [event["type"] for event in phone.told.events]
    assert told[:5] == ["hello", "turn", "turn.understood", "call.started", "call.finished"]
    await phone.until(
        lambda: ("225 for 8, barbell bench press." in dict(phone.told.transcripts).values()) or None
    )

    await phone.type("bench press 225 for 8", turn_id="turn-1")  # sent again, as after a lost connection
    again = await phone.call("say", turn_id="turn-1", text="bench press 225 for 8")
    assert again["reply"] == reply["text"]
    assert await sets(database, athlete) == [(225, 8)]
    assert phone.agents[0].attributes["voicefit.conversation"] == str(conversation)


async def test_what_has_a_button_can_be_called_by_name(
    phone: Device, database: Database, athlete: UUID
) -> None:
    assert [call["tool"] for call in (await phone.call("start", name="push day"))["calls"]] == [
        "start_workout"
    ]
    await phone.call("say", text="bench press 225 for 8")
    undone = await phone.call("undo")
    assert (undone["calls"][0]["tool"], undone["reply"]) == ("undo_last", "Removed 225 for 8.")
    assert await sets(database, athlete) == []

    await phone.call("say", text="bench press 135 for 8")
    offered = await phone.call("say", text="my shoulder hurts, what else could I do")
    assert offered["calls"][0]["tool"] == "suggest_exercise_substitution"
    assert (await phone.call("choose", number=2))["calls"][0]["tool"] == "swap_exercise"
    await phone.call("hush")
    await phone.call("voice", on=False)


@pytest.mark.parametrize(
    ("method", "request_", "reason"),
    [
        ("say", {}, "text: Field required"),
        ("say", {"text": "hi", "loud": True}, "loud: Extra inputs"),
        ("choose", {}, "Give either the text of the choice or its number"),
        ("talk", {"action": "start"}, "no ears"),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(
    phone: Device, method: str, request_: dict[str, object], reason: str
) -> None:
    with pytest.raises(rtc.RpcError, match=reason):
        await phone.call(method, **request_)


async def test_an_athletes_second_device_hears_of_everything_and_may_ask(
    phone: Device, rooms: Rooms, database: Database, athlete: UUID, conversation: UUID
) -> None:
    await phone.call("say", text="bench press 225 for 8")
    watch = Device()
    await watch.enter(rooms.admit(athlete, conversation, "watch"))
    agent = await watch.agent_came()
    history = watch.named("hello")[0]["history"]
    assert [one["role"] for one in history][:1] == ["user"]
    assert history[0]["text"] == "bench press 225 for 8"
    await phone.call("say", text="same again")
    assert (await watch.until(lambda: watch.named("call.finished") or None))[0]["tool"] == "repeat_set"
    await watch.call("undo")
    assert await sets(database, athlete) == [(225, 8)]

    publication = await watch.open_microphone()
    await phone.until(lambda: agent_links(phone, "watch") or None)
    publication.track.mute() if publication.track else None  # type: ignore[union-attr]
    await phone.open_microphone()
    await phone.until(lambda: agent_links(phone, "phone") or None)
    assert agent.identity == phone.agents[0].identity
    await watch.leave()


def agent_links(device: Device, name: str) -> bool:
    """Whether the agent listens to the device with this name."""
    return device.agents[0].attributes.get("voicefit.linked", "").endswith(f".{name}")


async def test_somebody_else_in_the_room_can_neither_hear_of_it_nor_ask(
    phone: Device, rooms: Rooms, database: Database, athlete: UUID, conversation: UUID
) -> None:
    stranger = Device()
    await stranger.enter(rooms.admit(await new_athlete(database), conversation, "phone"))
    await stranger.open_microphone()
    await stranger.type("bench press 500 for 1")
    with pytest.raises(rtc.RpcError, match="Only the athlete's own devices"):
        await stranger.call("say", text="bench press 500 for 1")
    await phone.call("say", text="bench press 225 for 8")
    await phone.until(lambda: phone.named("reply") or None)
    assert await sets(database, athlete) == [(225, 8)]
    assert stranger.told.events == []
    assert agent_links(phone, "phone")
    microphone = next(iter(stranger.room.local_participant.track_publications.values()))
    assert not any(
        publication.subscribed
        for one in stranger.room.remote_participants.values()
        for publication in one.track_publications.values()
        if publication.sid == microphone.sid
    )
    await stranger.leave()


async def test_in_a_room_of_nobodys_conversation_the_agent_does_not_speak(
    phone: Device, rooms: Rooms, athlete: UUID
) -> None:
    lost = Device()
    await lost.enter(rooms.admit(athlete, uuid4(), "phone"))
    await lost.until(lambda: lost.agents or None)
    assert (await phone.call("say", text="bench press 225 for 8"))["reply"].startswith("225 for 8")
    assert lost.told.events == []
    await lost.leave()
