"""`POST /api/voice/token`: who may enter which room, and what they may do there."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import jwt
import pytest
from fastapi import FastAPI
from livekit import rtc

from api.app import create_api
from cli.dev_livekit import DevServer
from cli.dev_livekit.access import Keys
from core.settings import Settings
from db.session import Database
from tests.api.conftest import SECRET, Athlete

KEYS = Keys("testkey", "a-secret-for-the-tests-of-rooms-alone")


async def test_without_a_livekit_server_there_are_no_rooms(ana: Athlete) -> None:
    response = await ana.post("/api/voice/token", {})
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"].startswith("Rooms are not configured: set LIVEKIT_URL")
    assert (await ana.get("/api/conversations")).json()["items"] == []
    assert (await ana.get("/api/voice/rooms")).json() == {"available": False}


class TestWithALiveKitServer:
    @pytest.fixture
    async def livekit(self) -> AsyncIterator[DevServer]:
        server = DevServer(KEYS)
        await server.start()
        yield server
        await server.aclose()

    @pytest.fixture
    def settings(self, tmp_path: Path, livekit: DevServer) -> Settings:
        return Settings(
            home=tmp_path,
            secret=SECRET,
            livekit_url=livekit.url,
            livekit_api_key=KEYS.key,
            livekit_api_secret=KEYS.secret,
            livekit_public_url="wss://rooms.example.org",
        )

    @pytest.fixture
    def app(self, database: Database, settings: Settings) -> FastAPI:
        return create_api(database, settings, capacity=lambda: True)

    async def test_a_token_allows_one_room_and_a_microphone(self, ana: Athlete) -> None:
        answer = (await ana.post("/api/voice/token", {"device": "phone"})).json()
        assert answer["url"] == "wss://rooms.example.org"
        assert answer["room"] == f"voicefit-{answer['conversation']}"
        claims = jwt.decode(answer["token"], KEYS.secret, algorithms=["HS256"])
        assert claims["sub"] == answer["identity"] == f"{ana.id}.phone"
        assert 0 < claims["exp"] - time.time() <= 600
        assert {name: value for name, value in claims["video"].items() if value} == {
            "roomJoin": True,
            "room": answer["room"],
            "canPublish": True,
            "canPublishSources": ["microphone"],
            "canPublishData": True,
            "canSubscribe": True,
        }
        assert [one["agentName"] for one in claims["roomConfig"]["agents"]] == ["voicefit"]
        again = await ana.post("/api/voice/token", {"conversation": answer["conversation"]})
        assert again.json()["room"] == answer["room"]
        assert again.json()["identity"] != answer["identity"]

    async def test_the_page_may_reach_the_rooms(self, ana: Athlete) -> None:
        assert (await ana.get("/api/voice/rooms")).json() == {"available": True}
        policy = (await ana.get("/")).headers["content-security-policy"]
        assert "connect-src 'self' wss://rooms.example.org https://rooms.example.org;" in policy

    async def test_a_conversation_must_be_ones_own(self, ana: Athlete, ben: Athlete) -> None:
        anas = (await ana.post("/api/voice/token")).json()
        for conversation in (anas["conversation"], str(uuid4())):
            response = await ben.post("/api/voice/token", {"conversation": conversation})
            assert response.status_code == 404
        assert (await ana.post("/api/voice/token", {"device": "no spaces"})).status_code == 422

    async def test_a_room_without_its_agent_gets_another(self, ana: Athlete, livekit: DevServer) -> None:
        answer = (await ana.post("/api/voice/token")).json()
        room = rtc.Room()
        await room.connect(livekit.url, answer["token"])
        before = len(livekit.workers.dispatches[answer["room"]])
        response = await ana.post("/api/voice/token", {"conversation": answer["conversation"]})
        assert response.status_code == 200
        assert len(livekit.workers.dispatches[answer["room"]]) == before + 1
        await room.disconnect()

    async def test_a_livekit_server_that_is_away_is_told(self, ana: Athlete, livekit: DevServer) -> None:
        conversation = UUID((await ana.post("/api/voice/token")).json()["conversation"])
        await livekit.aclose()
        response = await ana.post("/api/voice/token", {"conversation": str(conversation)})
        assert response.status_code == 503
        assert "does not answer" in response.json()["detail"]
