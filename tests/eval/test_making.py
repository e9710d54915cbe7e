"""Whole runs in databases of their own: alike when repeated, and leaving nothing behind."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.pool import NullPool

from core.settings import Settings
from db.embedded import EmbeddedServer
from db.session import Database
from db.url import create_engine
from eval import arena
from eval.loading import load_scenarios, packaged_scenarios
from eval.making import make_player
from eval.report import to_json, without_timings
from eval.run import Run, run_scenarios
from eval.scenario import Scenario

pytestmark = pytest.mark.slow

STORY = Scenario.model_validate(
    {
        "id": "story",
        "given": {"unit": "kg", "workout": {"exercise": "Barbell Bench Press", "sets": []}},
        "turns": [
            {"say": "100 for 5", "calls": [{"tool": "log_set", "args": {"weight": 100, "reps": 5}}]},
            {"say": "same again", "calls": [{"tool": "repeat_set"}]},
            {"say": "scratch that", "calls": [{"tool": "undo_last"}]},
            {"say": "nice one mate", "calls": []},
        ],
    }
)


@pytest.fixture
def home(embedded_server: EmbeddedServer, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose server is that of the tests; databases that scenarios play in are cloned on it."""
    app = make_url(embedded_server.app_url).set(database=make_url(database_url).database)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Settings(database_url=app.render_as_string(hide_password=False), database_owner_url=database_url)


async def play(settings: Settings, scenarios: list[Scenario], jobs: int, repeat: int = 1) -> Run:
    async with make_player(router="local", settings=settings, jobs=jobs, seed=7) as player:
        return await run_scenarios(
            player, scenarios, dataset="mine", router="local", repeat=repeat, jobs=jobs, seed=7
        )


async def test_two_runs_with_the_same_seed_are_alike_but_for_their_timings(home: Settings) -> None:
    scenarios = [STORY, *load_scenarios([packaged_scenarios() / "conversations.jsonl"])[:12]]
    one, two = [to_json(await play(home, scenarios, jobs)) for jobs in (1, 2)]
    assert one["timings"] != two["timings"]
    assert json.dumps(without_timings(one)) == json.dumps(without_timings(two))
    assert one["end_states"]["compared"] >= 8
    assert one["end_states"]["as_expected"] == one["end_states"]["compared"]
    assert await databases(home, "voicefit_eval_run_") == []
    assert len(await databases(home, arena.PREFIX)) == 1


async def test_the_clock_is_pinned_for_the_database_and_for_us(home: Settings) -> None:
    async with make_player(router="local", settings=home) as player:
        await player.play(STORY)
        database: Database = player._stage._database
        async with database.transaction(None) as db:
            workouts = (await db.execute(text("select id, started_at, updated_at from workouts"))).all()
            said = await db.scalar(text("select now()"))
    for moment in (said, *(moment for workout in workouts for moment in workout[1:])):
        assert timedelta() <= moment - arena.PINNED < timedelta(minutes=5)
    assert [workout.id.version for workout in workouts] == [7, 7], "the athlete's, and the expected one"


async def test_a_template_that_is_out_of_date_is_made_anew(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fill(addresses: object, settings: object) -> None:
        filled.append(addresses)

    filled: list[object] = []
    monkeypatch.setattr(arena, "_fill", fill)
    monkeypatch.setattr(arena, "_set_clock", lambda *_: asyncio.sleep(0))
    addresses = arena.Addresses(home.database_owner_url or "", home.database_url or "")
    for fingerprint in ("aaa", "aaa", "bbb"):
        monkeypatch.setattr(arena, "_fingerprint", lambda value=fingerprint: value)
        async with arena.clones(addresses, home, 1, 0.0) as urls:
            assert len(urls) == 1
    assert len(filled) == 2
    monkeypatch.setattr(arena, "LEFT_BEHIND_SECONDS", -60)
    async with arena.clones(addresses, home, 1, 0.0):
        assert await databases(home, f"{arena.PREFIX}aaa") == []
    async with arena._server(addresses.owner) as server:
        await server.execute(text(f"drop database {arena.PREFIX}bbb"))


async def test_where_no_database_may_be_made_the_one_that_is_there_is_left_as_it_was(
    home: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    login_alone = Settings(database_url=home.database_url, database_owner_url=None)
    run = await play(login_alone, [STORY], jobs=2)
    assert run.measures.exact.value == run.measures.end_states.value == 1.0
    assert "played in the database itself" in caplog.text
    database = Database(home.database_url or "")
    async with database.transaction(None) as db:
        assert await db.scalar(text("select count(*) from users")) == 0
    await database.aclose()


async def databases(settings: Settings, prefix: str) -> list[str]:
    engine = create_engine(settings.database_owner_url or "", poolclass=NullPool)
    async with engine.connect() as connection:
        names = await connection.scalars(
            text("select datname from pg_database where starts_with(datname, :prefix)"), {"prefix": prefix}
        )
        found = list(names)
    await engine.dispose()
    return found
