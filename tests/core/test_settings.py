"""Settings from the environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotConfigured
from core.settings import Settings, settings


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEFIT_HOME", "/somewhere")
    monkeypatch.setenv("VOICEFIT_MAX_SESSIONS", "3")
    assert (settings().home, settings().max_sessions) == (Path("/somewhere"), 3)


@pytest.mark.parametrize("name", ["DATABASE_URL", "VOICEFIT_DATABASE_URL"])
def test_the_database_has_two_names(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "postgresql://db/voicefit")
    assert Settings().database_url == "postgresql://db/voicefit"


@pytest.mark.parametrize(
    ("name", "value"),
    [("VOICEFIT_PORT", "99999"), ("VOICEFIT_MAX_SESSIONS", "none"), ("VOICEFIT_ENDPOINTING_SECONDS", "0")],
)
def test_what_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(NotConfigured, match=f"{name} is '{value}'"):
        settings()


def test_an_empty_key_is_none_and_the_model_is_found_under_the_names_of_its_maker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XAI_API_KEY", "")
    assert not Settings().xai_api_key
    monkeypatch.setenv("XAI_API_KEY", "key")
    monkeypatch.setenv("XAI_MODEL", "grok-next")
    monkeypatch.setenv("XAI_BASE_URL", "http://127.0.0.1:1/v1")
    chosen = Settings()
    assert (chosen.xai_api_key, chosen.xai_model, chosen.xai_base_url) == (
        "key",
        "grok-next",
        "http://127.0.0.1:1/v1",
    )
