"""A turn that a language model answers, seen from outside; and one that is spoken over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.doors.fakes import tone
from tests.grok.provider import Answer, Provider, running
from tests.inside.collector import Collector, attributes
from tests.inside.conftest import Inside

HARD = "hey so the flat bench was two twenty five and eight came off it"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running() as one:
        yield one


@pytest.fixture
def changes(provider: Provider) -> dict[str, Any]:
    return {"xai_api_key": "key", "xai_base_url": provider.url}


async def test_the_models_part_is_seen_and_counted(
    inside: Inside, collector: Collector, provider: Provider
) -> None:
    log = ("log_set", {"exercise": "flat bench", "reps": 8, "weight": 225})
    provider.will(Answer(calls=[log]), Answer("[silent]"), Answer(status=500))
    async with inside.realtime() as client:
        for words in (HARD, "tell me something nice about my training"):
            await client.type_text(words)
            await client.until("response.done")
    await inside.ended()
    answered, failed = collector.named("turn")
    assert collector.below(answered) == ["understand", "do", "model", "speak"]
    (model, _) = collector.named("model")
    assert "log_set" in collector.below(model)
    assert attributes(answered)["voicefit.route"] == attributes(failed)["voicefit.route"] == "model"
    assert attributes(answered)["voicefit.outcome"] == "handed_over"
    figures = await inside.figures()
    assert figures['voicefit_turns_total{door="realtime",outcome="handed_over",route="model"}'] == 2
    assert figures['voicefit_model_answers_total{trouble="none"}'] == 1
    troubles = [
        name for name, value in figures.items() if name.startswith("voicefit_model_answers_total") and value
    ]
    assert len(troubles) == 2
    assert figures["voicefit_model_requests_total"] >= 2
    assert figures['voicefit_model_tokens_total{kind="cached"}'] == 1600
    assert figures["voicefit_model_usd_total"] > 0
    stage = 'voicefit_turn_stage_seconds_count{door="realtime",route="model",stage="model"}'
    assert figures[stage] >= 1


async def test_speaking_over_the_voice_is_counted(
    inside: Inside, collector: Collector, provider: Provider
) -> None:
    provider.will(
        Answer("This is a long answer that goes on and on and on, and then it goes on for a while.")
    )
    async with inside.realtime() as client:
        await client.type_text("tell me something nice about my training")
        await client.until("response.output_audio.delta")
        await asyncio.sleep(0.7)  # until some of it has been heard
        await client.utter(tone(0.8))
        done = await client.until("response.done")
        assert done.response.status == "cancelled"
    await inside.ended()
    assert attributes(collector.named("turn")[0])["voicefit.interrupted"] is True
    figures = await inside.figures()
    assert figures['voicefit_interruptions_total{door="realtime"}'] == 1
    labels = '{door="realtime",route="model",stage="total"}'
    assert f"voicefit_turn_stage_seconds_count{labels}" not in figures
