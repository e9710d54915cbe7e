"""The coach in writing, over HTTP: with a model behind it, and without."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from agent.brain import Brain
from agent.doors.chat import ChatDoor
from agent.doors.text import TextDoor
from api.app import create_api
from core.settings import Settings
from db.session import Database
from search import Search
from services.coach import DONT_KNOW
from services.identity import Identity
from tests.api.conftest import SECRET, client_from
from tests.db.fixtures import new_athlete
from tests.grok.conftest import MakeBrain
from tests.grok.provider import Answer, Provider
from tests.grok.test_answering import HARD, TALK, log, sets

CREATINE = "how much creatine should I take"
CHUNK = "creatine-dose"


class Chatting:
    """An athlete at the API of a brain."""

    def __init__(self, brain: Brain, athlete: UUID, client: httpx.AsyncClient) -> None:
        self.brain, self.athlete, self.client = brain, athlete, client

    async def ask(self, question: str, **more: Any) -> dict[str, Any]:
        headers = more.pop("headers", {})
        body = {"question": question, **more}
        answer = await self.client.post("/api/coach/ask", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def events(self, question: str) -> list[tuple[str, dict[str, Any]]]:
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "gzip"}
        answer = await self.client.post("/api/coach/ask", json={"question": question}, headers=headers)
        assert answer.headers["content-type"].startswith("text/event-stream")
        parts = [one.split("\n", 1) for one in answer.text.strip().split("\n\n")]
        return [(name.removeprefix("event: "), json.loads(data[len("data: ") :])) for name, data in parts]


async def chatting_with(brain: Brain, athlete: UUID, home: Path) -> AsyncIterator[Chatting]:
    settings = Settings(home=home, secret=SECRET)
    identity = Identity(brain.database, settings)
    app = create_api(
        brain.database,
        settings,
        capacity=lambda: True,
        identity=identity,
        search_in=brain.search,
        answering=ChatDoor(brain),
    )
    async with client_from(app) as client:
        client.headers["Authorization"] = f"Bearer {identity.issue_token(athlete, timedelta(hours=1))}"
        yield Chatting(brain, athlete, client)


@pytest.fixture
async def chatting(
    make_brain: MakeBrain, searchable: Search, athlete: UUID, tmp_path: Path
) -> AsyncIterator[Chatting]:
    async for one in chatting_with(make_brain(search=searchable), athlete, tmp_path):
        yield one


@pytest.fixture
async def alone(
    database: Database, searchable: Search, athlete: UUID, tmp_path: Path
) -> AsyncIterator[Chatting]:
    without = Brain(database, Settings(), speech=None, search=searchable)
    async for one in chatting_with(without, athlete, tmp_path):
        yield one


async def test_knowledge_is_answered_by_the_model_from_the_chunks_it_is_given(
    chatting: Chatting, provider: Provider
) -> None:
    provider.will(Answer("Three to five grams a day."))
    got = await chatting.ask(CREATINE)
    assert got["answer"] == "Three to five grams a day."
    assert got["sources"][0]["chunk_id"] == CHUNK
    assert set(got["sources"][0]) == {"chunk_id", "title", "source"}
    given = provider.requests[0].said["knowledge"][0]
    assert given["chunk_id"] == CHUNK
    assert "creatine" in given["content"].lower()


async def test_without_a_key_the_chunk_itself_answers(alone: Chatting, provider: Provider) -> None:
    got = await alone.ask(CREATINE)
    chunk = (await alone.client.get(f"/api/knowledge/{CHUNK}")).json()
    assert got["answer"] == chunk["content"]
    assert got["sources"][0]["chunk_id"] == CHUNK
    assert (await alone.ask("what is the capital of peru"))["answer"] == DONT_KNOW
    assert provider.requests == []


async def test_with_a_dead_model_the_chunk_answers(chatting: Chatting, provider: Provider) -> None:
    provider.will(Answer(status=500))
    got = await chatting.ask(CREATINE)
    assert "grams" in got["answer"]
    assert got["sources"][0]["chunk_id"] == CHUNK


async def test_a_number_that_nobody_gave_is_not_said(chatting: Chatting, provider: Provider) -> None:
    provider.will(Answer("You took 97 grams yesterday."))
    answer = (await chatting.ask(CREATINE))["answer"]
    assert "97" not in answer
    assert "grams" in answer


async def test_the_answer_comes_in_parts_and_then_whole(chatting: Chatting, provider: Provider) -> None:
    provider.will(Answer("You show up. That counts.", piece=3))
    events = await chatting.events(TALK)
    assert [name for name, _ in events] == ["delta", "delta", "answer"]
    assert "".join(data["text"] for name, data in events if name == "delta") == events[-1][1]["answer"]
    assert events[-1][1]["answer"] == "You show up. That counts."


async def test_voice_and_chat_are_one_conversation(chatting: Chatting, provider: Provider) -> None:
    session = await chatting.brain.open(chatting.athlete)
    async with TextDoor(session) as door:
        await door.say("bench 225 for 8")
    provider.will(Answer("You benched 225 for 8."))
    got = await chatting.ask(TALK)
    assert got["conversation_id"] == str(session.conversation_id)
    assert any("225 for 8" in str(one["content"]) for one in provider.requests[0].messages)
    history = (await chatting.client.get(f"/api/conversations/{session.conversation_id}/messages")).json()
    assert [one["role"] for one in history["items"]] == ["user", "assistant"] * 2
    assert history["items"][-1]["metadata"]["usage"]["requests"] == 1
    listed = (await chatting.client.get("/api/conversations")).json()["items"]
    assert [one["title"] for one in listed] == ["Bench 225 for 8"]


async def test_what_is_asked_back_is_answered_by_the_next_message(
    chatting: Chatting, provider: Provider
) -> None:
    provider.will(Answer(calls=[log()]))
    asked = await chatting.ask("hey so the flat bench was two twenty five and a bunch came off it")
    assert asked["answer"].startswith("Shall I log 225 for 8")
    assert (await chatting.ask("yes"))["answer"].startswith("225 for 8")
    assert await sets(chatting.brain, chatting.athlete) == [(225, 8)]


async def test_a_question_sent_again_is_the_same_question(chatting: Chatting, provider: Provider) -> None:
    provider.will(Answer(calls=[log()]), Answer("[silent]"))
    again = {"headers": {"Idempotency-Key": "one"}}
    first = await chatting.ask(HARD, **again)
    assert await chatting.ask(HARD, **again) == first
    assert await sets(chatting.brain, chatting.athlete) == [(225, 8)]


async def test_red_flags_go_to_a_professional(chatting: Chatting, provider: Provider) -> None:
    provider.will(Answer("Train through it."))
    got = await chatting.ask("so my arm went numb and weird after that one")
    assert "doctor" in got["answer"]
    assert provider.requests == []


async def test_somebody_elses_conversation_is_none(chatting: Chatting, provider: Provider) -> None:
    other = await new_athlete(chatting.brain.database, email="other@example.org")
    theirs = await chatting.brain.open(other)
    await theirs.aclose()
    for where in (theirs.conversation_id, uuid4()):
        body = {"question": TALK, "conversation_id": str(where)}
        answer = await chatting.client.post("/api/coach/ask", json=body)
        assert answer.status_code == 404
        streamed = await chatting.client.post(
            "/api/coach/ask", json=body, headers={"Accept": "text/event-stream"}
        )
        assert streamed.status_code == 404
    assert provider.requests == []


async def test_a_conversation_may_be_about_a_workout_of_ones_own(
    chatting: Chatting, provider: Provider
) -> None:
    provider.will(Answer("Good pace."))
    workout = (await chatting.client.post("/api/workouts", json={"name": "push day"})).json()
    new = {"context_type": "workout", "context_id": workout["id"]}
    made = await chatting.client.post("/api/conversations", json=new)
    assert made.status_code == 201
    got = await chatting.ask(TALK, conversation_id=made.json()["id"])
    assert got["conversation_id"] == made.json()["id"]
    refused = await chatting.client.post("/api/conversations", json=new | {"context_id": str(uuid4())})
    assert refused.status_code == 422


@pytest.mark.parametrize("words", [HARD, "bench 225 for 8"])
async def test_a_question_sent_twice_at_once_is_asked_once(
    chatting: Chatting, provider: Provider, words: str
) -> None:
    provider.will(Answer(calls=[log()]), Answer("[silent]"))
    again = {"headers": {"Idempotency-Key": "one"}}
    first, second, third = await asyncio.gather(*(chatting.ask(words, **again) for _ in range(3)))
    assert first == second == third
    assert await sets(chatting.brain, chatting.athlete) == [(225, 8)]
    assert len(provider.requests) == (2 if words == HARD else 0)


async def test_a_question_sent_again_is_the_same_whatever_was_talked_of_since(
    chatting: Chatting, provider: Provider
) -> None:
    again = {"headers": {"Idempotency-Key": "one"}}
    first = await chatting.ask("bench 225 for 8", **again)
    other = await chatting.client.post("/api/conversations", json={})
    assert (await chatting.ask("what did I bench last time"))["conversation_id"] == other.json()["id"]
    assert await chatting.ask("bench 225 for 8", **again) == first
    assert await sets(chatting.brain, chatting.athlete) == [(225, 8)]


async def test_what_is_asked_back_is_answered_at_another_server(
    alone: Chatting, database: Database, searchable: Search, tmp_path: Path
) -> None:
    asked = await alone.ask("bench 225")
    assert asked["answer"].endswith("?")
    other = Brain(database, Settings(), speech=None, search=searchable)
    async for elsewhere in chatting_with(other, alone.athlete, tmp_path):
        assert (await elsewhere.ask("8"))["answer"].startswith("225 for 8")
